"""Who serves which queue in every slot, kept near its best while tours come and go.

``serve[t, s, q]`` agents of skill profile s on queue q in slot t. Adding an agent to a slot is worth more than the
open need of their own queues: they may free a colleague for another queue. That worth, exact for whole agents, is
the longest chain of such moves, found by relaxing over queues (an augmenting path per slot, all slots at once).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import Floats, Instance, Ints

LITTLE = 1e-6


class Floor:
    """Mutable coverage of one instance. ``agents`` [T, Q] paced coverage with the base inside."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.can = instance.pace > 0
        t, q = instance.demand.base.shape
        self.serve: npt.NDArray[np.float64] = np.zeros((t, len(instance.pace), q))
        self.agents: Floats = instance.demand.base.copy()

    def cost_eur(self) -> float:
        """What shortage and surplus cost now."""
        return float(self.instance.demand.cost(self.agents).sum())

    def snapshot(self) -> tuple[Floats, Floats]:
        return self.serve.copy(), self.agents.copy()

    def restore(self, snapshot: tuple[Floats, Floats]) -> None:
        self.serve, self.agents = snapshot[0].copy(), snapshot[1].copy()

    def _movable(self) -> npt.NDArray[np.bool_]:
        """[T, Q, Q] whether somebody on queue q could serve r instead."""
        return np.asarray(np.matmul((self.serve > LITTLE).transpose(0, 2, 1).astype(np.float32), self.can) > 0)

    def _chain(self, own: Floats, movable: npt.NDArray[np.bool_]) -> tuple[Floats, npt.NDArray[np.int64]]:
        """([T, Q] best value over chains of moves, [T, Q] next queue of the chain, itself at its end)."""
        value, queues = own.copy(), own.shape[1]
        hop = np.broadcast_to(np.arange(queues), own.shape).copy()
        for _ in range(queues - 1):
            reach = np.where(movable, value[:, None, :], -np.inf)
            best = reach.max(axis=2)
            better = best > value + LITTLE
            if not better.any():
                break
            hop = np.where(better, reach.argmax(axis=2), hop)
            value = np.where(better, best, value)
        return value, hop

    def _gain(self) -> Floats:
        """[T, Q] worth of one more agent on a queue."""
        demand = self.instance.demand
        return demand.cost(self.agents) - demand.cost(self.agents + 1.0)

    def _loss(self) -> Floats:
        """[T, Q] worth of the last agent on a queue."""
        demand = self.instance.demand
        return demand.cost(np.maximum(self.agents - 1.0, 0.0)) - demand.cost(self.agents)

    def slot_values(self) -> Floats:
        """[S, T] worth of one more agent of each profile on duty: the marginal values a best response needs."""
        value, _ = self._chain(self._gain(), self._movable())
        return self.instance.slot_values(value)

    def add(self, profile: int, duty: Floats) -> None:
        """Put an agent of ``profile`` on duty [T] (0..1), moving colleagues where that is worth it."""
        value, hop = self._chain(self._gain(), self._movable())
        slots = np.flatnonzero(duty > LITTLE)
        pace = self.instance.pace[profile]
        at = np.where(self.can[profile], pace * value[slots], -np.inf).argmax(axis=1)
        self._shift(slots, np.full(len(slots), profile), at, duty[slots])
        amount = duty[slots].copy()
        for _ in range(self.agents.shape[1] - 1):
            to = hop[slots, at]
            go = to != at
            if not go.any():
                return
            slots, at, to, amount = slots[go], at[go], to[go], amount[go]
            amount = self._move(slots, at, to, amount)
            at = to

    def remove(self, profile: int, duty: Floats) -> None:
        """Take an agent of ``profile`` off duty [T], moving colleagues into the place where that saves most."""
        movable = self._movable().transpose(0, 2, 1)
        value, hop = self._chain(-self._loss(), movable)
        slots = np.flatnonzero(duty > LITTLE)
        amount = duty[slots].copy()
        while len(slots):
            held = self.serve[slots, profile]
            at = np.where(held > LITTLE, value[slots], -np.inf).argmax(axis=1)
            here = np.minimum(amount, held[np.arange(len(slots)), at])
            self._shift(slots, np.full(len(slots), profile), at, -here)
            self._backfill(slots, at, here, hop)
            left = amount - here > LITTLE
            if not left.any() or not here.any():
                return
            slots, amount = slots[left], (amount - here)[left]

    def _backfill(self, slots: Ints, at: Ints, amount: Floats, hop: Ints) -> None:
        for _ in range(self.agents.shape[1] - 1):
            source = hop[slots, at]
            go = source != at
            if not go.any():
                return
            slots, at, source, amount = slots[go], at[go], source[go], amount[go]
            amount = self._move(slots, source, at, amount)
            at = source

    def _move(self, slots: Ints, frm: Ints, to: Ints, amount: Floats) -> Floats:
        """Move up to ``amount`` agents from queue to queue in each slot; the amounts moved."""
        held = np.where(self.can.T[to], self.serve[slots, :, frm], 0.0)
        who = held.argmax(axis=1)
        moved = np.minimum(amount, held[np.arange(len(slots)), who])
        self._shift(slots, who, frm, -moved)
        self._shift(slots, who, to, moved)
        return np.asarray(moved)

    def _shift(self, slots: Ints, who: Ints, queue: Ints, amount: Floats) -> None:
        self.serve[slots, who, queue] += amount
        self.agents[slots, queue] += amount * self.instance.pace[who, queue]
