"""Search day by day: one agent re-chooses two days among every lawful shift, meal and break, not a menu of them.

The agent's other days stand, so the two days have the same pay and days to share as before: with best_i[p] the best
shift of day i that pays p (p = 0: off), the pair drawn is the one that maximises

    best_1[p] + best_2[q] - pay(rest of the week + p + q) - days(number of days worked),

in which every shift and every break placement carries Gumbel noise at the temperature (a heat bath as in ``pool.py``,
over the whole set of shifts instead of those the ascent met). Where rests can bind, shifts too near the days around
are barred, and a pair that breaks a rest between its own two days or the week's is not taken.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import Bools, ContractClass, Instance, Ints, Tours, rested
from staffing.rostering.pool import Standing, rests_bind

Singles = npt.NDArray[np.float32]
NOISE = 1 << 20
NEVER = np.float32(-1e7)
"""Worth of what is not lawful (noise and slot worth stay readable in float32 beside it)."""


@dataclass(frozen=True)
class Shelf:
    """The shifts of one class sorted by paid length: ``shift`` [C, 5], ``row`` [C] in the candidates; ``paid`` [L + 1]
    distinct lengths, 0 (off) last, ``first`` [L + 1] where each length starts (C closes it); times as positions in
    units from the day window's start: ``block`` [2, B], ``pause`` [N, 2, O] of each break; ``option_from`` [B + 1]."""

    shift: Ints
    row: Ints
    paid: Ints
    first: Ints
    block: Ints
    pause: Ints
    option_from: Ints
    anchors: Ints

    @staticmethod
    def of(kind: ContractClass) -> Shelf:
        c = kind.candidates
        row = np.argsort(c.shift[:, 2], kind="stable")
        paid, first = np.unique(c.shift[row, 2], return_index=True)
        pause = (c.option[:, 1:] - kind.low_min) // c.unit_min
        return Shelf(
            c.shift[row],
            row,
            np.append(paid, 0),
            np.append(first, len(row)),
            ((c.block - kind.low_min) // c.unit_min).T.copy(),
            pause.reshape(len(pause), -1, 2).transpose(1, 2, 0).copy(),
            np.append(c.option_from, len(c.option)),
            c.starts,
        )


def fits(instance: Instance) -> bool:
    """Whether days can be taken one by one: no slot lies in two of them, and no change from a kept roster costs."""
    live = [kind.window[kind.window < instance.slots] for kind in instance.classes]
    return instance.kept is None and all(len(np.unique(w)) == len(w) for w in live)


class Days:
    """The heat bath over pairs of days; a ``Chooser`` for ``anneal``. ``latest`` [2] the pair of
    days asked for last."""

    def __init__(self, standing: Standing, rng: np.random.Generator) -> None:
        self.standing, self.instance = standing, standing.instance
        instance = self.instance
        self.noise = rng.gumbel(size=NOISE).astype(np.float32)
        self.dice = random.Random(int(rng.integers(2**31)))
        self.shelves = [Shelf.of(kind) for kind in instance.classes]
        self.windows = [kind.window for kind in instance.classes]
        agents = range(len(instance.agents))
        self.tight = [rests_bind(instance, a) for a in agents]
        self.barred = [self._barred(g) for g in range(len(instance.groups))]
        self.own: list[Singles] = [np.zeros(0, dtype=np.float32)] * len(instance.agents)
        self.anchor = [-1] * len(instance.agents)
        self.latest = np.zeros(0, dtype=np.int64)
        self.open_days = [np.flatnonzero(s.any(axis=0)).tolist() for s in instance.people.work_days]
        for a in agents:
            self.measure(a, 0.0)

    def _barred(self, g: int) -> tuple[Singles, Singles | None]:
        """([D, C] NEVER where a shift is barred, else less what it costs by its hours; [D, O] the same of break
        placements)."""
        group = self.instance.groups[g]
        shelf, price = self.shelves[group.kind], self.instance.classes[group.kind].shift_eur
        own = np.float32(0) if price is None else -price[:, shelf.row].astype(np.float32)
        shut = np.where(group.barred[:, shelf.row], NEVER, own)
        if group.barred_option is None:
            return shut, None
        return shut, np.where(group.barred_option, -NEVER, np.float32(0))

    def _gumbel(self, *shape: int) -> Singles:
        size = int(np.prod(shape))
        start = int(self.dice.random() * (NOISE - size))
        return self.noise[start : start + size].reshape(shape)

    def measure(self, a: int, heat: float) -> None:
        """Re-choose the start from which the agent's starts are measured, and what shifts cost beside it."""
        people, kind = self.instance.people, int(self.instance.class_of[a])
        shelf, step = self.shelves[kind], people.anchor_eur_h[a] / 60
        anchor = 0
        if step > 0:
            rows = self.standing.choice[a, :, 0]
            start = self.instance.classes[kind].candidates.shift[rows[rows >= 0], 0]
            eur = abs(shelf.anchors[:, None] - start).sum(axis=1) * step
            eur = eur + people.wish_eur_h[a] / 60 * abs(shelf.anchors - people.wish_start[a])
            anchor = int((eur - heat * self._gumbel(len(eur)) if heat > 0 else eur).argmin())
        if anchor != self.anchor[a]:
            self.anchor[a] = anchor
            eur = people.late_eur[a] * (shelf.shift[:, 1] > people.late_after)
            self.own[a] = (eur + step * abs(shelf.shift[:, 0] - shelf.anchors[anchor])).astype(np.float32)

    def move(self, a: int, heat: float) -> None:
        """Draw new shifts for two days of agent ``a`` at temperature ``heat`` EUR (0: the best)."""
        days = self.open_days[a]
        if len(days) < 2:
            return
        pair = self.latest = np.array(sorted(self.dice.sample(days, 2)))
        standing, kind = self.standing, int(self.instance.class_of[a])
        cells = self.windows[kind][pair]
        before = standing.choice[a, pair].copy()
        served = standing.leave(a, cells)
        worth, queue = standing.worth_in(a, cells)
        value, lost = self._values(a, pair, worth, heat)
        self._keep_apart(a, pair, value)
        lengths = self._lengths(a, pair, value)
        if lengths is None:
            standing.come(a, cells, served)
            return
        choice = np.array([self._decode(a, value[i], lost[i], int(n)) for i, n in enumerate(lengths)])
        standing.choice[a, pair] = choice
        if self.tight[a] and not bool(rested(self.instance, Tours(np.array([a]), standing.choice[a : a + 1]))[0]):
            standing.choice[a, pair] = before
            standing.come(a, cells, served)
            return
        standing.duty[a, cells] = self._worked(kind, choice) * standing.share[a, cells]
        standing.come(a, cells, queue)

    def _values(self, a: int, pair: Ints, worth: Singles, heat: float) -> tuple[Singles, Singles]:
        """([2, C] worth of each shift less its own cost, [2, O] worth lost to each break placement), noise in both."""
        group, kind = int(self.instance.group_of[a]), int(self.instance.class_of[a])
        shelf, units = self.shelves[kind], self.instance.classes[kind].units_per_slot
        fine = worth if units == 1 else np.repeat(worth / np.float32(units), units, axis=1)
        integral = np.zeros((2, fine.shape[1] + 1), dtype=np.float32)
        np.cumsum(fine, axis=1, out=integral[:, 1:])
        lost = np.zeros((2, shelf.pause.shape[2]), dtype=np.float32)
        for low, high in shelf.pause:
            lost += integral.take(high, axis=1)
            lost -= integral.take(low, axis=1)
        shut, shut_options = self.barred[group]
        if shut_options is not None:
            lost += shut_options[pair]
        if heat > 0:
            lost -= heat * self._gumbel(*lost.shape)
        block = np.zeros((2, shelf.block.shape[1] + 1), dtype=np.float32)
        np.subtract(integral.take(shelf.block[1], axis=1), integral.take(shelf.block[0], axis=1), out=block[:, :-1])
        block[:, :-1] -= np.minimum.reduceat(lost, shelf.option_from[:-1], axis=1)
        value = block.take(shelf.shift[:, 3], axis=1)
        value += block.take(shelf.shift[:, 4], axis=1)
        value -= self.own[a]
        value += shut[pair]
        if heat > 0:
            value += heat * self._gumbel(*value.shape)
        return value, lost

    def _keep_apart(self, a: int, pair: Ints, value: Singles) -> None:
        """Bar, in place, the shifts of the pair that come too near to the days that stand."""
        if not self.tight[a]:
            return
        instance, kind = self.instance, int(self.instance.class_of[a])
        shift, shelf = instance.classes[kind].candidates.shift, self.shelves[kind]
        rest, rows = int(instance.people.rest[a]), self.standing.choice[a, :, 0]
        for i, d in enumerate(pair):
            for e in np.flatnonzero(rows >= 0):
                apart = int(instance.days[d] - instance.days[e]) * 1440
                if e in pair or abs(apart) > 2 * 1440:
                    continue
                if apart > 0:
                    value[i][shelf.shift[:, 0] + apart < shift[rows[e], 1] + rest] = NEVER
                else:
                    value[i][shelf.shift[:, 1] + apart > shift[rows[e], 0] - rest] = NEVER

    def _lengths(self, a: int, pair: Ints, value: Singles) -> Ints | None:
        """[2] which paid length each day of the pair takes; None where nothing is lawful."""
        people, kind = self.instance.people, int(self.instance.class_of[a])
        shelf, shift = self.shelves[kind], self.instance.classes[kind].candidates.shift
        rows = self.standing.choice[a, :, 0].copy()
        rows[pair] = -1
        others = rows >= 0
        best = np.empty((2, len(shelf.paid)))
        best[:, :-1] = np.maximum.reduceat(value, shelf.first[:-1], axis=1)
        best[:, :-1] -= people.day_eur[a, pair, None] + people.day_eur_h[a, pair, None] * shelf.paid[:-1] / 60
        best[:, -1] = -people.off_eur[a, pair]
        paid = int(shift[rows[others], 2].sum()) + shelf.paid[:, None] + shelf.paid
        works = (shelf.paid > 0).astype(int)
        score = best[0][:, None] + best[1] - people.pay_eur(np.array(a), paid)
        score = score - people.days_eur[a, int(others.sum()) + works[:, None] + works]
        self._keep_days(a, pair, others, score)
        found = int(score.argmax())
        return None if score.flat[found] < NEVER / 2 else np.array(np.unravel_index(found, score.shape))

    def _keep_days(self, a: int, pair: Ints, others: Bools, score: npt.NDArray[np.float64]) -> None:
        """Bar, in place, the sets of days that are not lawful."""
        sets = self.instance.people.work_days[a]
        if len(sets) == 1 and sets.all():
            return
        sets = sets[(others <= sets).all(axis=1)]
        for one in (False, True):
            for two in (False, True):
                if not ((sets[:, pair[0]] >= one) & (sets[:, pair[1]] >= two)).any():
                    score[slice(0, -1) if one else -1, slice(0, -1) if two else -1] = -np.inf

    def _decode(self, a: int, value: Singles, lost: Singles, length: int) -> Ints:
        """[3] shift row and options of the best shift of a paid length (-1: off)."""
        shelf = self.shelves[int(self.instance.class_of[a])]
        low, high = int(shelf.first[length]), int(shelf.first[min(length + 1, len(shelf.first) - 1)])
        if shelf.paid[length] == 0:
            return np.array([-1, -1, -1])
        at = low + int(value[low:high].argmax())
        found = [int(shelf.row[at]), -1, -1]
        for column in (1, 2):
            b = int(shelf.shift[at, 2 + column])
            if b >= 0:
                start, end = int(shelf.option_from[b]), int(shelf.option_from[b + 1])
                found[column] = start + int(lost[start:end].argmin())
        return np.array(found)

    def _worked(self, kind: int, choice: Ints) -> Singles:
        """[2, W] share of each slot of the pair's windows worked."""
        c, units = self.instance.classes[kind].candidates, self.instance.classes[kind].units_per_slot
        shelf = self.shelves[kind]
        fine = np.zeros((2, self.windows[kind].shape[1] * units), dtype=np.float32)
        for line, (row, *options) in zip(fine, choice.tolist(), strict=True):
            for block, option in zip(c.shift[row, 3:].tolist() if row >= 0 else (), options, strict=False):
                if block >= 0:
                    line[shelf.block[0, block] : shelf.block[1, block]] = 1
                    for low, high in shelf.pause[:, :, option].tolist():
                        line[low:high] = 0
        return fine if units == 1 else fine.reshape(2, -1, units).mean(axis=2)
