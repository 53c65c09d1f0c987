"""Offers that a mix can do without: they fill a shortage of the need as sized where the week as played has none."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from staffing.levers.lever import Offer
    from staffing.levers.planner import Mix

TRIALS = 6
"""Plays at most, mostly one: what is left untried stays in the mix."""
WELL_SERVED = 0.99
"""Share of contacts served from which an interval hardly wants more agents."""
UNSEEN = 0.0005
"""Share of contacts served that no table of ours shows."""

Again = Callable[[Sequence["Offer"]], "Mix | None"]


def without_needless(mix: Mix, nothing: Mix, again: Again, *, trials: int = TRIALS) -> Mix:
    """The mix without the offers whose leaving out serves no queue worse, those told in ``needless``.

    Tried are those that relieve only what was well served without any lever: all of them at once, then by halves.
    ``again`` plays some of its offers on the same random numbers, None where they are not lawful by themselves.
    """
    kept = mix
    asked = deque([_doubtful(mix, nothing)])
    for _ in range(trials):
        offers = asked.popleft() if asked else ()
        if not offers:
            break
        gone = {id(offer) for offer in offers}
        trial = again([offer for offer in kept.offers if id(offer) not in gone])
        if trial is not None and as_good(trial, mix):
            kept = trial
        elif len(offers) > 1:
            asked += (offers[: len(offers) // 2], offers[len(offers) // 2 :])
    left = {id(offer) for offer in kept.offers}
    return dataclasses.replace(kept, rung=mix.rung, needless=tuple(o for o in mix.offers if id(o) not in left))


def as_good(trial: Mix, mix: Mix) -> bool:
    """Whether every queue is served as well as in ``mix``: replication by replication the difference is within its
    own noise (95 %) and too small to be seen in a table, and the chance of the targets is no lower."""
    for queue in mix.played.centre.queues:
        less = mix.played.service(queue.name) - trial.played.service(queue.name)
        less = less[~np.isnan(less)]
        noise = 1.96 * float(less.std()) / len(less) ** 0.5 if len(less) else 0.0
        if len(less) and float(less.mean()) > min(UNSEEN, noise):
            return False
    return trial.p_target >= mix.p_target


def _doubtful(mix: Mix, nothing: Mix) -> tuple[Offer, ...]:
    """The mix's offers that relieve only intervals well served without them, an agent's beside each other."""
    rows = nothing.played.intervals
    rows = rows[rows["served"] < WELL_SERVED]
    poor = set(zip(rows["queue"], rows["start"], strict=True))
    found = [o for o in mix.offers if not any((q, start) in poor for q, start, agents in o.relief if agents > 0)]
    return tuple(sorted(found, key=lambda offer: (offer.subject, offer.lever)))
