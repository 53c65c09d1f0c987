"""The rounds of one process: searches from different starts, abreast, by exact choices of a few days of many agents.

A step of an ascent takes about as long for fifty agents as for fifteen, and a choice finds most beside what stands
right now. So in each round one set of agents of each search has the same days priced as one question, and each search
takes what is best for it. Those that find no more make room for kicked copies of the cheapest: a few people who share a
queue seek their weeks anew from nothing, and choices go on from there.
"""

from __future__ import annotations

import numpy as np

from staffing.rostering.instance import Floats, Ints
from staffing.rostering.nearby import offers
from staffing.rostering.part import Part
from staffing.rostering.prices import Ascent
from staffing.rostering.search import Layout, Search
from staffing.rostering.select import CENT
from staffing.rostering.sets import FEW, Mates, Sets
from staffing.rostering.tours import reduced_value
from staffing.rostering.whole_weeks import WholeWeeks
from staffing.rostering.work import Work

IDLE, BEHIND = 60, 30
"""Exact choices in a row that find nothing, after which a search is left: the cheapest, and one that is not."""
KICK_TRIES = 1.25
"""Exact choices for each agent that a kicked roster has to become the cheapest."""
VAIN = 40
"""Kicks in a row that find nothing cheaper, after which new starts promise more."""
SETTLED = 1 / 3
"""Weight, in the draw of a larger team's sets, of an agent who has their best week: a share of what agents miss theirs
by on average."""


def rounds(first: Search, layout: Layout, ascent: Ascent, bound: float) -> Search:
    """Searches from as many starts as are laid out, and from their rosters, for all the work that is laid out; new
    starts where exact choices find no more. The search with the cheapest roster of all, ``first`` among them."""
    choices, best = Choices(first, ascent.price, bound, layout.rounds_s), first
    while True:
        going = [_started(first.anew(ascent), layout, ascent.price, bound) for _ in range(layout.abreast)]
        choices.work.seconds += layout.abreast * layout.start_s
        best = min(best, _chosen(choices, going, best), key=_cost)
        if choices.work.done or best.over:
            return best


def _chosen(choices: Choices, going: list[Search], best: Search) -> Search:
    """The search with the cheapest roster after the searches ``going`` have had their choices, kicked copies of the
    cheapest in the place of those that find no more. ``best`` is cheapest so far."""
    head, vain = min(going, key=_cost), 0
    while vain <= VAIN and not choices.work.done and not best.over:
        least = head.best
        choices.round(min(best, head, key=_cost), going)
        head = min(head, *going, key=_cost)
        vain = 0 if head.best < least - CENT else vain
        for i, search in enumerate(going):
            if _left(search, search is head):
                going[i], vain = head.kick(), vain + 1
                choices.work.kick()
    return min(head, *going, key=_cost)


def _left(search: Search, cheapest: bool) -> bool:
    """Whether a search promises less than another kick."""
    if cheapest:
        return search.idle >= IDLE and not search.own_weeks()
    return search.idle >= BEHIND or (search.kicked and search.tries >= KICK_TRIES * len(search.instance.agents))


def _cost(search: Search) -> float:
    return search.best


def _started(search: Search, layout: Layout, price: Floats, bound: float) -> Search:
    """The search after all its coolings, among whole weeks or from menus, its queues settled."""
    if search.over:
        return search
    chooser = search.among_weeks() if layout.whole else search.from_menus()
    for r in range(layout.rounds):
        search.cool(chooser, layout.moves, search.heat / (1 + (r > 0)), bound, left=layout.share(r))
        search.finish(bound)
        if search.over:
            return search
        if isinstance(chooser, WholeWeeks) and r < layout.rounds - 1:
            chooser.meet(search.fresh(price))
    search.settle()
    return search


class Choices:
    """Exact choices of a few days for agents who share queues, everything else standing still, for ``seconds`` of
    counted work."""

    def __init__(self, search: Search, price: Floats, bound: float, seconds: float) -> None:
        self.instance, self.rng, self.price, self.bound = search.instance, search.rng, price, bound
        self.sets = Sets.of(len(self.instance.agents))
        self.mates, self.work = Mates.of(self.instance, self.rng), Work(seconds)
        self.values = self.instance.slot_values(price)
        everyone = np.arange(len(self.instance.agents))
        self.best_eur = search.weeks.respond(self.values, everyone, lawful=False).bound.astype(float)

    def round(self, best: Search, going: list[Search]) -> None:
        """One round of all ``going``. ``best`` has the cheapest roster so far."""
        looks = best.clock.looks
        if best.finish(self.bound):
            self.work.finish(self.instance, best.clock.looks - looks)

        def told(*_: object) -> bool:
            return best.clock.tell("selection", min(best, *going, key=_cost).best, self.bound)

        asked = [search for search in going for _ in range(self.sets.at_once)]
        sizes = self.rng.integers(self.sets.fewest, self.sets.most + 1, len(asked))
        days = np.sort(self.rng.permutation(len(self.instance.days))[: self.sets.days])
        parts = [
            Part.of(self.instance, search.standing, self._drawn(search, int(size)), days)
            for search, size in zip(asked, sizes, strict=True)
        ]
        for search, offer in zip(asked, offers(self.instance, parts, self.price, self.work, told), strict=True):
            if not told():
                break
            search.choose(offer, self.work)

    def _drawn(self, search: Search, together: int) -> Ints:
        """Agents who share queues: any of a small team; in a large one most have their best week, and what the roster
        costs above its bound lies with the others."""
        if self.sets is FEW:
            return self.mates.around_any(together)
        standing = search.standing
        duty = standing.duty[:, :-1].astype(float)
        less = self.best_eur - reduced_value(self.instance, standing.tours, duty, self.values)
        weight = np.maximum(less, 0.0) + SETTLED * max(float(less.mean()), CENT)
        return self.mates.by_weight(together, weight)
