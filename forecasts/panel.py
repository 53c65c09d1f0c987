"""Panel: one channel laid out as days x clock slots, cleaned for training; every model reads this and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.absurd import shifted_clock, without_absurd_days, without_spikes
from forecasts.calendars import Marks, marks, tagged
from forecasts.grid import Grid, Opening, clock_min
from forecasts.history import Event, History

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
QUIET = 0.6
MAX_YEARS = 10


@dataclass(frozen=True)
class Panel:
    """D days x S clock slots of one channel, past and future.

    ``counts`` [D, S] contacts, NaN where closed, missing, in the future or set aside; ``is_open`` [D, S];
    ``known`` days of past (the first D0 rows); ``slot_min`` [S] clock minute of each slot; ``weekday`` [D];
    ``marks`` what makes the days special; ``notes`` what was set aside and why.
    A doubled clock hour holds the mean of its two counts, a skipped one is NaN.
    """

    channel: str
    grid: Grid
    opening: Opening
    marks: Marks
    counts: Floats
    is_open: Bools
    slot_min: Ints
    known: int
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[dt.date, ...]:
        return self.marks.days

    @property
    def weekday(self) -> Ints:
        return np.array([day.weekday() for day in self.days], dtype=np.int64)

    def row(self, day: dt.date) -> int:
        """The row of a day; KeyError when outside."""
        offset = (day - self.days[0]).days
        if not 0 <= offset < len(self.days):
            raise KeyError(day)
        return offset

    def holds(self, starts: pd.DatetimeIndex) -> Bools:
        """Which starts have a count in the panel: on record, open and not set aside."""
        row, column = place(starts, self.days[0]), np.searchsorted(self.slot_min, clock_min(starts))
        within = (row >= 0) & (row < len(self.days)) & (column < len(self.slot_min))
        out = np.zeros(len(starts), dtype=bool)
        at = np.nonzero(within)[0]
        exact = self.slot_min[column[at]] == clock_min(starts)[at]
        out[at] = exact & np.isfinite(self.counts[row[at], column[at]])
        return out

    def cut(self, known: int) -> Panel:
        """The panel as it was known after its first ``known`` days."""
        counts = self.counts.copy()
        counts[known:] = np.nan
        return replace(self, counts=counts, known=known)


def panel_of(history: History, channel: str, last: dt.date, *, borrowed: bool = False) -> Panel:
    """Lay out one channel from its first recorded day to ``last``; raises ValueError when it has no record."""
    rows = history.of(channel)["offered"]
    rows = rows[rows.notna()]
    if rows.empty:
        sisters = ", ".join(c for c in history.channels if c != channel and len(history.of(c)))
        raise ValueError(
            f"channel {channel} has no history before {last}: let it borrow a share of a sister's "
            f"(Borrow, in centre.toml sister), one of {sisters}"
            if sisters
            else f"channel {channel} has no history before {last}: add history"
        )
    opening = history.opening(channel)
    return panel_from(
        rows,
        history.grid,
        opening,
        last,
        history.holidays,
        history.school_holidays,
        history.events,
        channel=channel,
        borrowed=borrowed,
    )


def panel_from(
    counts: pd.Series,
    grid: Grid,
    opening: Opening,
    last: dt.date,
    holidays: tuple[tuple[dt.date, str], ...] = (),
    school_holidays: tuple[dt.date, ...] = (),
    events: tuple[Event, ...] = (),
    *,
    channel: str = "",
    borrowed: bool = False,
) -> Panel:
    """Lay out a series of counts indexed by tz-aware starts; see ``Panel``. Parts of contacts are no surprise in a
    ``borrowed`` past. Raises ValueError when no count is left to learn from."""
    notes = list(_report(counts, channel, borrowed))
    first = max(counts.index[0].date(), counts.index[-1].date() - dt.timedelta(days=366 * MAX_YEARS))
    known = (counts.index[-1].date() - first).days + 1
    last = max(last, counts.index[-1].date())
    starts = grid.span(first, last)
    starts = starts[opening.mask(starts)]
    slots = np.unique(clock_min(starts))
    days = tuple(first + dt.timedelta(days=i) for i in range((last - first).days + 1))
    row, column = place(starts, first), np.searchsorted(slots, clock_min(starts))
    is_open = np.zeros((len(days), len(slots)), dtype=bool)
    is_open[row, column] = True
    table = _averaged(counts.reindex(starts).to_numpy(dtype=float), row, column, is_open.shape)
    table, spikes = without_spikes(table, days, slots, channel)
    table, lost = without_absurd_days(table, days, tagged(days, holidays, events, channel), channel)
    rest = _rest_weekdays(table, is_open, days)
    special = marks(days, holidays, school_holidays, events, channel=channel, rest_weekdays=rest)
    table[special.left_out] = np.nan
    if not np.isfinite(table).any():
        raise ValueError(f"channel {channel} has no count in its opening hours on any day that no event leaves out")
    notes += spikes + lost + shifted_clock(table, known, slots, channel)
    return Panel(channel, grid, opening, special, table, is_open, slots, known, tuple(notes))


def place(starts: pd.DatetimeIndex, first: dt.date) -> Ints:
    """How many civil days each start lies after ``first``."""
    local = starts.tz_localize(None).normalize()
    return np.asarray((local - pd.Timestamp(first)).days, dtype=np.int64)


def _averaged(values: Floats, row: Ints, column: Ints, shape: tuple[int, ...]) -> Floats:
    """Values into their cells; two intervals of one cell (the doubled clock hour) leave their mean."""
    total, number = np.zeros(shape), np.zeros(shape)
    seen = ~np.isnan(values)
    np.add.at(total, (row[seen], column[seen]), values[seen])
    np.add.at(number, (row[seen], column[seen]), 1.0)
    return np.asarray(np.divide(total, number, out=np.full(shape, np.nan), where=number > 0))


def _report(counts: pd.Series, channel: str, borrowed: bool) -> list[str]:
    """Refuse what cannot be a count, name what looks odd."""
    values = counts.to_numpy(dtype=float)
    if np.isinf(values).any():
        raise ValueError(f"channel {channel}: infinite counts")
    if (values < 0).any():
        raise ValueError(
            f"channel {channel}: {int((values < 0).sum())} negative counts, first at {counts.index[values < 0][0]}"
        )
    notes = []
    if not (values > 0).any():
        notes.append(f"{channel}: every count is zero, so the forecast is zero")
    broken = float(np.mean(values != np.round(values)))
    if broken > 0 and not borrowed:
        notes.append(f"{channel}: {broken:.0%} of the counts are fractional; taken as rates")
    return notes


def _rest_weekdays(table: Floats, is_open: Bools, days: tuple[dt.date, ...]) -> frozenset[int]:
    """Weekdays closed or well below the usual volume."""
    weekday = np.array([day.weekday() for day in days])
    totals = np.array([_mean_total(table[weekday == w], is_open[weekday == w]) for w in range(7)])
    if not (totals > 0).any():
        return frozenset({5, 6})
    return frozenset(int(w) for w in range(7) if totals[w] < QUIET * np.median(totals[totals > 0]))


def _mean_total(table: Floats, is_open: Bools) -> float:
    """Mean day total of the days on record, 0 when never open."""
    if not is_open.any():
        return 0.0
    seen = np.isfinite(table).any(axis=1)
    return float(np.nansum(table[seen]) / seen.sum()) if seen.any() else 0.0
