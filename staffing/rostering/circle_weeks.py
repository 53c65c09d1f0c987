"""Weeks of two or three people put together from what days cost by all their shifts (``circle_days.py``).

Each agent's week ties the days by paid units, days off and the anchor that starts are measured from (as in
``programme.py``). Every set of anchors first promises at least what it costs with prices on units and days off, under
which days are free of each other; then those that promise least are put together exactly, label by label, for the first
two agents (a third's hours stay priced).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import NEVER, Floats, Instance, Ints
from staffing.rostering.prices import Adam
from staffing.rostering.tours import Index, index_of, week_end

ROUNDS, STEPS = 24, 150
"""Prices tried on all anchors, at most; steps towards those of one."""
UNIT_EUR, OFF_EUR = 3.0, 15.0
"""First steps of the prices of a paid unit and of a day off."""
BATCH, BATCHES = 24, 12
"""Anchors whose days are put together exactly at once; such batches, at most."""
DAYS = 6
"""Days of the week that steps are counted of."""

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Side:
    """What an agent's week costs by itself: ``key`` [D, K + 1] by key (last: off), ``step`` EUR a minute off the
    anchor, ``anchor`` [H]; ``end`` [O, V] by days off and paid units above the least, which are ``units`` [O, V];
    ``paid`` [P + 1] units of each length, of none last."""

    index: Index
    key: Singles
    step: float
    anchor: Floats
    end: Floats
    units: Ints
    paid: Ints

    @staticmethod
    def of(instance: Instance, agent: int) -> Side:
        """That of one agent of ``instance``."""
        people, kind = instance.people, instance.classes[instance.class_of[agent]]
        index, key = index_of(kind), kind.candidates.key
        day = np.where(people.work_days[agent].any(axis=0), people.day_eur[agent], np.inf)[:, None]
        on = day + (key[:, 2] > people.late_after) * people.late_eur[agent]
        on = on + people.day_eur_h[agent][:, None] * key[:, 1] / 60
        own = np.minimum(np.concatenate([on, people.off_eur[agent][:, None]], axis=1), -NEVER).astype(np.float32)
        end = week_end(instance, np.array([agent]), index, len(instance.days), np.dtype(np.float64))
        anchor = np.broadcast_to(-end.anchor[:, 0], len(index.start_min)).astype(float)
        step, paid = float(people.anchor_eur_h[agent]) / 60, np.append(index.paid_units, 0)
        return Side(index, own, step, anchor, -end.hours[..., 0].astype(float), end.units, paid)

    def near(self, eur: Singles, d: int) -> Singles:
        """[H, P + 1, m] least of ``eur`` [K + 1, m] and the agent's own of day ``d``, by anchor and paid length (last:
        off)."""
        index, starts, own = self.index, self.index.start_min, self.key[d][:, None]
        cell = np.full((len(index.cells), eur.shape[1]), -NEVER, dtype=np.float32)
        for column in index.cell_keys.T:
            there = np.flatnonzero(column >= 0)
            cell[there] = np.minimum(cell[there], eur[column[there]] + own[column[there]])
        found = np.full((len(starts), len(self.paid), eur.shape[1]), -NEVER, dtype=np.float32)
        found[index.cells[:, 0], index.cells[:, 1]] = cell
        step = (self.step * np.diff(starts)).astype(np.float32)
        for i in range(1, len(starts)):
            np.minimum(found[i], found[i - 1] + step[i - 1], out=found[i])
        for i in range(len(starts) - 2, -1, -1):
            np.minimum(found[i], found[i + 1] + step[i], out=found[i])
        found[:, -1] = eur[-1] + own[-1]
        return found

    def priced(self, prices: Floats) -> Singles:
        """[P + 1] what ``prices`` [2] of a paid unit and a day off make of each length."""
        return np.append(prices[0] * self.paid[:-1], prices[1]).astype(np.float32)

    def last(self, prices: Floats) -> tuple[float, int, int]:
        """(least cost of a week's hours with ``prices`` on top, its paid units, its days off)."""
        eur = self.end + prices[0] * self.units + prices[1] * np.arange(len(self.end))[:, None]
        o, v = np.unravel_index(int(eur.argmin()), eur.shape)
        return float(eur[o, v]), int(self.units[o, v]), int(o)


def weeks_eur(sides: list[Side], days: Iterable[Singles]) -> float:
    """At most what the weeks of all ``sides`` cost, where days cost ``days`` [K + 1, K + 1(, K + 1)] each."""
    near = [_near(sides, eur, d) for d, eur in enumerate(days)]
    own = _sums([side.anchor for side in sides]).ravel()
    best, seen, prices = np.full(len(own), -np.inf), set[int](), np.zeros((len(sides), 2))
    for _ in range(ROUNDS):
        best = np.maximum(best, _promise(near, sides, prices)[0] + own)
        least = int(best.argmin())
        if least in seen:
            break
        seen.add(least)
        prices = _prices([day[[least]] for day in near], sides, prices)
    order = np.argsort(best)
    for low in range(0, min(len(order), BATCH * BATCHES), BATCH):
        some, later = order[low : low + BATCH], order[low + BATCH :]
        best[some] = np.maximum(best[some], _exact([day[some] for day in near], sides, prices) + own[some])
        if not len(later) or best[order[: low + BATCH]].min() <= best[later[0]]:
            break
    return float(best.min())


def _near(sides: list[Side], eur: Singles, d: int) -> Singles:
    """[anchors, lengths] of everybody, of day ``d``: each side turns the first axis into the last two."""
    n = len(sides)
    for side in sides:
        near = side.near(eur.reshape(len(side.key[d]), -1), d)
        near = near.reshape(*near.shape[:2], *eur.shape[1:])
        eur = np.ascontiguousarray(near.transpose(*range(2, near.ndim), 0, 1))
    eur = eur.transpose(*range(0, 2 * n, 2), *range(1, 2 * n, 2))
    return eur.reshape(math.prod(eur.shape[:n]), -1)


def _promise(near: list[Singles], sides: list[Side], prices: Floats) -> tuple[Floats, Floats]:
    """([n] at most what the best weeks of each anchor of ``near`` D x [n, lengths] cost, [sides, 2] its slope by
    ``prices`` [sides, 2] of paid units and days off, for the first anchor)."""
    price = _sums([side.priced(p) for side, p in zip(sides, prices, strict=True)])
    found, slope, flat = np.zeros(len(near[0])), np.zeros_like(prices), price.ravel()
    for day in near:
        found += (day - flat).min(axis=1)
    choice = np.unravel_index([int((day[0] - flat).argmin()) for day in near], price.shape)
    for i, side in enumerate(sides):
        eur, units, offs = side.last(prices[i])
        found += eur
        slope[i] = units - side.paid[choice[i]].sum(), offs - (choice[i] == len(side.paid) - 1).sum()
    return found, slope


def _sums(parts: list[Floats] | list[Singles]) -> Floats:
    """[n, m(, k)] every sum of one number of each of ``parts`` [n], [m](, [k])."""
    return np.asarray(functools.reduce(np.add, np.ix_(*parts)))


def label_steps(sides: list[Side]) -> int:
    """Additions that one batch of anchors takes, in a week of six days, to put days together exactly."""
    return DAYS * BATCH * math.prod(len(side.paid) * side.end.size for side in sides[:2])


def _prices(near: list[Singles], sides: list[Side], prices: Floats) -> Floats:
    """[sides, 2] close to the prices that promise most for one anchor ``near`` D x [1, lengths]: Adam's steps."""
    best, kept, adam = -np.inf, prices, Adam.like(prices)
    for k in range(STEPS):
        found, slope = _promise(near, sides, prices)
        if found[0] > best:
            best, kept = float(found[0]), prices
        prices = prices + 0.01 ** (k / STEPS) * np.array([UNIT_EUR, OFF_EUR]) * adam.move(slope)
    return kept


def _exact(near: list[Singles], sides: list[Side], prices: Floats) -> Floats:
    """[n] what the best weeks of each anchor of ``near`` D x [n, lengths] cost the first two, at ``prices`` of a
    third's hours."""
    n, shape, third = len(near[0]), [len(side.paid) for side in sides], 0.0
    days = np.stack(near).reshape(-1, n, *shape)
    for side, price in zip(sides[2:], prices[2:], strict=True):
        days = (days - side.priced(price)).min(axis=-1)
        third += side.last(price)[0]
    a, b = sides[:2]
    (offs_a, units_a), (offs_b, units_b) = a.end.shape, b.end.shape
    now = np.full((offs_a, units_a, offs_b, units_b, n), -NEVER, dtype=np.float32)
    now[0, 0, 0, 0] = 0
    for day in days:
        new = np.full_like(now, -NEVER)
        for p, r in itertools.product(range(shape[0]), range(shape[1])):
            (o, u), (o_b, u_b) = _moved(p, shape[0] - 1), _moved(r, shape[1] - 1)
            if u < units_a and u_b < units_b:
                came = now[: offs_a - o, : units_a - u, : offs_b - o_b, : units_b - u_b] + day[:, p, r]
                part = new[o:, u:, o_b:, u_b:]
                np.minimum(part, came, out=part)
        now = new
    whole = now + (a.end[:, :, None, None] + b.end)[..., None]
    return np.asarray(whole.reshape(-1, n).min(axis=0) + third)


def _moved(p: int, off: int) -> tuple[int, int]:
    """(days off, paid units above the least) that a day of length ``p`` adds."""
    return (1, 0) if p == off else (0, p)
