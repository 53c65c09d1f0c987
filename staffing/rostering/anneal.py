"""Annealing: agents in turn choose again beside all others, little by little colder, whatever they choose from."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from staffing.rostering.exchange import Exchange
from staffing.rostering.pool import Standing


class Chooser(Protocol):
    """How one agent re-chooses beside all others: what ``anneal`` cools."""

    standing: Standing
    dice: random.Random

    def move(self, a: int, heat: float) -> None:
        """Draw something new for agent ``a`` at temperature ``heat`` EUR."""

    def measure(self, a: int, heat: float) -> None:
        """Re-choose the start from which the agent's starts are measured."""


@dataclass(frozen=True)
class Cooling:
    """``moves`` re-choices from temperature ``hot_eur`` down to ``cold_eur``."""

    moves: int
    hot_eur: float
    cold_eur: float


def anneal(bath: Chooser, cooling: Cooling, *, watch: Callable[[float], bool], spent: Callable[[], float]) -> None:
    """Cool down; the standing ends as the best roster met in the cold half.

    ``spent`` says which share of the time is gone: where moves are slower than they were laid out, fewer are made and
    the cooling still ends cold.
    """
    standing = bath.standing
    agents = len(standing.choice)
    best, kept = np.inf, standing.snapshot()
    every = max(agents, 64)
    exchange = Exchange.of(standing)
    order: list[int] = []
    late = 0.0
    for i in range(cooling.moves):
        part = max(i / cooling.moves, late)
        heat = cooling.hot_eur * (cooling.cold_eur / cooling.hot_eur) ** part
        if not order:
            order = list(range(agents))
            bath.dice.shuffle(order)
        a = order.pop()
        bath.move(a, heat)
        if i % 3 == 0:
            bath.measure(a, heat)
        if i % max(agents // 4, 64) == 0:
            exchange.better(standing)
        if i % every == every - 1:
            late = spent()
            if part > 0.5:
                cost = standing.cost_eur()
                if cost < best:
                    best, kept = cost, standing.snapshot()
            if not watch(best) or late >= 1.0:
                break
    standing.copy_from(*kept)
