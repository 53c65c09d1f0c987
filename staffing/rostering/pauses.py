"""Meals, breaks and queues of one person's day chosen again together, exactly beside all others, hours as they are.

The search meets the meals that its prices bring, and stands on queues that change freely; a finished roster has changes
of queue at their price and stays of a least length. So everybody's days are looked at as finished, one at a time: each
placement of meal and breaks that the rules permit in the same hours is worth at most what the best queue of each slot
gives,

    U = sum_t max_q gain_tq(share of the slot there)  -  what the shift costs by its hours,

and from the most promising down the queues are laid out exactly (``labels.py``) until none promises more than the best
found. Nothing else of the week changes: paid hours, rests, wishes and starts stay.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from staffing.rostering.instance import ContractClass, Floats, Group, Instance, Ints, Tours, on_duty
from staffing.rostering.labels import LITTLE, best_queues, coverage, shifts_of
from staffing.rostering.search import Solution, cost_eur
from staffing.rostering.shifts import Candidates
from staffing.rostering.tours import index_of
from staffing.rostering.work import LOOK_S

CENT = 0.01
"""EUR: what is not cheaper by as much is as good."""
DIGITS = 6
"""Of a share of a slot."""
SHARE = 0.04
"""Of the time of a run."""


def looks_in(seconds: float) -> int:
    """How many days of one person are looked at in a run of so many seconds: a count, so that every machine looks
    alike."""
    return int(SHARE * seconds / LOOK_S)


def with_better_days(instance: Instance, solution: Solution, looks: int) -> tuple[Solution, int]:
    """``solution``, which is finished, with everybody's days bettered until none gets better or so many were looked
    at; and how many."""
    days = Days.of(instance, solution.tours, solution.labels)
    spent = days.better(looks)
    tours = Tours(solution.tours.agent, days.choice)
    cost = cost_eur(instance, tours, on_duty(instance, tours).astype(float), days.labels)
    if cost > solution.cost_eur - CENT:
        return solution, spent
    bound = min(solution.bound_eur, cost)
    return dataclasses.replace(solution, tours=tours, labels=days.labels, cost_eur=cost, bound_eur=bound), spent


@dataclass
class Days:
    """Everybody's week, finished: ``choice`` [A, D, 3], ``duty`` [A, T] share of each slot on queues, ``labels``
    [A, T] queue served (-1 none), ``total`` [T, Q] paced agents on each."""

    instance: Instance
    choice: Ints
    duty: Floats
    labels: Ints
    total: Floats

    @staticmethod
    def of(instance: Instance, tours: Tours, labels: Ints) -> Days:
        """Those of ``tours``, one row an agent, on these queues."""
        duty = on_duty(instance, tours).astype(float)
        return Days(instance, tours.choice.copy(), duty, labels.copy(), coverage(instance, duty, labels))

    def better(self, looks: int) -> int:
        """Better everybody's days in place, one after the other, until none gets better or ``looks`` are done; how many
        were."""
        order = [(int(a), int(d)) for d, a in np.argwhere(self.choice[:, :, 0].T >= 0)]
        vain = done = 0
        for a, d in itertools.islice(itertools.cycle(order), looks):
            done, vain = done + 1, 0 if self.better_day(a, d) else vain + 1
            if vain == len(order):
                break
        return done

    def better_day(self, a: int, d: int) -> bool:
        """Better one person's day in place; whether it was."""
        group = self.instance.groups[self.instance.group_of[a]]
        kind, pace = self.instance.classes[group.kind], self.instance.pace[group.profile]
        slots = kind.window[d][kind.window[d] < self.instance.slots]
        stands = Variants.standing(kind, group, d, self.choice[a, d])
        before, total = self.labels[a, slots], self.total[slots].copy()
        on = np.flatnonzero(stands.there[0] > LITTLE)
        total[on, before[on]] -= stands.there[0, on] * pace[before[on]]
        variants = Variants.of(kind, group, d, self.choice[a, d])
        gains = Gains.of(self.instance, a, (slots, total), np.append(stands.there, variants.there, axis=0))
        most, taken = gains.most(variants.there) - variants.eur, None
        best = gains.worth(stands.there[0], before[on]) - float(stands.eur[0])
        for v in np.argsort(-most, kind="stable").tolist():
            if most[v] <= best + CENT:
                break
            queues = gains.queues(variants.there[v])
            worth = gains.worth(variants.there[v], queues) - float(variants.eur[v])
            if worth > best + CENT:
                best, taken = worth, (v, queues)
        if taken is None:
            return False
        v, queues = taken
        at = np.flatnonzero(variants.there[v] > LITTLE)
        self.choice[a, d] = variants.choice[v]
        self.labels[a, slots[on]] = -1
        self.labels[a, slots[at]] = queues
        self.duty[a, slots] += variants.there[v] - stands.there[0]
        total[at, queues] += variants.there[v, at] * pace[queues]
        self.total[slots] = total
        return True


