"""The week, its intervals and opening hours: the only place that makes timestamps.

Every timestamp is tz-aware. Between two starts there is always ``interval_min`` of *elapsed* time, so a
week has 167, 168 or 169 hours and a day 23, 24 or 25: nothing here multiplies days by 24.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

DAY_MIN = 1440
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week, Monday to Sunday.

    >>> Week.parse("2026-W49").monday
    datetime.date(2026, 11, 30)
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        dt.date.fromisocalendar(self.year, self.number, 1)

    @classmethod
    def parse(cls, text: str) -> Week:
        """Read ``2026-W49``; raises ValueError on anything else."""
        match = re.fullmatch(r"(\d{4})-?W(\d{1,2})", text.strip())
        if match is None:
            raise ValueError(f"a week is written like 2026-W49, got {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> Week:
        """The ISO week that holds ``day``."""
        iso = day.isocalendar()
        return cls(iso.year, iso.week)

    @property
    def monday(self) -> dt.date:
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The seven civil days, Monday first."""
        return tuple(self.monday + dt.timedelta(days=i) for i in range(7))

    def plus(self, weeks: int) -> Week:
        """The week that many weeks later (negative: earlier)."""
        return Week.of(self.monday + dt.timedelta(weeks=weeks))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


@dataclass(frozen=True)
class Grid:
    """A time zone cut into intervals of equal elapsed length, aligned on local midnight.

    ``interval_min`` is 5, 10, 15, 30 or 60.
    """

    tz: str
    interval_min: int

    def __post_init__(self) -> None:
        if self.interval_min not in (5, 10, 15, 30, 60):
            raise ValueError(f"interval_min must be 5, 10, 15, 30 or 60, got {self.interval_min}")
        ZoneInfo(self.tz)

    @property
    def interval_h(self) -> float:
        return self.interval_min / 60

    def at(self, day: dt.date, minute: int) -> pd.Timestamp:
        """The instant of clock time ``minute`` (0..2880, past 1440 is the next day) of civil ``day``.

        A clock time skipped in spring is read as the instant the clock jumps to; one doubled in autumn as the first.
        """
        naive = pd.Timestamp(day) + pd.Timedelta(minutes=minute)
        return naive.tz_localize(self.tz, ambiguous=True, nonexistent="shift_forward")

    def span(self, first: dt.date, last: dt.date) -> pd.DatetimeIndex:
        """Starts of all intervals from civil day ``first`` to ``last``, both included, closed hours too."""
        stop = self.at(last + dt.timedelta(days=1), 0)
        return pd.date_range(self.at(first, 0), stop, freq=f"{self.interval_min}min", inclusive="left", name="start")

    def from_clock(self, clock: pd.DatetimeIndex, second: npt.NDArray[np.bool_] | None = None) -> pd.DatetimeIndex:
        """Instants of naive local clock times; NaT for one that the spring change skips.

        ``second`` marks the times of the doubled autumn hour that mean its second pass; all others mean the first.
        """
        first = np.ones(len(clock), dtype=bool) if second is None else ~second
        return clock.tz_localize(self.tz, ambiguous=first, nonexistent="NaT")

    def from_utc(self, clock: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """Instants of naive UTC times, in this grid's zone."""
        return clock.tz_localize("UTC").tz_convert(self.tz)

    def floor(self, instants: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """The start of the interval each instant falls in."""
        late_s = (clock_min(instants) % self.interval_min) * 60 + np.asarray(instants.second, dtype=np.int64)
        late_us = late_s * 1_000_000 + np.asarray(instants.microsecond, dtype=np.int64)
        return instants - pd.to_timedelta(late_us, unit="us")

    def day(self, day: dt.date) -> pd.DatetimeIndex:
        """Starts of the intervals of one civil day (23, 24 or 25 hours)."""
        return self.span(day, day)

    def week(self, week: Week) -> pd.DatetimeIndex:
        """Starts of the intervals of one week (167, 168 or 169 hours)."""
        return self.span(week.days[0], week.days[-1])


def clock_min(starts: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Local clock time of each start, in minutes after local midnight."""
    return np.asarray(starts.hour * 60 + starts.minute, dtype=np.int64)


Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Opening:
    """When a queue or channel is open: clock spans in minutes per weekday, days closed, days with other hours.

    ``weekdays`` has seven entries, Monday first, each a tuple of (open_min, close_min), 0 <= open < close <= 1440.
    """

    weekdays: tuple[Spans, ...]
    closed: frozenset[dt.date] = frozenset()
    exceptions: tuple[tuple[dt.date, Spans], ...] = ()

    def __post_init__(self) -> None:
        if len(self.weekdays) != 7:
            raise ValueError(f"opening hours need 7 weekdays, got {len(self.weekdays)}")
        for spans in (*self.weekdays, *(spans for _, spans in self.exceptions)):
            for opens, closes in spans:
                if not 0 <= opens < closes <= DAY_MIN:
                    raise ValueError(f"an opening span is 0 <= open < close <= 1440 minutes, got {opens}-{closes}")

    def on(self, day: dt.date) -> Spans:
        """The clock spans of one civil day, () when closed. An exception wins over a closed day."""
        for exception, spans in self.exceptions:
            if exception == day:
                return spans
        return () if day in self.closed else self.weekdays[day.weekday()]

    def mask(self, starts: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
        """Whether each interval start lies inside opening hours; shape (len(starts),)."""
        minutes = clock_min(starts)
        open_ = np.zeros(len(starts), dtype=bool)
        days, here = np.unique(np.asarray(starts.tz_localize(None).normalize()), return_inverse=True)
        spans_of = [self.on(day.date()) for day in pd.DatetimeIndex(days)]
        for spans in set(spans_of):
            today = np.array([spans == s for s in spans_of], dtype=bool)[here] if len(starts) else open_
            for opens, closes in spans:
                open_ |= today & (minutes >= opens) & (minutes < closes)
        return open_


@lru_cache(maxsize=8)
def always_open() -> Opening:
    """Round the clock, every day."""
    return Opening(weekdays=(((0, DAY_MIN),),) * 7)
