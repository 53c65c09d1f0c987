"""Small changes to a finished roster: what each would cover, what it costs, and whether it stays lawful.

A change is one agent's week written anew. It is lawful when the rules, read by clock times, find nothing in the new
week that they did not find in the old one. Its price is what the engine would pay: wages, overtime, and what the other
intervals lose.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.costs import OWN_GOALS
from staffing.rostering.ideas import ideas
from staffing.rostering.last_night import sunday_midnight, with_last_night
from staffing.rostering.minimum import FINE_MIN, people_on
from staffing.rostering.needs import Added, Floats, Need, Presence, after, changed
from staffing.rostering.premiums import Tiers, day_share, night_share, overtime_h, overtime_tiers
from staffing.rostering.promises import night_h, paid_by_day, paid_h
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift, WorkedWeek
from staffing.rostering.team import Contract
from staffing.rostering.verify import Reader, coverage_of, readers_of, seconds_of
from staffing.rostering.worked import worked_weeks
from staffing.sizing.channels import kind_of
from staffing.sizing.requirement import Requirement
from staffing.words import say

A_SECOND = 1.0


@dataclass(frozen=True)
class Change:
    """One agent's week anew. ``kind`` is switch, move_meal, move_break, move_activity, extend or extra_shift, or one of
    ``means.py``, which ``detail`` tells more of; ``moment`` the instant
    asked about; ``eur`` net price of the whole change (negative: it pays); ``covers`` agents gained there;
    ``paid_h`` hours paid more."""

    kind: str
    agent: str
    queue: str
    moment: pd.Timestamp
    shifts: tuple[Shift, ...]
    eur: float
    covers: float
    paid_h: float
    detail: str = ""


def change_sentence(change: Change, name: str, language: str) -> str:
    """One change and its price in words."""
    return say(
        f"why.change_{change.kind}", language, name=name, queue=change.queue, eur=round(change.eur) + 0.0,
        paid_h=change.paid_h, moment=f"{change.moment:%H:%M}", covers=change.covers, detail=change.detail,
    )  # fmt: skip


class Reading:
    """A roster with its coverage, read once, for many questions. ``needs`` of agents by queue, the week's last night
    with them; ``promised`` of people by queue that promises some (``Queue.min_agents``)."""

    def __init__(self, roster: Roster, requirement: Requirement, centre: Centre) -> None:
        self.requirement, self.centre = requirement, centre
        self.nights, self.midnight = with_last_night(requirement, centre), sunday_midnight(requirement)
        self._written, self._anew = roster, frozenset[str]()
        self.weeks = {week.agent.id: week for week in worked_weeks(roster, centre)}
        self.prices = self.nights.worth(centre.goals.callers_share)
        self.needs, self.promised = self._needs()
        self._readers: dict[str, list[Reader]] = {}
        self._paid_h: dict[str, float] = {}
        self._goal_eur: dict[str, float] = {}
        self._floating: dict[str, frozenset[str]] = {}
        self._tiers: dict[str, Tiers] = {}
        self.asked: dict[tuple[str, pd.Timestamp, bool], list[Change]] = {}
        self._most: tuple[list[int], list[float]] | None = None
        self._verdicts: dict[tuple[str, int], tuple[tuple[Shift, ...], bool]] = {}

    @property
    def roster(self) -> Roster:
        """The roster as read, with the changes since: written when somebody asks."""
        if self._anew:
            rows = [
                (agent, s.start, s.end, s.activity)
                for agent in self._anew
                for shift in self.weeks[agent].shifts
                for s in shift.segments
                if s.end > s.start
            ]
            mine = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
            frame = self._written.frame
            others = frame[~frame["agent"].isin(self._anew)][list(mine.columns)]
            frame = pd.concat([others, mine]).sort_values(["agent", "start"], ignore_index=True)
            self._written, self._anew = replace(self._written, frame=frame, proof=None), frozenset()
        return self._written

    def _needs(self) -> tuple[dict[str, Need], dict[str, Need]]:
        coverage = coverage_of(self._written, self.nights, self.centre)
        rows = {q: coverage[coverage["queue"] == q] for q in self.requirement.queues}
        promising = [q for q in rows if self.centre.queue(q).min_agents]
        return {q: self._need(q, rows[q]) for q in rows}, {q: self._promise(q) for q in promising}

    def with_weeks(self, agents: Collection[str], roster: Roster, centre: Centre) -> Reading:
        """The reading of ``roster`` and ``centre``, in which nothing but the weeks of ``agents`` is new."""
        new, team = copy.copy(self), centre.team
        new._written, new._anew, new.centre = roster, frozenset(), centre
        few = replace(team, agents=tuple(a for a in team.agents if a.id in agents))
        mine = replace(roster, frame=roster.frame[roster.frame["agent"].isin(agents)])
        new.weeks = self.weeks | {w.agent.id: w for w in worked_weeks(mine, replace(centre, team=few))}
        new.needs, new.promised = new._needs()
        new._readers, new._paid_h, new._tiers, new.asked = {}, {}, {}, {}
        new._goal_eur = {}
        new._most, new._verdicts = None, {}
        return new

    def _need(self, queue: str, rows: pd.DataFrame) -> Need:
        goals = self.centre.goals
        factor = goals.expert_factor if self.centre.queue(queue).level == 2 else 1.0
        worth = self.prices.xs(queue).reindex(pd.DatetimeIndex(rows["start"])).to_numpy(dtype=float)
        hours = np.asarray(self.requirement.grid.interval_h * factor * worth, dtype=np.float64)
        return Need(
            seconds_of(rows["start"]),
            60 * self.requirement.grid.interval_min,
            rows["required"].to_numpy(dtype=float),
            rows["scheduled"].to_numpy(dtype=float),
            goals.shortage_eur_h * hours,
            goals.shortage_deep_eur_h * hours,
            goals.surplus_eur_h * self.requirement.grid.interval_h,
        )

    def _promise(self, queue: str) -> Need:
        """People promised on a queue while it is open, in every few minutes; more of them cost nothing."""
        there = people_on(queue, self._written, self.nights, self.centre)
        goals, count = self.centre.goals, len(there)
        least = np.where(there.index < self.midnight, float(self.centre.queue(queue).min_agents), 0.0)
        none = np.zeros(count)
        eur = np.full(count, goals.min_staff_eur_h * FINE_MIN / 60)
        starts_s = seconds_of(there.index.to_series())
        return Need(starts_s, 60 * FINE_MIN, least, np.asarray(there, dtype=np.float64), eur, none, 0.0)

    def queue_eur(self, queue: str) -> Floats:
        """[n] what agents and people missing and agents too many cost in each interval of the queue."""
        need, promised = self.needs[queue], self.promised.get(queue)
        return need.eur_now if promised is None else need.eur_now + need.over(promised.eur_now)

    def missing(self, queue: str) -> Floats:
        """[n] agents missing from the need, or people from those promised where these are more; none after the week."""
        need, promised = self.needs[queue], self.promised.get(queue)
        missing = np.where(need.starts_s < self.midnight.timestamp(), need.missing, 0.0)
        if promised is None:
            return missing
        return np.maximum(missing, need.over(promised.missing) * promised.length_s / need.length_s)

    def floating(self, week: WorkedWeek) -> frozenset[str]:
        """Activities of the agent's that have no hour of their own: the engine placed them and may place them anew."""
        agent, contract = week.agent.id, week.contract
        if agent not in self._floating:
            aside = {contract.off_queue_activity} if contract.off_queue_h > 0 else set[str]()
            mine = [c for c in self.centre.team.commitments if c.agent == agent]
            fixed = {c.activity for c in mine if c.start is not None}
            self._floating[agent] = frozenset((aside | {c.activity for c in mine}) - fixed)
        return self._floating[agent]

    def slot(self, queue: str, moment: pd.Timestamp) -> int:
        """Row of the interval that holds ``moment``; ValueError when the queue has no requirement there."""
        row = self.needs[queue].row(moment.timestamp())
        if row is None:
            raise ValueError(f"{queue} needs nobody at {moment.isoformat()}")
        return row

    def surplus(self, queue: str, moment: pd.Timestamp) -> float:
        """Agents beyond the need (negative: missing); 0 when the queue is closed."""
        try:
            at = self.slot(queue, moment)
        except (KeyError, ValueError):
            return 0.0
        need = self.needs[queue]
        return float(need.scheduled[at] - need.required[at])

    def most_saved_eur(self, start: pd.Timestamp, end: pd.Timestamp) -> float:
        """At most what an agent of pace 1 saves who is there from ``start`` to ``end``, whatever they serve."""
        if self._most is None:
            starts, at = np.unique(np.concatenate([n.starts_s for n in self.needs.values()]), return_inverse=True)
            most = np.zeros(len(starts))
            promised = {q: self.needs[q].over(need.first_eur) for q, need in self.promised.items()}
            np.maximum.at(most, at, np.concatenate([n.first_eur + promised.get(q, 0.0) for q, n in self.needs.items()]))
            self._most = starts.tolist(), [0.0, *np.cumsum(most).tolist()]
        intervals, until = self._most
        length_s = 60 * self.requirement.grid.interval_min
        low, high = bisect_right(intervals, start.timestamp() - length_s), bisect_left(intervals, end.timestamp())
        return until[high] - until[low]

    def effect(self, agent: str, shifts: tuple[Shift, ...]) -> tuple[float, Added]:
        """EUR that the roster costs more with this agent's week anew (pay, shortage, surplus and the agent's own goals:
        all of the bill but what several weeks decide together), and who is added per queue and interval."""
        week = self.weeks[agent]
        new, old = other_shifts(shifts, week.shifts)
        added = self._presence(week, new, old)
        eur, paid = self._queues_eur(added), self._paid(agent)
        eur += self._week_eur(agent, paid + paid_h(new) - paid_h(old), shifts) - self._week_eur(
            agent, paid, week.shifts
        )
        eur += self._premium_eur(week, new) - self._premium_eur(week, old)
        return eur + self._goals_eur(replace(week, shifts=shifts)) - self._own_eur(agent), added

    def queues_eur(self, agent: str, shifts: tuple[Shift, ...]) -> float:
        """EUR of shortage and surplus that this agent's week anew adds."""
        week = self.weeks[agent]
        return self._queues_eur(self._presence(week, *other_shifts(shifts, week.shifts)))

    def _queues_eur(self, added: Added) -> float:
        eur = sum(self.needs[queue].change_eur(added.agents[queue]) for queue in sorted(added.agents))
        return eur + sum(self.promised[queue].change_eur(added.people[queue]) for queue in sorted(added.people))

    def _presence(self, week: WorkedWeek, new: tuple[Shift, ...], old: tuple[Shift, ...]) -> Added:
        """Who the ``new`` shifts bring to each queue and interval, less those of the ``old``."""
        pace = {s.queue: s.proficiency for s in week.agent.skills}
        agents: dict[str, Presence] = {}
        people: dict[str, Presence] = {}
        for sign, shifts, others in ((1.0, new, old), (-1.0, old, new)):
            same = {id(s) for shift in others for s in shift.segments}
            for segment in (s for shift in shifts for s in shift.segments if id(s) not in same):
                queue = segment.activity
                if queue in self.needs:
                    weight = sign * pace.get(queue, 1.0)
                    self.needs[queue].present(agents.setdefault(queue, {}), *segment.span_s, weight)
                if queue in self.promised:
                    self.promised[queue].present(people.setdefault(queue, {}), *segment.span_s, sign)
        return Added(changed(agents), changed(people))

    def _paid(self, agent: str) -> float:
        if agent not in self._paid_h:
            self._paid_h[agent] = paid_h(self.weeks[agent].shifts)
        return self._paid_h[agent]

    def _week_eur(self, agent: str, paid: float, shifts: tuple[Shift, ...]) -> float:
        """Wage and overtime of ``paid`` hours, and the sixth day."""
        if agent not in self._tiers:
            self._tiers[agent] = overtime_tiers(self.weeks[agent].agent, self.centre, self.requirement.week)
        days = len({shift.start.date() for shift in shifts}) if len(shifts) > 5 else 0
        wage = self.weeks[agent].contract.cost_eur_h
        return wage * (paid + overtime_h(paid, self._tiers[agent])) + self.centre.goals.sixth_day_eur * (days > 5)

    def _goals_eur(self, week: WorkedWeek) -> float:
        """Late shifts, Saturdays, wishes, starts and changes of queue."""
        return sum(cost.eur for goal in OWN_GOALS for cost in goal(week, self.centre))

    def _own_eur(self, agent: str) -> float:
        if agent not in self._goal_eur:
            self._goal_eur[agent] = self._goals_eur(self.weeks[agent])
        return self._goal_eur[agent]

    def _premium_eur(self, week: WorkedWeek, shifts: tuple[Shift, ...]) -> float:
        """What these shifts are paid on top, by their days and their nights."""
        at_night = night_share(week.contract)
        premium = at_night * night_h(shifts) if at_night else 0.0
        for shift in shifts:
            days = {shift.start.date(), shift.end.date()}
            share = {day: day_share(week.contract, day, week.holidays) for day in days}
            if any(share.values()):
                premium += sum(h * share[day] for day, h in paid_by_day((shift,)))
        return week.contract.cost_eur_h * premium

    def lawful(self, agent: str, shifts: tuple[Shift, ...]) -> bool:
        """Whether the new week breaks nothing that the old one did not; read no further than the first breach.

        The rule that refused last is asked first: a change is most often refused for the reason of the one before it,
        and rules that look back over months have their say on the few that no other refuses.
        """
        key = agent, id(shifts)
        if key not in self._verdicts:
            self._verdicts[key] = shifts, self._keeps(agent, shifts)  # the shifts are held: no other gets their id
        return self._verdicts[key][1]

    def _keeps(self, agent: str, shifts: tuple[Shift, ...]) -> bool:
        old = self.weeks[agent]
        new, readers = replace(old, shifts=shifts), self._readers_of(old.contract)
        for i, read in enumerate(readers):
            found = set(read(new))
            if found and not found <= set(read(old)):
                readers.insert(0, readers.pop(i))
                return False
        return True

    def may(self, change: Change) -> bool:
        """Whether the change is lawful and puts nobody on a queue of calls while it is closed."""
        week = self.weeks[change.agent]
        new, old = other_shifts(change.shifts, week.shifts)
        if self._closed_s(new) > self._closed_s(old) + A_SECOND:
            return False
        return self.lawful(change.agent, change.shifts)

    def _closed_s(self, shifts: tuple[Shift, ...]) -> float:
        """Seconds on live queues while they are closed."""
        live = {queue for queue in self.needs if kind_of(self.centre.queue(queue).kind).live}
        segments = (s for shift in shifts for s in shift.segments if s.activity in live)
        return sum(self.needs[s.activity].closed_s(*s.span_s) for s in segments)

    def _readers_of(self, contract: Contract) -> list[Reader]:
        if contract.name not in self._readers:
            rules, promises = readers_of(contract, self.centre)
            self._readers[contract.name] = [*promises, *rules]
        return self._readers[contract.name]

    def after(self, change: Change) -> Reading:
        """The reading of the roster with the change made; only what the change touches is read again."""
        _, added = self.effect(change.agent, change.shifts)
        new = copy.copy(self)
        new._anew, new.asked, new._most = self._anew | {change.agent}, {}, None
        new._verdicts = {}
        new.weeks = self.weeks | {change.agent: replace(self.weeks[change.agent], shifts=change.shifts)}
        new.needs = after(self.needs, added.agents)
        new.promised = after(self.promised, added.people)
        new._paid_h = {agent: paid for agent, paid in self._paid_h.items() if agent != change.agent}
        new._goal_eur = {agent: eur for agent, eur in self._goal_eur.items() if agent != change.agent}
        return new

    @property
    def shortage_h(self) -> float:
        """Agent-hours missing."""
        until_s = self.midnight.timestamp()
        missing = sum(float(need.missing[need.starts_s < until_s].sum()) for need in self.needs.values())
        return missing * self.requirement.grid.interval_h


