"""Which queue each agent serves in each slot, without hopping: every change inside a shift has a price.

From the queues of the search, each agent with several skills is re-labelled exactly against all others (Viterbi over
the slots of a shift) until nobody gains.
"""

from __future__ import annotations

import itertools

import numpy as np

from staffing.rostering.instance import Bools, Floats, Instance, Ints

SWEEPS = 4
PARTED_MIN = 300
"""Longer than any meal or meeting, shorter than any night."""
LITTLE = 1e-6


def label(instance: Instance, duty: Floats, served: Ints) -> Ints:
    """[A, T] queue number served by each agent, -1 where not on duty, bettered from ``served`` [A, T]; ``duty``
    [A, T], rows as ``instance.agents``."""
    labels = np.where(duty > LITTLE, served, -1)
    several = np.flatnonzero((instance.pace > 0).sum(axis=1)[instance.profile_of] > 1)
    shift = shift_numbers(instance, duty)
    total = coverage(instance, duty, labels)
    on = duty > LITTLE
    changed, asked = np.zeros(instance.slots, dtype=np.int64), np.full(len(duty), -1)  # when a slot, an agent last was
    for turn in range(SWEEPS * len(several)):
        a = int(several[turn % len(several)])
        if changed[on[a]].max(initial=-1) > asked[a]:
            moved = _relabel(instance, duty[a], labels, a, total, shift[a])
            asked[a] = turn
            changed[moved] = turn
    return labels


def named(instance: Instance, duty: Floats, flow: Floats) -> Ints:
    """[A, T] queues of people named to ``flow`` [T, S, Q], staying where they were while there is room."""
    labels, left = np.full(duty.shape, -1, dtype=np.int64), flow.copy()
    for a in range(len(duty)):
        s = int(instance.profile_of[a])
        queues = np.flatnonzero(instance.pace[s] > 0)
        last = -1
        for t in np.flatnonzero(duty[a] > LITTLE):
            stays = last >= 0 and left[t, s, last] >= 0.5 * duty[a, t]
            last = last if stays else int(queues[left[t, s, queues].argmax()])
            left[t, s, last] -= duty[a, t]
            labels[a, t] = last
    return labels


def coverage(instance: Instance, duty: Floats, labels: Ints) -> Floats:
    """[T, Q] paced agents on each queue, base included."""
    a, t = np.nonzero(labels >= 0)
    q = labels[a, t]
    there, base = duty[a, t] * instance.pace[instance.profile_of[a], q], instance.demand.base
    return base + np.bincount(t * base.shape[1] + q, there, base.size).reshape(base.shape)


def switches(instance: Instance, duty: Floats, labels: Ints) -> int:
    """How often somebody changes queue inside a shift."""
    count, shift = 0, shift_numbers(instance, duty)
    for a in range(len(labels)):
        on = np.flatnonzero(labels[a] >= 0)
        count += int(((np.diff(labels[a, on]) != 0) & (np.diff(shift[a, on]) == 0)).sum())
    return count


def shift_numbers(instance: Instance, duty: Floats) -> Ints:
    """[A, T] number of the shift a slot belongs to: more than ``PARTED_MIN`` idle minutes part two shifts."""
    numbers = np.zeros(duty.shape, dtype=np.int64)
    for a, row in enumerate(duty > LITTLE):
        on = np.flatnonzero(row)
        numbers[a, on] = shifts_of(instance, on)
    return numbers


