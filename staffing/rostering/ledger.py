"""The fairness ledger: what each agent had of late shifts and Saturdays, and which wishes were granted.

Kept over past published weeks and carried from one to the next; the engine makes dearer what somebody had more of, so
that over the weeks burdens and refusals go round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.hours import account_after_h
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift
from staffing.rostering.team import Agent, Ledger
from staffing.rostering.worked import absent_days, shifts_by_agent

WEEKS = 12
SATURDAY = 5


@dataclass(frozen=True)
class Asked:
    """Wishes of one agent in one week: how many, and how many of them granted."""

    agent: str
    asked: int
    granted: int


def wishes_of(agent: Agent, shifts: tuple[Shift, ...], centre: Centre, week: Week) -> Asked:
    """Wishes that the week could refuse. Each day off asked for on a day the centre is open for the agent, who is not
    away, is one; no late shift and no Saturday are one each."""
    wishes, goals = agent.wishes, centre.goals
    there = set(week.days) - absent_days(agent, centre, week)
    open_days = {d for d in there if any(q.opening.on(d) for q in centre.queues if agent.serves(q.name))}
    worked = {shift.start.date() for shift in shifts}
    days = {d for d in open_days if d in wishes.days_off or d.weekday() in wishes.weekdays_off}
    asked, granted = len(days), len(days - worked)
    if wishes.avoid_late and open_days:
        asked += 1
        granted += not any(is_late(shift, goals.late_after_min) for shift in shifts)
    if wishes.avoid_saturday and any(d.weekday() == SATURDAY for d in open_days):
        asked += 1
        granted += not any(d.weekday() == SATURDAY for d in worked)
    return Asked(agent.id, asked, granted)


def is_late(shift: Shift, after_min: int) -> bool:
    """Whether the shift ends after that clock minute of the day on which it begins."""
    days = (shift.end.date() - shift.start.date()).days
    return DAY_MIN * days + 60 * shift.end.hour + shift.end.minute > after_min


def ledgers_after(roster: Roster, centre: Centre) -> tuple[Ledger, ...]:
    """Everybody's ledger once ``roster`` is published: a week more for who works in it, and what it brought."""
    shifts, found = shifts_by_agent(roster.frame), []
    old = {ledger.agent: ledger for ledger in centre.team.ledgers}
    for agent in centre.team.agents:
        mine = shifts.get(agent.id, ())
        wishes = wishes_of(agent, mine, centre, roster.week)
        ledger = _with_week(old.get(agent.id, Ledger(agent.id)), mine, wishes, centre)
        moved = account_after_h(agent, paid_h(mine), centre, roster.week)
        found.append(replace(ledger, account_h=ledger.account_h + moved))
    return tuple(found)


def ledgers_before(centre: Centre, week: Week) -> tuple[Ledger, ...]:
    """The ledgers told; for agents without one, counted from the past roster of the ``WEEKS`` weeks before ``week``."""
    old = {ledger.agent: ledger for ledger in centre.team.ledgers}
    past = {} if centre.team.past is None else shifts_by_agent(centre.team.past)
    found = []
    for agent in centre.team.agents:
        ledger = old.get(agent.id, Ledger(agent.id))
        if agent.id not in old:
            for before in (week.plus(-i) for i in range(WEEKS, 0, -1)):
                mine = tuple(s for s in past.get(agent.id, ()) if s.start.date() in before.days)
                ledger = _with_week(ledger, mine, Asked(agent.id, 0, 0), centre)
                if mine:
                    moved = account_after_h(agent, paid_h(mine), centre, before)
                    ledger = replace(ledger, account_h=ledger.account_h + moved)
        found.append(ledger)
    return tuple(ledger for ledger in found if ledger.weeks or ledger.agent in old)


def week_by_week(roster: Roster, centre: Centre) -> dict[Week, tuple[Ledger, ...]]:
    """What each agent had in every week of the past roster (the last ``WEEKS``, those with a shift) and in ``roster``,
    oldest first: one ledger an agent and week, empty where they did not work. Wishes are those the team tells now."""
    past = {} if centre.team.past is None else shifts_by_agent(centre.team.past)
    found = {}
    for week in (roster.week.plus(-i) for i in range(WEEKS, 0, -1)):
        mine = {agent: tuple(s for s in shifts if s.start.date() in week.days) for agent, shifts in past.items()}
        if any(mine.values()):
            found[week] = mine
    found[roster.week] = shifts_by_agent(roster.frame)
    return {
        week: tuple(
            _with_week(Ledger(a.id), mine[a.id], wishes_of(a, mine[a.id], centre, week), centre)
            if mine.get(a.id)
            else Ledger(a.id)
            for a in centre.team.agents
        )
        for week, mine in found.items()
    }


def summed(ledgers: Iterable[Ledger]) -> Ledger:
    """Several weeks of one agent together; ValueError when they are of several agents."""
    every = tuple(ledgers)
    (agent,) = {ledger.agent for ledger in every}
    counts = ("weeks", "late_shifts", "saturdays", "wishes_asked", "wishes_granted")
    return Ledger(agent, *(sum(getattr(ledger, count) for ledger in every) for count in counts))


def _with_week(ledger: Ledger, shifts: tuple[Shift, ...], wishes: Asked, centre: Centre) -> Ledger:
    return replace(
        ledger,
        weeks=ledger.weeks + bool(shifts),
        late_shifts=ledger.late_shifts + sum(is_late(shift, centre.goals.late_after_min) for shift in shifts),
        saturdays=ledger.saturdays + any(shift.start.weekday() == SATURDAY for shift in shifts),
        wishes_asked=ledger.wishes_asked + wishes.asked,
        wishes_granted=ledger.wishes_granted + wishes.granted,
    )


def refusal_weight(ledger: Ledger | None) -> float:
    """One, and up to one more for whom more wishes were refused: 1 + refused / asked.

    >>> refusal_weight(Ledger("a", wishes_asked=4, wishes_granted=1))
    1.75
    """
    if ledger is None or not ledger.wishes_asked:
        return 1.0
    return 2.0 - min(ledger.wishes_granted, ledger.wishes_asked) / ledger.wishes_asked


def spread(ledgers: Iterable[Ledger]) -> dict[str, tuple[float, float]]:
    """(least, most) a week worked of late shifts and Saturdays, and of the share of wishes granted, over agents who
    have any to show."""
    found: dict[str, tuple[float, float]] = {}
    worked = [ledger for ledger in ledgers if ledger.weeks]
    asked = [ledger for ledger in worked if ledger.wishes_asked]
    for name, rates in (
        ("late_shifts", [ledger.late_shifts / ledger.weeks for ledger in worked]),
        ("saturdays", [ledger.saturdays / ledger.weeks for ledger in worked]),
        ("wishes_granted", [ledger.wishes_granted / ledger.wishes_asked for ledger in asked]),
    ):
        if rates:
            found[name] = (min(rates), max(rates))
    return found
