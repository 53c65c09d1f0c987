"""forecast_contacts(): the past of a centre in, a distribution of contacts and handle times out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.backtest import combined
from forecasts.channel import ChannelForecast, channel_forecast, decomposition, tried
from forecasts.distribution import Forecast
from forecasts.edits import Edit, edited
from forecasts.grid import Week
from forecasts.handle_time import CONTACT_CV, handle_time
from forecasts.history import History
from forecasts.intraday import banded
from forecasts.panel import panel_of
from forecasts.sisters import Borrow, with_borrowed

Floats = npt.NDArray[np.float64]
ORIGINS = 6
Made = tuple[ChannelForecast, pd.DataFrame, list[str]]
"""A channel's forecast, its rows and what they say."""
Each = Callable[[Callable[[str], Made], tuple[str, ...]], Iterable[Made]]
"""Makes every channel's forecast, in order; one after the other, or side by side."""


def forecast_contacts(
    history: History,
    week: Week,
    *,
    edits: tuple[Edit, ...] = (),
    origins: int = ORIGINS,
    aht_s: Mapping[str, float] | None = None,
    borrow: tuple[Borrow, ...] = (),
    quick: bool = False,
    each: Each = map,
) -> Forecast:
    """Contacts and handle time of every channel and open interval of a week, from what was known before it.

    ``origins`` past cut-offs weigh the models and set the bands (0 = equal weights and cautious bands);
    ``quick`` tries none and fits nothing: a first answer at once, about a tenth of the time of 0 origins;
    ``aht_s`` stands in for channels whose history has no handle time; ``borrow`` gives new channels a sister's past.
    ``each`` may make the channels side by side.
    Raises ValueError when a channel has no history before the week, when the week lies more than 13 weeks past it,
    or when a handle time is nowhere to be found.
    """
    span = (week.days[0], week.days[-1])
    return forecast_days(
        history, span, edits=edits, origins=origins, aht_s=aht_s, borrow=borrow, quick=quick, each=each
    )


def forecast_days(
    history: History,
    span: tuple[dt.date, dt.date],
    *,
    edits: tuple[Edit, ...] = (),
    origins: int = ORIGINS,
    aht_s: Mapping[str, float] | None = None,
    borrow: tuple[Borrow, ...] = (),
    quick: bool = False,
    each: Each = map,
) -> Forecast:
    """The same for any span of civil days, first and last included, up to 14 weeks past the history.

    For the rest of a running day, forecast the day and ``forecasts.intraday.revise`` it.
    """
    first, last = span
    if last < first:
        raise ValueError(f"last day {last} lies before first day {first}")
    past, notes = with_borrowed(history.until(history.grid.at(first, 0)), borrow)
    young = {name for name in history.channels if any(note.startswith(f"{name}: ") for note in notes)}

    def made(name: str) -> Made:
        panel = panel_of(past, name, last, borrowed=name in young)
        part = channel_forecast(panel, first, origins=origins, quick=quick)
        return part, *_rows(past, part, last, (aht_s or {}).get(name))

    parts, frames, told = [], [], [*notes]
    for part, rows, odd in each(made, tuple(history.channels)):
        parts.append(part)
        frames.append(rows)
        told += [*part.notes, *odd]
    frame = edited(pd.concat(frames, ignore_index=True), edits)
    frame = frame.sort_values(["channel", "start"], kind="stable", ignore_index=True)
    backtests = [table for table in map(tried, parts) if len(table)]
    return Forecast(
        grid=history.grid,
        frame=banded(frame, np.ones(len(frame), dtype=bool)),
        spreads=tuple(part.spread for part in parts),
        correlation=correlation(tuple(parts)),
        accuracy=tuple(row for part in parts for row in part.accuracy),
        notes=tuple(dict.fromkeys(told)),
        decomposition=pd.concat([decomposition(part) for part in parts], ignore_index=True),
        backtest=pd.concat(backtests, ignore_index=True) if backtests else None,
        quick=quick,
    )


def _rows(
    history: History, part: ChannelForecast, last: dt.date, aht_s: float | None
) -> tuple[pd.DataFrame, list[str]]:
    starts = history.grid.span(part.first, last)
    starts = starts[part.panel.opening.mask(starts)]
    frame = part.rows(starts)
    mean, cv, notes = handle_time(history, part.channel, starts, panel=part.panel)
    if np.isnan(mean).any():
        if aht_s is None:
            raise ValueError(f"channel {part.channel} has no handle time in its history: give one in aht_s")
        mean, cv = np.full(len(starts), float(aht_s)), np.full(len(starts), CONTACT_CV)
        notes.append(f"{part.channel}: no handle time on record, {aht_s:.0f} s taken")
    frame["aht_s"], frame["aht_cv"] = mean, cv
    return frame, notes


def correlation(parts: tuple[ChannelForecast, ...]) -> Floats | None:
    """Correlation of the channels' day errors [channels, channels], shrunk to none while days are few; None for one."""
    if len(parts) < 2:
        return None
    errors = [_day_errors(part) for part in parts]
    out = np.eye(len(parts))
    for i in range(len(parts)):
        for j in range(i):
            common = sorted(set(errors[i]) & set(errors[j]))
            if len(common) >= 10:
                a, b = (np.array([e[day] for day in common]) for e in (errors[i], errors[j]))
                if a.std() > 0 and b.std() > 0:
                    raw = float(np.corrcoef(a, b)[0, 1])
                    out[i, j] = out[j, i] = np.clip(raw, -0.95, 0.95) * len(common) / (len(common) + 20)
    values, vectors = np.linalg.eigh(out)
    out = (vectors * np.maximum(values, 1e-6)) @ vectors.T
    scale = np.sqrt(np.diag(out))
    return np.asarray(out / np.outer(scale, scale))


def _day_errors(part: ChannelForecast) -> dict[dt.date, float]:
    """Log ratio of each past trial day's contacts to what was expected."""
    out: dict[dt.date, float] = {}
    for trial in part.trials:
        expected = combined(trial.forecasts, part.weights)
        for i in range(len(expected)):
            seen = np.isfinite(trial.actual[i])
            if seen.any() and expected[i][seen].sum() > 0:
                day = part.panel.days[trial.first + i]
                out[day] = float(np.log((trial.actual[i][seen].sum() + 0.5) / (expected[i][seen].sum() + 0.5)))
    return out
