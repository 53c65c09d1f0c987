"""An agent's best lawful week under slot values, by dynamic programming; many agents at once.

A *tour* is one agent's week. Under slot values v[t] (EUR for an agent on duty in slot t) its worth is

    sum over days of (sum_t v[t] * on_duty[t])  -  what the tour costs by itself (``instance.tour_eur``).

1. ``shift_values``: per group, integrals of v over each block, less its cheapest break placement; a shift is the sum
   of two blocks; shifts with the same (start, paid, end) count as one key.
2. ``best_weeks``: the days put together under what the whole week costs and may be (``programme.py``).

Rests between shifts are forgotten here (a relaxation: its value is what a lower bound needs); ``rests.py`` narrows
the keys until they hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from staffing.rostering.instance import (
    NEVER,
    Bools,
    ContractClass,
    Floats,
    Group,
    Instance,
    Ints,
    Kept,
    Tours,
    tour_eur,
)
from staffing.rostering.programme import End, Values, anchored, best_labels
from staffing.rostering.shifts import Candidates

CHUNK = 96
"""Rows answered at once."""


@dataclass(frozen=True)
class Index:
    """Padded look-ups of one class, made once: ``cells`` [N, 2] distinct (start index, paid index) of the keys,
    ``cell_from`` [N] first key of a cell, and per cell its keys, per key its shifts, per block its options, padded
    with -1. ``paid_units`` [P] paid lengths in units of ``unit_min``, ``start_min`` [H]."""

    cells: Ints
    cell_from: Ints
    cell_keys: Ints
    key_shifts: Ints
    block_options: Ints
    paid_units: Ints
    unit_min: int
    start_min: Ints
    late_key: Ints


def _padded(first: Ints, total: int) -> Ints:
    counts = np.diff(np.append(first, total))
    table = first[:, None] + np.arange(counts.max(initial=1))
    return np.where(np.arange(table.shape[1]) < counts[:, None], table, -1)


@lru_cache(maxsize=64)
def _index(c: Candidates) -> Index:
    key = c.key
    unit = int(np.gcd.reduce(key[:, 1]))
    paid = np.arange(key[:, 1].min(), key[:, 1].max() + 1, unit) // unit
    cell = np.stack([np.searchsorted(c.starts, key[:, 0]), (key[:, 1] // unit) - paid[0]], axis=1)
    first = np.concatenate([[0], np.flatnonzero(np.any(cell[1:] != cell[:-1], axis=1)) + 1])
    return Index(
        cell[first],
        first,
        _padded(first, len(key)),
        _padded(c.key_from, len(c.shift)),
        _padded(c.option_from, len(c.option)),
        paid,
        unit,
        c.starts,
        key[:, 2],
    )


def index_of(kind: ContractClass) -> Index:
    """The look-ups of a class (cached by the identity of its candidates)."""
    return _index(kind.candidates)


@dataclass(frozen=True)
class ShiftValues:
    """Values of some groups of one class: ``integral`` [G, D, J+1] of slot values, ``block`` [G, D, B+1] (last = 0,
    no block), ``lost`` [G, D, O] value lost to each break placement, ``key`` [G, D, K] best shift of each key (NEVER
    where barred)."""

    kind: ContractClass
    groups: tuple[Group, ...]
    integral: Values
    block: Values
    lost: Values
    key: Values


def shift_values(kind: ContractClass, groups: tuple[Group, ...], slot_value: Values) -> ShiftValues:
    """Value the shifts of ``groups`` (all of class ``kind``) under ``slot_value`` [G, T].

    Days and groups lie innermost, [..., D, G], in all that follows: the arithmetic is the same for all of them.
    """
    c, unit = kind.candidates, kind.candidates.unit_min
    padded = np.concatenate([slot_value, np.zeros((len(groups), 1), slot_value.dtype)], axis=1).T
    fine = np.repeat(padded[kind.window.T] / slot_value.dtype.type(kind.units_per_slot), kind.units_per_slot, axis=0)
    integral = np.zeros((len(fine) + 1, *fine.shape[1:]), dtype=slot_value.dtype)
    np.cumsum(fine, axis=0, out=integral[1:])
    at = (c.block - kind.low_min) // unit
    lost = _option_cost(kind, groups, integral)
    block = np.zeros((len(at) + 1, *fine.shape[1:]), dtype=slot_value.dtype)
    np.subtract(integral[at[:, 1]], integral[at[:, 0]], out=block[:-1])
    block[:-1] -= np.minimum.reduceat(lost, c.option_from, axis=0)
    shift = block[c.shift[:, 3]] + block[c.shift[:, 4]]
    if kind.shift_eur is not None:
        shift -= kind.shift_eur.T[:, :, None].astype(shift.dtype)
    for g, group in enumerate(groups):
        np.copyto(shift[:, :, g], NEVER, where=group.barred.T)
    key = np.maximum(np.maximum.reduceat(shift, c.key_from, axis=0), NEVER)
    inside_out = integral.transpose(), block.transpose(), lost.transpose(), np.ascontiguousarray(key.transpose())
    return ShiftValues(kind, groups, *inside_out)


def _option_cost(kind: ContractClass, groups: tuple[Group, ...], integral: Values) -> Values:
    """[O, D, G] value lost to the breaks of each option."""
    c = kind.candidates
    at = (c.option[:, 1:] - kind.low_min) // c.unit_min
    lost = np.zeros((len(c.option), *integral.shape[1:]), dtype=integral.dtype)
    for j in range(0, at.shape[1], 2):
        lost += integral[at[:, j + 1]]
        lost -= integral[at[:, j]]
    for g, group in enumerate(groups):
        if group.barred_option is not None:
            np.copyto(lost[:, :, g], -NEVER, where=group.barred_option.T)
    return lost


@dataclass(frozen=True)
class Batch:
    """Agents of one class to be answered together; ``slot`` [n] their row among the valued groups, ``days`` [n, D]
    days they may work in this row, ``spans`` [n, D, 2] the earliest start and the latest end of each day (None: any).
    One agent may fill several rows."""

    agent: Ints
    slot: Ints
    days: Bools
    spans: Ints | None


@dataclass(frozen=True)
class Worth:
    """What each day may bring each row of a batch, personal costs inside: ``work`` [n, D, K] by key, ``off`` [n, D];
    ``kept_key`` [n, D] the key whose value comes from keeping the kept shift (-1: none)."""

    work: Values
    off: Values
    kept_key: Ints


def worth(instance: Instance, values: ShiftValues, batch: Batch) -> Worth:
    """Shift values, less what working (or not) costs the agent and the price of change where something changes."""
    people, a, kind = instance.people, batch.agent, values.kind
    index, dtype = index_of(kind), values.key.dtype
    work = values.key[batch.slot]
    late = (index.late_key > people.late_after) * people.late_eur[a][:, None]
    work = work - late[:, None, :].astype(dtype)
    day = np.where(batch.days, np.minimum(people.day_eur[a], -NEVER), -NEVER)
    work = np.maximum(work - day[:, :, None].astype(dtype), NEVER)
    on_top = people.day_eur_h[a] / 60
    if on_top.any():
        work = np.maximum(work - (on_top[:, :, None] * kind.candidates.key[:, 1]).astype(dtype), NEVER)
    off = -np.minimum(people.off_eur[a], -NEVER).astype(dtype)
    kept_key = np.full(off.shape, -1, dtype=np.int64)
    if instance.kept is not None:
        stood = instance.kept.choice[a, :, 0]
        change = np.where(stood == -2, 0.0, instance.kept.change_eur[a]).astype(dtype)
        off = off - np.where(stood == -1, 0, change)
        work = np.maximum(work - change[:, :, None], NEVER)
        rows, days, key, value = _kept_values(instance, values, batch)
        value = value - (on_top[rows, days] * kind.candidates.key[key, 1]).astype(dtype)
        value = value - late[rows, key].astype(dtype) - day[rows, days].astype(dtype)
        kept_key[rows, days] = np.where(value > work[rows, days, key], key, -1)
        work[rows, days, key] = np.maximum(work[rows, days, key], value)
    if batch.spans is not None:
        key = kind.candidates.key
        inside = (key[:, 0] >= batch.spans[:, :, :1]) & (key[:, 2] <= batch.spans[:, :, 1:])
        work = np.where(inside, work, dtype.type(NEVER))
    return Worth(work, off, kept_key)


def _kept_values(instance: Instance, values: ShiftValues, batch: Batch) -> tuple[Ints, Ints, Ints, Values]:
    """(row, day, key, value) of the kept shifts of a batch, under slot values alone."""
    assert instance.kept is not None
    kind, c = values.kind, values.kind.candidates
    choice = instance.kept.choice[batch.agent]
    rows, days = np.nonzero(choice[:, :, 0] >= 0)
    shift, first, second = choice[rows, days].T
    slot = batch.slot[rows]
    at = (c.block - kind.low_min) // c.unit_min
    value = np.zeros(len(rows), dtype=values.key.dtype)
    for column, option in ((3, first), (4, second)):
        b = c.shift[shift, column]
        span = values.integral[slot, days, at[b, 1]] - values.integral[slot, days, at[b, 0]]
        value += np.where(b >= 0, span - values.lost[slot, days, option], 0)
    if kind.shift_eur is not None:
        value -= kind.shift_eur[days, shift].astype(value.dtype)
    barred = np.array([values.groups[g].barred[d, s] for g, d, s in zip(slot, days, shift, strict=True)], dtype=bool)
    value[barred] = NEVER
    key = np.searchsorted(c.key_from, shift, side="right") - 1
    return rows, days, key, value


def best_weeks(instance: Instance, values: ShiftValues, batch: Batch) -> tuple[Values, Tours]:
    """([n] best reduced value, the tours that reach it) of each row of the batch; NEVER-like where none is lawful."""
    n = len(batch.agent)
    # Agents who owe alike hours share a chunk: fewer labels are needed.
    order = np.lexsort((instance.people.paid_high[batch.agent], instance.people.paid_low[batch.agent]))
    parts = [_solve(instance, values, _rows(batch, order[i : i + CHUNK])) for i in range(0, n, CHUNK)]
    back = np.empty(n, dtype=np.int64)
    back[order] = np.arange(n)
    choice = np.concatenate([c for _, c in parts])[back]
    return np.concatenate([v for v, _ in parts])[back], Tours(batch.agent, choice)


def _rows(batch: Batch, s: Ints) -> Batch:
    return Batch(batch.agent[s], batch.slot[s], batch.days[s], None if batch.spans is None else batch.spans[s])


def _solve(instance: Instance, values: ShiftValues, batch: Batch) -> tuple[Values, Ints]:
    """Rows of the batch lie innermost, [..., n], in all that follows: the arithmetic is the same for all of them."""
    day = worth(instance, values, batch)
    index, dtype = index_of(values.kind), day.work.dtype
    n, days = day.work.shape[:2]
    grid = np.full((len(index.paid_units), len(index.start_min), days, n), NEVER, dtype=dtype)
    work = np.ascontiguousarray(day.work.transpose())
    grid[index.cells[:, 1], index.cells[:, 0]] = np.maximum.reduceat(work, index.cell_from, axis=0)
    step = (instance.people.anchor_eur_h[batch.agent] / 60).astype(dtype)
    near = anchored(grid, index.start_min, step)
    end = week_end(instance, batch.agent, index, days, dtype)
    value, anchor, length = best_labels(near, np.ascontiguousarray(day.off.T), end, index.paid_units)
    choice = np.full((n, days, 3), -1, dtype=np.int64)
    r, d = np.nonzero(length >= 0)
    if len(r):
        path = _Path(index, batch, day, instance.kept, grid, step)
        choice[r, d] = _decode(path, values, r, d, anchor[r], length[r, d])
    return value, choice


def week_end(instance: Instance, agents: Ints, index: Index, days: int, dtype: np.dtype[Any]) -> End:
    """What the weeks of ``agents`` cost beside their days, by days off and paid units, and by anchor."""
    people, least = instance.people, int(index.paid_units[0])
    spread = int(index.paid_units[-1]) - least
    fewest = int(-(-people.paid_low[agents].min() // (index.paid_units[-1] * index.unit_min)))
    worked = days - np.arange(max(1, days - fewest + 1))
    widest = int(people.paid_high[agents].max() // index.unit_min) - least * int(worked.min())
    extra = np.arange(min(max(widest, 0), spread * days) + 1)
    units = extra[None, :] + least * worked[:, None]
    eur = people.pay_eur(agents, units[:, :, None] * index.unit_min) + people.days_eur[agents].T[worked][:, None]
    anchor = np.zeros((1, len(agents)))
    if people.anchor_eur_h[agents].any():
        anchor = people.anchors_eur(agents, index.start_min).T
    return End(-np.minimum(eur, -NEVER).astype(dtype), -anchor.astype(dtype), units)


@dataclass(frozen=True)
class _Path:
    index: Index
    batch: Batch
    worth: Worth
    kept: Kept | None
    grid: Values
    step: Values


def _decode(path: _Path, values: ShiftValues, r: Ints, d: Ints, h: Ints, p: Ints) -> Ints:
    """[m, 3] shift row and options behind (anchor, paid length) on days d of batch rows r; each argument [m]."""
    index, c = path.index, values.kind.candidates
    far = path.step[r][:, None] * abs(index.start_min - index.start_min[h][:, None]).astype(path.step.dtype)
    start = (path.grid[p, :, d, r] - far).argmax(axis=1)
    m, slot = np.arange(len(r)), path.batch.slot[r]
    keys = index.cell_keys[_cell_table(c)[start, p]]
    key = keys[m, np.where(keys >= 0, path.worth.work[r[:, None], d[:, None], keys], 2 * NEVER).argmax(axis=1)]
    rows = index.key_shifts[key]
    barred = np.stack([g.barred for g in values.groups])[slot[:, None], d[:, None], rows]
    worth = sum(values.block[slot[:, None], d[:, None], c.shift[rows, column]] for column in (3, 4))
    if values.kind.shift_eur is not None:
        worth = worth - values.kind.shift_eur[d[:, None], rows]
    shift = rows[m, np.where((rows < 0) | barred, 2 * NEVER, worth).argmax(axis=1)]
    found = [shift]
    for column in (3, 4):  # the cheapest break placement of each block
        block = c.shift[shift, column]
        options = index.block_options[block]
        lost = np.where(options >= 0, values.lost[slot[:, None], d[:, None], options], -2 * NEVER)
        found.append(np.where(block >= 0, options[m, lost.argmin(axis=1)], -1))
    choice = np.stack(found, axis=1)
    if path.kept is None:
        return choice
    stays = path.worth.kept_key[r, d] == key
    return np.where(stays[:, None], path.kept.choice[path.batch.agent[r], d], choice)


@lru_cache(maxsize=64)
def _cell_table(c: Candidates) -> Ints:
    index = _index(c)
    table = np.full((len(index.start_min), len(index.paid_units)), -1, dtype=np.int64)
    table[index.cells[:, 0], index.cells[:, 1]] = np.arange(len(index.cells))
    return table


def reduced_value(instance: Instance, tours: Tours, duty: Floats, slot_value: Floats) -> Floats:
    """[n] value of given tours under [S, T] slot values: what ``best_weeks`` maximises, computed the plain way."""
    worth = np.einsum("nt,nt->n", duty, slot_value[instance.profile_of[tours.agent]])
    return np.asarray(worth - tour_eur(instance, tours))
