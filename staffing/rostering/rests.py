"""Weeks that keep their rests: the relaxed best week where it does, else the best week inside one band.

A *band* [low, high] holds the shifts that start at low or later and end at high or earlier, where
low + 1440 - high >= rest: any of them may follow any other on the next day, and across one day off leaves
1440 + rest. So a week inside one band keeps the daily rest, and the weekly rest as soon as one day is off.
Runs of days: an agent who may not work all days is asked once per largest lawful set of days (``People.work_days``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import NEVER, Bools, ContractClass, Instance, Ints, Tours, join, rested
from staffing.rostering.tours import Batch, ShiftValues, Values, best_weeks, shift_values

Bands = dict[int, Bools]


@dataclass(frozen=True)
class Response:
    """What agents answer to slot values: ``tours`` lawful weeks with reduced value ``value`` [n], and ``bound`` [n]
    >= the value of any lawful week."""

    tours: Tours
    value: Values
    bound: Values


@dataclass(frozen=True)
class Weeks:
    """The pricing of one instance: bands per class, made once."""

    instance: Instance
    bands: tuple[Bools, ...]

    @staticmethod
    def of(instance: Instance, *, most: int = 8) -> Weeks:
        """Bands of every class for the longest rest any of its agents needs; at most ``most``, evenly thinned."""
        people = instance.people
        off = np.array([days_off_together(int(r), int(w)) for r, w in zip(people.rest, people.week_rest, strict=True)])
        need = np.maximum(people.rest, people.week_rest - 1440 * np.maximum(1, off))
        rests = [int(need[instance.class_of == k].max(initial=0)) for k in range(len(instance.classes))]
        return Weeks(instance, tuple(bands_of(k, r, most) for k, r in zip(instance.classes, rests, strict=True)))

    def values(self, slot_value: Values, agents: Ints) -> list[tuple[ShiftValues, Ints, Ints]]:
        """Per class met: its shift values under [S, T], the agents of the class, and their group's row in them."""
        found = []
        for k in np.unique(self.instance.class_of[agents]):
            mine = agents[self.instance.class_of[agents] == k]
            groups, slot = np.unique(self.instance.group_of[mine], return_inverse=True)
            members = tuple(self.instance.groups[g] for g in groups)
            duty = np.stack([g.duty for g in members]).astype(slot_value.dtype)
            worth = slot_value[[g.profile for g in members]] * duty
            found.append((shift_values(self.instance.classes[k], members, worth), mine, slot))
        return found

    def respond(self, slot_value: Values, agents: Ints) -> Response:
        """Each agent's best lawful week under slot values [S, T]; agents in ascending order of the answer's rows."""
        parts = [self._respond(*part) for part in self.values(slot_value, agents)]
        tours = join([p.tours for p in parts])
        order = np.argsort(tours.agent, kind="stable")
        value, bound = (np.concatenate([getattr(p, n) for p in parts])[order] for n in ("value", "bound"))
        return Response(tours.of(order), value, bound)

    def _respond(self, values: ShiftValues, agents: Ints, slot: Ints) -> Response:
        relaxed = _best_of(self.instance, values, self._batch(agents, slot, None), agents)
        late = np.flatnonzero(~rested(self.instance, relaxed.tours) & (relaxed.value > NEVER / 2))
        if not len(late):
            return relaxed
        bands = self.bands[int(self.instance.class_of[agents[0]])]
        lawful = _best_of(self.instance, values, self._batch(agents[late], slot[late], bands), agents[late])
        choice, value = relaxed.tours.choice.copy(), relaxed.value.copy()
        choice[late], value[late] = lawful.tours.choice, lawful.value
        return Response(Tours(agents, choice), value, relaxed.bound)

    def _batch(self, agents: Ints, slot: Ints, bands: Bools | None) -> Batch:
        sets = [self.instance.people.work_days[a] for a in agents]
        row = np.repeat(np.arange(len(agents)), [len(s) for s in sets])
        days = np.concatenate(sets)
        if bands is None:
            return Batch(agents[row], slot[row], days, None)
        twice = np.repeat(np.arange(len(row)), len(bands))
        return Batch(agents[row[twice]], slot[row[twice]], days[twice], np.tile(bands, (len(row), 1)))


def _best_of(instance: Instance, values: ShiftValues, batch: Batch, agents: Ints) -> Response:
    """The best row of each agent; rows that miss the weekly rest after all lose to any that keeps it."""
    value, tours = best_weeks(instance, values, batch)
    if len(batch.agent) == len(agents):
        return Response(tours, value, value)
    first = np.flatnonzero(np.append(True, batch.agent[1:] != batch.agent[:-1]))
    bound = np.maximum.reduceat(value, first)
    held = value if batch.keys is None else np.where(rested(instance, tours), value, NEVER)
    best = np.maximum.reduceat(held, first)
    counts = np.diff(np.append(first, len(value)))
    row = np.where(held == np.repeat(best, counts), np.arange(len(value)), len(value))
    return Response(tours.of(np.minimum.reduceat(row, first)), best, bound)


def bands_of(kind: ContractClass, rest: int, most: int) -> Bools:
    """[bands, K] which keys lie in each band; one band of everything where rests cannot bind."""
    key = kind.candidates.key
    low, high = int(key[:, 0].min()), int(key[:, 2].max())
    if low + 1440 - high >= rest:
        return np.ones((1, len(key)), dtype=bool)
    ends = np.unique(key[key[:, 2] >= low + 1440 - rest, 2])
    tops = ends[np.unique(np.linspace(0, len(ends) - 1, most).round().astype(int))]
    bands = [(key[:, 2] <= top) & (key[:, 0] >= top + rest - 1440) for top in tops]
    return np.array([b for b in bands if b.any()] or [np.ones(len(key), dtype=bool)])


def days_off_together(rest_min: int, week_rest_min: int) -> int:
    """Days off in a row that make sure of a weekly rest, beside one daily rest.

    >>> days_off_together(660, 2100), days_off_together(660, 2880)
    (1, 2)
    """
    return max(0, -(-(week_rest_min - rest_min) // 1440))
