"""Prices per queue and slot by dual ascent; every step is a lower bound on the cost of any lawful roster.

With n[t, q] agents on a queue, K its convex cost and c(tour) what a tour costs by itself, the problem is
min sum_a c(tour_a) + sum_tq K_tq(y_tq) with y <= n. Charging price pi[t, q] for y and paying it for n gives

    L(pi) = sum_tq min_y (K_tq(y) + pi_tq y)  -  sum_a max_tour (sum_t v_s(a)[t] on_duty[t] - c(tour)),
    v_s[t] = max_q pace[s, q] pi[t, q],

a lower bound for every pi >= lowest worth, concave, with subgradient y*(pi) - n*(pi) (Geoffrion 1974). The steps are
Adam's with a falling length.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import Demand, Floats, Instance, Tours, keep_agents, on_duty, rested
from staffing.rostering.rests import Weeks

LAWFUL_EVERY = 4
"""Where rests bind, lawful weeks cost several times the bound: they are asked for at every so many steps."""

LONG, SHORT = 0.2, 0.001
"""First and last step of an ascent, as a share of its ``step_eur``."""
FAR, LONGEST = 100.0, 0.8
"""An ascent from nothing of fewer steps takes longer ones: the first of n is ``FAR`` / n, or ``LONGEST``."""

Watcher = Callable[[int, float, Floats], bool]
"""Told (step, best bound, its price) after each step; False ends the ascent early."""


Beside = Callable[[Floats], tuple[float, Floats]]
"""Of prices [T, Q]: EUR that every roster costs besides, and the coverage [T, Q] that goes with it."""


@dataclass
class Adam:
    """Steps along slopes that differ in size and are noisy (Kingma and Ba 2015)."""

    mean: Floats
    square: Floats
    steps: int = 0

    @staticmethod
    def like(start: Floats) -> Adam:
        """Before the first step from ``start``."""
        return Adam(np.zeros_like(start), np.zeros_like(start))

    def move(self, slope: Floats) -> Floats:
        """About 1 where slopes agree, less where they do not, with the sign of their mean."""
        self.steps += 1
        self.mean, self.square = 0.9 * self.mean + 0.1 * slope, 0.98 * self.square + 0.02 * slope**2
        deep = np.sqrt(self.square / (1 - 0.98**self.steps)) + 1e-3
        return np.asarray((self.mean / (1 - 0.9**self.steps)) / deep)


def always(step: int, bound: float, price: Floats) -> bool:
    """Never ends an ascent early."""
    return True


def nothing(price: Floats) -> tuple[float, Floats]:
    """Nobody does anything besides."""
    return 0.0, np.zeros_like(price)


@dataclass(frozen=True)
class Ascent:
    """``price`` [T, Q] of the best ``bound_eur`` seen, and the answers of its later steps."""

    price: Floats
    bound_eur: float
    tours: tuple[Tours, ...]


def ascend(
    weeks: Weeks,
    *,
    steps: int,
    start: Floats | None = None,
    step_eur: float | None = None,
    forget: float = 0.5,
    keep_going: Watcher = always,
    beside: Beside = nothing,
) -> Ascent:
    """Raise the bound for ``steps`` steps; the answers of the first ``forget`` of them are not kept."""
    instance = weeks.instance
    worth = instance.demand.worth
    low, high = worth[..., -1], worth[..., 0]
    every = LAWFUL_EVERY if weeks.tight else 1
    scale = float(np.median(high - low)) if step_eur is None else step_eur
    first = LONG if step_eur is not None else float(np.clip(FAR / max(1, steps), LONG, LONGEST))
    price = first_price(instance) if start is None else start
    best, best_price, kept, adam = -np.inf, price, list[Tours](), Adam.like(price)
    for i in range(steps):
        bound, slope, tours = _look(weeks, price, lawful=i % every == 0, beside=beside)
        kept.append(tours if i % every == 0 else _rested_or(instance, tours, kept[-1]))
        if bound > best:
            best, best_price = bound, price
        if not keep_going(i, best, best_price):
            break
        length = scale * first * (SHORT / first) ** (i / max(1, steps))
        price = np.clip(price + length * adam.move(slope), low, high)
    return Ascent(best_price, exact_bound(weeks, best_price, beside), tuple(kept[int(forget * len(kept)) :]))


def sample(instance: Instance, every: int) -> Instance:
    """One agent in ``every`` of each group, and the share of each queue's need that they are for: a small question
    whose prices are close to those of the whole."""
    order = np.lexsort((instance.people.paid_high, instance.group_of))
    kept = np.zeros(len(order), dtype=bool)
    kept[order[every // 2 :: every]] = True
    can = instance.pace > 0
    hours = (can / np.maximum(can.sum(axis=1, keepdims=True), 1))[instance.profile_of]
    hours = hours * instance.people.paid_high[:, None]
    share = hours[kept].sum(axis=0) / np.maximum(hours.sum(axis=0), 1)
    demand = instance.demand
    width = demand.width * share[:, None]
    width[..., -1] = demand.width[..., -1]
    less = dataclasses.replace(demand, width=width, base=demand.base * share, level=demand.level * share)
    return dataclasses.replace(keep_agents(instance, kept), demand=less)


def first_price(instance: Instance) -> Floats:
    """[T, Q] where an ascent starts: a third of what the agent missed most is worth."""
    return np.asarray(0.35 * np.maximum(instance.demand.worth[..., 0], 0))


def _look(weeks: Weeks, price: Floats, *, lawful: bool, beside: Beside) -> tuple[float, Floats, Tours]:
    """(bound, slope [T, Q], the agents' answers) at one price; the bound forgets rests, and so does its slope."""
    instance = weeks.instance
    values = instance.slot_values(price)
    answer = weeks.respond(values.astype(np.float32), np.arange(len(instance.agents)), lawful=lawful)
    wanted, queue_eur = cheapest_coverage(instance.demand, price)
    more_eur, away = beside(price)
    slope = wanted - instance.demand.base - coverage_at(instance, answer.relaxed, price) + away
    return queue_eur + more_eur - float(answer.bound.sum(dtype=np.float64)), slope, answer.tours


def _rested_or(instance: Instance, tours: Tours, before: Tours) -> Tours:
    """``tours`` where they keep their rests, else those of ``before``."""
    good = rested(instance, tours)
    return Tours(tours.agent, np.where(good[:, None, None], tours.choice, before.choice))


def coverage_at(instance: Instance, tours: Tours, price: Floats) -> Floats:
    """[T, Q] agents on each queue when everybody serves what their prices say is best."""
    duty = on_duty(instance, tours)
    profile = instance.profile_of[tours.agent]
    member = (np.arange(len(instance.pace))[:, None] == profile).astype(np.float32)
    return served_at(instance, (member @ duty).astype(float), price)


def served_at(instance: Instance, people: Floats, price: Floats) -> Floats:
    """[T, Q] coverage by ``people`` [S, T] of each profile, on the queue where its price makes them worth most."""
    out = np.zeros_like(price)
    slots = np.arange(instance.slots)
    for queues, pace, there in zip(instance.serves, instance.pace, people, strict=True):
        if len(queues):
            serve = queues[(pace[queues] * price[:, queues]).argmax(axis=1)]
            out[slots, serve] += pace[serve] * there
    return out


def cheapest_coverage(demand: Demand, price: Floats) -> tuple[Floats, float]:
    """(y* [T, Q], sum of min_y K(y) + price (y - base)): buy every step worth more than its price."""
    steps = demand.worth[..., :-1]
    bought = np.where(steps > price[..., None], demand.width[..., :-1], 0.0)
    wanted = bought.sum(axis=2)
    eur = demand.empty_eur - (bought * steps).sum(axis=2) + price * (wanted - demand.base)
    return wanted, float(eur.sum())


def exact_bound(weeks: Weeks, price: Floats, beside: Beside = nothing) -> float:
    """The bound at ``price`` in double precision."""
    instance = weeks.instance
    answer = weeks.respond(instance.slot_values(price), np.arange(len(instance.agents)), lawful=False)
    return cheapest_coverage(instance.demand, price)[1] + beside(price)[0] - float(answer.bound.sum())
