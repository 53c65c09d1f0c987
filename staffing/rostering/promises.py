"""What a roster owes the people in it beside the law: absences, skills, availability, contract, what was locked.

Each reader is a function of one worked week; a new promise is one more function in ``PROMISES``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import pairwise

import pandas as pd

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.hours import usual_h
from staffing.rostering.premiums import NIGHT_FROM_MIN, NIGHT_TO_MIN
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.reading import at_clock, by_day, hours
from staffing.rostering.rules.rule import Breach, Shift, WorkedWeek
from staffing.rostering.team import WHOLE_DAY
from staffing.rostering.worked import shift_starts


def paid_h(shifts: tuple[Shift, ...]) -> float:
    """Hours paid: all but the meals."""
    return sum(s.seconds for shift in shifts for s in shift.segments if s.activity != MEAL) / 3600


def paid_by_day(shifts: tuple[Shift, ...]) -> Iterator[tuple[dt.date, float]]:
    """Hours paid on each civil day, from midnight to midnight; a day may come more than once."""
    for shift in shifts:
        first, last = shift.start.date(), last_day(shift)
        if first == last:
            yield first, paid_h((shift,))
            continue
        for day in (first + dt.timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            low, high = at_clock(shift.start, day), at_clock(shift.start, day, DAY_MIN)
            inside = (min(s.end, high) - max(s.start, low) for s in shift.segments if s.activity != MEAL)
            yield day, sum(max(0.0, span.total_seconds()) for span in inside) / 3600


def night_h(shifts: tuple[Shift, ...]) -> float:
    """Hours paid between 21:30 and 6:30 by the clock, all but the meals."""
    spent = 0.0
    for shift in shifts:
        if _by_day(shift):
            continue
        for ahead in (-1, 0, 1):
            evening = shift.start.date() + dt.timedelta(days=ahead)
            low, high = (at_clock(shift.start, evening, m) for m in (NIGHT_FROM_MIN, DAY_MIN + NIGHT_TO_MIN))
            inside = (min(s.end, high) - max(s.start, low) for s in shift.segments if s.activity != MEAL)
            spent += sum(max(0.0, span.total_seconds()) for span in inside) / 3600
    return spent


def _by_day(shift: Shift) -> bool:
    """Whether the shift lies outside the night, as most do: told from its clock times alone."""
    start, end = shift.start, shift.end
    low, high = 60 * start.hour + start.minute, 60 * end.hour + end.minute + (end.second > 0)
    return start.date() == end.date() and low >= NIGHT_TO_MIN and high <= NIGHT_FROM_MIN


def overlap(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Nobody is in two places at once."""
    for shift in week.shifts:
        for one, two in pairwise(shift.segments):
            if two.start < one.end:
                found = f"{two.activity} from {two.start:%H:%M}, {one.activity} until {one.end:%H:%M}"
                yield Breach("overlap", week.agent.id, two.start, found, "one activity at a time", "roster")


