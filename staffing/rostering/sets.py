"""Who choose a few days again together, exactly (``nearby.py``), how many searches do so abreast, and in what time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import Bools, Floats, Instance, Ints

ALONE, SHARED = 0.85, 0.5
"""Of the seconds of a set: by itself, and what all sets that are priced as one question share."""
TRIES = 6
"""Exact choices for each agent after which a start is near its end: with fewer, another search abreast would better
nothing."""


@dataclass(frozen=True)
class Sets:
    """Between ``fewest`` and ``most`` agents choose ``days`` again together. One search has ``at_once`` such sets
    priced as one question, up to ``abreast`` searches go together; a set takes about ``seconds``, where three are
    priced together."""

    fewest: int
    most: int
    days: int
    at_once: int
    abreast: int
    seconds: float

    @staticmethod
    def of(agents: int) -> Sets:
        """What a team of so many chooses by."""
        return FEW if agents <= MIXED else MANY

    def seconds_in(self, abreast: int) -> float:
        """Of one set in a week of six days, where so many searches go abreast."""
        return self.seconds * (ALONE + SHARED / (abreast * self.at_once))


FEW, MANY = Sets(14, 18, 2, 1, 5, 0.072), Sets(20, 28, 2, 2, 1, 0.118)
"""Two days of many agents are better than whole weeks of a few: it is on the same day that agents meet. A choice beside
what stands finds more than one beside what stood before the last: a small team has no two sets priced at once."""
MIXED = 100
"""Largest team whose sets are ``FEW``, of any agents; in larger ones they are ``MANY``, drawn around those who miss
their best week."""


@dataclass(frozen=True)
class Mates:
    """Draws agents who share queues: ``can`` [A, Q] what everybody serves."""

    can: Bools
    rng: np.random.Generator

    @staticmethod
    def of(instance: Instance, rng: np.random.Generator) -> Mates:
        """Those of ``instance``."""
        return Mates((instance.pace > 0)[instance.profile_of], rng)

    def around_any(self, together: int) -> Ints:
        """So many, found around one agent or, so that small groups have their turn, around one queue."""
        alone = np.array([int(self.rng.integers(len(self.can)))])
        chosen = self.of_a_queue(together) if self.rng.random() < 0.5 else alone
        others = self._near(chosen)
        return np.sort(np.concatenate([chosen, self.rng.permutation(others)[: together - len(chosen)]]))

    def of_a_queue(self, together: int) -> Ints:
        """So many who serve some queue, or all who do; anybody where nobody serves any."""
        served = np.flatnonzero(self.can.any(axis=0))
        able = self.can[:, self.rng.choice(served)] if len(served) else ~self.can.any(axis=1)
        return np.sort(self.rng.permutation(np.flatnonzero(able))[:together])

    def by_weight(self, together: int, weight: Floats) -> Ints:
        """So many, those of more ``weight`` [A] more often."""
        chosen = self.rng.choice(len(weight), 1, p=weight / weight.sum())
        others = self._near(chosen)
        if not len(others):
            return chosen
        more, share = min(together - 1, len(others)), weight[others]
        return np.sort(np.append(chosen, self.rng.choice(others, more, replace=False, p=share / share.sum())))

    def _near(self, chosen: Ints) -> Ints:
        """Everybody else who shares a queue with one of the ``chosen``."""
        near = np.flatnonzero((self.can & self.can[chosen].any(axis=0)).any(axis=1))
        return np.setdiff1d(near, chosen)
