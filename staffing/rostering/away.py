"""Absences noted on a roster that stands: what they take out of it, and the hours they are credited with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from forecasts.grid import Week
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
    """The roster without the shifts that touch an absent day. What of them was worked before ``now``, or before the
    clock time from which the agent is away, stands."""
    frame = roster.frame.reset_index(drop=True)
    mine = frame[frame["agent"].isin({absence.agent for absence in absences})]
    left = {
        (agent, s.start): s.end
        for agent, shifts in shifts_by_agent(mine).items()
        for shift in shifts
        for s in _left(shift, [a for a in absences if a.agent == agent], now)
    }
    ends = [left.get(key, key[1]) for key in zip(mine["agent"], mine["start"], strict=True)]
    frame.loc[mine.index, "end"] = pd.Series(ends, mine.index, dtype=frame["end"].dtype)
    return replace(roster, frame=frame[frame["start"] < frame["end"]].reset_index(drop=True), proof=None)


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
            from_min = absence.from_min if day == absence.first else 0
            if now is not None and day == now.date() and left:
                from_min = max(from_min, 60 * now.hour + now.minute)
            yield Absence(absence.agent, day, day, credit_h, from_min)


def _on(shifts: Shifts, absence: Absence, day: dt.date) -> tuple[Shift, ...]:
    """The agent's shifts that fall to an absent day: the first that they touch."""
    return tuple(s for s in shifts.get(absence.agent, ()) if day == next(_touched(s, absence), None))


def _touched(shift: Shift, absence: Absence) -> Iterator[dt.date]:
    return (day for day in (shift.start.date(), last_day(shift)) if absence.covers(day))


def _left(shift: Shift, absences: Sequence[Absence], now: pd.Timestamp | None) -> tuple[Segment, ...]:
    """What stands of a shift: all that was worked until its agent left, without a rest at the end."""
    found = shift.segments
    for absence in absences:
        if not any(_touched(shift, absence)):
            continue
        told = at_clock(shift.start, absence.first, absence.from_min) if absence.from_min else None
        until = max((at for at in (told, now) if at is not None), default=shift.start)
        found = tuple(replace(s, end=min(s.end, until)) for s in found if s.start < until)
        while found and found[-1].end < shift.end and found[-1].activity in (MEAL, BREAK):
            found = found[:-1]
    return found
