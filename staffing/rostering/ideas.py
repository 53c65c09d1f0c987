"""Weeks in which one agent serves a queue at an instant and did not: all that is worth asking the law and the price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from forecasts.grid import DAY_MIN
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.reading import at_clock
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek

if TYPE_CHECKING:
    from staffing.rostering.changes import Reading

MOVES = {MEAL: "move_meal", BREAK: "move_break"}
EDGE_S = 3600
STEPS_S = tuple(900 * quarter for quarter in range(-8, 9) if quarter)
"""How far a meal or a break may be moved."""
Idea = tuple[str, tuple[Shift, ...]]
Span = tuple[pd.Timestamp, pd.Timestamp]


def paint(shift: Shift, start: dt.datetime, end: dt.datetime, activity: str) -> Shift:
    """The shift with [start, end), inside it or touching it, spent on ``activity``; equal neighbours joined."""
    pieces = [Segment(start, end, activity)]
    for s in shift.segments:
        if s.end <= start or end <= s.start:
            pieces.append(s)  # as it was, the very same: what is the same need not be counted
        else:
            pieces += [Segment(s.start, start, s.activity), Segment(end, s.end, s.activity)]
    joined: list[Segment] = []
    for piece in sorted((p for p in pieces if p.start < p.end), key=lambda p: p.start):
        if joined and joined[-1].end == piece.start and joined[-1].activity == piece.activity:
            joined[-1] = Segment(joined[-1].start, piece.end, piece.activity)
        else:
            joined.append(piece)
    return Shift(tuple(joined))


def ideas(reading: Reading, week: WorkedWeek, queue: str, span: Span, dear: bool) -> Iterator[Idea]:
    """Weeks in which the agent serves ``queue`` during ``span``, lawful or not."""
    start = span[0]
    today = [shift for shift in week.shifts if shift.start.date() == start.date()]
    if not today:
        yield from (("extra_shift", (*week.shifts, extra)) for extra in _copies(reading, week, queue, span, dear))
    for shift in today:
        others = tuple(s for s in week.shifts if s is not shift)
        for kind, new in _same_day(reading, week, shift, queue, span):
            yield kind, (*others, new)


def _same_day(reading: Reading, week: WorkedWeek, shift: Shift, queue: str, span: Span) -> Iterator[tuple[str, Shift]]:
    start, end = span
    doing = [s for s in shift.segments if s.start < end and start < s.end]
    if shift.end <= start or end <= shift.start:
        low, high = (shift.end, end) if shift.end <= start else (start, shift.start)
        if high - low <= pd.Timedelta(hours=2):
            yield "extend", paint(shift, low, high, queue)
    elif any(s.activity in reading.needs and s.activity != queue for s in doing):
        new = shift
        for s in doing:
            if s.activity in reading.needs:
                new = paint(new, max(s.start, start), min(s.end, end), queue)
        yield "switch", new
    for s in doing:
        kind = MOVES.get(s.activity, "move_activity")
        if s.activity in MOVES or s.activity in reading.floating(week):
            yield from ((kind, new) for new in _moved(reading, shift, s, queue, span))


def _moved(reading: Reading, shift: Shift, rest: Segment, queue: str, span: Span) -> Iterator[Shift]:
    """The shift with ``rest`` elsewhere, up to two hours earlier or later, in steps of fifteen minutes, an hour off
    both ends of the shift and apart from other rests."""
    freed = paint(shift, rest.start, rest.end, queue)
    working = [s.span_s for s in freed.segments if s.activity in reading.needs]
    rests = [s.span_s for s in freed.segments if s.activity in MOVES] if rest.activity in MOVES else []
    first, last = shift.segments[0].span_s[0] + EDGE_S, shift.segments[-1].span_s[1] - EDGE_S
    begins, ends = rest.span_s
    asked = span[0].timestamp(), span[1].timestamp()
    for step in STEPS_S:  # in seconds: instants are made only of what fits
        low, high = begins + step, ends + step
        if low < first or high > last or (low < asked[1] and asked[0] < high):
            continue
        if any(low <= b and a <= high for a, b in rests):  # one long rest, and none where it was
            continue
        if sum(max(0.0, min(b, high) - max(a, low)) for a, b in working) == ends - begins:
            later = pd.Timedelta(seconds=step)
            yield paint(freed, rest.start + later, rest.end + later, rest.activity)


def _copies(reading: Reading, week: WorkedWeek, queue: str, span: Span, dear: bool) -> Iterator[Shift]:
    """The agent's other shifts of this week, at the same clock times on the day of ``span``, where they cover it; those
    paid more than they can save only if ``dear``."""
    day, pace = span[0].date(), max((1.0, *(s.proficiency for s in week.agent.skills)))
    for shift in week.shifts:
        first, last = _clock_min(shift, shift.start), _clock_min(shift, shift.end)
        if not first <= 60 * span[0].hour + span[0].minute < last:
            continue
        saved = reading.most_saved_eur(at_clock(span[0], day, first), at_clock(span[0], day, last))
        if not dear and week.contract.cost_eur_h * paid_h((shift,)) > pace * saved:
            continue
        moved = []
        for s in shift.segments:
            low, high = (at_clock(span[0], day, _clock_min(shift, moment)) for moment in (s.start, s.end))
            on = s.activity in reading.needs and low < span[1] and span[0] < high
            moved.append(Segment(low, high, queue if on else s.activity))
        new = Shift(tuple(moved))
        if new.start <= span[0] and span[1] <= new.end:
            yield new


def _clock_min(shift: Shift, moment: dt.datetime) -> int:
    """Clock minutes since the midnight before the shift."""
    return DAY_MIN * (moment.date() - shift.start.date()).days + 60 * moment.hour + moment.minute
