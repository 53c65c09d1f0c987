"""Daily state-space models (statsmodels) of a channel's level, spread over the day by its usual week."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from forecasts.ground import Ground

if TYPE_CHECKING:  # slow to load: a quick forecast does without
    from statsmodels.tsa.statespace.mlemodel import MLEModel

Floats = npt.NDArray[np.float64]
FIT_DAYS = 500
MIN_DAYS = 35
LARGEST_MOVE = 0.7
SETTLING_DAYS = 14
SMEARING_DAYS = 180


def daily_sarimax(ground: Ground) -> Floats:
    """ARIMA(1,1,1) of the log level freed of calendar and season: the level as it drifts; [H, S] contacts.

    With a near-unit root in the AR part and the MA part cancelling noise it is exponential smoothing with damped
    correction (Box & Jenkins 1976, ch. 4), the most adaptive of the candidates.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    return _times_usual(ground, _ahead(ground, lambda z: SARIMAX(z, order=(1, 1, 1), enforce_stationarity=True)))


def daily_components(ground: Ground) -> Floats:
    """Local level plus AR(1) noise (UnobservedComponents; Harvey 1989, ch. 2) of the same series; [H, S] contacts."""

    from statsmodels.tsa.statespace.structural import UnobservedComponents

    def model(z: Floats) -> MLEModel:
        return UnobservedComponents(z, level="local level", autoregressive=1)

    return _times_usual(ground, _ahead(ground, model))


def adjusted_level(ground: Ground) -> Floats:
    """Log level of each known day without calendar, season and level shifts; NaN where missing or wild."""
    known = ground.panel.known
    fixed = ground.fixed[:known]
    with np.errstate(invalid="ignore"):
        z = np.log((ground.observed + 0.5) / (ground.exposure * np.exp(fixed) + 0.5))
    z[ground.odd] = np.nan
    return np.asarray(z)


def _ahead(ground: Ground, build: Callable[[Floats], MLEModel]) -> Floats:
    """Log level on each future day, calendar and season put back."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    z = adjusted_level(ground)
    known, horizon = len(z), len(ground.panel.days) - len(z)
    z = z[-FIT_DAYS:]
    first = int(np.argmax(np.isfinite(z)))
    z = z[first:]
    if np.isfinite(z).sum() < MIN_DAYS or np.nanstd(z) < 1e-6:
        return np.asarray(ground.level[known:])
    model = build(z)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", UserWarning)
        fitted = model.fit(disp=0, maxiter=20, method="lbfgs")
        path = np.asarray(fitted.forecast(horizon), dtype=np.float64)
    lift = _lift(ground, np.asarray(fitted.fittedvalues, dtype=np.float64), len(ground.observed) - len(z))
    recent = float(np.nanmean(z[-28:])) if np.isfinite(z[-28:]).any() else float(np.nanmean(z))
    return np.asarray(np.clip(path, recent - LARGEST_MOVE, recent + LARGEST_MOVE) + lift + ground.fixed[known:])


def _lift(ground: Ground, fitted: Floats, first: int) -> float:
    """Log of how far sums lie above what the exponential of a log forecast says (Duan 1983's smearing)."""
    seen, fixed = ground.observed[first:], ground.fixed[first : ground.panel.known]
    expected = ground.exposure[first:] * np.exp(fitted + fixed)
    use = np.isfinite(seen) & np.isfinite(expected) & ~ground.odd[first:]
    use[: max(SETTLING_DAYS, len(use) - SMEARING_DAYS)] = False
    if not use.any() or expected[use].sum() <= 0 or seen[use].sum() <= 0:
        return 0.0
    return float(np.clip(np.log(seen[use].sum() / expected[use].sum()), -0.2, 0.3))


def _times_usual(ground: Ground, log_level: Floats) -> Floats:
    return np.asarray(ground.usual[ground.kind[ground.future()]] * np.exp(log_level)[:, None])
