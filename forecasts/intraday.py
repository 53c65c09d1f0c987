"""The morning's actuals revise the rest of the day: a gamma prior on the day factor meets Poisson counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.spread import POISSON_CV, count_quantile, row_cv, total_cv

Floats = npt.NDArray[np.float64]


def revise(forecast: Forecast, actuals: pd.DataFrame, now: pd.Timestamp) -> Forecast:
    """The same forecast after today's intervals that ended by ``now``; rows already over stay as they were.

    ``actuals`` has ``start`` (tz-aware), ``channel``, ``offered`` contacts; an interval without a row is unknown, not
    zero. With day factor G ~ gamma(mean 1, cv), expectation M and count Y so far, G has the posterior mean
    (1/cv^2 + w Y) / (1/cv^2 + w M), where w <= 1 discounts counts that scatter more than Poisson; the rest of the day
    is multiplied by G^carry (``Spread.carry``) and its band narrows. Raises ValueError on naive or repeated starts,
    negative counts or unknown channels.
    """
    _check(forecast, actuals, now)
    day_cv, interval_cv = row_cv(forecast)
    frame = forecast.frame.copy()
    frame["day_cv"], frame["interval_cv"] = day_cv, interval_cv
    today = np.asarray(frame["start"].dt.date == now.tz_convert(forecast.grid.tz).date())
    over = np.asarray(frame["start"] + pd.Timedelta(minutes=forecast.grid.interval_min) <= now)
    seen = actuals.set_index(["channel", "start"])["offered"]
    offered = seen.reindex(pd.MultiIndex.from_frame(frame[["channel", "start"]])).to_numpy(dtype=np.float64)
    for spread in forecast.spreads:
        mine = np.asarray(frame["channel"] == spread.channel) & today
        done, rest = mine & over & np.isfinite(offered), mine & ~over
        mean = frame["contacts"].to_numpy(dtype=np.float64)
        if not done.any() or not rest.any() or mean[done].sum() <= 0:
            continue
        factor, cv = day_factor(offered[done], mean[done], interval_cv[done], float(day_cv[done].mean()))
        frame.loc[rest, "contacts"] = mean[rest] * factor**spread.carry
        left = (1 - spread.carry**2) * np.square(day_cv[rest]) + (spread.carry * cv) ** 2
        frame.loc[rest, "day_cv"] = np.sqrt(left)
    changed = today & ~over
    return replace(forecast, frame=banded(frame, changed))


def day_factor(offered: Floats, mean: Floats, interval_cv: Floats, day_cv: float) -> tuple[float, float]:
    """Posterior mean and coefficient of variation of the day factor after counts ``offered`` where ``mean`` was due.

    >>> factor, cv = day_factor(np.array([130.0]), np.array([100.0]), np.array([0.0]), 0.1)
    >>> round(factor, 3), round(cv, 3)
    (1.15, 0.066)
    """
    prior = 1.0 / max(day_cv, POISSON_CV) ** 2
    noise = float((mean + np.square(interval_cv * mean)).sum())
    trust = float(mean.sum()) / noise
    shape = prior + trust * float(offered.sum())
    return shape / (prior + trust * float(mean.sum())), 1.0 / float(np.sqrt(shape))


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
    strange = set(actuals["channel"]) - set(forecast.channels)
    if strange:
        raise ValueError(f"actuals name unknown channels: {', '.join(sorted(strange))}")