def shifts_of(instance: Instance, on: Ints) -> Ints:
    """[n] number of the shift that each of the slots ``on`` duty belongs to."""
    idle = np.diff(instance.interval_at[on]) - 1
    return np.cumsum(np.append(False, idle > PARTED_MIN // instance.interval_min))[: len(on)]


def _relabel(instance: Instance, duty: Floats, labels: Ints, a: int, total: Floats, shift: Ints) -> Ints:
    """Best labels of one agent against all others, in place; the slots where they changed."""
    s = int(instance.profile_of[a])
    on = np.flatnonzero(duty > LITTLE)
    old = labels[a, on].copy()
    total[on, old] -= duty[on] * instance.pace[s, old]
    added = duty[on, None] * instance.pace[s]
    gain = instance.demand.cost_at(on, total[on]) - instance.demand.cost_at(on, total[on] + added)
    new = best_queues(instance, a, (on, duty[on], shift[on]), gain)
    number = stretches(instance, duty[on], on, shift[on])
    first, shortest = np.flatnonzero(np.diff(number, prepend=-1)), max(1, instance.block_min // instance.interval_min)
    worse = (
        _worth(gain, new, shift[on], instance.switch_eur) <= _worth(gain, old, shift[on], instance.switch_eur) + 1e-9
    )
    torn = (old != old[first][number]).any()
    if worse and not torn and not _hops_early(old[first], shift[on][first], shortest):
        new = old
    labels[a, on] = new
    total[on, new] += duty[on] * instance.pace[s, new]
    return np.asarray(on[new != old])


def best_queues(instance: Instance, a: int, there: tuple[Ints, Floats, Ints], gain: Floats) -> Ints:
    """[n] queues that gain most less changes, of agent ``a``; ``there`` (slots [n], share of each on queues, number of
    its shift), ``gain`` [n, Q] EUR of being on each queue."""
    on, duty, shift = there
    queues = np.flatnonzero(instance.pace[instance.profile_of[a]] > 0)
    if len(queues) == 1:
        return np.full(len(on), queues[0])
    number = stretches(instance, duty, on, shift)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    whole = np.add.reduceat(gain[:, queues], first, axis=0)
    shortest = max(1, instance.block_min // instance.interval_min)
    best = _viterbi(whole, np.diff(shift[first]) != 0, instance.switch_eur, shortest)[number]
    return np.asarray(queues[best])


def stretches(instance: Instance, duty: Floats, on: Ints, shift: Ints) -> Ints:
    """[n] number of the stretch on one queue that each slot on duty belongs to: a slot of its own, unless a meal or a
    break takes part of it and stays have a least length; then it goes with the next slot, or with the one before."""
    part = duty < duty.max(initial=0) - LITTLE if instance.block_min else np.zeros(len(on), dtype=bool)
    joined = (np.diff(instance.interval_at[on]) == 1) & (np.diff(shift) == 0)
    with_next = part[:-1] & joined
    with_last = part[1:] & joined & ~np.append(with_next[1:], False)
    return np.concatenate([[0], np.cumsum(~(with_next | with_last))])


def _worth(gain: Floats, queue: Ints, shift: Ints, switch_eur: float) -> float:
    hops = (np.diff(queue) != 0) & (np.diff(shift) == 0)
    return float(gain[np.arange(len(queue)), queue].sum() - switch_eur * hops.sum())


def _hops_early(queue: Ints, shift: Ints, shortest: int) -> bool:
    """Whether a stay on a queue is shorter than ``shortest`` slots in a shift that could hold a longer one."""
    for number in np.unique(shift):
        mine = queue[shift == number]
        stays = np.diff(np.flatnonzero(np.concatenate([[True], mine[1:] != mine[:-1], [True]])))
        if len(mine) >= shortest > stays.min():
            return True
    return False


def _viterbi(gain: Floats, fresh: Floats, switch_eur: float, shortest: int = 1) -> Ints:
    """[n] choice of column that maximises gain less switches; no price where ``fresh`` [n - 1] (a new shift).

    A stay on a queue lasts ``shortest`` slots or more: states are (queue, slots stayed, counted up to ``shortest``).
    A shift shorter than that stays on one queue.
    """
    path: list[Ints] = []
    edges = [0, *(np.flatnonzero(fresh) + 1).tolist(), len(gain)]
    for low, high in itertools.pairwise(edges):
        path.append(_one_shift(gain[low:high], switch_eur, min(shortest, high - low)))
    return np.concatenate(path)


def _one_shift(gain: Floats, switch_eur: float, shortest: int) -> Ints:
    n, queues = gain.shape
    value = np.full((shortest, queues), -np.inf)
    value[0] = gain[0]
    source, stayed = np.zeros((n, queues), dtype=np.int64), np.zeros((n, queues), dtype=bool)
    for i in range(1, n):
        ripe = value[-1]
        best = int(ripe.argmax())
        hop = ripe[best] - switch_eur
        source[i] = best
        new = np.empty_like(value)
        if shortest == 1:
            stayed[i] = hop <= ripe
            new[0] = np.maximum(ripe, hop)
        else:
            new[0] = hop
            new[0, best] = -np.inf
            new[1:] = value[:-1]
            stayed[i] = ripe >= value[-2]
            new[-1] = np.maximum(ripe, value[-2])
        value = new + gain[i]
    return _trace(int(value[-1].argmax()), source, stayed, shortest)


def _trace(q: int, source: Ints, stayed: Bools, shortest: int) -> Ints:
    """The queues of the best path, read backwards from a ripe stay on ``q``."""
    n = len(source)
    path, i, stay = np.zeros(n, dtype=np.int64), n - 1, shortest
    while True:
        path[i] = q
        if i == 0:
            return path
        if stay == shortest and stayed[i, q]:
            pass
        elif stay > 1:
            stay -= 1
        else:
            q, stay = int(source[i, q]), shortest
        i -= 1
