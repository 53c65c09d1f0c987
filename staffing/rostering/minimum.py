"""Minimum staff: a queue is never left to fewer than ``min_agents`` agents (at normal pace) while it is open.

A promise: each agent-hour below it costs ``min_staff_eur_h``, far more than a plain shortage, and where it cannot be
kept the roster names queue and hours. Two faces: ``with_promise`` for the engine, ``below`` and ``unkept`` for a
finished roster.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.cost import Cost
from staffing.rostering.instance import Demand, Ints
from staffing.rostering.roster import Reason

NEAR = 1e-6


def with_promise(demand: Demand, least: Ints, eur: float) -> Demand:
    """``demand`` with ``eur`` more for each agent-slot below ``least`` [T, Q]: one more price step, still convex.

    The steps are cut anew at their old edges and at ``least``; an agent below it is worth ``eur`` more.
    """
    if not least.any():
        return demand
    edges = np.sort(np.append(demand.filled, least[..., None], axis=2), axis=2)
    step = (edges[..., None] >= demand.filled[..., None, :] - NEAR).sum(axis=3) - 1
    worth = np.take_along_axis(demand.worth, step, axis=2) + eur * (edges < least[..., None] - NEAR)
    width = np.append(np.diff(edges, axis=2), demand.width[..., -1:], axis=2)
    over = np.maximum(least - demand.filled[..., -1], 0.0)  # people beyond the need are still people too many
    return dataclasses.replace(demand, width=width, worth=worth, level=-demand.worth[..., -1] * over)


def least_staff(queues: tuple[str, ...], centre: Centre) -> Ints:
    """[Q] agents promised."""
    return np.array([centre.queue(queue).min_agents for queue in queues], dtype=np.int64)


def below(coverage: pd.DataFrame, centre: Centre, hours: float) -> Iterator[Cost]:
    """Agent-hours below the promise, by queue; ``coverage`` as of a ``Verification``, intervals of ``hours``."""
    for queue, mine in coverage.groupby("queue", sort=True):
        missing = np.maximum(centre.queue(str(queue)).min_agents - mine["scheduled"].to_numpy(dtype=float), 0.0)
        amount = float(missing.sum()) * hours
        yield Cost("min_staff", str(queue), amount, amount * centre.goals.min_staff_eur_h)


def unkept(coverage: pd.DataFrame, centre: Centre, interval_min: int) -> tuple[Reason, ...]:
    """Where the promise is not kept: by queue and day, the spans and the fewest agents there."""
    found: list[Reason] = []
    for queue, mine in coverage.groupby("queue", sort=True):
        least = centre.queue(str(queue)).min_agents
        short = mine[mine["scheduled"] < least - NEAR]
        for day, rows in short.groupby(short["start"].dt.date, sort=True):
            spans = _spans(rows["start"], pd.Timedelta(minutes=interval_min))
            fewest = float(rows["scheduled"].min())
            found.append(Reason("min_staff", str(queue), f"{day} {spans}: {fewest:.1f} of {least} agents promised"))
    return tuple(found)


def _spans(starts: pd.Series, length: pd.Timedelta) -> str:
    """Clock spans of intervals, those that touch joined."""
    first = (starts != starts.shift() + length).cumsum()
    return ", ".join(f"{s.iloc[0]:%H:%M}-{s.iloc[-1] + length:%H:%M}" for _, s in starts.groupby(first))
