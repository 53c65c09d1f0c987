"""What a day costs by the shifts of two or three people together: tables with one axis an agent.

Shifts count by their key (start, paid length, end). The whole spans come first; then each agent's meal and breaks lie
where they cost least beside the others' whole spans. As a slot loses more the more of them are away, that is at most
what they cost: where two are away at once both are counted as if they were alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import ContractClass, Floats, Group, Instance, Ints
from staffing.rostering.tours import index_of
from staffing.rostering.whole_people import parts_of

CHUNK = 1024
"""Ways the others are, beside which meals and breaks are laid at once."""

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Shifts:
    """One agent's shifts on one day of n slots: ``there`` [U + 1, n] parts of a slot that each distinct span fills
    (last: off); ``span`` [K + 1] of each key; ``meals`` [M, n] and ``breaks`` [P, n] parts of a slot that distinct ones
    take; ``meal`` [C] of each shift; ``options`` [B, W] breaks of each block (-1: none); ``eur`` [C] by itself
    (inf: barred)."""

    kind: ContractClass
    there: Ints
    span: Ints
    meals: Ints
    meal: Ints
    breaks: Ints
    options: Ints
    eur: Singles

    @staticmethod
    def of(instance: Instance, agent: int, d: int, slots: Ints) -> _Shifts:
        group = instance.groups[instance.group_of[agent]]
        kind = instance.classes[group.kind]
        c = kind.candidates
        spans, span = np.unique(c.key[:, [0, 2]], axis=0, return_inverse=True)
        parts = parts_of(instance)
        whole, blocks = (np.pad(_filled(kind, s, d, slots, parts), ((0, 1), (0, 0))) for s in (spans, c.block))
        away = _filled(kind, c.shift[:, :2], d, slots, parts) - blocks[c.shift[:, 3:]].sum(axis=1)
        meals, meal = np.unique(away, axis=0, return_inverse=True)
        places, at = np.unique(c.option[:, 1:], axis=0, return_inverse=True)
        pairs = places.reshape(len(places), -1, 2)
        breaks = np.zeros((len(places), len(slots)), dtype=np.int64)
        for j in range(pairs.shape[1]):
            breaks += _filled(kind, pairs[:, j], d, slots, parts)
        eur = np.where(group.barred[d], np.inf, 0.0 if kind.shift_eur is None else kind.shift_eur[d])
        span, options = np.append(span.ravel(), len(spans)), _options(kind, group, d, at.ravel())
        return _Shifts(kind, whole, span, meals, meal.ravel(), breaks, options, eur.astype(np.float32))

    def rest_eur(self, f: Singles) -> Singles:
        """[K + 1, m] EUR of the cheapest meals and breaks of each key beside m ways the others are, where slots cost
        ``f`` [n, L, m]."""
        shift, rows = self.kind.candidates.shift, index_of(self.kind).key_shifts
        found = np.full((len(self.span), f.shape[2]), np.inf, dtype=np.float32)
        found[-1] = 0
        for low in range(0, f.shape[2], CHUNK):
            some = slice(low, low + CHUNK)
            meals, block = _lost(self.meals, f[:, :, some]), self._breaks_eur(f[:, :, some])
            for column in rows.T:
                keys = np.flatnonzero(column >= 0)
                mine = column[keys]
                eur = meals[self.meal[mine]] + self.eur[mine, None]
                eur += block[shift[mine, 3]]
                eur += block[shift[mine, 4]]
                found[keys, some] = np.minimum(found[keys, some], eur)
        return found

    def _breaks_eur(self, f: Singles) -> Singles:
        """[B + 1, m] EUR of the cheapest breaks of each block, of no block last."""
        place = np.pad(_lost(self.breaks, f), ((0, 1), (0, 0)), constant_values=np.inf)
        block = np.full((len(self.options) + 1, f.shape[2]), np.inf, dtype=np.float32)
        block[-1] = 0
        for column in self.options.T:
            np.minimum(block[:-1], place[column], out=block[:-1])
        return block


def slots_of(instance: Instance, d: int) -> Ints:
    """[n] live slots that shifts of day ``d`` may reach."""
    slots = np.unique(np.concatenate([kind.window[d] for kind in instance.classes]))
    return slots[slots < instance.slots]


def _lost(parts: Ints, f: Singles) -> Singles:
    """[N, m] EUR of slots that lose so many ``parts`` [N, n] of the whole, at ``f`` [n, L, m]."""
    found = np.zeros((len(parts), f.shape[2]), dtype=np.float32)
    for k in range(1, f.shape[1]):
        if (parts == k).any():
            found += (parts == k).astype(np.float32) @ (f[:, -1 - k] - f[:, -1])
    return found


def _options(kind: ContractClass, group: Group, d: int, at: Ints) -> Ints:
    """[B, W] breaks (``at`` [O]) of each block that are not barred, -1: none."""
    table = index_of(kind).block_options
    good = table >= 0
    if group.barred_option is not None:
        good &= ~group.barred_option[d][table]
    return np.where(good, at[table], -1)


def _filled(kind: ContractClass, spans: Ints, d: int, slots: Ints, parts: int) -> Ints:
    """[N, n] parts of each of ``slots`` that lie in each of ``spans`` [N, 2], on day ``d``."""
    length = kind.candidates.unit_min * kind.units_per_slot
    low = kind.low_min + length * np.arange(kind.window.shape[1])
    inside = np.minimum(spans[:, 1:], low + length) - np.maximum(spans[:, :1], low)
    found, live = np.zeros((len(spans), len(slots)), dtype=np.int64), np.isin(kind.window[d], slots)
    found[:, np.searchsorted(slots, kind.window[d, live])] = np.maximum(inside, 0)[:, live] * parts // length
    return found


def day_eur(instance: Instance, agents: tuple[int, ...], d: int, slot: Floats) -> Singles:
    """[K + 1, K + 1(, K + 1)] at most the EUR of day ``d`` by the keys of each agent (last: off), where slots cost
    ``slot`` [T, L, L(, L)]; wages and wishes are not in it."""
    slots = slots_of(instance, d)
    shifts, groups = [_Shifts.of(instance, a, d, slots) for a in agents], instance.group_of[list(agents)]
    spans, known = [s.span for s in shifts], dict[tuple[int, ...], Singles]()
    eur = slot[slots].astype(np.float32)
    found = _taken(_whole_eur(eur, shifts), spans)
    for i, mine in enumerate(shifts):
        others = shifts[:i] + shifts[i + 1 :]
        alike = (int(groups[i]), *np.delete(groups, i).tolist())  # who are alike cost alike
        if alike not in known:
            f = _by_spans(np.moveaxis(eur, 1 + i, 1), others)
            known[alike] = mine.rest_eur(f.reshape(len(slots), f.shape[1], -1)).reshape(-1, *f.shape[2:])
        rest = _taken(known[alike], [np.arange(len(mine.span)), *(s.span for s in others)])
        found += np.moveaxis(rest, 0, i)
    return found


def _whole_eur(f: Singles, shifts: list[_Shifts]) -> Singles:
    """[U + 1, U + 1(, U + 1)] EUR of a day by everybody's spans, where slots cost ``f`` [n, L, L(, L)]."""
    there = np.stack([shifts[0].there == k for k in range(f.shape[1])], axis=2).astype(np.float32)
    return np.tensordot(there, _by_spans(f, shifts[1:]), axes=((1, 2), (0, 1)))


def _by_spans(f: Singles, others: list[_Shifts]) -> Singles:
    """[n, L, U + 1(, U + 1)] of ``f`` [n, L, L(, L)] by the spans of the others instead of the parts they fill."""
    for j, other in enumerate(others):
        at = other.there.T.reshape(len(f), *[1] * (1 + j), -1, *[1] * (f.ndim - 3 - j))
        f = np.take_along_axis(f, at, axis=2 + j)
    return f


def _taken(table: Singles, rows: list[Ints]) -> Singles:
    """``table`` with these ``rows`` of each axis."""
    for axis, some in enumerate(rows):
        table = table.take(some, axis=axis)
    return table
