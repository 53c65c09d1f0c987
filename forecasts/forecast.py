"""forecast_contacts(): the past of a centre in, a distribution of contacts and handle times out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.backtest import Trial, accuracy, combined, trials, weights
from forecasts.distribution import Accuracy, Forecast, Spread
from forecasts.edits import Edit, edited
from forecasts.grid import Grid, Opening, Week, clock_min
from forecasts.ground import Ground, ground_of
from forecasts.handle_time import CONTACT_CV, handle_time
from forecasts.history import History
from forecasts.models import MODELS
from forecasts.panel import Panel, panel_of, place
from forecasts.spread import count_quantile, spread_of, total_cv

Floats = npt.NDArray[np.float64]
ORIGINS = 6
LONGEST_DAYS = 98
SHORT_WEEKS = 4.0
UNTRIED_CV = 0.12


@dataclass(frozen=True)
class ChannelForecast:
    """One channel over a span: what stands behind its rows of the Forecast."""

    channel: str
    panel: Panel
    ground: Ground
    rates: Floats
    spread: Spread
    accuracy: tuple[Accuracy, ...]
    trials: tuple[Trial, ...]
    weights: dict[str, float]
    notes: tuple[str, ...]


def forecast_contacts(
    history: History,
    week: Week,
    *,
    edits: tuple[Edit, ...] = (),
    origins: int = ORIGINS,
    aht_s: Mapping[str, float] | None = None,
) -> Forecast:
    """Contacts and handle time of every channel and open interval of a week, from what was known before it.

    ``origins`` past cut-offs weigh the models and widen the bands; ``aht_s`` stands in for channels whose history
    has no handle time. Raises ValueError when a channel has no history before the week, when the week lies more
    than 13 weeks past it, or when a handle time is nowhere to be found.
    """
    return forecast_span(history, week.days[0], week.days[-1], edits=edits, origins=origins, aht_s=aht_s)


def forecast_span(
    history: History,
    first: dt.date,
    last: dt.date,
    *,
    edits: tuple[Edit, ...] = (),
    origins: int = ORIGINS,
    aht_s: Mapping[str, float] | None = None,
) -> Forecast:
    """The same for any span of civil days, both included, up to 14 weeks past the history; see forecast_contacts."""
    if last < first:
        raise ValueError(f"last day {last} lies before first day {first}")
    past = history.until(history.grid.at(first, 0))
    parts = [channel_forecast(past, name, first, last, origins=origins) for name in history.channels]
    frames, notes = [], []
    for part in parts:
        rows, told = _rows(past, part, first, last, (aht_s or {}).get(part.channel))
        frames.append(rows)
        notes += [*part.notes, *told]
    frame = edited(pd.concat(frames, ignore_index=True), edits)
    frame = frame.sort_values(["channel", "start"], kind="stable", ignore_index=True)
    spreads = tuple(part.spread for part in parts)
    return Forecast(
        grid=history.grid,
        frame=_with_bands(frame, spreads),
        spreads=spreads,
        correlation=correlation(tuple(parts)),
        accuracy=tuple(row for part in parts for row in part.accuracy),
        notes=tuple(dict.fromkeys(notes)),
    )


def channel_forecast(history: History, channel: str, first: dt.date, last: dt.date, *, origins: int) -> ChannelForecast:
    """Everything about one channel's forecast from ``first`` to ``last``."""
    panel = panel_of(history, channel, last)
    lead = (first - panel.days[panel.known]).days if panel.known < len(panel.days) else 0
    if (last - panel.days[0]).days + 1 - panel.known > LONGEST_DAYS:
        raise ValueError(
            f"channel {channel} is on record until {panel.days[panel.known - 1]}: {last} is more than 13 weeks later"
        )
    past = trials(panel, origins=origins, lead_days=min(lead, 21)) if origins else ()
    ground = ground_of(panel, past[-1].ground.variances if past else None)
    notes = [*panel.notes, *ground.notes]
    if ground.weeks < SHORT_WEEKS:
        share = {"weekday average": 1.0}
        notes.append(f"{channel}: {ground.weeks:.1f} weeks of history, so the weekday average stands alone")
    else:
        share = weights(past)
    rates = combined(tuple((name, MODELS[name](ground)) for name in share), share)
    spread = _spread(channel, past, share)
    report = accuracy(channel, past, weights(past), float(total_cv(spread.day_cv, spread.interval_cv)))
    return ChannelForecast(channel, panel, ground, rates, spread, report, past, share, tuple(notes))


def _spread(channel: str, past: tuple[Trial, ...], share: dict[str, float]) -> Spread:
    """Variation from past errors; a cautious guess while nothing was tried."""
    if not past:
        return Spread(channel, UNTRIED_CV, 0.05)
    actual = np.concatenate([t.actual for t in past])
    expected = np.concatenate([combined(t.forecasts, share) for t in past])
    return spread_of(channel, actual, expected, floor=0.02)


def _rows(
    history: History, part: ChannelForecast, first: dt.date, last: dt.date, aht_s: float | None
) -> tuple[pd.DataFrame, list[str]]:
    starts = open_starts(history.grid, part.panel.opening, first, last)
    frame = pd.DataFrame({"start": starts, "channel": part.channel})
    frame["contacts"] = at(part, starts)
    mean, cv, notes = handle_time(history, part.channel, starts)
    if np.isnan(mean).any():
        if aht_s is None:
            raise ValueError(f"channel {part.channel} has no handle time in its history: give one in aht_s")
        mean, cv = np.full(len(starts), float(aht_s)), np.full(len(starts), CONTACT_CV)
        notes.append(f"{part.channel}: no handle time on record, {aht_s:.0f} s taken")
    frame["aht_s"], frame["aht_cv"] = mean, cv
    return frame, notes


def open_starts(grid: Grid, opening: Opening, first: dt.date, last: dt.date) -> pd.DatetimeIndex:
    """Starts of the open intervals from ``first`` to ``last``."""
    starts = grid.span(first, last)
    return starts[opening.mask(starts)]


def at(part: ChannelForecast, starts: pd.DatetimeIndex) -> Floats:
    """The channel's expected contacts at those open starts, contacts per interval."""
    row = place(starts, part.panel.days[0]) - part.panel.known
    column = np.searchsorted(part.panel.slot_min, clock_min(starts))
    return np.asarray(part.rates[row, column])


def _with_bands(frame: pd.DataFrame, spreads: tuple[Spread, ...]) -> pd.DataFrame:
    cv = {s.channel: float(total_cv(s.day_cv, s.interval_cv)) for s in spreads}
    row_cv = np.asarray([cv[name] for name in frame["channel"]], dtype=np.float64)
    mean = frame["contacts"].to_numpy(dtype=np.float64)
    for name, share in (("p025", 0.025), ("p10", 0.1), ("p90", 0.9), ("p975", 0.975)):
        frame[name] = count_quantile(mean, row_cv, share)
    return frame


def correlation(parts: tuple[ChannelForecast, ...]) -> Floats | None:
    """Correlation of the channels' day errors [channels, channels], shrunk to none while days are few; None for one."""
    if len(parts) < 2:
        return None
    errors: list[dict[dt.date, float]] = [_day_errors(part) for part in parts]
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
