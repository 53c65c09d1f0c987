"""The reverse questions: what the agents one has give, and how much they can carry."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.sizing.gamma import Floats, checked
from staffing.sizing.heads import load_for
from staffing.sizing.options import Sizing
from staffing.sizing.patience import Patience
from staffing.sizing.pools import pools
from staffing.sizing.size import size
from staffing.targets import Target

MOST = 64.0
"""Times the contacts beyond which growth is not asked about."""


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
    checked("interval_s", interval_s, above_zero=True)
    load = load_for(target, agents, aht_s, patience=patience, max_occupancy=max_occupancy)
    return np.asarray(load * interval_s / np.asarray(aht_s, dtype=np.float64))[()]


def growth_carried(
    forecast: Forecast, centre: Centre, week: Week, agents: pd.DataFrame, *, options: Sizing | None = None,
    tolerance: float = 0.005,
) -> dict[str, float]:  # fmt: skip
    """By queue, the factor on all contacts up to which ``agents`` (columns start, queue, agents) still meet the need
    of every interval, to within ``tolerance``; 0 when they meet it at no volume, inf when still at ``MOST`` times it.

    All channels grow together; the queues of a pool are met or not together, whoever sits where. The search is by
    doubling, then by halving, each step a sizing of the week. ValueError as in ``size``.

    >>> from tests import tiny
    >>> even, known, centre = Sizing(method="stationary"), tiny.forecast(24.0), tiny.centre()
    >>> there = size(known, centre, tiny.WEEK, options=even).frame
    >>> there["agents"] += 1
    >>> growth_carried(known, centre, tiny.WEEK, there, options=even, tolerance=0.25)
    {'expert': 2.0, 'front': 1.25}
    """
    chosen = options or Sizing()
    sharing = _pool_names(centre)
    there = _by_pool(agents, sharing)
    low = dict.fromkeys(sorted(set(there.index.get_level_values(0))), 0.0)
    high = dict.fromkeys(low, inf)
    while asked_of := {_between(low[q], high[q]) for q in low if high[q] - low[q] > tolerance and low[q] < MOST}:
        for factor in sorted(asked_of):
            need = _by_pool(size(_grown(forecast, factor), centre, week, options=chosen).frame, sharing)
            for pool in low:
                if low[pool] < factor < high[pool]:
                    asked = need.loc[pool]
                    enough = (there.loc[pool].reindex(asked.index).fillna(0.0) >= asked - 1e-9).all()
                    low[pool], high[pool] = (factor, high[pool]) if enough else (low[pool], factor)
    found = {pool: factor if factor < MOST else inf for pool, factor in low.items()}
    return {queue: found[sharing.get(queue, queue)] for queue in sorted(set(agents["queue"]))}


def _between(low: float, high: float) -> float:
    """The next factor to ask about."""
    return (low + high) / 2 if high < inf else max(2.0, 2 * low)


def _pool_names(centre: Centre) -> dict[str, str]:
    """Each live queue's pool, by the name of its first queue."""
    levels = {queue.level for queue in centre.queues}
    return {queue.name: pool[0].name for level in levels for pool in pools(centre, level) for queue in pool}


def _by_pool(agents: pd.DataFrame, sharing: dict[str, str]) -> pd.Series[float]:
    """Agents of each pool, indexed by (pool, start)."""
    named = agents.assign(queue=[sharing.get(queue, queue) for queue in agents["queue"]])
    return named.groupby(["queue", "start"])["agents"].sum()


def _grown(forecast: Forecast, factor: float) -> Forecast:
    frame = forecast.frame.copy()
    frame["contacts"] = frame["contacts"] * factor
    return replace(forecast, frame=frame)
