"""A few agents choose again together, exactly, beside all the others who stand still.

The others' work is coverage that stands already, so the few are a small question of their own: its prices are raised
from those of the whole team for some steps, the weeks met on the way and those that stand are the columns, and one is
chosen for each by ``select`` (OR-Tools). Weeks priced for just this question are what makes it pay: among weeks priced
for the whole team such a choice finds next to nothing. A step takes about as long for thirty agents as for three, so
several questions are priced side by side, as one whose queues have nothing to do with each other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import Demand, Floats, Instance, Ints, Tours, join, keep_agents, on_duty, tour_eur
from staffing.rostering.labels import LITTLE, coverage, named
from staffing.rostering.pool import Standing
from staffing.rostering.prices import Watcher, always, ascend, cheapest_coverage
from staffing.rostering.rests import Weeks
from staffing.rostering.select import CENT, distinct, select
from staffing.rostering.tours import reduced_value

STEPS, STEP_SHARE = 60, 0.1
"""Steps of the small ascent, and their length as a share of an ascent's that starts from nothing."""


@dataclass(frozen=True)
class Offer:
    """Weeks to choose from for the ``chosen`` [k] agents: ``tours`` [n] (agents numbered among them), ``less_eur``
    [n] by how much each is worth less than its agent's best at ``price`` [T, Q], ``best_eur`` all bests together."""

    chosen: Ints
    price: Floats
    tours: Tours
    less_eur: Floats
    best_eur: float


def few(instance: Instance, standing: Standing, chosen: Ints) -> Instance:
    """The question of the ``chosen`` agents alone, everybody else's coverage standing."""
    duty = standing.duty[chosen, :-1].astype(float)
    labels = np.where(duty > LITTLE, standing.labels[chosen, :-1], -1)
    alone = keep_agents(instance, chosen)
    theirs = coverage(alone, duty, labels) - instance.demand.base
    base = np.maximum(standing.agents[:, :-1].T - theirs, instance.demand.base)  # fractions leave crumbs below it
    demand = dataclasses.replace(instance.demand, base=base)
    return dataclasses.replace(alone, demand=demand)


def offers(
    instance: Instance, standing: Standing, sets: list[Ints], price: Floats, keep_going: Watcher = always
) -> list[Offer]:
    """Weeks for each of the ``sets`` of agents (ascending), priced beside everybody else's that stand."""
    team = _side_by_side(instance, sets, [few(instance, standing, chosen).demand.base for chosen in sets])
    worth = instance.demand.worth
    step_eur = STEP_SHARE * float(np.median(worth[..., 0] - worth[..., -1]))
    weeks = Weeks.of(team)
    ascent = ascend(weeks, steps=STEPS, start=np.tile(price, len(sets)), step_eur=step_eur, keep_going=keep_going)
    values = team.slot_values(ascent.price)
    best = weeks.respond(values, np.arange(len(team.agents)), lawful=False).bound
    tours = distinct(join(list(ascent.tours)))
    less = best[tours.agent] - reduced_value(team, tours, on_duty(team, tours).astype(float), values)
    edges = np.cumsum([0, *(len(chosen) for chosen in sets)])
    found = []
    for chosen, own, low, high in zip(sets, np.split(ascent.price, len(sets), axis=1), edges, edges[1:], strict=False):
        rows = (tours.agent >= low) & (tours.agent < high)
        mine = Tours(tours.agent[rows] - low, tours.choice[rows])
        found.append(Offer(chosen, own, mine, less[rows], float(best[low:high].sum())))
    return found


def _side_by_side(instance: Instance, sets: list[Ints], bases: list[Floats]) -> Instance:
    """One question of all ``sets``, each on queues of its own beside its ``bases`` [T, Q]."""
    n, d, queues = len(sets), instance.demand, len(instance.queues)
    team, part = keep_agents(instance, np.concatenate(sets)), np.repeat(np.arange(n), [len(chosen) for chosen in sets])
    met, group_of = np.unique(np.stack([part, team.group_of]), axis=1, return_inverse=True)
    groups = [instance.groups[g] for g in met[1]]
    pace = np.zeros((len(groups), n * queues))
    for i, (p, group) in enumerate(zip(met[0], groups, strict=True)):
        pace[i, p * queues : (p + 1) * queues] = instance.pace[group.profile]
    return dataclasses.replace(
        team,
        queues=instance.queues * n,
        demand=Demand(
            np.tile(d.width, (n, 1)),
            np.tile(d.worth, (n, 1)),
            np.concatenate(bases, axis=1),
            np.tile(np.broadcast_to(d.level, d.base.shape), n),
        ),
        pace=pace,
        groups=tuple(dataclasses.replace(group, profile=i) for i, group in enumerate(groups)),
        group_of=group_of.ravel(),
    )


def choose_again(instance: Instance, standing: Standing, offer: Offer) -> Standing | None:
    """The roster with the best weeks offered beside the others, who may have moved since; None when nothing
    was found but what stands."""
    chosen, sub = offer.chosen, few(instance, standing, offer.chosen)
    stands = Tours(np.arange(len(chosen)), standing.choice[chosen])
    coverage_eur = float(instance.demand.cost(standing.agents[:, :-1].T.astype(float)).sum())
    cost = float(tour_eur(sub, stands).sum()) + coverage_eur
    spare = cost - (cheapest_coverage(sub.demand, offer.price)[1] - offer.best_eur)
    if spare < CENT:
        return None
    # A week costs at least as much more than the bound as it is worth less than its agent's best.
    tours = distinct(join([offer.tours.of(offer.less_eur <= spare + CENT), stands]))
    found = select(sub, tours, np.zeros((sub.slots, len(sub.pace))), under_eur=cost + CENT)
    if found is None:
        return None
    picked = tours.of(found.rows)
    serves, before = named(sub, on_duty(sub, picked).astype(float), found.flow), standing.labels[chosen, :-1]
    if (picked.choice == stands.choice).all() and (serves == np.where(serves >= 0, before, -1)).all():
        return None
    choice, labels = standing.choice.copy(), standing.labels.copy()
    choice[chosen[picked.agent]] = picked.choice
    labels[chosen, :-1] = np.maximum(serves, 0)
    return standing.anew(choice, labels, chosen)
