"""The morning's actuals revise the rest of the day: a gamma prior on its factor meets Poisson counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import linalg

from forecasts.distribution import Forecast, Spread
from forecasts.grid import clock_min
from forecasts.spread import POISSON_CV, count_quantile, row_cv, total_cv

Floats = npt.NDArray[np.float64]
LEAST_FACTOR = 0.1
LEAST_INTERVALS = 3
LARGEST_SD = 4.0


def revise(forecast: Forecast, actuals: pd.DataFrame, now: pd.Timestamp) -> Forecast:
    """The same forecast after today's intervals that ended by ``now``; rows already over stay as they were.

    ``actuals`` has ``start`` (tz-aware), ``channel``, ``offered`` contacts; an interval without a row is unknown, not
    zero. An interval far from what the rest of the morning says is limited (see ``limited``) and named in the notes,
    as are actuals outside the forecast's intervals. Raises ValueError on naive, repeated or off-grid starts, negative
    or infinite counts or unknown channels.
    """
    _check(forecast, actuals, now)
    day_cv, interval_cv = row_cv(forecast)
    frame = forecast.frame.copy()
    frame["day_cv"], frame["interval_cv"] = day_cv, interval_cv
    local = pd.DatetimeIndex(frame["start"])
    hours = clock_min(local) / 60
    today = np.asarray(local.date == now.tz_convert(forecast.grid.tz).date())
    over = np.asarray(local + pd.Timedelta(minutes=forecast.grid.interval_min) <= now)
    seen = actuals.set_index(["channel", "start"])["offered"]
    offered = seen.reindex(pd.MultiIndex.from_frame(frame[["channel", "start"]])).to_numpy(dtype=np.float64)
    mean = frame["contacts"].to_numpy(dtype=np.float64)
    notes = _outside(frame, actuals, now)
    for spread in forecast.spreads:
        mine = np.asarray(frame["channel"] == spread.channel) & today & (mean > 0)
        done, rest = mine & over & np.isfinite(offered), mine & ~over
        if not done.any() or not rest.any():
            continue
        own_cv = np.full(int(done.sum()), spread.own_cv) if spread.hour_cv else interval_cv[done]
        that_day = _on_that_day(spread, float(day_cv[mine].mean()))
        seen_so_far = Morning(offered[done], mean[done], own_cv, hours[done])
        so_far = limited(seen_so_far, that_day)
        notes += _limits(spread.channel, seen_so_far, so_far)
        factor, cv = rest_factor(so_far, hours[rest], that_day)
        frame.loc[rest, "contacts"] = mean[rest] * factor
        frame.loc[rest, "day_cv"] = cv
    told = tuple(dict.fromkeys((*forecast.notes, *notes)))
    return replace(forecast, frame=banded(frame, today & ~over), notes=told)


def _on_that_day(spread: Spread, day_cv: float) -> Spread:
    """The spread of a day whose variation is ``day_cv``; what past days showed moves in proportion."""
    more = day_cv / max(spread.day_cv, POISSON_CV)
    return replace(spread, day_cv=day_cv, hour_cv=spread.hour_cv * more)


@dataclass(frozen=True)
class Morning:
    """What came so far: counts ``offered`` where ``mean`` was due, the intervals' own variation, clock hours; [n]."""

    offered: Floats
    mean: Floats
    interval_cv: Floats
    hours: Floats


def limited(so_far: Morning, spread: Spread) -> Morning:
    """The same morning, no interval further than 4 standard deviations from what the intervals say together.

    That is the median ratio of count to expectation, or 1 while fewer than three intervals are over; the standard
    deviation is what the forecast thought beforehand (Huber 1964: a bounded influence for each observation).

    >>> morning = Morning(np.array([100.0, 110.0, 90.0, 1e6]), np.full(4, 100.0), np.zeros(4), np.arange(4.0))
    >>> limited(morning, Spread("phone", 0.1)).offered.round().tolist()
    [100.0, 110.0, 90.0, 162.0]
    """
    ratio = so_far.offered / so_far.mean
    centre = float(np.median(ratio)) if len(ratio) >= LEAST_INTERVALS else 1.0
    alone = max(centre, 1.0) / so_far.mean + np.square(so_far.interval_cv)
    sd = np.sqrt(_variance(spread, so_far.hours) + alone)
    held = np.clip(ratio, centre - LARGEST_SD * sd, centre + LARGEST_SD * sd) * so_far.mean
    return replace(so_far, offered=np.maximum(held, 0.0))


def _limits(channel: str, seen: Morning, held: Morning) -> list[str]:
    """A remark on each interval that was limited."""
    minutes = np.round(seen.hours * 60).astype(int)
    return [
        f"{channel}: {seen.offered[i]:.0f} contacts at {minutes[i] // 60:02d}:{minutes[i] % 60:02d} against "
        f"{seen.mean[i]:.0f} expected; the rest of the day is revised as if {held.offered[i]:.0f} had come"
        for i in np.nonzero(np.abs(seen.offered - held.offered) > 0.5)[0]
    ]


