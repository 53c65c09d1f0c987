"""The uncertainty of counts: a gamma factor for the day, one for the interval, and Poisson noise.

Contacts of an interval are Poisson with mean ``contacts x day factor x interval factor``; the two gamma factors have
mean 1 (Jongbloed & Koole 2001; Ibrahim, Ye, L'Ecuyer & Shen 2016, section 3). Seen one interval at a time that is
close to a negative binomial, which is the quantile used here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from forecasts.distribution import Forecast

Floats = npt.NDArray[np.float64]
POISSON_CV = 1e-4


def total_cv(day_cv: Floats | float, interval_cv: Floats | float) -> Floats:
    """Coefficient of variation of the product of two independent factors of mean 1."""
    return np.asarray(np.sqrt((1 + np.square(day_cv)) * (1 + np.square(interval_cv)) - 1), dtype=np.float64)


def count_quantile(mean: Floats, cv: Floats | float, share: float) -> Floats:
    """Quantile of a gamma-Poisson count, interpolated between integers by the mid-distribution function.

    ``mean`` expected contacts, ``cv`` of the gamma factor (0 = Poisson); same shape out, contacts. Mid-quantiles
    (Ma, Genton & Parzen 2011, Annals of the Institute of Statistical Mathematics 63) keep the nominal coverage where
    small counts would make whole-number bands too wide. Raises ValueError for a share outside 0..1.

    >>> float(count_quantile(np.array([100.0]), 0.0, 0.9)[0].round(1))
    112.9
    """
    if not 0 < share < 1:
        raise ValueError(f"a quantile's share lies between 0 and 1, got {share}")
    mean = np.asarray(mean, dtype=np.float64)
    variance = np.broadcast_to(np.square(cv), mean.shape)
    law = _law(np.maximum(mean, 1e-9), variance)
    whole = law.ppf(share)
    mid, below, above = (law.cdf(whole + i) - 0.5 * law.pmf(whole + i) for i in (0, -1, 1))
    low = np.where(mid >= share, whole - 1, whole)
    at_low, at_high = np.where(mid >= share, below, mid), np.where(mid >= share, mid, above)
    step = np.divide(share - at_low, at_high - at_low, out=np.zeros_like(mean), where=at_high > at_low)
    return np.asarray(np.where(mean > 0, np.maximum(low + np.clip(step, 0.0, 1.0), 0.0), 0.0))


def _law(mean: Floats, variance: Floats) -> Any:
    """Negative binomial of that mean whose gamma factor has that variance (at least all but Poisson)."""
    size = 1.0 / np.maximum(variance, POISSON_CV**2)
    return stats.nbinom(size, size / (size + mean))


def row_cv(forecast: Forecast) -> tuple[Floats, Floats]:
    """Day and interval coefficients of variation of each row; the frame's own columns win over the spreads."""
    frame = forecast.frame
    at = {s.channel: i for i, s in enumerate(forecast.spreads)}
    channel = np.asarray([at[name] for name in frame["channel"]], dtype=np.int64)
    day, interval = (
        np.asarray(x)[channel] for x in zip(*((s.day_cv, s.interval_cv) for s in forecast.spreads), strict=True)
    )
    if "day_cv" in frame.columns:
        day = frame["day_cv"].to_numpy(dtype=np.float64)
    if "interval_cv" in frame.columns:
        interval = frame["interval_cv"].to_numpy(dtype=np.float64)
    return np.asarray(day, dtype=np.float64), np.asarray(interval, dtype=np.float64)


def quantiles(forecast: Forecast, shares: tuple[float, ...]) -> Floats:
    """Quantiles of the count of each row; [rows of frame, shares] contacts."""
    cv = total_cv(*row_cv(forecast))
    mean = forecast.frame["contacts"].to_numpy(dtype=float)
    return np.column_stack([count_quantile(mean, cv, share) for share in shares])


def paths(forecast: Forecast, n: int, *, seed: int, rates: bool = False) -> Floats:
    """``n`` possible futures of the whole frame; [n, rows of frame], in the order of its rows.

    One gamma factor per channel and day is shared by all the day's intervals, and correlated between channels by
    ``forecast.correlation`` (Gaussian copula); each interval has its own beside it. ``rates`` gives the expected
    contacts of each future (for a simulator that draws its own arrivals), otherwise Poisson counts.
    Raises ValueError when n < 1.
    """
    if n < 1:
        raise ValueError(f"the number of paths must be at least 1, got {n}")
    rng = np.random.default_rng(seed)
    frame = forecast.frame
    day_cv, interval_cv = row_cv(forecast)
    days = frame["start"].dt.strftime("%Y-%m-%d").to_numpy()
    _, day_of = np.unique(days, return_inverse=True)
    at = {name: i for i, name in enumerate(forecast.channels)}
    channel_of = np.asarray([at[name] for name in frame["channel"]], dtype=np.int64)
    cv = np.full((int(day_of.max(initial=0)) + 1, len(at)), POISSON_CV)
    np.maximum.at(cv, (day_of, channel_of), day_cv)
    shape = 1.0 / np.square(cv)
    factor = stats.gamma.ppf(_day_uniforms(forecast, rng, (n, len(cv))), shape) / shape
    out = np.asarray(frame["contacts"].to_numpy(dtype=np.float64) * factor[:, day_of, channel_of])
    if interval_cv.any():
        own = 1.0 / np.maximum(np.square(interval_cv), POISSON_CV**2)
        out *= rng.gamma(own, 1.0 / own, size=out.shape)
    return out if rates else rng.poisson(out).astype(np.float64)


def _day_uniforms(forecast: Forecast, rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    """Uniforms [n, days, channels], correlated between channels."""
    width = len(forecast.channels)
    normal = rng.standard_normal((*size, width))
    if forecast.correlation is not None and width > 1:
        values, vectors = np.linalg.eigh(forecast.correlation)
        normal = normal @ (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return np.asarray(stats.norm.cdf(normal))