def other_shifts(one: tuple[Shift, ...], two: tuple[Shift, ...]) -> tuple[tuple[Shift, ...], tuple[Shift, ...]]:
    """Shifts of each that are not the other's very own: a change hands on those that it leaves alone."""
    ones, twos = {id(s) for s in one}, {id(s) for s in two}
    return tuple(s for s in one if id(s) not in twos), tuple(s for s in two if id(s) not in ones)


def changes_at(reading: Reading, queue: str, moment: pd.Timestamp) -> list[Change]:
    """Lawful changes that put one more qualified agent on ``queue`` in the interval of ``moment``, best first.

    One agent gives at most one change of each kind.
    """
    found: dict[tuple[str, str], Change] = {}
    for change in _priced(reading, queue, moment):
        key = change.agent, change.kind
        if key not in found and reading.may(change):
            found[key] = change
    return sorted(found.values(), key=_order)


def best_change_at(
    reading: Reading, queue: str, moment: pd.Timestamp, weigh: Callable[[Change], float], *, dear: bool = True
) -> Change | None:
    """The lawful change there with the least weight, where ``weigh`` gives any below 0; None where there is none.
    Unless ``dear``, extra shifts that cost more than all they could save are left aside.

    Reading the law takes longest, so it is asked last and no further than the first that keeps it.
    """
    weighed = [
        (weigh(change), *_order(change), i, change) for i, change in enumerate(_priced(reading, queue, moment, dear))
    ]
    for *_, change in sorted(row for row in weighed if row[0] < 0):
        if reading.may(change):
            return change
    return None