@dataclass(frozen=True)
class Gains:
    """What one person saves on a day of n slots: ``eur`` [L, n, Q] where they are there for each of ``shares`` [L] of a
    slot (-inf on queues that they do not serve)."""

    instance: Instance
    agent: int
    slots: Ints
    shares: Floats
    eur: Floats

    @staticmethod
    def of(instance: Instance, agent: int, others: tuple[Ints, Floats], there: Floats) -> Gains:
        """Beside ``others`` (slots [n], agents [n, Q]), for all shares that come in ``there``."""
        (slots, total), pace, demand = others, instance.pace[instance.profile_of[agent]], instance.demand
        shares, without = np.unique(there), demand.cost_at(slots, total)
        eur = np.stack([without - demand.cost_at(slots, total + share * pace) for share in shares])
        return Gains(instance, agent, slots, shares, np.where((pace > 0) | ~pace.any(), eur, -np.inf))

    def most(self, there: Floats) -> Floats:
        """[V] EUR at most of being ``there`` [V, n]."""
        at = np.searchsorted(self.shares, there)
        return np.asarray(self.eur.max(axis=2)[at, np.arange(len(self.slots))].sum(axis=1))

    def worth(self, there: Floats, queues: Ints) -> float:
        """EUR of being ``there`` [n] on ``queues`` [k] in the slots on duty, changes of queue paid."""
        at, eur = self._on(there)
        hops = (np.diff(queues) != 0) & (np.diff(shifts_of(self.instance, self.slots[at])) == 0)
        return float(eur[np.arange(len(at)), queues].sum() - self.instance.switch_eur * hops.sum())

    def queues(self, there: Floats) -> Ints:
        """[k] the best queues in the slots on duty."""
        at, eur = self._on(there)
        on = self.slots[at]
        return best_queues(self.instance, self.agent, (on, there[at], shifts_of(self.instance, on)), eur)

    def _on(self, there: Floats) -> tuple[Ints, Floats]:
        at = np.flatnonzero(there > LITTLE)
        return at, self.eur[np.searchsorted(self.shares, there[at]), at]


@dataclass(frozen=True)
class Variants:
    """What may be done in the same hours: ``choice`` [n, 3], ``there`` [n, W'] share of each live slot of the day on
    queues, ``eur`` [n] by its hours."""

    choice: Ints
    there: Floats
    eur: Floats

    @staticmethod
    def standing(kind: ContractClass, group: Group, d: int, choice: Ints) -> Variants:
        """The one that stands."""
        return _variants(kind, group, d, choice[None])

    @staticmethod
    def of(kind: ContractClass, group: Group, d: int, choice: Ints) -> Variants:
        """Every placement of the meal and of the breaks that is not barred; of breaks that leave the same work, the
        first."""
        c, index, alike = kind.candidates, index_of(kind), _worked(kind)[1]
        rows = index.key_shifts[int(np.searchsorted(c.key_from, choice[0], side="right")) - 1]
        found = []
        for row in rows[(rows >= 0) & ~group.barred[d, rows]].tolist():
            first, second = (_options(kind, group, d, block, alike) for block in c.shift[row, 3:5].tolist())
            pairs = np.stack(np.meshgrid(first, second, indexing="ij"), axis=-1).reshape(-1, 2)
            found.append(np.column_stack([np.full(len(pairs), row), pairs]))
        return _variants(kind, group, d, np.concatenate([*found, np.zeros((0, 3), dtype=np.int64)]))


def _options(kind: ContractClass, group: Group, d: int, block: int, alike: Ints) -> Ints:
    if block < 0:
        return np.array([-1])
    options = index_of(kind).block_options[block]
    options = options[options >= 0]
    if group.barred_option is not None:
        options = options[~group.barred_option[d, options]]
    return np.asarray(options[np.sort(np.unique(alike[options], return_index=True)[1])])


def _variants(kind: ContractClass, group: Group, d: int, choice: Ints) -> Variants:
    worked, live = _worked(kind)[0], kind.window[d] < len(group.duty)
    there = worked[choice[:, 1]] + np.where(choice[:, 2:] >= 0, worked[choice[:, 2]], 0.0)
    eur = np.zeros(len(choice)) if kind.shift_eur is None else kind.shift_eur[d, choice[:, 0]]
    return Variants(choice, (there[:, live] * group.duty[kind.window[d][live]]).round(DIGITS), eur)


def _worked(kind: ContractClass) -> tuple[Floats, Ints]:
    return _worked_by(kind.candidates, kind.low_min, kind.window.shape[1], kind.units_per_slot)


@lru_cache(maxsize=64)
def _worked_by(c: Candidates, low_min: int, intervals: int, units_per_slot: int) -> tuple[Floats, Ints]:
    """([O, W] share of each interval of the day window worked in each option's block beside its breaks, [O] which of
    the distinct ones)."""
    edges = np.zeros((len(c.option), intervals * units_per_slot + 1), dtype=np.int32)
    every = np.arange(len(c.option))
    spans = np.concatenate([c.block[c.option[:, 0]], c.option[:, 1:]], axis=1)
    for column in range(spans.shape[1]):
        opens = (column % 2 == 0) == (column < 2)  # a block begins, or a break ends
        np.add.at(edges, (every, (spans[:, column] - low_min) // c.unit_min), 1 if opens else -1)
    worked = np.cumsum(edges, axis=1)[:, :-1].reshape(len(every), intervals, units_per_slot).mean(axis=2)
    return worked, np.unique(worked, axis=0, return_inverse=True)[1].ravel()
