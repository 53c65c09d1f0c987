"""The weekly dynamic programme: days put together to the best week of each row of a batch.

From what a day of each paid length p is worth when starts are measured from the anchor h, labels
f[days off so far o, paid units v above the least length of each day worked] are kept for each pair of a row and an
anchor, one stage a day; |start - h| enters by a forward and a backward sweep over the starts. Most anchors promise
less than the best one gives, and are not asked. Rows lie innermost, [..., n]: the arithmetic is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import NEVER, Ints

Values = npt.NDArray[np.floating]
PRICES = ((0.25, (0, 1, 2, 3, 4)), (0.0625, (-3, -2, -1, 1, 2, 3)), (0.02, (-2, -1, 1, 2)))
"""Prices of a paid unit tried by ``_promise``: shares of the dearest unit, and how many of them off the best so far."""


@dataclass(frozen=True)
class End:
    """What whole weeks are worth, less than nothing: ``hours`` [O, V, n] wage and number of days, ``anchor`` [H, n]
    its distance from the wish. ``units`` [O, V] paid units of a label."""

    hours: Values
    anchor: Values
    units: Ints


def best_labels(near: Values, off: Values, end: End, paid_units: Ints) -> tuple[Values, Ints, Ints]:
    """([n] value, [n] anchor, [n, D] index of the paid length of each day, -1 off) of the best weeks: that of the most
    promising anchor, then those of the anchors that promise more than it gave."""
    every, promise = np.arange(near.shape[3]), _promise(near, off, end, paid_units)
    anchor = promise.argmax(axis=0)
    first = Labels.of(near, off, end, every, anchor)
    promise[anchor, every] = 2 * NEVER
    others = Labels.of(near, off, end, *np.nonzero((promise > first.value).T))
    value, length = first.value.copy(), first.lengths(every)
    better = others.better_than(value)
    mine = others.agent[better]
    value[mine], anchor[mine], length[mine] = others.value[better], others.anchor[better], others.lengths(better)
    return value, anchor, length


def anchored(grid: Values, starts: Ints, step: Values) -> Values:
    """[P, H, D, n]: max over starts s of grid[P, s, D, n] - step * |s - h|, by two sweeps."""
    if not step.any():
        return np.asarray(grid.max(axis=1, keepdims=True))
    near = grid.copy()
    for i in range(1, len(starts)):
        np.maximum(near[:, i], near[:, i - 1] - step * (starts[i] - starts[i - 1]), out=near[:, i])
    for i in range(len(starts) - 2, -1, -1):
        np.maximum(near[:, i], near[:, i + 1] - step * (starts[i + 1] - starts[i]), out=near[:, i])
    return near


def _promise(near: Values, off: Values, end: End, paid_units: Ints) -> Values:
    """[H, n] at least the value of the best week from each anchor: with a price on paid units, days are free of each
    other,

        min_price  sum_d max(off_d, max_p near_phd - price paid_p)  +  max_ov price units_ov + hours_ov,

    for a few prices, closer and closer to each row's best.
    """
    anchors, n = near.shape[1], near.shape[3]
    if anchors == 1:
        return np.zeros((1, n), dtype=near.dtype)
    paid = paid_units.astype(near.dtype)[:, None]
    units, hours = end.units.astype(near.dtype).reshape(-1, 1), end.hours.reshape(-1, n)

    def relaxed(price: Values) -> Values:
        day = (near - (paid * price)[:, None, None]).max(axis=0)
        return np.asarray(np.maximum(day, off).sum(axis=1) + (units * price + hours).max(axis=0))

    width = np.maximum((near / paid[:, None, None]).max(axis=(0, 1, 2)), 1e-3)
    middle, best = np.zeros_like(width), np.full((anchors, n), -4 * NEVER, dtype=near.dtype)
    least = np.full(n, np.inf, dtype=near.dtype)
    for part, around in PRICES:
        centre = middle.copy()
        for k in around:
            price = centre + width * near.dtype.type(k * part)
            found = relaxed(price)
            np.minimum(best, found, out=best)
            top = (found + end.anchor).max(axis=0)
            middle = np.where(top < least, price, middle)
            least = np.minimum(least, top)
    return np.asarray(best + end.anchor)


@dataclass(frozen=True)
class Labels:
    """The programme for pairs of a row and an anchor: ``agent`` [m] row, ``anchor`` [m]; ``near`` [P, D, m], ``off``
    [D, m]; ``stages`` label values [O, V, m] after 0..D days; ``value`` [m] of the best week, whose label
    is ``last`` [m]."""

    agent: Ints
    anchor: Ints
    near: Values
    off: Values
    stages: list[Values]
    value: Values
    last: Ints

    @staticmethod
    def of(near: Values, off: Values, end: End, agent: Ints, anchor: Ints) -> Labels:
        mine = np.ascontiguousarray(near[:, anchor, :, agent].transpose(1, 2, 0))
        rest = off[:, agent]
        stages = _stages(mine, rest, *end.units.shape)
        total = (stages[-1] + end.hours[:, :, agent]).reshape(end.units.size, len(agent))
        last = total.argmax(axis=0)
        value = total[last, np.arange(len(agent))] + end.anchor[anchor, agent]
        return Labels(agent, anchor, mine, rest, stages, value, last)

    def better_than(self, value: Values) -> Ints:
        """The best pair of each row whose ``value`` [n] it beats."""
        best = value.copy()
        np.maximum.at(best, self.agent, self.value)
        rows = np.flatnonzero((self.value == best[self.agent]) & (self.value > value[self.agent]))
        return rows[np.unique(self.agent[rows], return_index=True)[1]]

    def lengths(self, rows: Ints) -> Ints:
        """[k, D] index of the paid length of each day, -1 off, of the best weeks of these pairs: last day first."""
        o, v = np.unravel_index(self.last[rows], self.stages[0].shape[:2])
        near, off = self.near[:, :, rows], self.off[:, rows]
        r, p = np.arange(len(rows)), np.arange(len(near))[:, None]
        length = np.full((len(rows), len(off)), -1, dtype=np.int64)
        for d in range(len(off) - 1, -1, -1):
            before = self.stages[d]
            come = before[o, np.maximum(v - p, 0), rows] + near[:, d]
            come = np.where(v >= p, come, 3 * NEVER)
            rest = np.where(o > 0, before[np.maximum(o - 1, 0), v, rows] + off[d], 3 * NEVER)
            pick = come.argmax(axis=0)
            works = come[pick, r] >= rest
            length[works, d] = pick[works]
            v = np.maximum(np.where(works, v - pick, v), 0)
            o = np.maximum(np.where(works, o, o - 1), 0)
        return length


def _stages(near: Values, off: Values, offs: int, width: int) -> list[Values]:
    """Label values after 0..D days: each [O, V, m]; a day off moves o by one, a day worked moves v by p."""
    lengths, days, m = near.shape
    now = np.full((offs, width, m), 2 * NEVER, dtype=near.dtype)
    now[0, 0] = 0
    stages = [now]
    for d in range(days):
        new = np.full_like(now, 2 * NEVER)
        live = min(width, (lengths - 1) * d + 1)  # no more paid units can have gathered yet
        new[1:, :live] = now[:-1, :live] + off[d]
        for p in range(min(lengths, width)):
            n = min(live, width - p)
            part = new[:, p : p + n]
            np.maximum(part, now[:, :n] + near[p, d], out=part)
        stages.append(new)
        now = new
    return stages
