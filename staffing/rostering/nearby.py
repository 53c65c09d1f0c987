"""Some agents choose some days again together, exactly, beside all the others who stand still.

The others' work is coverage that stands already, so theirs is a small question of their own (``part.py``): its
prices are raised from those of the whole team for some steps, the weeks met on the way and those that stand are the
columns, and one is chosen for each by ``select`` (OR-Tools). Weeks priced for just this question are what makes it
pay: among weeks priced for the whole team such a choice finds next to nothing. A step takes about as long for thirty
agents as for three, so several questions are priced side by side, as one whose queues have nothing to do with each
other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from staffing.rostering.exchange import Exchange
from staffing.rostering.instance import (
    Demand,
    Floats,
    Group,
    Instance,
    Ints,
    Kept,
    People,
    Tours,
    join,
    on_duty,
    rested,
    tour_eur,
)
from staffing.rostering.labels import named
from staffing.rostering.part import Part
from staffing.rostering.pool import Standing
from staffing.rostering.prices import Watcher, always, ascend, cheapest_coverage
from staffing.rostering.rests import Weeks
from staffing.rostering.select import CENT, distinct, select
from staffing.rostering.tours import reduced_value
from staffing.rostering.work import Work

STEPS, STEP_SHARE = 60, 0.1
"""Steps of the small ascent, and their length as a share of an ascent's that starts from nothing."""


@dataclass(frozen=True)
class Offer:
    """Weeks to choose from for a ``part``: ``tours`` [n] (its agents numbered among them), ``less_eur`` [n] by how
    much each is worth less than its agent's best at ``price`` [T', Q], ``best_eur`` all bests together."""

    part: Part
    price: Floats
    tours: Tours
    less_eur: Floats
    best_eur: float


def offers(
    instance: Instance, parts: list[Part], price: Floats, work: Work, keep_going: Watcher = always
) -> list[Offer]:
    """Weeks for each of the ``parts``, all of the same days, priced from ``price`` [T, Q] beside everybody else's that
    stand; ``work`` counts it."""
    team = _side_by_side([part.question for part in parts])
    work.ascent(STEPS, team)
    worth = instance.demand.worth
    step_eur = STEP_SHARE * float(np.median(worth[..., 0] - worth[..., -1]))
    weeks, start = Weeks.of(team), np.tile(price[parts[0].slots], len(parts))
    ascent = ascend(weeks, steps=STEPS, start=start, step_eur=step_eur, keep_going=keep_going)
    values = team.slot_values(ascent.price)
    best = weeks.respond(values, np.arange(len(team.agents)), lawful=False).bound
    tours = distinct(join(list(ascent.tours)))
    less = best[tours.agent] - reduced_value(team, tours, on_duty(team, tours).astype(float), values)
    edges = np.cumsum([0, *(len(part.agents) for part in parts)])
    found = []
    for part, own, low, high in zip(parts, np.split(ascent.price, len(parts), axis=1), edges, edges[1:], strict=False):
        rows = (tours.agent >= low) & (tours.agent < high)
        mine = Tours(tours.agent[rows] - low, tours.choice[rows])
        found.append(Offer(part, own, mine, less[rows], float(best[low:high].sum())))
    return found


def _side_by_side(questions: list[Instance]) -> Instance:
    """One question of all ``questions``, each on queues of its own."""
    n, first = len(questions), questions[0]
    queues, groups, group_of, paces = len(first.queues), list[Group](), list[Ints](), list[Floats]()
    for p, question in enumerate(questions):
        met, own = np.unique(question.group_of, return_inverse=True)
        group_of.append(len(groups) + own)
        for g in met:
            pace = np.zeros(n * queues)
            pace[p * queues : (p + 1) * queues] = question.pace[question.groups[g].profile]
            groups.append(dataclasses.replace(question.groups[g], profile=len(groups)))
            paces.append(pace)
    kept = [q.kept for q in questions if q.kept is not None]
    demand = [q.demand for q in questions]
    level = [np.broadcast_to(d.level, d.base.shape) for d in demand]
    return dataclasses.replace(
        first,
        queues=first.queues * n,
        demand=Demand(
            np.concatenate([d.width for d in demand], axis=1),
            np.concatenate([d.worth for d in demand], axis=1),
            np.concatenate([d.base for d in demand], axis=1),
            np.concatenate(level, axis=1),
        ),
        pace=np.array(paces),
        groups=tuple(groups),
        group_of=np.concatenate(group_of),
        agents=tuple(a for q in questions for a in q.agents),
        people=_people([q.people for q in questions]),
        kept=Kept(*(np.concatenate([getattr(k, f) for k in kept]) for f in ("choice", "change_eur"))) if kept else None,
    )


def _people(parts: list[People]) -> People:
    """Everybody of all ``parts``, in order."""
    first = parts[0]
    names = [f.name for f in dataclasses.fields(People) if isinstance(getattr(first, f.name), np.ndarray)]
    rows = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    sets = tuple(s for p in parts for s in p.work_days)
    return dataclasses.replace(first, **rows, work_days=sets)  # type: ignore[arg-type]


def choose_again(instance: Instance, standing: Standing, offer: Offer, work: Work) -> Standing | None:
    """The roster with the best weeks offered beside the others, who may have moved since; None when nothing
    was found but what stands. ``work`` counts it."""
    agents, days = offer.part.agents, offer.part.days
    part = Part.of(instance, standing, agents, days)
    sub, stands = part.question, part.stands
    coverage_eur = float(sub.demand.cost(standing.agents[:, part.slots].T.astype(float)).sum())
    cost = float(tour_eur(sub, stands).sum()) + coverage_eur
    spare = cost - (cheapest_coverage(sub.demand, offer.price)[1] - offer.best_eur)
    if spare < CENT:
        return None
    # A week costs at least as much more than the bound as it is worth less than its agent's best.
    tours = distinct(join([offer.tours.of(offer.less_eur <= spare + CENT), stands]))
    found = select(sub, tours, under_eur=cost + CENT, work=work)
    if found is None:
        return None
    picked = tours.of(found.rows)
    serves = named(sub, on_duty(sub, picked).astype(float), found.flow)
    if (picked.choice == stands.choice).all() and (serves == np.where(serves >= 0, part.labels, -1)).all():
        return None
    choice, labels = standing.choice.copy(), standing.labels.copy()
    choice[np.ix_(agents[picked.agent], days)] = picked.choice
    if not rested(instance, Tours(agents, choice[agents])).all():
        return None
    cells = np.ix_(agents, part.slots)
    labels[cells] = np.where(serves >= 0, serves, labels[cells])
    new = standing.anew(choice, labels, agents)
    Exchange.of(new).better(new)  # shares of people were named to whole ones
    return new
