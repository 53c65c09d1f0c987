"""The candidate models: each reads a Ground and gives the expected contacts of every future day and slot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from forecasts.averages import poisson_glm, weekday_average, weekday_median
from forecasts.daily import daily_components, daily_sarimax
from forecasts.factors import svd_factors
from forecasts.ground import Ground

Floats = npt.NDArray[np.float64]
Model = Callable[[Ground], Floats]


def daily_regression(ground: Ground) -> Floats:
    """The ground's own expectation: its daily level times the usual week; [H, S] contacts."""
    ahead = ground.future()
    return np.asarray(ground.usual[ground.kind[ahead]] * np.exp(ground.level[ahead])[:, None])


MODELS: dict[str, Model] = {
    "weekday average": weekday_average,
    "weekday median": weekday_median,
    "poisson glm": poisson_glm,
    "daily regression": daily_regression,
    "daily sarimax": daily_sarimax,
    "daily components": daily_components,
    "svd factors": svd_factors,
}
QUICK = tuple(name for name in MODELS if name not in ("daily sarimax", "daily components"))
"""Those that only add up: no likelihood to climb."""
