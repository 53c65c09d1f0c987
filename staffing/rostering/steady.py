"""Everybody's queue slot after slot: people stay where they are unless a change pays (a flow a slot, OR-Tools).

The search serves each slot as is best there, so that neighbouring slots hardly know each other; nobody can then stay by
themselves without leaving a gap where they went. Here those who were on a queue a slot before stay there for nothing
and go elsewhere for the price of a change, all of them at once, from the first slot of the week to the last; then
everybody is looked over alone (``labels.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from staffing.rostering.instance import Bools, Floats, Instance, Ints
from staffing.rostering.labels import LITTLE, coverage, label, shift_numbers, stretches, switches

PARTS = 1000
"""Of a EUR, in which a flow counts."""


def tidied(instance: Instance, duty: Floats, served: Ints) -> Ints:
    """[A, T] queue served by each agent, -1 where not on duty: the cheaper of ``served`` [A, T] looked over as it is,
    and of what stays steady."""
    tidy = label(instance, duty, served)
    if not hops_matter(instance):
        return tidy
    calm = label(instance, duty, steady(instance, duty, served))
    return min(tidy, calm, key=lambda labels: _eur(instance, duty, labels))


def steady(instance: Instance, duty: Floats, served: Ints) -> Ints:
    """[A, T] queue served by each agent, -1 where not on duty; who has no choice is where ``served`` [A, T] says.

    Nobody leaves a queue before its shortest stay, or for less than that before their shift ends.
    """
    labels = np.where(duty > LITTLE, served, -1)
    people = _People.of(instance, duty, coverage(instance, duty, labels))
    labels[people.rows] = -1
    rest = coverage(instance, duty, labels)
    where = np.full((len(people.rows), instance.slots + 1), -1)
    stayed = np.zeros(len(people.rows), dtype=np.int64)
    for t in np.flatnonzero((people.duty > LITTLE).any(axis=0)).tolist():
        on = np.flatnonzero(people.duty[:, t] > LITTLE)
        was = where[on, people.before[on, t]]
        held = people.held[on, t] | ((was >= 0) & (stayed[on] < people.shortest))
        now = np.where(held, was, -1)
        base = rest[t] + _there(people, on[held], t, was[held], len(rest[t]))
        free = ~held
        now[free] = _served(instance, people, on[free], t, was[free], stayed[on[free]], base)
        stayed[on] = np.where(now == was, stayed[on] + 1, 1)
        where[on, t] = now
    labels[people.rows] = where[:, :-1]
    return labels


@dataclass(frozen=True)
class _People:
    """Agents of several queues: ``rows`` [M] which they are, ``profile`` [M], ``pace`` [M, Q], ``duty`` [M, T];
    ``before`` [M, T] the slot before in the same shift (T: none); ``held`` [M, T] whether one stays on its queue in
    any case; ``shortest`` slots that a stay lasts; ``last_eur`` [T, Q] what the last agent there is worth."""

    rows: Ints
    profile: Ints
    pace: Floats
    duty: Floats
    before: Ints
    held: Bools
    shortest: int
    last_eur: Floats

    @staticmethod
    def of(instance: Instance, duty: Floats, agents: Floats) -> _People:
        """Those of ``duty`` [A, T] where about ``agents`` [T, Q] serve each queue."""
        rows = np.flatnonzero((instance.pace > 0).sum(axis=1)[instance.profile_of] > 1)
        profile, mine = instance.profile_of[rows], duty[rows]
        shift, shortest = shift_numbers(instance, mine), max(1, instance.block_min // instance.interval_min)
        before, held = np.full(mine.shape, instance.slots), np.zeros(mine.shape, dtype=bool)
        for a, row in enumerate(mine):
            on = np.flatnonzero(row > LITTLE)
            same = np.diff(shift[a, on]) == 0
            before[a, on[1:][same]] = on[:-1][same]
            last = np.searchsorted(shift[a, on], shift[a, on], side="right")
            tied = np.diff(stretches(instance, row[on], on, shift[a, on])) == 0
            late = last - np.arange(len(on)) < shortest
            # Who is there for a part of the slot counts for little: where they are is seen to afterwards.
            stays = late | (row[on] < row.max(initial=0) - LITTLE)
            stays[1:] |= tied
            held[a, on] = stays & (before[a, on] < instance.slots)
        last_eur = instance.demand.cost(agents - 1) - instance.demand.cost(agents)
        return _People(rows, profile, instance.pace[profile], mine, before, held, shortest, last_eur)


def _there(people: _People, who: Ints, t: int, queue: Ints, queues: int) -> Floats:
    """[Q] agents that people ``who`` [n] of slot ``t`` make on their ``queue`` [n]."""
    return np.asarray(np.bincount(queue, people.duty[who, t] * people.pace[who, queue], queues), dtype=float)


def _served(instance: Instance, people: _People, who: Ints, t: int, was: Ints, stayed: Ints, base: Floats) -> Ints:
    """[n] the queues that people ``who`` [n] serve in slot ``t`` beside ``base`` [Q], where they ``was`` [n] a slot
    before (-1: nowhere); of those who are alike the ones who have ``stayed`` [n] longest go first."""
    alike, group = np.unique(np.stack([people.profile[who], was]), axis=1, return_inverse=True)
    flow = _flow(instance, t, base, alike, np.bincount(group.ravel()), people.last_eur[t])
    queue = np.empty(len(who), dtype=np.int64)
    for g, before in enumerate(alike[1]):
        members = np.flatnonzero(group.ravel() == g)
        longest = members[np.argsort(-stayed[members], kind="stable")]
        order = np.argsort(np.arange(flow.shape[1]) == before, kind="stable")  # elsewhere first, then who stays
        queue[longest] = np.repeat(order, flow[g, order])
    return queue


def _flow(instance: Instance, t: int, base: Floats, alike: Ints, size: Ints, last_eur: Floats) -> Ints:
    """[G, Q] people of each group on each queue at the least cost in slot ``t``. ``alike`` [2, G] the groups' profile
    and queue before, ``size`` [G]. A person counts on a queue as those who may serve it do on average, and is worth
    more or less than they by what the last one there is worth (``last_eur`` [Q])."""
    groups, queues, people = len(size), len(base), int(size.sum())
    can = instance.pace[alike[0]] > 0
    paced = (instance.pace[alike[0]] * size[:, None]).sum(axis=0) / np.maximum((can * size[:, None]).sum(axis=0), 1)
    agents = base + np.arange(people + 1)[:, None] * paced
    eur = np.diff(instance.demand.cost_at(np.full(people + 1, t), agents), axis=0).T  # [Q, n] of one more
    g, q = np.nonzero(can)
    change = np.where((alike[1, g] >= 0) & (alike[1, g] != q), instance.switch_eur, 0.0)
    slower = (paced[q] - instance.pace[alike[0, g], q]) * last_eur[q]
    seat = np.repeat(np.arange(queues), people)
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate([g, groups + seat]),
        np.concatenate([groups + q, np.full(len(seat), groups + queues)]),
        np.concatenate([size[g], np.ones(len(seat), dtype=np.int64)]),
        np.rint(PARTS * np.concatenate([change + slower, eur.ravel()])).astype(np.int64),
    )
    flow.set_nodes_supplies(np.arange(groups), size)
    flow.set_node_supply(groups + queues, -people)
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError("a slot's people do not fit its queues")
    out = np.zeros((groups, queues), dtype=np.int64)
    out[g, q] = flow.flows(arcs[: len(g)])
    return out


def hops_matter(instance: Instance) -> bool:
    """Whether changes of queue have a price, or stays a least length of more than an interval."""
    return instance.switch_eur > 0 or instance.block_min > instance.interval_min


def _eur(instance: Instance, duty: Floats, labels: Ints) -> float:
    """What each queue gets and each change of queue costs."""
    served = float(instance.demand.cost(coverage(instance, duty, labels)).sum())
    return served + instance.switch_eur * switches(instance, duty, labels)