def _order(change: Change) -> tuple[float, str, str]:
    return change.eur, change.agent, change.kind


def _priced(reading: Reading, queue: str, moment: pd.Timestamp, dear: bool = True) -> list[Change]:
    """Changes that cover the interval of ``moment``, lawful or not, best first."""
    if (queue, moment, dear) not in reading.asked:
        reading.asked[queue, moment, dear] = _priced_anew(reading, queue, moment, dear)
    return reading.asked[queue, moment, dear]


def _priced_anew(reading: Reading, queue: str, moment: pd.Timestamp, dear: bool) -> list[Change]:
    at, grid = reading.slot(queue, moment), reading.requirement.grid
    start = pd.Timestamp(reading.needs[queue].starts_s[at], unit="s", tz="UTC").tz_convert(grid.tz)
    span = start, start + pd.Timedelta(minutes=grid.interval_min)
    found = []
    for agent, week in reading.weeks.items():
        if not week.agent.serves(queue) or start.date() in week.absent:
            continue
        for kind, idea in ideas(reading, week, queue, span, dear):
            shifts = tuple(sorted(idea, key=lambda shift: shift.start))
            eur, added = reading.effect(agent, shifts)
            covers = added.agents.get(queue, {}).get(at, 0.0)
            if covers > 0:
                new, old = other_shifts(shifts, week.shifts)
                found.append(Change(kind, agent, queue, moment, shifts, eur, covers, paid_h(new) - paid_h(old)))
    return sorted(found, key=_order)
