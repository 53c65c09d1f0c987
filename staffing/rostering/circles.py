"""A closer bound where two or three people share a queue of their own: what they cost together, over their weeks.

The bound of ``prices.py`` asks everybody alone, and may give a queue of two people one and a half in every slot. For a
circle C, all who serve its home queues H, and prices pi of the others, the least that their weeks and those queues cost

    J(pi) = min over the weeks of C of  sum_{a in C} c(tour_a) + sum_t F_t(who of C is there),
    F_t(S) = min over queues that S serve of  sum_{q in H} K_tq(n_q) - sum_{p not in H, served} pace_p pi_tp,

takes the place of  sum_{t, q in H} min_y (K_tq(y) + pi_tq y)  and of the circle's own best weeks in the bound, and is
never less (a Lagrangean decomposition: Guignard and Kim 1987). ``circle_days.py`` finds what days cost by the shifts of
all, ``circle_weeks.py`` puts days together; both give J or a little less.

C must be all who serve H: anybody outside, priced, would fill every gap just where it is, and nothing would be gained.
Each live slot must belong to one day: where shifts cross midnight there are no circles.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.rostering.circle_days import day_eur, slots_of
from staffing.rostering.circle_weeks import Side, label_steps, weeks_eur
from staffing.rostering.instance import NEVER, Floats, Instance
from staffing.rostering.prices import cheapest_coverage
from staffing.rostering.rests import Weeks
from staffing.rostering.whole_people import parts_of

MOST = 3
"""Largest circle: tables have an axis an agent."""
CELLS = 10_000_000
"""Largest table of a day, by keys or by starts and paid lengths of each agent."""
FIXED_S, CELL_S, STEP_S = 0.12, 1.5e-6, 2e-9
"""Seconds that a circle takes in a week of six days: by itself, for each cell of such a table, and for each step in
which labels are put together."""
CENT, SINGLE = 0.01, 3e-6
"""What single precision may add: EUR, and a share of all that slots cost at most."""


@dataclass(frozen=True)
class Circle:
    """All two or three ``agents`` who serve the queues ``home``; ``seconds`` to find what they cost together."""

    agents: tuple[int, ...]
    home: tuple[int, ...]
    seconds: float


def circles_of(instance: Instance, seconds: float) -> tuple[Circle, ...]:
    """Circles for the queues of the fewest people first, as far as ``seconds`` go; nobody is in two. None where shifts
    cross midnight (what two days cost is no sum then) or a roster is kept."""
    reached = np.concatenate([slots_of(instance, d) for d in range(len(instance.days))])
    if len(np.unique(reached)) < len(reached) or instance.kept is not None:
        return ()
    can = (instance.pace > 0)[instance.profile_of]
    free, made = np.ones(len(can), dtype=bool), list[Circle]()
    for q in np.argsort(can.sum(axis=0), kind="stable"):
        mine = can[:, q]
        if not 2 <= mine.sum() <= MOST or not free[mine].all():
            continue
        agents = tuple(np.flatnonzero(mine).tolist())
        home = np.flatnonzero(can[mine].any(axis=0) & ~can[~mine].any(axis=0))
        needed = _seconds([Side.of(instance, a) for a in agents]) * len(instance.days) / 6
        if needed <= seconds:
            made.append(Circle(agents, tuple(home.tolist()), needed))
            free[mine] = False
            seconds -= needed
    return tuple(made)


def _seconds(sides: list[Side]) -> float:
    """That a circle takes in a week of six days; inf where its tables would be too large."""
    cells = math.prod(len(side.anchor) * len(side.paid) for side in sides)
    if max(cells, math.prod(side.key.shape[1] for side in sides)) > CELLS:
        return math.inf
    return FIXED_S + CELL_S * cells + STEP_S * label_steps(sides)


def closer_bound(
    weeks: Weeks, price: Floats, bound: float, circles: tuple[Circle, ...], going: Callable[[float], bool]
) -> float:
    """``bound``, which is that of ``price`` [T, Q] with everybody alone, with ``circles`` in it; ``going`` is told the
    bound so far before each."""
    instance = weeks.instance
    alone = instance.slot_values(price)
    for circle in circles:
        if not going(bound):
            return bound
        apart = cheapest_coverage(instance.demand.of(circle.home), price[:, circle.home])[1]
        apart -= float(weeks.respond(alone, np.array(circle.agents), lawful=False).bound.sum())
        bound += max(0.0, together_eur(instance, circle, price) - apart)
    return bound


def together_eur(instance: Instance, circle: Circle, price: Floats) -> float:
    """J or a little less; the tables are of what a slot costs above nobody there, as single precision has seven
    digits."""
    slot = slot_eur(instance, circle, price)
    nobody = slot[(slice(None), *[slice(1)] * len(circle.agents))]
    above = slot - nobody
    days = (day_eur(instance, circle.agents, d, above) for d in range(len(instance.days)))
    found = weeks_eur([Side.of(instance, a) for a in circle.agents], days)
    most = float(np.abs(above).max(axis=tuple(range(1, above.ndim))).sum())
    return found + float(nobody.sum()) - CENT - SINGLE * most if found < -NEVER / 2 else -math.inf


def slot_eur(instance: Instance, circle: Circle, price: Floats) -> Floats:
    """F [T, L, L(, L)]: EUR of a slot of the home queues by how many of its L - 1 parts each agent is there."""
    profiles, demand, parts = instance.profile_of[list(circle.agents)], instance.demand, parts_of(instance)
    serve = [[(int(q), float(instance.pace[s, q])) for q in instance.serves[s]] for s in profiles]
    duty = [instance.groups[instance.group_of[a]].duty for a in circle.agents]

    def cost(shares: tuple[int, ...], served: tuple[tuple[int, float], ...]) -> Floats:
        agents, elsewhere = demand.base.copy(), np.zeros(instance.slots)
        for i, (q, pace) in zip(np.flatnonzero(shares), served, strict=True):
            there = pace * shares[i] / parts * duty[i]
            if q in circle.home:
                agents[:, q] += there
            else:
                elsewhere += there * price[:, q]
        return np.asarray(demand.cost(agents)[:, circle.home].sum(axis=1) - elsewhere)

    found = np.zeros((instance.slots, *[parts + 1] * len(profiles)))
    for shares in np.ndindex(*found.shape[1:]):
        ways = itertools.product(*itertools.compress(serve, shares))
        found[(slice(None), *shares)] = np.min([cost(shares, way) for way in ways], axis=0)
    return supermodular(found)


def supermodular(found: Floats) -> Floats:
    """``found`` [T, L, L(, L)], or at most that where a slot does not lose more the more are away, as
    ``circle_days.py`` asks (queues that take turns in being the best, or people of unequal pace): there each part of
    an agent that is away costs the least that it may."""
    axes, odd = range(1, found.ndim), np.zeros(len(found), dtype=bool)
    for i, j in itertools.combinations_with_replacement(axes, 2):
        bent = np.diff(np.diff(found, axis=i), axis=j)
        odd |= (bent < -1e-6).reshape(len(bent), -1).any(axis=1)
    some, away = found[odd], np.arange(found.shape[1])[::-1]
    less = some[(slice(None), *[slice(-1, None)] * len(axes))]
    for i in axes:
        others = tuple(k for k in axes if k != i)
        lost = (some - some.take([-1], axis=i)).min(axis=others)
        part = (lost[:, :-1] / away[:-1]).min(axis=1)
        less = less + np.expand_dims(part[:, None] * away, others)
    lowered = found.copy()
    lowered[odd] = less
    return lowered
