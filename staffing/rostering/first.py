"""A first lawful roster in a fraction of a second: a few agents after the other take their best weeks where agents
are still missing, then each few choose again beside all the others.

While a team is half placed, a slot is as short as it would be if the rest came in the same proportions: agents so far
are scaled up to the whole team before their marginal worth is read from the convex cost.
"""

from __future__ import annotations

import numpy as np

from staffing.rostering.instance import Floats, Instance, Ints, Tours, join, on_duty
from staffing.rostering.rests import Weeks

GROUPS = 60
"""Agents are placed in about so many groups: more follow the need closer, and take longer."""
BLUR = (0.8, 0.9, 1.0, 1.1, 1.25)
"""The marginal worth is averaged over the coverage times these, for the cost has sharp corners."""


def first_tours(weeks: Weeks, rng: np.random.Generator) -> Tours:
    """One lawful week for everybody, rows as ``instance.agents``."""
    instance = weeks.instance
    agents = len(instance.agents)
    order = rng.permutation(agents)
    size = max(2, agents // GROUPS)
    groups = [np.sort(order[i : i + size]) for i in range(0, agents, size)]
    can = instance.pace > 0
    share = (can / np.maximum(can.sum(axis=1, keepdims=True), 1))[instance.profile_of]
    placed, cover = np.zeros(len(instance.queues)), instance.demand.base.copy()
    first, added = list[Tours](), list[Floats]()
    for mine in groups:
        placed += share[mine].sum(axis=0)
        scale = share.sum(axis=0) / np.maximum(placed, 1e-9)
        tours, served = _place(weeks, mine, cover, scale)
        first, added, cover = [*first, tours], [*added, served], cover + served
    again = list[Tours]()
    for mine, served in zip(groups, added, strict=True):
        tours, better = _place(weeks, mine, cover - served, np.ones(len(placed)))
        again, cover = [*again, tours], cover - served + better
    tours = join(again)
    return tours.of(np.argsort(tours.agent, kind="stable"))


def _place(weeks: Weeks, mine: Ints, cover: Floats, scale: Floats) -> tuple[Tours, Floats]:
    """Best weeks of the agents ``mine`` beside ``cover`` [T, Q] times ``scale`` [Q], and what they cover [T, Q]."""
    instance, demand = weeks.instance, weeks.instance.demand
    worth = sum(demand.cost(cover * scale * blur) - demand.cost(cover * scale * blur + 1) for blur in BLUR) / len(BLUR)
    tours = weeks.respond(instance.slot_values(np.asarray(worth)).astype(np.float32), mine).tours
    return tours, _served(instance, tours, np.asarray(worth))


def _served(instance: Instance, tours: Tours, worth: Floats) -> Floats:
    """[T, Q] paced agents when each serves the queue that is worth most."""
    served, slots = np.zeros_like(worth), np.arange(instance.slots)
    for a, duty in zip(tours.agent, on_duty(instance, tours), strict=True):
        pace = instance.pace[instance.profile_of[a]]
        queue = np.where(pace > 0, pace * worth, -np.inf).argmax(axis=1)
        served[slots, queue] += duty * pace[queue]
    return served