def absence(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Who is away does not work; who left in the middle of a day worked until then, who comes late from then on."""
    for shift in week.shifts:
        for day in sorted({shift.start.date(), last_day(shift)} & week.absent):
            mine = [a for a in centre.team.absences if a.agent == week.agent.id and a.covers(day)]
            if mine and not any(_works_in(shift, day, *a.span_min(day)) for a in mine):
                continue
            yield Breach("absence", week.agent.id, shift.start, f"works on {day}", "away that day", "absences")


def _works_in(shift: Shift, day: dt.date, from_min: int, until_min: int) -> bool:
    """Whether a shift reaches between these minutes of the clock; of a whole day, in any way: nobody works into it."""
    if (from_min, until_min) == WHOLE_DAY:
        return True
    return shift.start < at_clock(shift.start, day, until_min) and at_clock(shift.start, day, from_min) < shift.end


def last_day(shift: Shift) -> dt.date:
    """The civil day on which it ends."""
    return (shift.end - dt.timedelta(microseconds=1)).date()


def skill(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Who serves a queue has its skill."""
    queues = {q.name for q in centre.queues}
    for shift in week.shifts:
        for s in shift.segments:
            if s.activity in queues and not week.agent.serves(s.activity):
                yield Breach("skill", week.agent.id, s.start, f"serves {s.activity}", "a skill the agent has", "agents")


def availability(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Shifts lie inside the hours the agent gave, if any."""
    spans = week.agent.presences
    if not spans:
        return
    for shift in week.shifts:
        day = shift.start.date()
        low = shift.start.hour * 60 + shift.start.minute
        high = shift.end.hour * 60 + shift.end.minute + DAY_MIN * (shift.end.date() - day).days
        if not any(a.weekday == day.weekday() and a.from_min <= low and high <= a.to_min for a in spans):
            found = f"{shift.start:%a %H:%M} to {shift.end:%H:%M}"
            yield Breach("availability", week.agent.id, shift.start, found, "the agent's available hours", "agents")


def contract_hours(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Nobody works more than the hours owed, what the contract lets a week move, and its overtime (one shift step of
    rounding). Hours owed and not rostered are paid all the same: they show in the hours table, not here."""
    contract, (_, usual) = week.contract, usual_h(week.agent, centre, Week.of(week.days[0]))
    most = usual + contract.overtime_max_h
    paid = paid_h(week.shifts)
    if paid >= most + contract.shift_step_min / 60:
        yield Breach(
            "contract_hours", week.agent.id, None, f"{paid:g} h paid", f"{most:g} h", f"contract {contract.name}"
        )


def contract_days(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Nobody works on more days of a week than the contract has."""
    contract, days = week.contract, len(by_day(week))
    if days > contract.max_days:
        limit = f"{contract.max_days} days"
        yield Breach("contract_days", week.agent.id, None, f"{days} days", limit, f"contract {contract.name}")


def contract_shift(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """A day's work is as long as the contract's shifts are, by the clock: a night in which the clocks change is neither
    short nor long. Two sequences of a day count together; who leaves ill, also past midnight, has worked what
    they have."""
    shortest, most = week.contract.shift_paid_min
    for day, shifts in by_day(week).items():
        left_ill = week.absent & {day, shifts[-1].end.date()}
        worked, least = sum(_clock_paid_min(shift) for shift in shifts), 0 if left_ill else shortest
        if not least <= worked <= most:
            limit = f"{hours(least)} at least" if worked < least else hours(most)
            found, article = f"{hours(worked)} in a day", f"contract {week.contract.name}"
            yield Breach("contract_shift", week.agent.id, shifts[0].start, found, limit, article)


def contract_meal(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """A shift as long as the contract's shifts with a meal has one. Said where the law's own pause is kept, else that
    tells it; who leaves ill has worked what they have."""
    contract = week.contract
    if not contract.meal_min:
        return
    for shift in week.shifts:
        worked, left_ill = _clock_paid_min(shift), week.absent & {shift.start.date(), shift.end.date()}
        if worked < contract.meal_from_h * 60 or left_ill or any(s.activity == MEAL for s in shift.segments):
            continue
        pauses = (rule for rule in rules_for(contract) if rule.key == "pause")
        if not any(shift.start <= b.start < shift.end for rule in pauses for b in rule.breaches(week) if b.start):
            found, limit = f"{hours(worked)} without a meal", f"a meal from {contract.meal_from_h:g} h"
            yield Breach("contract_meal", week.agent.id, shift.start, found, limit, f"contract {contract.name}")


def _clock_paid_min(shift: Shift) -> float:
    """Minutes paid, as the clock on the wall counts them."""
    span = shift.end.replace(tzinfo=None) - shift.start.replace(tzinfo=None)
    return (span.total_seconds() - sum(s.seconds for s in shift.segments if s.activity == MEAL)) / 60


def locked(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """What was locked stands, but for what an absence takes out of it."""
    stand = {(s.start, s.end, s.activity) for shift in week.shifts for s in shift.segments}
    rows = centre.team.locked
    if rows is None:
        return
    monday, after = (centre.grid.at(d, 0) for d in (week.days[0], week.days[6] + dt.timedelta(days=1)))
    mine = rows[rows["agent"] == week.agent.id]
    starts = shift_starts(mine)
    mine, starts = mine[(starts >= monday) & (starts < after)], starts[(starts >= monday) & (starts < after)]
    shift_ends = mine["end"].groupby(starts).transform("max")
    for first, last, start, end, activity in zip(
        starts, shift_ends, mine["start"], mine["end"], mine["activity"], strict=True
    ):
        if (start, end, activity) not in stand and not _taken(
            week.agent.id, centre, (first, last), (start, end, activity)
        ):
            limit = f"{activity} until {end:%H:%M}, locked"
            yield Breach("locked", week.agent.id, start, "not in the roster", limit, "locked")


def _taken(
    agent: str, centre: Centre, shift: tuple[pd.Timestamp, pd.Timestamp], part: tuple[pd.Timestamp, pd.Timestamp, str]
) -> bool:
    """Whether an absence takes that part out of a shift: all of it where one of its days is absent whole, and its rests
    in any case, for nobody rests where their work ends or begins."""
    (first, last), (start, end, activity) = shift, part
    for a in (a for a in centre.team.absences if a.agent == agent):
        for day in {first.date(), (last - dt.timedelta(microseconds=1)).date()}:
            if not a.covers(day):
                continue
            low, high = (at_clock(first, day, minute) for minute in a.span_min(day))
            high = last if a.span_min(day)[1] == DAY_MIN else high
            touched = low < last and first < high
            if a.whole(day) or (start < high and low < end) or (touched and activity in (MEAL, BREAK)):
                return True
    return False


def commitment(week: WorkedWeek, centre: Centre) -> Iterator[Breach]:
    """Nobody works on something else during a meeting or training that has its hour."""
    for c in centre.team.commitments:
        if c.agent != week.agent.id or c.start is None:
            continue
        end = c.start + pd.Timedelta(minutes=c.minutes)
        for shift in week.shifts:
            for s in shift.segments:
                if s.start < end and c.start < s.end and s.activity != c.activity:
                    yield Breach("commitment", week.agent.id, s.start, s.activity, c.activity, "commitments")


PROMISES: tuple[Callable[[WorkedWeek, Centre], Iterator[Breach]], ...] = (
    overlap, absence, skill, availability, contract_hours, contract_days, contract_shift, contract_meal, locked,
    commitment,
)  # fmt: skip


def unknown_agents(roster: Roster, centre: Centre) -> Iterator[Breach]:
    """Everybody in the roster is in the team."""
    known = {agent.id for agent in centre.team.agents}
    for name in sorted(set(roster.frame["agent"]) - known):
        yield Breach("unknown_agent", name, None, "in the roster", "an agent of the team", "agents")
