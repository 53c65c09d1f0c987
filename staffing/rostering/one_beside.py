"""One agent's best week beside all others, who stand still."""

from __future__ import annotations

import numpy as np

from staffing.rostering.instance import NEVER, Floats, Instance, Ints, Tours
from staffing.rostering.rests import Weeks


def best_beside(weeks: Weeks, there: Floats, a: int, less_eur: Floats | float = 0.0) -> tuple[Tours, Ints] | None:
    """(agent ``a``'s cheapest lawful week beside coverage ``there`` [T, Q] without them, the queue [T] that each slot
    would be worth most on), ``less_eur`` [T] taken from what a slot is worth; None where there is no lawful week."""
    instance = weeks.instance
    s = int(instance.profile_of[a])
    gain = np.stack([_gain(instance, there, q, pace) for q, pace in enumerate(instance.pace[s])], axis=1)
    values = np.zeros((len(instance.pace), instance.slots), dtype=np.float32)
    values[s] = gain.max(axis=1) - less_eur
    found = weeks.respond(values, np.array([a]))
    return None if found.value[0] < NEVER / 2 else (found.tours, gain.argmax(axis=1))


def _gain(instance: Instance, there: Floats, q: int, pace: float) -> Floats:
    """[T] what one more hand of ``pace`` on queue ``q`` saves beside ``there`` [T, Q]; never where pace is 0."""
    if pace <= 0:
        return np.full(len(there), NEVER)
    more = there.copy()
    more[:, q] += pace
    return np.asarray((instance.demand.cost(there) - instance.demand.cost(more)).sum(axis=1))
