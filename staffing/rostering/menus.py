"""What an agent may choose from in the search: shifts met so far, day by day, and the weeks they combine to.

The weeks priced by the ascent are taken apart. A *menu* lists per day the distinct shifts of one agent (and the day
off), grouped by paid length; a *pattern* says which group each day takes, so that the paid hours, the number of days
and the set of days stay lawful. A few dozen priced weeks so stand for thousands of weeks.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import Floats, Instance, Ints, Kept, _worked
from staffing.rostering.tours import index_of

Singles = npt.NDArray[np.float32]
PATTERNS = 240
NONE = -1e8
"""Value of padding (finite in float32)."""


@dataclass(frozen=True, eq=False)
class Menu:
    """One agent's choices. K options a day (padded), N groups, M patterns, W slots in a day window, H anchor starts.

    ``choice`` [D, K, 3] as in ``Tours``; ``duty`` [D, K, W] share of each slot on queues; ``eur`` [H, D, K] own cost
    of an option for each anchor, padding at -NONE; ``first`` [N] flat index of each group's first option, ``size``
    [N] its options; ``patterns`` [M, D] groups, ``pattern_eur`` [M] wage and days of the whole week; ``wish_eur`` [H]
    of an anchor; ``start`` [D, K] start minute (-1: off), ``end`` likewise.
    """

    choice: Ints
    duty: Singles
    eur: Singles
    first: Ints
    size: Ints
    patterns: Ints
    pattern_eur: Singles
    wish_eur: Singles
    start: Ints
    end: Ints


def menu_of(instance: Instance, agent: int, weeks: Ints, window: Ints) -> Menu:
    """The menu of ``agent`` made of ``weeks`` [n, D, 3]; ``window`` [D, W] the live slots of its class's days."""
    days = weeks.shape[1]
    kind = instance.classes[instance.class_of[agent]]
    found = [np.unique(weeks[:, d], axis=0) for d in range(days)]
    shift = kind.candidates.shift
    widest = max(len(f) for f in found)
    choice = np.full((days, widest, 3), -1, dtype=np.int64)
    real = np.zeros((days, widest), dtype=bool)
    paid = np.full((days, widest), 10**6)
    first: list[int] = []
    group_of: dict[tuple[int, int], int] = {}
    for d, options in enumerate(found):
        length = np.where(options[:, 0] >= 0, shift[options[:, 0], 2], 0)
        order = np.argsort(length, kind="stable")
        n = len(options)
        choice[d, :n], real[d, :n], paid[d, :n] = options[order], True, length[order]
        for p, at in zip(*np.unique(length[order], return_index=True), strict=True):
            group_of[d, int(p)] = len(first)
            first.append(d * widest + int(at))
    ends = np.append(first[1:], days * widest)
    start = np.where(choice[:, :, 0] >= 0, shift[choice[:, :, 0], 0], -1)
    end = np.where(choice[:, :, 0] >= 0, shift[choice[:, :, 0], 1], -1)
    patterns, eur = _patterns(instance, agent, weeks, group_of)
    return Menu(
        choice,
        _duty(instance, agent, choice, window),
        np.where(real, _own_eur(instance, agent, choice, start, end), -NONE).astype(np.float32),
        np.array(first),
        ends - np.array(first),
        patterns,
        eur.astype(np.float32),
        (instance.people.wish_eur_h[agent] * abs(index_of(kind).start_min - instance.people.wish_start[agent]) / 60)
        .astype(np.float32),
        start,
        end,
    )  # fmt: skip


def _duty(instance: Instance, agent: int, choice: Ints, window: Ints) -> Singles:
    """[D, K, W] share of each slot of the day's window spent on queues."""
    kind = instance.classes[instance.class_of[agent]]
    group = instance.groups[instance.group_of[agent]]
    days, options = choice.shape[:2]
    worked = _worked(kind, choice.reshape(-1, 1, 3)).reshape(days, options, -1)
    share = np.append(group.duty, 0.0)[window].astype(np.float32)
    return np.ascontiguousarray(worked * share[:, None])


def _own_eur(instance: Instance, agent: int, choice: Ints, start: Ints, end: Ints) -> Floats:
    """[H, D, K] what an option costs by itself: the day, a late end, a start off the anchor, a change."""
    people = instance.people
    works = choice[:, :, 0] >= 0
    anchors = index_of(instance.classes[instance.class_of[agent]]).start_min
    eur = np.where(works, people.day_eur[agent][:, None], people.off_eur[agent][:, None])
    paid = np.where(works, instance.classes[instance.class_of[agent]].candidates.shift[choice[:, :, 0], 2], 0)
    eur = eur + people.day_eur_h[agent][:, None] * paid / 60
    eur = eur + people.late_eur[agent] * (works & (end > people.late_after))
    price = instance.classes[instance.class_of[agent]].shift_eur
    if price is not None:
        eur = eur + np.where(works, price[np.arange(len(choice))[:, None], choice[:, :, 0]], 0.0)
    if instance.kept is not None:
        eur = eur + change_eur(instance.kept, agent, choice)
    off_anchor = np.where(works, abs(start - anchors[:, None, None]), 0) / 60
    return np.asarray(eur + people.anchor_eur_h[agent] * off_anchor)


def change_eur(kept: Kept, agent: int, choice: Ints) -> Floats:
    """[D, K] price of departing from the kept roster with options ``choice`` [D, K, 3]."""
    before = kept.choice[agent][:, None]
    same = np.all(before == choice, axis=2) | ((before[..., 0] == -1) & (choice[..., 0] < 0))
    return np.asarray(np.where(same | (before[..., 0] == -2), 0.0, kept.change_eur[agent][:, None]))


def _patterns(instance: Instance, agent: int, weeks: Ints, group_of: dict[tuple[int, int], int]) -> tuple[Ints, Floats]:
    """([M, D] groups, [M] EUR): the weeks' own patterns, and those with two days' lengths exchanged."""
    kind = instance.classes[instance.class_of[agent]]
    paid = np.where(weeks[:, :, 0] >= 0, kind.candidates.shift[weeks[:, :, 0], 2], 0)
    own = np.unique(paid, axis=0)
    days = paid.shape[1]
    tries = [own]
    for i, j in itertools.combinations(range(days), 2):
        swapped = own.copy()
        swapped[:, [i, j]] = own[:, [j, i]]
        tries.append(swapped[swapped[:, i] != swapped[:, j]])
    every = np.unique(np.concatenate(tries), axis=0)
    known = np.full((days, int(paid.max()) + 1), -1)
    for (d, p), g in group_of.items():
        known[d, p] = g
    groups = known[np.arange(days), every]
    lawful = (groups >= 0).all(axis=1)
    allowed = instance.people.work_days[agent]
    lawful &= np.any(((every > 0)[:, None] <= allowed[None]).all(axis=2), axis=1)
    eur = instance.people.pay_eur(np.full(len(every), agent), every.sum(axis=1))
    eur = eur + instance.people.days_eur[agent, (every > 0).sum(axis=1)]
    lawful &= np.isfinite(eur)
    rows = np.flatnonzero(lawful)
    if len(rows) > PATTERNS:  # own patterns first, then an even spread of the others
        mine = (every[rows][:, None] == own[None]).all(axis=2).any(axis=1)
        others = rows[~mine]
        keep = max(0, PATTERNS - int(mine.sum()))
        rows = (
            np.concatenate([rows[mine], others[np.linspace(0, len(others) - 1, keep).astype(int)]])
            if keep
            else rows[mine]
        )
    return groups[rows], eur[rows]
