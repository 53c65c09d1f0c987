"""What coverage costs where people come whole: no share of a person can be named to a queue.

An agent of pace c is on a queue for a slot, or for k of its n parts where shifts and breaks are finer than slots; so
coverage is base + a sum of c k / n. Where a cost bends between two such sums, it is taken straight from one to the
other: every roster costs the same, and what nobody can give costs more. A relaxation knows no whole people, but it
meets this cost, and its bound is closer: absence makes 2.1 agents of 2, and a third one would be there for a tenth.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from staffing.rostering.instance import Bools, Demand, Floats, Instance, Ints

NEAR = 1e-6
"""Agents: nearer than that is the same coverage."""
LEAST = 0.15
"""Agents: where sums lie closer than that there is no line to draw."""
DIGITS = 9
"""Sums that are the same to so many digits are one."""


def with_whole_people(instance: Instance, finer_min: int = 0) -> Instance:
    """The same question, whose need costs what whole people can make of it. ``finer_min``: hours that are set aside
    begin and end at multiples of it (0: none are)."""
    demand = whole_steps(instance, finer_min)
    return instance if demand is instance.demand else dataclasses.replace(instance, demand=demand)


def whole_steps(instance: Instance, finer_min: int = 0) -> Demand:
    """The demand of ``instance``, the same at all coverage there can be, and straight between. The very demand where no
    cost bends between; else with up to twice as many steps, some of no width."""
    demand, odd = instance.demand, _odd(instance)
    bends = demand.filled[..., 1:]
    low, high = bends.copy(), bends.copy()
    for q in range(len(instance.queues)):
        more = bends[:, q] - demand.base[:, q, None]
        sums = _sums(instance, q, float(more.max(initial=0.0)), finer_min)
        above = sums[np.searchsorted(sums, more - NEAR).clip(max=len(sums) - 1)]
        below = sums[(np.searchsorted(sums, more + NEAR, side="right") - 1).clip(min=0)]
        drawn = (below < more) & (more < above) & (above - below > LEAST) & ~odd[:, q, None]
        low[:, q] += np.where(drawn, below - more, 0.0)
        high[:, q] += np.where(drawn, above - more, 0.0)
    return demand if (low == high).all() else _straight(demand, np.sort(np.append(low, high, axis=2), axis=2))


def parts_of(instance: Instance) -> int:
    """Parts of a slot that all shifts, meals and breaks are made of."""
    return math.lcm(*_parts(instance, 0).tolist())


def _parts(instance: Instance, finer_min: int) -> Ints:
    """[classes] parts of a slot that the shifts of each are made of."""
    length = instance.interval_min
    return np.array([length // math.gcd(length, k.candidates.unit_min, finer_min) for k in instance.classes])


def _sums(instance: Instance, q: int, most: float, finer_min: int) -> Floats:
    """[n] what agents can cover together on queue ``q``, up to the first that is ``most`` or more, ascending from 0; of
    sums that lie close, some."""
    pace, parts = instance.pace[instance.profile_of, q], _parts(instance, finer_min)[instance.class_of]
    served = pace > 0
    kinds, count = np.unique(np.column_stack([pace, parts])[served], axis=0, return_counts=True)
    sums = np.zeros(1)
    for (c, n), agents in zip(kinds.tolist(), count.tolist(), strict=True):
        times = np.arange(min(agents * n, math.ceil(n * most / c)) + 1)
        sums = np.unique((sums[:, None] + c / n * times).round(DIGITS))
        sums = _thinned(sums[: np.searchsorted(sums, most) + 1])
    return sums


def _thinned(sums: Floats) -> Floats:
    """The first and the last of every ``LEAST`` / 2 agents: between what is left out, and all that adds to it, no line
    is drawn; and people of many paces have more sums than can be told."""
    cell = np.floor(sums / (LEAST / 2))
    border = np.append(np.append(True, cell[1:] != cell[:-1]), True)
    return np.asarray(sums[border[:-1] | border[1:]])


def _odd(instance: Instance) -> Bools:
    """[T, Q] slots in which somebody who serves the queue is there for some other part, beside a meeting."""
    odd = np.zeros(instance.demand.base.shape, dtype=bool)
    for g in np.unique(instance.group_of):
        group = instance.groups[g]
        part = (group.duty > NEAR) & (group.duty < 1 - NEAR)
        odd |= part[:, None] & (instance.pace[group.profile] > 0)
    return odd


def _straight(demand: Demand, edges: Floats) -> Demand:
    """``demand`` at ``edges`` [T, Q, E] agents, ascending, and straight between them; steps of no width go last."""
    edges = np.append(np.zeros_like(edges[..., :1]), edges, axis=2)
    eur = np.stack([demand.cost(edges[..., k]) for k in range(edges.shape[2])], axis=2)
    width, less = np.diff(edges, axis=2), -np.diff(eur, axis=2)
    wide = width > NEAR
    order = np.argsort(~wide, axis=2, kind="stable")[..., : max(1, int(wide.sum(axis=2).max()))]
    width, less = (np.take_along_axis(np.where(wide, a, 0.0), order, axis=2) for a in (width, less))
    end = demand.worth[..., -1:]
    worth = np.where(width > 0, less / np.where(width > 0, width, 1.0), end)
    # Where nobody is needed the dearest step has no width, and says what a shortage there would cost.
    worth[..., 0] = np.where(width[..., 0] > 0, worth[..., 0], demand.worth[..., 0])
    width, worth = np.append(width, demand.width[..., -1:], axis=2), np.append(worth, end, axis=2)
    return Demand(width, worth, demand.base, eur[..., -1])
