"""A few agents choose again together, exactly, beside all the others who stand still.

The others' work is coverage that stands already, so the few are a small instance of their own: its prices are raised
from those of the whole team for some steps, the weeks met on the way and those that stand are the columns, and one is
chosen for each by ``select`` (OR-Tools). Weeks priced for just this question are what makes it pay: among weeks priced
for the whole team such a choice finds next to nothing.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from staffing.rostering.instance import Floats, Instance, Ints, Tours, join, keep_agents, on_duty, tour_eur
from staffing.rostering.labels import LITTLE, coverage, named
from staffing.rostering.pool import Standing
from staffing.rostering.prices import ascend
from staffing.rostering.rests import Weeks
from staffing.rostering.select import distinct, select
from staffing.rostering.tours import reduced_value

STEPS, STEP_SHARE = 60, 0.1
"""Steps of the small ascent, and their length as a share of an ascent's that starts from nothing."""

CENT = 0.01


def few(instance: Instance, standing: Standing, chosen: Ints) -> Instance:
    """The question of the ``chosen`` agents alone, everybody else's coverage standing."""
    duty = standing.duty[:, :-1].astype(float)
    labels = np.where(duty > LITTLE, standing.labels[:, :-1], -1)
    labels[chosen] = -1
    mask = np.isin(np.arange(len(instance.agents)), chosen)
    demand = dataclasses.replace(instance.demand, base=coverage(instance, duty, labels))
    return dataclasses.replace(keep_agents(instance, mask), demand=demand)


def choose_again(instance: Instance, standing: Standing, chosen: Ints, price: Floats) -> Standing | None:
    """The roster with the best weeks found for ``chosen`` (ascending) beside the others; None when none was found."""
    sub = few(instance, standing, chosen)
    worth = instance.demand.worth
    step_eur = STEP_SHARE * float(np.median(worth[..., 0] - worth[..., -1]))
    ascent = ascend(Weeks.of(sub), steps=STEPS, start=price, step_eur=step_eur)
    stands = Tours(np.arange(len(chosen)), standing.choice[chosen])
    coverage_eur = float(instance.demand.cost(standing.agents[:, :-1].T.astype(float)).sum())
    spare = float(tour_eur(sub, stands).sum()) + coverage_eur - ascent.bound_eur
    if spare < CENT:
        return None
    tours = _promising(sub, distinct(join([*ascent.tours, stands])), ascent.price, spare)
    found = select(sub, tours, np.zeros((sub.slots, len(sub.pace))))
    if found is None:
        return None
    picked = tours.of(found.rows)
    choice, labels = standing.choice.copy(), standing.labels.copy()
    choice[chosen[picked.agent]] = picked.choice
    labels[chosen, :-1] = np.maximum(named(sub, on_duty(sub, picked).astype(float), found.flow), 0)
    return standing.anew(choice, labels)


def _promising(sub: Instance, tours: Tours, price: Floats, spare_eur: float) -> Tours:
    """The weeks that can be part of a roster cheaper than the one that stands, ``spare_eur`` above the bound: a week
    costs at least the difference between its value at the bound's prices and the agent's best."""
    value = reduced_value(sub, tours, on_duty(sub, tours).astype(float), sub.slot_values(price))
    best = np.maximum.reduceat(value, np.searchsorted(tours.agent, np.arange(len(sub.agents))))
    return tours.of(best[tours.agent] - value <= spare_eur + CENT)