def _outside(frame: pd.DataFrame, actuals: pd.DataFrame, now: pd.Timestamp) -> list[str]:
    """A remark on actuals already over that no interval of the forecast takes."""
    due = pd.MultiIndex.from_frame(frame[["channel", "start"]])
    past = actuals[(actuals["start"] < now) & (actuals["offered"] > 0)]
    lost = int((~pd.MultiIndex.from_frame(past[["channel", "start"]]).isin(due)).sum())
    return [f"{lost} rows of actuals lie outside the forecast's intervals; left out"] if lost else []


def rest_factor(so_far: Morning, hours: Floats, spread: Spread) -> tuple[Floats, Floats]:
    """Ratio to expectation of the intervals still to come, and its coefficient of variation; both [len(hours)].

    The best linear predictor from the ratios seen (credibility; Buhlmann & Gisler 2005, ch. 4). With one factor for
    the whole day (``fading`` 0) and no interval noise it is the gamma-Poisson posterior: mean
    (1/cv^2 + count) / (1/cv^2 + expected), cv 1 / sqrt(1/cv^2 + count).

    >>> morning = Morning(np.array([130.0]), np.array([100.0]), np.array([0.0]), np.array([9.0]))
    >>> factor, cv = rest_factor(morning, np.array([14.0]), Spread("phone", 0.1))
    >>> float(factor[0].round(3)), float(cv[0].round(3))
    (1.15, 0.066)
    """
    variance = _variance(spread, np.append(so_far.hours, hours))
    noise = 1.0 / so_far.mean + np.square(so_far.interval_cv)
    past = variance * _shared(so_far.hours, so_far.hours, spread) + np.diag(noise)
    cross = variance * _shared(hours, so_far.hours, spread)
    gain = linalg.solve(past, cross.T, assume_a="pos").T
    factor = np.maximum(1.0 + gain @ (so_far.offered / so_far.mean - 1.0), LEAST_FACTOR)
    left = np.maximum(variance - (gain * cross).sum(axis=1), 0.0)
    return np.asarray(factor), np.asarray(np.sqrt(left / factor))


def _variance(spread: Spread, hours: Floats) -> float:
    """Variance of one hour's shared surprise, as past days showed or so that those ``hours`` make up the day's."""
    return spread.hour_cv**2 or max(spread.day_cv, POISSON_CV) ** 2 / _mean_share(hours, spread)


def _shared(left: Floats, right: Floats, spread: Spread) -> Floats:
    """Correlation of the surprises of two sets of clock hours of one day."""
    gap = np.abs(left[:, None] - right[None, :])
    return np.asarray(1.0 - spread.fading + spread.fading * np.exp(-gap / spread.fade_h))


def _mean_share(hours: Floats, spread: Spread) -> float:
    """Variance of the day's mean surprise over that of one of its hours."""
    return float(_shared(hours, hours, spread).mean())


def banded(frame: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The frame with its quantile columns computed anew on some rows, from contacts, day_cv and interval_cv."""
    out = frame.copy()
    mean = frame["contacts"].to_numpy(dtype=np.float64)[rows]
    cv = total_cv(
        frame["day_cv"].to_numpy(dtype=np.float64)[rows], frame["interval_cv"].to_numpy(dtype=np.float64)[rows]
    )
    for name, share in (("p025", 0.025), ("p10", 0.1), ("p90", 0.9), ("p975", 0.975)):
        if name not in out.columns:
            out[name] = np.nan
        out.loc[rows, name] = count_quantile(mean, cv, share)
    return out


def _check(forecast: Forecast, actuals: pd.DataFrame, now: pd.Timestamp) -> None:
    missing = [c for c in ("start", "channel", "offered") if c not in actuals.columns]
    if missing:
        raise ValueError(f"actuals lack the columns {', '.join(missing)}")
    if now.tzinfo is None or not isinstance(actuals["start"].dtype, pd.DatetimeTZDtype):
        raise ValueError("now and the starts of the actuals must be tz-aware")
    if actuals.duplicated(["channel", "start"]).any():
        raise ValueError("actuals have the same channel and start twice")
    if (actuals["offered"] < 0).any():
        raise ValueError("actuals hold negative counts")
    if np.isinf(actuals["offered"].to_numpy(dtype=np.float64)).any():
        raise ValueError("actuals hold infinite counts")
    starts = pd.DatetimeIndex(actuals["start"]).tz_convert(forecast.grid.tz)
    off = starts != forecast.grid.floor(starts)
    if off.any():
        raise ValueError(f"actuals start off the {forecast.grid.interval_min}-minute grid, first at {starts[off][0]}")
    strange = set(actuals["channel"]) - set(forecast.channels)
    if strange:
        raise ValueError(f"actuals name unknown channels: {', '.join(sorted(strange))}")
