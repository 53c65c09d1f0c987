"""Queues exchanged between people on duty, their weeks as they are: near the best queue for everybody, in milliseconds.

In one slot somebody moves from queue q to queue p, or to a queue m from which somebody else moves on to p: q has one
agent less, p one more, which pays where p's next agent is worth more than q's last. Every slot takes its best such
move, again and again, until none pays. The exact flow of ``select.py`` finds little more and takes a hundred times as
long, so that the search can stand on this all along instead of ending with it.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import Bools, Floats, Ints
from staffing.rostering.labels import LITTLE
from staffing.rostering.pool import Singles, Standing

ROUNDS = 12
CENT = 0.01

Moved = tuple[int, int, int]
"""(agent, slot, queue before)."""


@dataclass(frozen=True)
class Exchange:
    """Who has a choice of queues: ``several`` [M] agents, ``can`` [M, Q] what they serve; ``kinds`` [S', Q] the
    distinct rows of it, ``kind`` [M] which of them is whose."""

    several: Ints
    can: Bools
    kinds: Bools
    kind: Ints

    @staticmethod
    def of(standing: Standing) -> Exchange:
        instance = standing.instance
        can = (instance.pace > 0)[instance.profile_of]
        several = np.flatnonzero(can.sum(axis=1) > 1)
        kinds, kind = np.unique(can[several], axis=0, return_inverse=True)
        return Exchange(several, can[several], kinds, kind.ravel())

    def better(self, standing: Standing) -> None:
        """Better the queues that people serve, in place."""
        slots = np.arange(standing.instance.slots)
        for _ in range(ROUNDS if len(self.several) else 0):
            slots = slots[self._step(standing, slots)]
            if not len(slots):
                return

    def _step(self, standing: Standing, slots: Ints) -> Ints:
        """Each of ``slots`` takes its best move; positions of those that gained."""
        here = np.ix_(self.several, slots)
        label = np.where(standing.duty[here] > LITTLE, standing.labels[here], -1)
        arc = self._arcs(label)
        over = arc[:, :, None] & arc[None]  # [from, over, to, n]
        last, another = _worth(standing, slots)
        eur = np.where(arc | over.any(axis=1), another - last[:, None], -np.inf).reshape(-1, len(slots))
        best = eur.argmax(axis=0)
        pays = np.flatnonzero(eur[best, np.arange(len(slots))] > CENT)
        before, undo = _cost(standing, slots[pays]), list[list[Moved]]()
        for i in pays.tolist():
            q, p = divmod(int(best[i]), len(arc))
            way = (q, p) if arc[q, p, i] else (q, int(over[q, :, p, i].argmax()), p)
            undo.append(self._move(standing, int(slots[i]), label[:, i], way))
        # With agents of unequal pace or a slot worked in part the gain was an estimate.
        good = _cost(standing, slots[pays]) < before - CENT / 2
        for moved in itertools.compress(undo, ~good):
            for a, t, q in moved:
                _serve(standing, a, t, q)
        return np.asarray(pays[good])

    def _arcs(self, label: Ints) -> Bools:
        """[Q, Q, n] whether somebody on duty (``label`` [M, n]) could move from one queue to another."""
        queues, n = self.can.shape[1], label.shape[1]
        there = np.zeros((len(self.kinds), queues, n), dtype=np.float32)
        m, i = np.nonzero(label >= 0)
        there[self.kind[m], label[m, i], i] = 1
        arc = self.kinds.T.astype(np.float32) @ there.reshape(len(self.kinds), -1) > 0
        arc = arc.reshape(queues, queues, n)
        arc[np.arange(queues), np.arange(queues)] = False
        return np.asarray(arc.transpose(1, 0, 2))

    def _move(self, standing: Standing, t: int, label: Ints, way: tuple[int, ...]) -> list[Moved]:
        """Move one person along each step of ``way``; ``label`` [M] queues served in slot ``t``."""
        moved = list[Moved]()
        for q, p in itertools.pairwise(way):
            a = int(self.several[((label == q) & self.can[:, p]).argmax()])
            moved.append((a, t, q))
            _serve(standing, a, t, p)
        return moved


def _serve(standing: Standing, a: int, t: int, q: int) -> None:
    """Move agent ``a`` to queue ``q`` in slot ``t``."""
    pace, duty = standing.pace[standing.instance.profile_of[a]], standing.duty[a, t]
    before = standing.labels[a, t]
    standing.agents[before, t] -= duty * pace[before]
    standing.agents[q, t] += duty * pace[q]
    standing.labels[a, t] = q


def _worth(standing: Standing, slots: Ints) -> tuple[Singles, Singles]:
    """([Q, n] what the last agent there is worth, [Q, n] what another would be)."""
    gains = standing.gains
    n = np.minimum((standing.agents[:, slots] * gains.parts + 0.5).astype(np.int32), gains.top)
    at = gains.at[:, slots]
    return gains.worth.take(np.maximum(n - gains.parts, 0) + at), gains.worth.take(n + at)


def _cost(standing: Standing, slots: Ints) -> Floats:
    """[n] EUR of what the queues get in ``slots``."""
    return np.asarray(standing.instance.demand.cost_at(slots, standing.agents[:, slots].T.astype(float)).sum(axis=1))
