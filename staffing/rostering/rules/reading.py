"""How ``breaches`` reads a finished week: elapsed minutes between instants, days as people live them.

Nothing here is known to the engine's side of a rule.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pandas as pd

from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek


def minutes(start: dt.datetime, end: dt.datetime) -> float:
    """Elapsed minutes, right over a clock change."""
    return (end.timestamp() - start.timestamp()) / 60


def paid_min(shifts: Iterable[Shift]) -> float:
    """Minutes of all segments but meals."""
    return sum(s.seconds for shift in shifts for s in shift.segments if s.activity != MEAL) / 60


def by_day(week: WorkedWeek) -> dict[dt.date, list[Shift]]:
    """Shifts by the civil day on which they begin."""
    days: dict[dt.date, list[Shift]] = {}
    for shift in week.shifts:
        days.setdefault(shift.start.date(), []).append(shift)
    return days


def on_each_day(week: WorkedWeek) -> dict[dt.date, list[Shift]]:
    """Shifts by every civil day that they touch: a night stands under two."""
    days: dict[dt.date, list[Shift]] = {}
    for shift in week.shifts:
        last = (shift.end - dt.timedelta(microseconds=1)).date()
        for ahead in range((last - shift.start.date()).days + 1):
            days.setdefault(shift.start.date() + dt.timedelta(days=ahead), []).append(shift)
    return days


def pauses(shift: Shift) -> list[Segment]:
    """Meals and breaks, in order."""
    return [s for s in shift.segments if s.activity in (MEAL, BREAK)]


def stretches(shift: Shift, at_least_min: float) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Spans between pauses of ``at_least_min`` minutes and more; shorter pauses do not interrupt."""
    start = shift.start
    for pause in pauses(shift):
        if minutes(pause.start, pause.end) >= at_least_min:
            yield start, pause.start
            start = pause.end
    yield start, shift.end


def at_clock(like: dt.datetime, day: dt.date, minute: int = 0) -> pd.Timestamp:
    """The instant of clock time ``minute`` of ``day`` (past 1440: the next day), in the zone of ``like``."""
    return _instant(day, minute, like.tzinfo)


@lru_cache(maxsize=4096)
def _instant(day: dt.date, minute: int, zone: dt.tzinfo | None) -> pd.Timestamp:
    clock = pd.Timestamp(day) + pd.Timedelta(minutes=minute)
    return clock.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


def hours(span_min: float) -> str:
    """Minutes as people write them.

    >>> hours(605)
    '10 h 05'
    """
    return f"{int(span_min // 60)} h {round(span_min % 60):02d}"


def weeks_before(week: WorkedWeek, count: int) -> list[Shift]:
    """Past shifts that begin in the ``count`` civil weeks before this one."""
    first = week.days[0] - dt.timedelta(weeks=count)
    return list(week.past[bisect_left(week.past, first, key=lambda shift: shift.start.date()) :])
