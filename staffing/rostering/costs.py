"""What a finished roster costs, goal by goal, read by clock times: the second face of the engine's prices.

Each goal is a function of what was rostered and shares no code with the engine, whose cost must come out the same to
the cent (tested). A new goal is one more function in ``GOALS`` and its price in the engine's terms.
"""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.beside import alone
from staffing.rostering.cost import Cost
from staffing.rostering.last_night import sunday_midnight, with_last_night
from staffing.rostering.minimum import below
from staffing.rostering.premiums import day_share, night_share, overtime_h, overtime_tiers
from staffing.rostering.promises import night_h, paid_by_day, paid_h
from staffing.rostering.roster import Roster
from staffing.rostering.rules.reading import by_day
from staffing.rostering.rules.rule import Shift, WorkedWeek
from staffing.rostering.team import Ledger
from staffing.rostering.together import apart, teams_of
from staffing.rostering.verify import coverage_of
from staffing.rostering.worked import worked_weeks
from staffing.sizing.requirement import Requirement
from staffing.words import say

TOLERATED_SHARE = 0.1
"""Of the need; what is missing beyond it is paid at the deep price too."""
USUAL_DAYS = 5
SATURDAY = 5


WHOLE, PART = "shortage", "deep_shortage"
"""A cost, and what is told of it apart."""


@dataclass(frozen=True)
class Bill:
    """Every cost of a roster that is not zero, by goal then subject."""

    costs: tuple[Cost, ...]

    @property
    def eur(self) -> float:
        return sum(cost.eur for cost in self.costs)

    def by_goal(self) -> dict[str, tuple[float, float]]:
        """(amount, EUR) per goal, dearest first."""
        sums = {
            goal: (
                sum(c.amount for c in self.costs if c.goal == goal),
                sum(c.eur for c in self.costs if c.goal == goal),
            )
            for goal in dict.fromkeys(c.goal for c in self.costs)
        }
        return dict(sorted(sums.items(), key=lambda pair: -pair[1][1]))

    def sentences(self, language: str) -> list[str]:
        """One line a goal, dearest first, what is part of another right after it, and the sum; nothing that is zero as
        written."""
        sums = {goal: told for goal, told in self.by_goal().items() if told[0] >= 0.05 or abs(told[1]) >= 0.5}
        order = [goal for goal in sums if goal != PART]
        if {PART, WHOLE} <= set(sums):
            order.insert(order.index(WHOLE) + 1, PART)
        lines = [say(f"costs.{goal}", language, amount=sums[goal][0], eur=sums[goal][1]) for goal in order]
        return [*lines, say("costs.total", language, eur=self.eur)]


def bill(roster: Roster, requirement: Requirement, centre: Centre) -> Bill:
    """What ``roster`` costs under the goals of ``centre``."""
    weeks = tuple(worked_weeks(roster, centre))
    found = [
        cost
        for week in weeks
        for goal in GOALS
        for cost in goal(week, centre)
        if abs(cost.amount) > 1e-9 or abs(cost.eur) > 1e-9
    ]
    found += [cost for goal in SHARED_GOALS for cost in goal(weeks, centre) if cost.amount > 1e-9]
    found += _coverage(roster, requirement, centre)
    return Bill(tuple(sorted(found, key=lambda c: (c.goal, c.subject))))


