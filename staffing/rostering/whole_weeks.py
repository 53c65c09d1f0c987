"""Search in a large team: one agent after the other re-chooses among whole weeks, the best met so far.

A week is drawn with probability ~ exp(value / temperature) as in ``pool.Bath``, but from a fixed number of weeks each,
valued by one product of matrices: a third of the time of a choice from a menu. Fresh weeks, answers to what agents
are worth where the roster stands, take the place of the oldest between coolings; so good weeks come to the search
instead of being combined in it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from staffing.rostering.instance import Tours, on_duty, tour_eur
from staffing.rostering.pool import NOISE, Standing

WEEKS = 128
"""Weeks of each agent: 150 MB for 1,000 agents on a quarter-hour grid."""


class WholeWeeks:
    """The heat bath over whole weeks: ``choice`` [A, WEEKS, D, 3], ``duty`` [A, WEEKS, T], ``eur`` [A, WEEKS]."""

    def __init__(self, standing: Standing, met: Sequence[Tours], rng: np.random.Generator) -> None:
        instance = standing.instance
        weeks = min(WEEKS, len(met))
        self.standing = standing
        self.choice = np.zeros((len(instance.agents), weeks, len(instance.days), 3), dtype=np.int64)
        self.duty = np.zeros((len(instance.agents), weeks, instance.slots), dtype=np.float32)
        self.eur = np.zeros((len(instance.agents), weeks), dtype=np.float32)
        self.oldest = 0
        self.meet(met[-weeks:])
        self.noise = rng.gumbel(size=NOISE).astype(np.float32)
        self.dice = random.Random(int(rng.integers(2**31)))

    def meet(self, tours: Sequence[Tours]) -> None:
        """Put these weeks (each a whole team's) in place of the oldest."""
        for fresh in tours:
            k = self.oldest
            self.choice[:, k], self.duty[:, k] = fresh.choice, on_duty(self.standing.instance, fresh)
            self.eur[:, k] = tour_eur(self.standing.instance, fresh)
            self.oldest = (k + 1) % self.eur.shape[1]

    def measure(self, a: int, heat: float) -> None:
        """A week's own cost knows the best start to measure from."""

    def move(self, a: int, heat: float) -> None:
        """Draw a week for agent ``a`` at temperature ``heat`` EUR."""
        standing = self.standing
        standing.remove(a)
        worth = standing.worth(a)
        value = self.duty[a] @ worth[0][:-1]
        value -= self.eur[a]
        start = int(self.dice.random() * (NOISE - len(value)))
        value += heat * self.noise[start : start + len(value)]
        k = int(value.argmax())
        standing.choice[a] = self.choice[a, k]
        standing.duty[a, :-1] = self.duty[a, k]
        standing.add(a, worth)
