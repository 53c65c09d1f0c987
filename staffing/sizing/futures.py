"""What the forecast does not know, in agents: sizing for a chosen confidence, or for the expected service.

The rate of contacts is the expected one times a gamma factor with the forecast's own variation (day and interval);
Poisson noise is not in it, since the queue formulas have it already (only work that may wait, which no queue formula
sizes, is told its own). Channels are taken to run high together: the
careful side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy import special

from forecasts.distribution import Forecast
from forecasts.spread import row_cv
from staffing.centre import Centre
from staffing.sizing.erlang import service_level
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import Ints
from staffing.sizing.stream import Sized, Stream
from staffing.targets import CallBack, Deadline, ServiceLevel

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


def at_confidence(forecast: Forecast, share: float, windows: Mapping[str, int] | None = None) -> Forecast:
    """The forecast whose contacts are exceeded with probability 1 - ``share``: staff for it and the promise holds with
    that probability. ValueError unless ``share`` lies between 0 and 1.

    Row by row where somebody waits on the line: each interval keeps its promise with that probability (service falls
    as the rate grows). ``windows`` names the channels whose work may wait and the days it may take: an interval's luck
    evens out within them, so a day's rows are lifted to the quantile of all contacts of its window.

    >>> import pandas as pd
    >>> from forecasts.distribution import Spread
    >>> from forecasts.grid import Grid, Week
    >>> starts = Grid("Europe/Paris", 30).week(Week.parse("2026-W49"))[:48]
    >>> rows = {"start": starts, "channel": "mail", "contacts": 10.0, "p10": 6.0, "p90": 14.0, "aht_s": 300.0}
    >>> known = Forecast(Grid("Europe/Paris", 30), pd.DataFrame({**rows, "aht_cv": 1.0}), (Spread("mail", 0.0, 0.5),))
    >>> [round(float(at_confidence(known, 0.9, w).frame["contacts"].sum() / 480), 3) for w in (None, {"mail": 1})]
    [1.67, 1.111]
    """
    if not 0 < share < 1:
        raise ValueError(f"confidence lies between 0 and 1, got {share}")
    frame = forecast.frame.copy()
    cv = rate_cv(forecast)
    for channel, days in (windows or {}).items():
        mine = np.flatnonzero(frame["channel"] == channel)
        cv[mine] = _window_cv(forecast, mine, days)
    frame["contacts"] = frame["contacts"] * gamma_quantile(cv, share)
    return replace(forecast, frame=frame)


def windows_of(centre: Centre) -> dict[str, int]:
    """Days within which the work of each channel that may wait is done: a promise of N working days spreads a day's
    work over N + 1 of them, a call-back over its own day."""
    targets = {c.name: centre.queue(c.queue).target for c in centre.channels}
    days = {name: target.working_days + 1 for name, target in targets.items() if isinstance(target, Deadline)}
    return days | {name: 1 for name, target in targets.items() if isinstance(target, CallBack)}


def _window_cv(forecast: Forecast, rows: Ints, days: int) -> Floats:
    """[rows] coefficient of variation of the contacts of ``days`` days with contacts from each row's own on, round the
    end of the span: one factor a day, one an interval, and Poisson noise, all independent (as ``paths`` draws them)."""
    frame = forecast.frame.iloc[rows]
    contacts = frame["contacts"].to_numpy(dtype=float)
    day_cv, interval_cv = (cv[rows] for cv in row_cv(forecast))
    names, day = np.unique(frame["start"].dt.strftime("%Y-%m-%d").to_numpy(), return_inverse=True)
    mean = np.bincount(day, contacts)
    shared = np.bincount(day, contacts * day_cv) ** 2
    own = np.bincount(day, contacts * (1.0 + contacts * interval_cv**2 * (1.0 + day_cv**2)))
    busy = np.flatnonzero(mean > 0)
    out = np.zeros(len(names))
    for place, first in enumerate(busy):
        window = busy[(place + np.arange(min(days, len(busy)))) % len(busy)]
        out[first] = np.sqrt((shared + own)[window].sum()) / mean[window].sum()
    return np.asarray(out[day])


def averaged(stream: Stream, sized: Sized, cv: Floats) -> Floats:
    """Agents [intervals] with which the promised service holds on average over the futures, at least those of
    ``sized``: the gamma factor is read at the middles of ``NODES`` equal shares. Service levels only (ValueError
    otherwise). ``cv`` [intervals] coefficient of variation of the rate.

    >>> from staffing.sizing.channels import phone
    >>> from staffing.sizing.options import Sizing
    >>> from tests import tiny
    >>> at, calls, none = tiny.GRID.week(tiny.WEEK)[18:19], np.array([24.0]), np.zeros(1)
    >>> even, aht_s, queue = Sizing(method="stationary"), np.array([300.0]), tiny.centre().queues[0]
    >>> stream = Stream(queue, tiny.GRID, at, np.ones(1, dtype=bool), calls, aht_s, 180.0, even, none, none)
    >>> phone(stream).agents.tolist(), averaged(stream, phone(stream), np.array([0.7])).tolist()
    ([6.0], [7.0])
    """
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
    reached = service_level(
        load, agents * stream.hands, stream.full_aht_s[rows], target.within_s, patience=stream.patience,
        counting=target.counting,
    )  # fmt: skip
    return np.asarray(reached)