def wages(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Every paid hour at the contract's cost."""
    paid = paid_h(week.shifts)
    yield Cost("wages", week.agent.id, paid, paid * week.contract.cost_eur_h)


def overtime(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """What comes on top of the wage for hours beyond those owed and what the contract lets a week move."""
    tiers, paid = overtime_tiers(week.agent, centre, Week.of(week.days[0])), paid_h(week.shifts)
    eur = overtime_h(paid, tiers) * week.contract.cost_eur_h
    yield Cost("overtime", week.agent.id, max(0.0, paid - tiers[0][0]), eur)


def sundays(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """What comes on top of the wage on Sundays and public holidays."""
    shares = [(h, day_share(week.contract, day, week.holidays)) for day, h in paid_by_day(week.shifts)]
    hours = sum(h for h, share in shares if share)
    yield Cost("sunday", week.agent.id, hours, sum(h * share for h, share in shares) * week.contract.cost_eur_h)


def nights(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """What comes on top of the wage at night."""
    share = night_share(week.contract)
    hours = night_h(week.shifts) if share else 0.0
    yield Cost("night", week.agent.id, hours, hours * share * week.contract.cost_eur_h)


def sixth_day(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """A week of more than five days."""
    six = len(by_day(week)) > USUAL_DAYS
    yield Cost("sixth_day", week.agent.id, float(six), centre.goals.sixth_day_eur * six)


def late_shifts(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Shifts that end late, dearer for whom the ledger shows to have had many."""
    count = sum(_minute(shift, shift.end) > centre.goals.late_after_min for shift in week.shifts)
    ledger = _ledger(week, centre)
    yield Cost("late", week.agent.id, count, count * centre.goals.late_eur * _weight(ledger.late_shifts, ledger))


def saturdays(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Saturdays worked, dearer for whom the ledger shows to have had many."""
    count = sum(day.weekday() == SATURDAY for day in by_day(week))
    ledger = _ledger(week, centre)
    eur = count * centre.goals.saturday_eur * _weight(ledger.saturdays, ledger)
    yield Cost("saturday", week.agent.id, count, eur)


def refused_wishes(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Days, late shifts and Saturdays worked against a wish, dearer for whom the ledger shows many refused."""
    wishes, count = week.agent.wishes, 0
    for day, shifts in by_day(week).items():
        count += day in wishes.days_off or day.weekday() in wishes.weekdays_off
        count += wishes.avoid_saturday and day.weekday() == SATURDAY
        late = sum(_minute(shift, shift.end) > centre.goals.late_after_min for shift in shifts)
        count += late * wishes.avoid_late
    ledger = _ledger(week, centre)
    refused = 1 - ledger.wishes_granted / ledger.wishes_asked if ledger.wishes_asked else 0.0
    yield Cost("refused_wish", week.agent.id, count, count * wishes.weight_eur * (1 + max(0.0, refused)))


def start_times(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Hours by which starts stray from one usual start, and that one from the start wished: the median makes the sum
    of distances least. A team's common start is another goal."""
    if week.agent.together and week.agent.together in teams_of(centre.team.agents):
        return
    points = [_minute(shift, shift.start) for shift in week.shifts]
    if points and week.agent.wishes.start_min is not None:
        points.append(week.agent.wishes.start_min)
    usual = statistics.median(points) if points else 0.0
    strayed = sum(abs(point - usual) for point in points) / 60
    yield Cost("start_time", week.agent.id, strayed, strayed * centre.goals.start_shift_eur_h)


def switches(week: WorkedWeek, centre: Centre) -> Iterator[Cost]:
    """Changes of queue inside a shift, whatever lies between."""
    queues = {queue.name for queue in centre.queues}
    count = 0
    for shift in week.shifts:
        served = [s.activity for s in shift.segments if s.activity in queues]
        count += sum(one != two for one, two in itertools.pairwise(served))
    yield Cost("switch", week.agent.id, count, count * centre.goals.switch_eur)


GOALS: tuple[Callable[[WorkedWeek, Centre], Iterator[Cost]], ...] = (
    wages, overtime, sundays, nights, sixth_day, late_shifts, saturdays, refused_wishes, start_times, switches,
)  # fmt: skip
SHARED_GOALS: tuple[Callable[[tuple[WorkedWeek, ...], Centre], Iterator[Cost]], ...] = (apart, alone)
"""Goals that several agents' weeks decide together."""
PAY = (wages, overtime, sundays, nights, sixth_day)
OWN_GOALS = tuple(goal for goal in GOALS if goal not in PAY)
"""Of ``GOALS`` those that are no pay."""


def _coverage(roster: Roster, requirement: Requirement, centre: Centre) -> Iterator[Cost]:
    """Shortage (dearer beyond a tenth of the need, at level 2 and where callers suffer most) and surplus, in
    agent-hours; and what the night into next Monday saves."""
    nights, midnight = with_last_night(requirement, centre), sunday_midnight(requirement)
    rows, goals, hours = coverage_of(roster, nights, centre), centre.goals, requirement.grid.interval_h
    prices = nights.worth(goals.callers_share)
    yield from (cost for cost in below(roster, requirement, centre) if cost.amount > 1e-9)
    for queue, mine in rows.groupby("queue", sort=True):
        inside = (mine["start"] < midnight).to_numpy()
        factor = goals.expert_factor if centre.queue(str(queue)).level == 2 else 1.0
        need, there = mine["required"].to_numpy(dtype=float), mine["scheduled"].to_numpy(dtype=float)
        price = factor * hours * prices.xs(str(queue)).reindex(pd.DatetimeIndex(mine["start"])).to_numpy(dtype=float)
        missing, deep = np.maximum(need - there, 0), np.maximum(need - there - TOLERATED_SHARE * need, 0)
        over = np.maximum(there - need, 0) * hours
        eur, deep_eur = goals.shortage_eur_h * missing * price, goals.shortage_deep_eur_h * deep * price
        yield Cost("shortage", str(queue), float(missing[inside].sum()) * hours, float(eur[inside].sum()))
        yield Cost("deep_shortage", str(queue), float(deep[inside].sum()) * hours, float(deep_eur[inside].sum()))
        yield Cost("surplus", str(queue), float(over[inside].sum()), goals.surplus_eur_h * float(over[inside].sum()))
        empty = (goals.shortage_eur_h * need + goals.shortage_deep_eur_h * (1 - TOLERATED_SHARE) * need) * price
        saved = (empty - eur - deep_eur - goals.surplus_eur_h * over)[~inside]
        yield Cost("last_night", str(queue), float((need - missing)[~inside].sum()) * hours, -float(saved.sum()))


def _ledger(week: WorkedWeek, centre: Centre) -> Ledger:
    return centre.team.ledger_by_agent.get(week.agent.id) or Ledger(week.agent.id)


def _weight(count: int, ledger: Ledger) -> float:
    """One, and one more for each a week in the past."""
    return 1.0 + (count / ledger.weeks if ledger.weeks else 0.0)


def _minute(shift: Shift, moment: dt.datetime) -> int:
    """Clock minute of an instant, counted from the midnight before the shift."""
    days = (moment.date() - shift.start.date()).days
    return DAY_MIN * days + 60 * moment.hour + moment.minute
