"""Weeks that keep their rests: the relaxed best week where it does, else the best week inside one band.

A *band* [low, high] holds the shifts that start at low or later and end at high or earlier, where
low + 1440 - high >= rest: any of them may follow any other on the next day, and across one day off leaves
1440 + rest. So a week inside one band keeps the daily rest, and the weekly rest as soon as one day is off between two
days of work.
Runs of days: the best week on any days comes first; where it works too many of them, the agent is asked once per
largest lawful set of days (``People.work_days``).
Who finds no rested week so (the one day off is the first or the last; a shift that must be worked lies in no band) is
asked once more with each day's own span: the week's rest from its beginning, or up to its end, and the days
around a shift that must be worked as far from it as the daily rest asks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import NEVER, Bools, ContractClass, Group, Instance, Ints, Tours, join, rested
from staffing.rostering.programme import Values
from staffing.rostering.tours import Batch, ShiftValues, best_weeks, shift_values


@dataclass(frozen=True)
class Response:
    """What agents answer to slot values: ``tours`` lawful weeks with reduced value ``value`` [n], and ``bound`` [n]
    >= the value of any lawful week: that of ``relaxed``, in which rests are forgotten."""

    tours: Tours
    value: Values
    bound: Values
    relaxed: Tours

    def amended(self, rows: Ints, other: Response) -> Response:
        """The same with these rows answered by ``other``, which knows no relaxed weeks of its own."""
        choice, value, bound = self.tours.choice.copy(), self.value.copy(), self.bound.copy()
        choice[rows], value[rows], bound[rows] = other.tours.choice, other.value, other.bound
        tours = Tours(self.tours.agent, choice)
        return Response(tours, value, bound, tours)


@dataclass(frozen=True)
class Weeks:
    """The pricing of one instance: bands per class, made once."""

    instance: Instance
    bands: tuple[Ints, ...]

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

    def _best(self, values: ShiftValues, agents: Ints, slot: Ints, bands: Ints | None) -> Response:
        """The best of each agent's bands on any day they may work at all; who then works too many of them is asked
        once per largest lawful set of days, and who is not rested once per span of ``edge_spans``."""
        sets, days = self.instance.people.work_days, len(self.instance.days)
        spans = None if bands is None else np.repeat(bands[:, None], days, axis=1)
        every = [sets[a].any(axis=0, keepdims=True) for a in agents]
        found, good = _best_of(self.instance, values, _batch(agents, slot, every, spans), agents)
        if bands is not None:
            good &= rested(self.instance, found.tours)
        bad = np.flatnonzero(~good)
        if len(bad):
            batch = _batch(agents[bad], slot[bad], [sets[a] for a in agents[bad]], spans)
            found = found.amended(bad, _best_of(self.instance, values, batch, agents[bad])[0])
        if bands is None:
            return found
        for i in np.flatnonzero(found.value < NEVER / 2):
            a, group = agents[i : i + 1], values.groups[slot[i]]
            own = edge_spans(self.instance, int(a[0]), group, bands)
            batch = _batch(a, slot[i : i + 1], [sets[a[0]]], own)
            found = found.amended(np.array([i]), _best_of(self.instance, values, batch, a)[0])
        return found


def _batch(agents: Ints, slot: Ints, sets: list[Bools], spans: Ints | None) -> Batch:
    """A row per agent, set of days and one of the ``spans`` [n, D, 2] (None: no row has any)."""
    row = np.repeat(np.arange(len(agents)), [len(s) for s in sets])
    days = np.concatenate(sets)
    if spans is None:
        return Batch(agents[row], slot[row], days, None)
    twice = np.repeat(np.arange(len(row)), len(spans))
    return Batch(agents[row[twice]], slot[row[twice]], days[twice], np.tile(spans, (len(row), 1, 1)))


def edge_spans(instance: Instance, a: int, group: Group, bands: Ints) -> Ints:
    """[3 * bands, D, 2] spans of agent ``a``: each band as it is, with the week's rest before all work, and after it;
    around a shift that must be worked the neighbours of its day make room for the daily rest."""
    people, days = instance.people, instance.days * 1440
    rest, week_rest = int(people.rest[a]), int(people.week_rest[a])
    key = instance.classes[group.kind].candidates
    spans = np.repeat(bands[:, None], len(days), axis=1)
    for d in np.flatnonzero(np.isinf(people.off_eur[a])):
        shifts = key.shift[~group.barred[d], :2]
        if not len(shifts):
            continue
        low, high = int(shifts[:, 0].min()), int(shifts[:, 1].max())
        apart = days - days[d]
        later, sooner = apart > 0, apart < 0
        spans[:, later, 0] = np.maximum(spans[:, later, 0], high + rest - apart[later])
        spans[:, sooner, 1] = np.minimum(spans[:, sooner, 1], low - rest - apart[sooner])
        spans[:, d] = [low, high]
    first, last = spans.copy(), spans.copy()
    first[:, :, 0] = np.maximum(first[:, :, 0], people.week_from[a] + week_rest - days)
    last[:, :, 1] = np.minimum(last[:, :, 1], people.week_end[a] - week_rest - days)
    return np.concatenate([spans, first, last])


def _best_of(instance: Instance, values: ShiftValues, batch: Batch, agents: Ints) -> tuple[Response, Bools]:
    """(the best row of each agent, whether all the agent's rows keep to a lawful set of days); rows that miss the
    weekly rest after all lose to any that keeps it."""
    value, tours = best_weeks(instance, values, batch)
    good = on_lawful_days(instance, tours)
    held = value if batch.spans is None else np.where(rested(instance, tours), value, value.dtype.type(NEVER))
    if len(batch.agent) == len(agents):
        return Response(tours, held, value, tours), good
    first = np.flatnonzero(np.append(True, batch.agent[1:] != batch.agent[:-1]))
    bound = np.maximum.reduceat(value, first)
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


def bands_of(kind: ContractClass, rest: int, most: int) -> Ints:
    """[bands, 2] earliest start and latest end; one band of everything where rests cannot bind."""
    key = kind.candidates.key
    low, high = int(key[:, 0].min()), int(key[:, 2].max())
    if low + 1440 - high >= rest:
        return np.array([[low, high]])
    ends = np.unique(key[key[:, 2] >= low + 1440 - rest, 2])
    tops = ends[np.unique(np.linspace(0, len(ends) - 1, most).round().astype(int))]
    bands = [(max(low, int(top) + rest - 1440), int(top)) for top in tops]
    held = [band for band in bands if ((key[:, 0] >= band[0]) & (key[:, 2] <= band[1])).any()]
    return np.array(held or [(low, high)])


def days_off_together(rest_min: int, week_rest_min: int) -> int:
    """Days off in a row that make sure of a weekly rest, beside one daily rest.

    >>> days_off_together(660, 2100), days_off_together(660, 2880)
    (1, 2)
    """
    return max(0, -(-(week_rest_min - rest_min) // 1440))
