"""Which queue each agent serves in each slot, without hopping: every change inside a shift has a price.

From the queues of the search, each agent with several skills is re-labelled exactly against all others (Viterbi over
the slots of a shift) until nobody gains.
"""

from __future__ import annotations

import numpy as np

from staffing.rostering.instance import Floats, Instance, Ints

SWEEPS = 4
PARTED_MIN = 300
"""Longer than any meal or meeting, shorter than any night."""
LITTLE = 1e-6


def label(instance: Instance, duty: Floats, served: Ints) -> Ints:
    """[A, T] queue number served by each agent, -1 where not on duty, bettered from ``served`` [A, T]; ``duty``
    [A, T], rows as ``instance.agents``."""
    labels = np.where(duty > LITTLE, served, -1)
    several = np.flatnonzero((instance.pace > 0).sum(axis=1)[instance.profile_of] > 1)
    shift = _shift_numbers(instance, duty)
    total = coverage(instance, duty, labels)
    for _ in range(SWEEPS):
        changed = False
        for a in several:
            changed |= _relabel(instance, duty[a], labels, int(a), total, shift[a])
        if not changed:
            break
    return labels


def coverage(instance: Instance, duty: Floats, labels: Ints) -> Floats:
    """[T, Q] paced agents on each queue, base included."""
    total = instance.demand.base.copy()
    a, t = np.nonzero(labels >= 0)
    q = labels[a, t]
    np.add.at(total, (t, q), duty[a, t] * instance.pace[instance.profile_of[a], q])
    return total


def switches(instance: Instance, duty: Floats, labels: Ints) -> int:
    """How often somebody changes queue inside a shift."""
    count, shift = 0, _shift_numbers(instance, duty)
    for a in range(len(labels)):
        on = np.flatnonzero(labels[a] >= 0)
        count += int(((np.diff(labels[a, on]) != 0) & (np.diff(shift[a, on]) == 0)).sum())
    return count


def _shift_numbers(instance: Instance, duty: Floats) -> Ints:
    """[A, T] number of the shift a slot belongs to: more than ``PARTED_MIN`` idle minutes part two shifts."""
    numbers, gap = np.zeros(duty.shape, dtype=np.int64), PARTED_MIN // instance.interval_min
    for a, row in enumerate(duty > LITTLE):
        on = np.flatnonzero(row)
        idle = np.diff(instance.interval_at[on]) - 1
        numbers[a, on] = np.concatenate([[0], np.cumsum(idle > gap)]) if len(on) else 0
    return numbers


def _relabel(instance: Instance, duty: Floats, labels: Ints, a: int, total: Floats, shift: Ints) -> bool:
    """Best labels of one agent against all others, in place; whether anything changed."""
    s = int(instance.profile_of[a])
    queues = np.flatnonzero(instance.pace[s] > 0)
    on = np.flatnonzero(duty > LITTLE)
    if not len(on):
        return False
    old = labels[a, on].copy()
    total[on, old] -= duty[on] * instance.pace[s, old]
    added = duty[on, None] * instance.pace[s]
    gain = _slot_cost(instance, on, total[on]) - _slot_cost(instance, on, total[on] + added)
    best = _viterbi(gain[:, queues], np.diff(shift[on]) != 0, instance.switch_eur)
    new = queues[best]
    if _worth(gain, new, shift[on], instance.switch_eur) <= _worth(gain, old, shift[on], instance.switch_eur) + 1e-9:
        new = old
    labels[a, on] = new
    total[on, new] += duty[on] * instance.pace[s, new]
    return bool((new != old).any())


def _slot_cost(instance: Instance, on: Ints, agents: Floats) -> Floats:
    demand = instance.demand
    taken = np.clip(agents[..., None] - demand.filled[on], 0.0, demand.width[on])
    return np.asarray(demand.empty_eur[on] - (taken * demand.worth[on]).sum(axis=2))


def _worth(gain: Floats, queue: Ints, shift: Ints, switch_eur: float) -> float:
    hops = (np.diff(queue) != 0) & (np.diff(shift) == 0)
    return float(gain[np.arange(len(queue)), queue].sum() - switch_eur * hops.sum())


def _viterbi(gain: Floats, fresh: Floats, switch_eur: float) -> Ints:
    """[n] choice of column that maximises gain less switches; no price where ``fresh`` [n - 1] (a new shift)."""
    n, queues = gain.shape
    value, source = gain[0].copy(), np.zeros((n, queues), dtype=np.int64)
    own = np.arange(queues)
    for i in range(1, n):
        best = int(value.argmax())
        hop = value[best] - (0.0 if fresh[i - 1] else switch_eur)
        source[i] = np.where(hop > value, best, own)
        value = np.maximum(value, hop) + gain[i]
    path = np.zeros(n, dtype=np.int64)
    path[-1] = value.argmax()
    for i in range(n - 1, 0, -1):
        path[i - 1] = source[i, path[i]]
    return path
