"""The fairness ledger: what each agent had of late shifts and Saturdays, and which wishes were granted.

Kept over past published weeks and carried from one to the next; the engine makes dearer what somebody had more of, so
that over the weeks burdens and refusals go round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.hours import account_before_h, account_moved_h
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift
from staffing.rostering.team import Agent, Ledger
from staffing.rostering.worked import absent_days, earlier_shifts, shifts_by_agent

WEEKS = 12
"""Of burdens: what was longer ago weighs on nobody any more."""
YEAR_WEEKS = 52
"""Of hours: an account is settled within a year (Code du travail L3121-44), and no rule looks further back."""
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
        moved = account_moved_h(agent, paid_h(mine), centre, roster.week)
        found.append(replace(ledger, account_h=ledger.account_h + moved))
    return tuple(found)


def accounts_h(roster: Roster, centre: Centre) -> dict[str, tuple[float, float]]:
    """The hours account of each agent whose contract keeps one, before the week of ``roster`` and after it."""
    keeping = {agent.id: agent for agent in centre.team.agents if centre.team.contract(agent.contract).account_h > 0}
    after = {ledger.agent: ledger.account_h for ledger in ledgers_after(roster, centre)} if keeping else {}
    return {id: (account_before_h(agent, centre), after[id]) for id, agent in keeping.items()}


def ledgers_before(centre: Centre, week: Week) -> tuple[Ledger, ...]:
    """The ledgers told; for agents without one, counted from the past roster of the weeks before ``week``."""
    told = {ledger.agent for ledger in centre.team.ledgers}
    fresh = [Ledger(agent.id) for agent in centre.team.agents if agent.id not in told]
    weeks = weeks_of(earlier_shifts(centre.team.past), [week.plus(-i) for i in range(YEAR_WEEKS, 0, -1)])
    new = (ledger for ledger in counted(fresh, weeks, centre, week) if ledger != Ledger(ledger.agent))
    found = {ledger.agent: ledger for ledger in (*centre.team.ledgers, *new)}
    return tuple(found[agent.id] for agent in centre.team.agents if agent.id in found)


Worked = Mapping[str, tuple[Shift, ...]]
"""The shifts of one week, by agent."""


def weeks_of(shifts: Worked, weeks: Iterable[Week]) -> dict[Week, Worked]:
    """The shifts that begin in each of ``weeks``; without those in which nobody works."""
    mondays = {week.monday: week for week in weeks}
    found: dict[Week, dict[str, list[Shift]]] = {week: {} for week in mondays.values()}
    for agent, mine in shifts.items():
        for shift in mine:
            day = shift.start.date()
            week = mondays.get(day - dt.timedelta(days=day.weekday()))
            if week is not None:
                found[week].setdefault(agent, []).append(shift)
    return {week: {agent: tuple(s) for agent, s in mine.items()} for week, mine in found.items() if mine}


def counted(
    ledgers: Iterable[Ledger],
    weeks: Mapping[Week, Worked],
    centre: Centre,
    before: Week,
    *,
    owed_h: Mapping[Week, Mapping[str, float]] | None = None,
) -> tuple[Ledger, ...]:
    """These ledgers after ``weeks``, oldest first: late shifts and Saturdays of the last ``WEEKS`` weeks ``before``
    that one, the hours account of all of them.

    ``owed_h`` are the hours that each agent owed in a week, as was known then; who is not named was not in the team.
    Of a week of which it says nothing the centre tells, for who works in it.
    """
    found, team = {ledger.agent: ledger for ledger in ledgers}, centre.team
    keeping = {agent.id: agent for agent in team.agents if team.contract(agent.contract).account_h > 0}
    for week, shifts in weeks.items():
        then = replace(centre, team=replace(team, ledgers=tuple(found.values())))
        owed: Mapping[str, float | None] = (owed_h or {}).get(week, dict.fromkeys(shifts))
        for agent, ledger in found.items():
            mine = shifts.get(agent, ())
            if week.monday >= before.plus(-WEEKS).monday:
                ledger = _with_week(ledger, mine, Asked(agent, 0, 0), centre)
            if agent in keeping and agent in owed:
                moved = account_moved_h(keeping[agent], paid_h(mine), then, week, owed=owed[agent])
                ledger = replace(ledger, account_h=ledger.account_h + moved)
            found[agent] = ledger
    return tuple(found.values())


def week_by_week(roster: Roster, centre: Centre) -> dict[Week, tuple[Ledger, ...]]:
    """What each agent had in every week of the past roster (the last ``WEEKS``, those with a shift) and in ``roster``,
    oldest first: one ledger an agent and week, empty where they did not work. Wishes are those the team tells now."""
    found = weeks_of(earlier_shifts(centre.team.past), [roster.week.plus(-i) for i in range(WEEKS, 0, -1)])
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
