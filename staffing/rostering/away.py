"""Absences noted on a roster that stands: what they take out of it, and the hours they are credited with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from forecasts.grid import DAY_MIN, Week
from staffing.rostering.hours import credit_counts
from staffing.rostering.promises import last_day, paid_h
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.reading import at_clock
from staffing.rostering.rules.rule import Segment, Shift
from staffing.rostering.team import Absence
from staffing.rostering.worked import shifts_by_agent

Shifts = Mapping[str, Sequence[Shift]]
"""The shifts of each agent."""


def without(roster: Roster, absences: Sequence[Absence], now: pd.Timestamp | None = None) -> Roster:
    """The roster without the hours of its shifts that fall into an absence; a shift that touches a day of whole absence
    goes, but for what was worked of it before that day by ``now``."""
    frame = roster.frame.reset_index(drop=True)
    away = frame["agent"].isin({absence.agent for absence in absences})
    left = [
        (agent, s.start, s.end, s.activity)
        for agent, shifts in shifts_by_agent(frame[away]).items()
        for shift in shifts
        for s in _left(shift, [a for a in absences if a.agent == agent], now)
    ]
    kept = pd.DataFrame(left, columns=["agent", "start", "end", "activity"]).astype(frame.dtypes)
    frame = pd.concat([frame[~away], kept]) if left else frame[~away]
    return replace(roster, frame=frame.sort_values(["agent", "start"]).reset_index(drop=True), proof=None)


def from_day(absences: Sequence[Absence], day: dt.date) -> Iterator[Absence]:
    """The absences as far as they lie on that day and after."""
    for absence in absences:
        if absence.first >= day:
            yield absence
        elif absence.last >= day:
            yield replace(absence, first=day, from_min=0)


def since_now(absences: Sequence[Absence], shifts: Shifts, now: pd.Timestamp) -> Iterator[Absence]:
    """The absences of who is at work ``now`` begin then at the earliest: what was worked stands."""
    for absence in from_day(absences, now.date()):
        here = (s for s in shifts.get(absence.agent, ()) if s.start < now and now.date() in _touched(s, absence))
        minute = 60 * now.hour + now.minute
        yield replace(absence, from_min=max(absence.from_min, minute)) if any(here) else absence


def credited(
    absences: Sequence[Absence], planned: Shifts, stands: Shifts, week: Week, *, now: pd.Timestamp | None = None
) -> Iterator[Absence]:
    """The absences of the week, one a day and from ``now`` on, each credited with the paid hours that it took: those
    ``planned`` that day of which ``stands`` holds no more, none on a day off. A credit that is told stays.

    Hours lost to an illness are not made up for (Code du travail L3121-50), and a day off was never owed.
    """
    for absence in absences:
        for day in week.days:
            if not absence.covers(day) or (now is not None and day < now.date()):
                continue
            left = _on(stands, absence, day)
            if absence.credit_h is None:
                credit_h = max(0.0, paid_h(_on(planned, absence, day)) - paid_h(left))
            else:
                credit_h = absence.credit_h if credit_counts(absence, day) else 0.0
            yield Absence(absence.agent, day, day, credit_h, *absence.span_min(day))


def _on(shifts: Shifts, absence: Absence, day: dt.date) -> tuple[Shift, ...]:
    """The agent's shifts that fall to an absent day: the first that they touch."""
    return tuple(s for s in shifts.get(absence.agent, ()) if day == next(_touched(s, absence), None))


def _touched(shift: Shift, absence: Absence) -> Iterator[dt.date]:
    return (day for day in (shift.start.date(), last_day(shift)) if absence.covers(day))


def _left(shift: Shift, absences: Sequence[Absence], now: pd.Timestamp | None) -> tuple[Segment, ...]:
    """What stands of a shift: all that is worked outside the absences, without a rest where work ends or begins."""
    found = shift.segments
    for absence in absences:
        for day in _touched(shift, absence):
            low, high = _taken(shift, absence, day, now)
            before = tuple(replace(s, end=min(s.end, low)) for s in found if s.start < low)
            after = tuple(replace(s, start=max(s.start, high)) for s in found if high < s.end)
            found = (*_worked_to(before), *_worked_to(after[::-1])[::-1])
    return found


def _taken(shift: Shift, absence: Absence, day: dt.date, now: pd.Timestamp | None) -> tuple[dt.datetime, dt.datetime]:
    """From when to when an absence of that day takes a shift's hours: to its end where the day is not come back to."""
    low, high = (at_clock(shift.start, day, minute) for minute in absence.span_min(day))
    end = shift.end if absence.span_min(day)[1] == DAY_MIN else high
    if not absence.whole(day):
        return low, end
    if now is not None and shift.start.date() < day:  # the evening before is past
        return max(shift.start, min(now, low)), end
    return shift.start, end


def _worked_to(parts: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Without the rests at the end."""
    while parts and parts[-1].activity in (MEAL, BREAK):
        parts = parts[:-1]
    return parts
