"""Forecast a plain pandas Series of counts: no centre, no channels, no handle times."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from forecasts.channel import channel_forecast
from forecasts.grid import DAY_MIN, Grid, Opening, Spans, clock_min
from forecasts.history import Event
from forecasts.intraday import banded
from forecasts.panel import panel_from

NAME = "series"
OPEN_SHARE, LATE_WEEKS, LATE_TIMES = 0.1, 8, 2
STEPS = (5, 10, 15, 30, 60)


def forecast_series(
    counts: pd.Series,
    days: int = 14,
    *,
    opening: Opening | None = None,
    holidays: tuple[tuple[dt.date, str], ...] = (),
    events: tuple[Event, ...] = (),
    origins: int = 6,
) -> pd.DataFrame:
    """Expected counts and bands of the next ``days`` civil days (1..98) after a series of counts.

    ``counts`` is indexed by tz-aware interval starts 5, 10, 15, 30 or 60 minutes apart; a missing interval is unknown,
    not zero. ``opening`` None reads the present opening hours off the series. The answer is indexed by open starts,
    with ``contacts`` (mean), ``p025``, ``p10``, ``p90``, ``p975`` and the variations ``day_cv``, ``interval_cv``; what
    was odd in the series is in its ``attrs["notes"]``. Raises ValueError on naive, repeated or off-grid starts,
    negative or infinite counts, an empty series.

    >>> starts = pd.date_range("2026-01-05", periods=24 * 7 * 8, freq="h", tz="Europe/Paris")
    >>> ahead = forecast_series(pd.Series(20.0, index=starts), days=7)
    >>> len(ahead), float(ahead["contacts"].mean().round(1))
    (168, 20.0)
    """
    if days < 1 or days != int(days):
        raise ValueError(f"days must be a whole number, at least 1, got {days}")
    known = _checked(counts)
    index = pd.DatetimeIndex(known.index)
    grid = grid_of(index)
    first = index[-1].date() + dt.timedelta(days=1)
    last = first + dt.timedelta(days=int(days) - 1)
    hours = opening or opening_of(known, grid)
    panel = panel_from(known, grid, hours, last, holidays, events=events, channel=NAME)
    part = channel_forecast(panel, first, origins=origins)
    starts = grid.span(first, last)
    frame = part.rows(starts[hours.mask(starts)])
    frame = banded(frame, np.ones(len(frame), dtype=bool)).set_index("start").drop(columns="channel")
    frame.attrs["notes"] = part.notes
    return frame


def _checked(counts: pd.Series) -> pd.Series:
    if not isinstance(counts, pd.Series):
        raise ValueError(f"counts must be a pandas Series, got a {type(counts).__name__}")
    index = counts.index
    if not isinstance(index, pd.DatetimeIndex) or index.tz is None:
        raise ValueError("the series must be indexed by tz-aware interval starts")
    if index.has_duplicates:
        raise ValueError(
            f"the series has {int(index.duplicated().sum())} starts twice, first {index[index.duplicated()][0]}"
        )
    known = counts.astype(float).dropna().sort_index()
    if known.empty:
        raise ValueError("the series has no counts")
    return known


def grid_of(index: pd.DatetimeIndex) -> Grid:
    """The grid of sorted starts: their commonest step; ValueError when it is no grid or some start lies off it."""
    if len(index) < 2:
        raise ValueError("the grid of fewer than two intervals cannot be read")
    steps = pd.Series(np.diff(index.tz_convert("UTC").asi8)).mode()
    unit = pd.Timedelta(1, unit=index.unit)
    minutes = float(steps.iloc[0] * unit / pd.Timedelta(minutes=1))
    if minutes not in STEPS:
        raise ValueError(f"intervals must be 5, 10, 15, 30 or 60 minutes long, got {minutes:g}")
    zone = _zone(index)
    off = (clock_min(index) % int(minutes) != 0) | (np.asarray(index.second) != 0)
    if off.any():
        raise ValueError(f"{int(off.sum())} starts lie off the {minutes:g}-minute grid, first {index[off][0]}")
    return Grid(zone, int(minutes))


def _zone(index: pd.DatetimeIndex) -> str:
    """Name of the index's zone; a fixed whole-hour offset is Etc/GMT with its sign turned (POSIX), others are refused.

    >>> _zone(pd.DatetimeIndex(["2026-01-05T09:00+01:00"]))
    'Etc/GMT-1'
    """
    name = getattr(index.tz, "key", None) or getattr(index.tz, "zone", None)
    if name:
        return str(name)
    offsets = (index.tz_localize(None) - index.tz_convert("UTC").tz_localize(None)).unique()
    hours = float(offsets[0] / pd.Timedelta(hours=1))
    if len(offsets) > 1 or hours != int(hours):
        raise ValueError(f"the time zone {index.tz} has no name: tz_convert the series to one, like Europe/Paris")
    return f"Etc/GMT{-int(hours):+d}" if hours else "UTC"


def opening_of(counts: pd.Series, grid: Grid) -> Opening:
    """Opening hours seen in a series: clock spans per weekday on record in at least a tenth of its weeks and in one of
    the last eight, or in two of these: hours that changed are the present ones."""
    index = pd.DatetimeIndex(counts.index)
    weekday = np.asarray(index.day_of_week)
    monday = index.tz_localize(None).normalize() - pd.to_timedelta(weekday, unit="D")
    rows = pd.DataFrame({"weekday": weekday, "minute": clock_min(index), "week": monday}).drop_duplicates()
    rows["late"] = rows["week"] >= monday.unique()[-LATE_WEEKS:][0]
    seen = rows.groupby(["weekday", "minute"], as_index=False)["late"].agg(["size", "sum"])
    often = (seen["size"] >= OPEN_SHARE * rows["week"].nunique()) & (seen["sum"] > 0)
    slots = seen[often | (seen["sum"] >= LATE_TIMES)]
    spans = [slots.loc[slots["weekday"] == day, "minute"].tolist() for day in range(7)]
    return Opening(weekdays=tuple(_merged(minutes, grid.interval_min) for minutes in spans))


def _merged(slots: list[int], step: int) -> Spans:
    out: list[tuple[int, int]] = []
    for slot in slots:
        if out and out[-1][1] == slot:
            out[-1] = (out[-1][0], min(slot + step, DAY_MIN))
        else:
            out.append((slot, min(slot + step, DAY_MIN)))
    return tuple(out)
