"""How wide the bands must be: variances fitted to the errors of past origins, then to their coverage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from forecasts.spread import POISSON_CV, total_cv

Floats = npt.NDArray[np.float64]
LEVELS = (0.8, 0.95)
UNTRIED_SCALE = 1.3
TRUST_DAYS = 8
COVERED_DAYS = 28
COVERED_TRUST_DAYS = 2
LARGEST_SCORE = 9.0
FADES_H = (0.75, 1.5, 3.0, 5.0, 8.0)
LEAST_FADING_DAYS = 15
WILD_SHARE = 0.5
"""Relative errors beyond this say nothing of how ordinary surprises go together."""
CAPPED_CHI2 = 0.9707
"""Mean of min(X, 9) for X chi-squared with one degree of freedom."""


@dataclass(frozen=True)
class PastErrors:
    """What was expected and what came on N days; ``expected``, ``actual`` [N, S], NaN where unknown; ``sd`` [N] of
    the day's log level as the models thought beforehand."""

    expected: Floats
    actual: Floats
    sd: Floats


@dataclass(frozen=True)
class Calibration:
    """Variances: of the day factor ``day`` x (sd of its log level)^2, of an interval of mean m ``share + shot / m``.

    ``floor_cv`` is the total variation of the negative binomial fitted to the recent past: no band is narrower.
    """

    day: float
    share: float
    shot: float
    floor_cv: float = 0.0

    def day_cv(self, sd: Floats) -> Floats:
        return np.asarray(np.sqrt(np.expm1(np.minimum(self.day * np.square(sd), 1.5))))

    def interval_cv(self, mean: Floats) -> Floats:
        return np.asarray(np.sqrt(self.share + self.shot / np.maximum(mean, 0.05)))

    def cv(self, mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
        """Day and interval coefficients of variation, widened to the floor where they lie below it on the whole."""
        day, interval = self.day_cv(sd), self.interval_cv(mean)
        weight = np.square(mean)
        total = np.square(total_cv(day, interval))
        here = float((total * weight).sum() / weight.sum()) if weight.sum() > 0 else 1.0
        lift = max(1.0, self.floor_cv / max(np.sqrt(here), 1e-6))
        return day * lift, interval * lift


@dataclass(frozen=True)
class WithinDay:
    """A day's surprises, as ``Spread`` says them: share that fades, hours it takes, shared and own variation."""

    fading: float = 0.0
    fade_h: float = FADES_H[-2]
    hour_cv: float = 0.0
    own_cv: float = 0.0


def calibrated(errors: PastErrors | None, recent: PastErrors) -> Calibration:
    """Fit to past-origin ``errors`` (None: nothing tried yet); ``recent`` in-sample residuals give the floor."""
    share, shot = _within(recent if errors is None else errors)
    floor = _moment_cv(recent)
    if errors is None:
        return Calibration(UNTRIED_SCALE, share, shot, floor)
    day = _day_scale(errors, share, shot)
    plain = Calibration(day, share, shot)
    widen = _coverage_scale(_last(errors, COVERED_DAYS), plain)
    return Calibration(day * widen, share * widen, shot * widen, floor)


def _last(errors: PastErrors, days: int) -> PastErrors:
    """The errors of the last days tried: forecasts get better as the record grows, and their bands with them."""
    return PastErrors(errors.expected[-days:], errors.actual[-days:], errors.sd[-days:])


def _both(errors: PastErrors) -> tuple[Floats, Floats, Floats, Floats]:
    """Counts and means with unknown cells at zero, and their day sums; days without expectation dropped."""
    seen = np.isfinite(errors.actual) & np.isfinite(errors.expected)
    y, mu = np.where(seen, errors.actual, 0.0), np.where(seen, errors.expected, 0.0)
    return y, mu, y.sum(axis=1), mu.sum(axis=1)


def _within(errors: PastErrors) -> tuple[float, float]:
    """Interval variance beyond Poisson as share x mean^2 + shot x mean, by weighted non-negative least squares."""
    y, mu, total, mean = _both(errors)
    some = (mean > 0) & (total > 0)
    if not some.any():
        return 0.0, 0.0
    fitted = mu[some] * (total[some] / mean[some])[:, None]
    cells = fitted > 0
    slots = np.maximum(cells.sum(axis=1, keepdims=True), 2)
    squared = np.square(y[some] - fitted) * slots / (slots - 1)
    m, r = fitted[cells], squared[cells]
    r = np.minimum(r, 20.0 * (m + 0.01 * m**2))
    scale = m + 0.02 * m**2
    (share, shot), _ = optimize.nnls(np.column_stack([m**2, m]) / scale[:, None], np.maximum(r - m, -m) / scale)
    return float(min(share, 1.0)), float(min(shot, 5.0))


def _day_scale(errors: PastErrors, share: float, shot: float) -> float:
    """Factor on the level's variance that makes squared standardised day errors average one (capped at 3 sd)."""
    _, mu, total, mean = _both(errors)
    some = mean > 0
    if not some.any():
        return UNTRIED_SCALE
    squared = np.square(total[some] / mean[some] - 1.0)
    other = (share * np.square(mu[some]).sum(axis=1) + (1 + shot) * mean[some]) / np.square(mean[some])
    level = np.square(errors.sd[some])

    def excess(log_scale: float) -> float:
        score = squared / (np.exp(log_scale) * level + other)
        return float(np.mean(np.minimum(score, LARGEST_SCORE))) - CAPPED_CHI2

    found = _root(excess, -3.0, 3.0)
    return float(np.exp(found * some.sum() / (some.sum() + TRUST_DAYS)))


def _coverage_scale(errors: PastErrors, plain: Calibration) -> float:
    """Factor on every variance at which past bands held what they promised, 80 % and 95 % together."""
    seen = np.isfinite(errors.actual) & np.isfinite(errors.expected) & (errors.expected > 0)
    if not seen.any():
        return 1.0
    y, mu = errors.actual[seen], errors.expected[seen]
    sd = np.broadcast_to(errors.sd[:, None], seen.shape)[seen]

    def missing(log_scale: float) -> float:
        c = Calibration(*(x * np.exp(log_scale) for x in (plain.day, plain.share, plain.shot)))
        place = mid_place(y, mu, total_cv(c.day_cv(sd), c.interval_cv(mu)))
        return sum(level - float(np.mean(np.abs(place - 0.5) <= level / 2)) for level in LEVELS)

    days = int(seen.any(axis=1).sum())
    return float(np.exp(_root(missing, -1.5, 1.5) * days / (days + COVERED_TRUST_DAYS)))


def mid_place(y: Floats, mean: Floats, cv: Floats) -> Floats:
    """Where a count lies in its gamma-Poisson law, 0..1: P(N < y) + P(N = y) / 2."""
    size = 1.0 / np.maximum(np.square(cv), POISSON_CV**2)
    law = stats.nbinom(size, size / (size + mean))
    whole = np.round(y)
    return np.asarray(law.cdf(whole) - 0.5 * law.pmf(whole))


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Zero of a falling function, or the end nearest to it."""
    for _ in range(14):
        middle = 0.5 * (low + high)
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _moment_cv(recent: PastErrors) -> float:
    """Total variation beyond Poisson of the recent past, by moments; single wild errors are capped."""
    seen = np.isfinite(recent.actual) & np.isfinite(recent.expected) & (recent.expected > 0)
    if seen.sum() < 20:
        return 0.0
    y, mu = recent.actual[seen], recent.expected[seen]
    squared = np.minimum(np.square(y - mu), 20.0 * (mu + 0.01 * mu**2))
    return float(np.sqrt(max(0.0, (squared - mu).sum() / np.square(mu).sum())))


def within_day(errors: PastErrors | None, hours: Floats) -> WithinDay:
    """How the errors of one day's intervals went together; ``hours`` [S] of each slot.

    Fits ``whole + part x exp(-gap / fade_h)`` to the covariance of past relative errors, weighted by volume, gaps
    above zero only (so that Poisson noise plays no part); what is left of the variance is each interval's own.
    Nothing is said when too few days were tried.
    """
    if errors is None or len(errors.actual) < LEAST_FADING_DAYS:
        return WithinDay()
    seen = np.isfinite(errors.actual) & np.isfinite(errors.expected) & (errors.expected > 0)
    mean = np.where(seen, errors.expected, 0.0)
    error = np.where(seen, np.clip(errors.actual - mean, -WILD_SHARE * mean, WILD_SHARE * mean), 0.0)
    early, late = np.triu_indices(len(hours), 1)
    product, weight = (error.T @ error)[early, late], (mean.T @ mean)[early, late]
    gaps, at = np.unique(hours[late] - hours[early], return_inverse=True)
    total, weights = np.bincount(at, product), np.bincount(at, weight)
    if not (weights > 0).any():
        return WithinDay()
    covariance = np.divide(total, weights, out=np.zeros(len(gaps)), where=weights > 0)
    fits = []
    for fade_h in FADES_H:
        columns = np.column_stack([np.ones(len(gaps)), np.exp(-gaps / fade_h)])
        (whole, part), residual = optimize.nnls(columns * np.sqrt(weights)[:, None], covariance * np.sqrt(weights))
        fits.append((float(residual), float(whole), float(part), fade_h))
    _, whole, part, fade_h = min(fits)
    if whole + part <= 0:
        return WithinDay()
    own = (np.square(error).sum() - mean.sum()) / np.square(mean).sum() - whole - part
    return WithinDay(part / (whole + part), fade_h, float(np.sqrt(whole + part)), float(np.sqrt(max(own, 0.0))))
