"""The reverse questions: what the agents one has give, and how much they can carry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import load_for
from staffing.sizing.options import Sizing
from staffing.sizing.patience import Patience
from staffing.sizing.size import size
from staffing.targets import Target


def contacts_carried(
    target: Target,
    agents: npt.ArrayLike,
    aht_s: npt.ArrayLike,
    interval_s: float,
    *,
    patience: Patience = None,
    max_occupancy: float = 1.0,
) -> Floats:
    """Most contacts per interval that ``agents`` carry within ``target`` at a steady load.

    >>> from staffing.targets import ServiceLevel
    >>> round(float(contacts_carried(ServiceLevel(0.8, 20), 14, 180, 1800)), 1)
    108.7
    """
    load = load_for(target, agents, aht_s, patience=patience, max_occupancy=max_occupancy)
    return np.asarray(load * interval_s / np.asarray(aht_s, dtype=np.float64))[()]


def growth_carried(
    forecast: Forecast, centre: Centre, week: Week, agents: pd.DataFrame, *, options: Sizing | None = None,
    tolerance: float = 0.005,
) -> dict[str, float]:  # fmt: skip
    """By queue, the factor on all contacts up to which ``agents`` (columns start, queue, agents) still meet the need
    of every interval, to within ``tolerance``; 0 when they meet it at no volume.

    All channels grow together; the search is by halving, each step a sizing of the week.
    """
    chosen = options or Sizing()
    there = agents.set_index(["queue", "start"])["agents"]
    low = dict.fromkeys(sorted(set(agents["queue"])), 0.0)
    high = dict.fromkeys(low, 4.0)
    while max(high[q] - low[q] for q in low) > tolerance:
        for factor in sorted({(low[q] + high[q]) / 2 for q in low}):
            need = size(_grown(forecast, factor), centre, week, options=chosen).frame.set_index(["queue", "start"])
            for queue in low:
                if low[queue] < factor < high[queue]:
                    asked = need.loc[queue, "agents"]
                    enough = (there.loc[queue].reindex(asked.index).fillna(0.0) >= asked - 1e-9).all()
                    low[queue], high[queue] = (factor, high[queue]) if enough else (low[queue], factor)
    return low


def _grown(forecast: Forecast, factor: float) -> Forecast:
    frame = forecast.frame.copy()
    frame["contacts"] = frame["contacts"] * factor
    return replace(forecast, frame=frame)
