"""What each interval of a queue needs, has, and costs: one agent more or less has its price here."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Presence = dict[int, float]
"""Agents more (less: negative) by row of a ``Need``; rows left out are as they were."""
LITTLE = 1e-12
"""Of an agent: rounding."""
FIRST = 1e-3
"""Of an agent: small beside any shortage that costs something."""
TOLERATED = 0.1
"""Shortage beyond this share of the need is paid at the deep price."""


@dataclass(frozen=True)
class Added:
    """What a change adds on each queue: ``agents`` at their pace, and ``people`` where some are promised."""

    agents: dict[str, Presence]
    people: dict[str, Presence]


@dataclass(frozen=True)
class Need:
    """One queue's intervals: ``starts_s`` [n] UTC seconds, each ``length_s`` long; ``required`` and ``scheduled`` [n]
    agents.

    ``eur`` [n] is the price of one agent missing in each interval (the deep price comes on top beyond ``TOLERATED``),
    ``surplus_eur`` of one too many. People promised on a queue are a ``Need`` of their own, finer in time, in which
    pace counts for nothing.
    """

    starts_s: npt.NDArray[np.int64]
    length_s: int
    required: Floats
    scheduled: Floats
    eur: Floats
    deep_eur: Floats
    surplus_eur: float

    def cost_eur(self, scheduled: Floats) -> Floats:
        """[n] what shortage and surplus cost with so many agents."""
        return np.array([self._at_eur(row, agents) for row, agents in enumerate(scheduled.tolist())], dtype=np.float64)

    def change_eur(self, presence: Mapping[int, float]) -> float:
        """What so many more agents add to the cost. A change touches a handful of rows, so plain numbers are read and
        no arrays made."""
        eur = 0.0
        for row, more in presence.items():
            there = self._rows[row][1]
            eur += self._at_eur(row, there + more) - self._at_eur(row, there)
        return eur

    def present(self, found: Presence, start_s: float, end_s: float, agents: float) -> None:
        """Add ``agents`` who are there from ``start_s`` to ``end_s`` to ``found``."""
        starts, length = self._starts, self.length_s
        for row in range(bisect_right(starts, start_s - length), len(starts)):
            start = starts[row]
            if start >= end_s:
                return
            inside = min(end_s, start + length) - max(start_s, start)
            found[row] = found.get(row, 0.0) + agents * inside / length

    def closed_s(self, start_s: float, end_s: float) -> float:
        """Seconds of that span in no interval: the queue is closed."""
        there: Presence = {}
        self.present(there, start_s, end_s, 1.0)
        return end_s - start_s - self.length_s * sum(there.values())

    def over(self, finer: Floats) -> Floats:
        """[n] the sums, by interval, of what is told of equal parts of the intervals in their order."""
        return np.asarray(finer.reshape(len(self.starts_s), -1).sum(axis=1))

    @property
    def eur_now(self) -> Floats:
        """[n] what shortage and surplus cost."""
        return self.cost_eur(self.scheduled)

    @property
    def missing(self) -> Floats:
        """[n] agents missing."""
        return np.maximum(self.required - self.scheduled, 0.0)

    @cached_property
    def first_eur(self) -> Floats:
        """[n] what one agent more would save if all of them saved as much as the first bit does: never less than any
        number of agents save each, for the cost is convex."""
        now, more = self.eur_now, self.cost_eur(self.scheduled + FIRST)
        return np.asarray(np.maximum(0.0, now - more) / FIRST)

    def after(self, presence: Mapping[int, float]) -> Need:
        """The same need with so many more agents."""
        scheduled = self.scheduled.copy()
        for row, more in presence.items():
            scheduled[row] += more
        return replace(self, scheduled=scheduled)

    def row(self, at_s: float) -> int | None:
        """The interval that holds an instant; None where nobody is needed."""
        row = bisect_right(self._starts, at_s) - 1
        return row if row >= 0 and at_s < self._starts[row] + self.length_s else None

    def _at_eur(self, row: int, agents: float) -> float:
        required, _, eur, deep = self._rows[row]
        if agents > required:
            return self.surplus_eur * (agents - required)
        missing = required - agents
        beyond = missing - TOLERATED * required
        return eur * missing + (deep * beyond if beyond > 0 else 0.0)

    @cached_property
    def _starts(self) -> list[int]:
        return list(self.starts_s.tolist())

    @cached_property
    def _rows(self) -> list[tuple[float, float, float, float]]:
        columns = (self.required, self.scheduled, self.eur, self.deep_eur)
        return list(zip(*(column.tolist() for column in columns), strict=True))


def changed(presence: dict[str, Presence]) -> dict[str, Presence]:
    """What is not zero of it."""
    found = {queue: {row: a for row, a in rows.items() if abs(a) > LITTLE} for queue, rows in presence.items()}
    return {queue: rows for queue, rows in found.items() if rows}


def after(needs: dict[str, Need], added: dict[str, Presence]) -> dict[str, Need]:
    """Each queue's need with so many more agents."""
    return {queue: need.after(added[queue]) if queue in added else need for queue, need in needs.items()}
