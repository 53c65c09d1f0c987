"""Search for a roster: take some agents out, let each answer the floor's marginal values with a best lawful week.

The marginal values (``Floor.slot_values``) say exactly what one more agent is worth in each slot given everybody
else, so an answer is the best week among all lawful ones, not only among those met before. Ruin and recreate
(Schrimpf et al. 2000) with simulated-annealing acceptance leaves the local optima; the noise on the values shrinks
with the temperature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.rostering.floor import Floor
from staffing.rostering.instance import Floats, Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.rests import Weeks


class Standing:
    """Everybody's current week: ``tours`` (row a is agent a), their duty [A, T], own cost [A], and the floor."""

    def __init__(self, instance: Instance, tours: Tours) -> None:
        self.instance = instance
        self.choice = tours.choice.copy()
        self.duty: Floats = on_duty(instance, tours).astype(float)
        self.own_eur = tour_eur(instance, tours)
        self.floor = Floor(instance)
        for a in range(len(tours)):
            self.floor.add(int(instance.profile_of[a]), self.duty[a])

    @property
    def tours(self) -> Tours:
        return Tours(np.arange(len(self.choice)), self.choice)

    def cost_eur(self) -> float:
        return float(self.own_eur.sum()) + self.floor.cost_eur()

    def remove(self, a: int) -> None:
        self.floor.remove(int(self.instance.profile_of[a]), self.duty[a])

    def place(self, tour: Tours) -> None:
        """Give one agent (taken out before) the week ``tour`` (one row)."""
        a = int(tour.agent[0])
        self.choice[a] = tour.choice[0]
        self.duty[a] = on_duty(self.instance, tour)[0]
        self.own_eur[a] = tour_eur(self.instance, tour)[0]
        self.floor.add(int(self.instance.profile_of[a]), self.duty[a])

    def put_back(self, agents: Ints, old: tuple[Ints, Floats, Floats], floor: tuple[Floats, Floats]) -> None:
        self.choice[agents], self.duty[agents], self.own_eur[agents] = old
        self.floor.restore(floor)


@dataclass(frozen=True)
class Cooling:
    """``moves`` ruin-and-recreate moves of up to ``ruin`` agents from temperature ``hot_eur`` down to ``cold_eur``."""

    moves: int
    ruin: int = 4
    hot_eur: float = 20.0
    cold_eur: float = 0.5
    noise: float = 0.1


def build(weeks: Weeks, price: Floats, rng: np.random.Generator) -> Standing:
    """A first roster: everybody answers the prices at once, then one after the other answers the floor."""
    instance = weeks.instance
    everyone = np.arange(len(instance.agents))
    standing = Standing(instance, weeks.respond(instance.slot_values(price).astype(np.float32), everyone).tours)
    sweep(weeks, standing, rng.permutation(everyone))
    return standing


def sweep(weeks: Weeks, standing: Standing, order: Ints) -> None:
    """One exact best response of each agent in turn; the cost never rises."""
    for a in order:
        standing.remove(int(a))
        standing.place(weeks.respond(standing.floor.slot_values().astype(np.float32), np.array([a])).tours)


def relatives(instance: Instance) -> list[Ints]:
    """Per agent those who share a queue with them."""
    can = (instance.pace > 0).astype(int)
    near = (can @ can.T > 0)[instance.profile_of][:, instance.profile_of]
    return [np.flatnonzero(row) for row in near]


def anneal(
    weeks: Weeks, standing: Standing, cooling: Cooling, rng: np.random.Generator, *, watch: Callable[[float], bool]
) -> None:
    """Improve ``standing`` in place; it ends as the best roster met. ``watch(best cost)`` False stops at once."""
    near = relatives(weeks.instance)
    cost = best = standing.cost_eur()
    best_choice = standing.choice.copy()
    for i in range(cooling.moves):
        heat = cooling.hot_eur * (cooling.cold_eur / cooling.hot_eur) ** (i / max(1, cooling.moves))
        centre = int(rng.integers(len(near)))
        count = min(int(rng.integers(1, cooling.ruin + 1)), len(near[centre]))
        agents = rng.choice(near[centre], count, replace=False)
        old = standing.choice[agents].copy(), standing.duty[agents].copy(), standing.own_eur[agents].copy()
        floor = standing.floor.snapshot()
        _recreate(weeks, standing, agents, rng, noise=cooling.noise * heat / cooling.hot_eur)
        new = standing.cost_eur()
        if new <= cost - heat * np.log(max(rng.random(), 1e-12)):
            cost = new
            if cost < best - 1e-6:
                best, best_choice = cost, standing.choice.copy()
        else:
            standing.put_back(agents, old, floor)
        if not watch(best):
            break
    standing.__init__(weeks.instance, Tours(np.arange(len(best_choice)), best_choice))  # type: ignore[misc]


def _recreate(weeks: Weeks, standing: Standing, agents: Ints, rng: np.random.Generator, *, noise: float) -> None:
    for a in agents:
        standing.remove(int(a))
    for a in rng.permutation(agents):
        values = standing.floor.slot_values()
        if noise > 0:
            values = values * rng.normal(1.0, noise, values.shape)
        standing.place(weeks.respond(values.astype(np.float32), np.array([a])).tours)
