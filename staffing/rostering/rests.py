"""Weeks that keep their rests: the relaxed best week where it does, else the best week inside one band.

A *band* [low, high] holds the shifts that start at low or later and end at high or earlier, where
low + 1440 - high >= rest: any of them may follow any other on the next day, and across one day off leaves
1440 + rest. So a week inside one band keeps the daily rest, and the weekly rest as soon as one day is off.
Runs of days: the best week on any days comes first; where it works too many of them, the agent is asked once per
largest lawful set of days (``People.work_days``).
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
    >= the value of any lawful week: that of ``relaxed``, in which rests are forgotten."""

    tours: Tours
    value: Values
    bound: Values
    relaxed: Tours


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

    @property
    def tight(self) -> bool:
        """Whether rests can bind at all."""
        return any(len(bands) > 1 for bands in self.bands)

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

    def respond(self, slot_value: Values, agents: Ints, *, lawful: bool = True) -> Response:
        """Each agent's best lawful week under slot values [S, T]; agents in ascending order of the answer's rows.

        Without ``lawful`` rests are forgotten: the bound alone is of use, and comes sooner where they bind.
        """
        parts = [self._respond(*part, lawful) for part in self.values(slot_value, agents)]
        tours = join([p.tours for p in parts])
        order = np.argsort(tours.agent, kind="stable")
        value, bound = (np.concatenate([getattr(p, n) for p in parts])[order] for n in ("value", "bound"))
        relaxed = join([p.relaxed for p in parts])
        return Response(tours.of(order), value, bound, relaxed.of(order))

    def _respond(self, values: ShiftValues, agents: Ints, slot: Ints, lawful: bool) -> Response:
        relaxed = self._best(values, agents, slot, None)
        late = np.flatnonzero(~rested(self.instance, relaxed.tours) & (relaxed.value > NEVER / 2))
        if not len(late) or not lawful:
            return relaxed
        bands = self.bands[int(self.instance.class_of[agents[0]])]
        held = self._best(values, agents[late], slot[late], bands)
        choice, value = relaxed.tours.choice.copy(), relaxed.value.copy()
        choice[late], value[late] = held.tours.choice, held.value
        return Response(Tours(agents, choice), value, relaxed.bound, relaxed.tours)

    def _best(self, values: ShiftValues, agents: Ints, slot: Ints, bands: Bools | None) -> Response:
        """The best of each agent's bands on any day they may work at all; who then works too many of them is asked
        once per largest lawful set of days."""
        sets = self.instance.people.work_days
        every = [sets[a].any(axis=0, keepdims=True) for a in agents]
        batch = _batch(agents, slot, every, bands)
        found, good = _best_of(self.instance, values, batch, agents)
        if bands is not None:
            good &= rested(self.instance, found.tours)
        bad = np.flatnonzero(~good)
        if not len(bad):
            return found
        batch = _batch(agents[bad], slot[bad], [sets[a] for a in agents[bad]], bands)
        again, _ = _best_of(self.instance, values, batch, agents[bad])
        choice, value, bound = found.tours.choice.copy(), found.value.copy(), found.bound.copy()
        choice[bad], value[bad], bound[bad] = again.tours.choice, again.value, again.bound
        tours = Tours(agents, choice)
        return Response(tours, value, bound, tours)


def _batch(agents: Ints, slot: Ints, sets: list[Bools], bands: Bools | None) -> Batch:
    """A row per agent, set of days and band."""
    row = np.repeat(np.arange(len(agents)), [len(s) for s in sets])
    days = np.concatenate(sets)
    if bands is None:
        return Batch(agents[row], slot[row], days, None)
    twice = np.repeat(np.arange(len(row)), len(bands))
    return Batch(agents[row[twice]], slot[row[twice]], days[twice], np.tile(bands, (len(row), 1)))


def _best_of(instance: Instance, values: ShiftValues, batch: Batch, agents: Ints) -> tuple[Response, Bools]:
    """(the best row of each agent, whether all the agent's rows keep to a lawful set of days); rows that miss the
    weekly rest after all lose to any that keeps it."""
    value, tours = best_weeks(instance, values, batch)
    good = on_lawful_days(instance, tours)
    if len(batch.agent) == len(agents):
        return Response(tours, value, value, tours), good
    first = np.flatnonzero(np.append(True, batch.agent[1:] != batch.agent[:-1]))
    bound = np.maximum.reduceat(value, first)
    held = value if batch.keys is None else np.where(rested(instance, tours), value, NEVER)
    best = np.maximum.reduceat(held, first)
    counts = np.diff(np.append(first, len(value)))
    row = np.where(held == np.repeat(best, counts), np.arange(len(value)), len(value))
    chosen = tours.of(np.minimum.reduceat(row, first))
    return Response(chosen, best, bound, chosen), np.logical_and.reduceat(good, first)


def on_lawful_days(instance: Instance, tours: Tours) -> Bools:
    """[n] whether each tour, of days that its agent may work at all, keeps to a largest lawful set of them."""
    sets, good = instance.people.work_days, np.ones(len(tours), dtype=bool)
    for i in np.flatnonzero([len(sets[a]) > 1 for a in tours.agent]):
        good[i] = ((tours.choice[i, :, 0] >= 0) <= sets[tours.agent[i]]).all(axis=1).any()
    return good


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
