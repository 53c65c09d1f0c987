"""What the forecast does not know, in agents: sizing for a chosen confidence, or for the expected service.

The rate of contacts is the expected one times a gamma factor with the forecast's own variation (day and interval);
Poisson noise is not in it, since the queue formulas have it already. Channels are taken to run high together: the
careful side.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import special

from forecasts.distribution import Forecast
from staffing.sizing.erlang import service_level
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import Ints
from staffing.sizing.stream import Sized, Stream
from staffing.targets import ServiceLevel

NODES = 41


def rate_cv(forecast: Forecast) -> Floats:
    """[rows] coefficient of variation of each row's rate of contacts."""
    frame = forecast.frame
    if {"day_cv", "interval_cv"} <= set(frame.columns):
        return np.asarray(np.hypot(frame["day_cv"].to_numpy(dtype=float), frame["interval_cv"].to_numpy(dtype=float)))
    own = {s.channel: float(np.hypot(s.day_cv, s.interval_cv)) for s in forecast.spreads}
    return np.array([own[channel] for channel in frame["channel"]])


def gamma_quantile(cv: Floats, share: float) -> Floats:
    """Quantile of a gamma factor of mean 1 and that coefficient of variation; 1 where it does not vary.

    >>> gamma_quantile(np.array([0.0, 1.0]), 0.5).round(4).tolist()
    [1.0, 0.6931]
    """
    shape = 1 / np.maximum(cv, 1e-4) ** 2
    return np.asarray(np.where(cv > 1e-4, special.gammaincinv(shape, share) / shape, 1.0))


def at_confidence(forecast: Forecast, share: float) -> Forecast:
    """The forecast whose contacts are exceeded with probability 1 - ``share``, row by row: staff for it and each
    interval keeps its promise with that probability (service falls as the rate grows)."""
    if not 0 < share < 1:
        raise ValueError(f"confidence lies between 0 and 1, got {share}")
    frame = forecast.frame.copy()
    frame["contacts"] = frame["contacts"] * gamma_quantile(rate_cv(forecast), share)
    return replace(forecast, frame=frame)


def averaged(stream: Stream, sized: Sized, cv: Floats) -> Floats:
    """Agents [intervals] with which the promised service holds on average over the futures, at least those of
    ``sized``: the gamma factor is read at the middles of ``NODES`` equal shares. Service levels only."""
    target = stream.queue.target
    if not isinstance(target, ServiceLevel):
        raise ValueError(f"expected service is sized for a service level, not for {type(target).__name__}")
    nodes = [(i + 0.5) / NODES for i in range(NODES)]
    loads = [sized.even_load_erl * gamma_quantile(cv, share) for share in nodes]
    agents = sized.agents.copy()
    short = stream.open_ & (stream.contacts > 0)
    while short.any():
        rows = np.flatnonzero(short)
        reached = np.mean([_service(stream, load[rows], agents[rows], rows) for load in loads], axis=0)
        short[rows[reached >= target.share]] = False
        agents[short] += 1
    return agents


def _service(stream: Stream, load: Floats, agents: Floats, rows: Ints) -> Floats:
    target = stream.queue.target
    assert isinstance(target, ServiceLevel)
    return np.asarray(
        service_level(
            load, agents, stream.aht_s[rows], target.within_s, patience=stream.patience, counting=target.counting
        )
    )
