"""The engine's own numeric problem: what ``question.py`` makes of a centre and what every other engine file reads.

Sizes, used in all docstrings of the engine: D days, T live slots (some queue is open), Q queues, P price steps,
S skill profiles, G groups (agents who face the same shifts at the same slot values), A agents, C/K/B/O shifts, keys,
blocks and options of one contract class (see ``shifts.Candidates``). Money in EUR, times in minutes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from staffing.rostering.shifts import Candidates

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
NEVER = -1e9
"""Value of what is not lawful (kept finite so that sums stay finite in float32)."""


@dataclass(frozen=True)
class Demand:
    """What coverage is worth. ``width`` [T, Q, P] agents and ``worth`` [T, Q, P] EUR per agent-slot: the first
    ``width[..., 0]`` agents on a queue in a slot are worth ``worth[..., 0]`` each, and so on; worth falls with p (the
    cost is convex) and the last step (surplus, worth <= 0) is endless. Cost of n agents = sum of worth*width over all
    steps but the last - worth of n + ``level`` [T, Q]. ``base`` [T, Q] coverage that stands already (locked shifts)."""

    width: Floats
    worth: Floats
    base: Floats
    level: Floats | float = 0.0

    def of(self, queues: tuple[int, ...]) -> Demand:
        """That of some ``queues`` alone."""
        level = np.broadcast_to(self.level, self.base.shape)
        mine = list(queues)
        return Demand(self.width[:, mine], self.worth[:, mine], self.base[:, mine], level[:, mine])

    @cached_property
    def filled(self) -> Floats:
        """[T, Q, P] agents up to the start of each step."""
        return np.concatenate([np.zeros((*self.width.shape[:2], 1)), np.cumsum(self.width, axis=2)[..., :-1]], axis=2)

    @cached_property
    def empty_eur(self) -> Floats:
        """[T, Q] cost with nobody there."""
        return np.asarray((self.width[..., :-1] * self.worth[..., :-1]).sum(axis=2) + self.level)

    def cost(self, agents: Floats) -> Floats:
        """[T, Q] EUR with ``agents`` [T, Q] on the queues."""
        return self.cost_at(slice(None), agents)

    def cost_at(self, slots: Ints | slice, agents: Floats) -> Floats:
        """[n, Q] EUR with ``agents`` [n, Q] in the given slots."""
        taken = np.clip(agents[..., None] - self.filled[slots], 0.0, self.width[slots])
        return np.asarray(self.empty_eur[slots] - (taken * self.worth[slots]).sum(axis=2))


@dataclass(frozen=True)
class ContractClass:
    """Agents who may work the same shifts. ``window`` [D, J // r] live slot (T = none) of each interval of the day
    window, which starts at clock minute ``low_min`` and counts J = r * intervals units of ``candidates.unit_min``.
    ``shift_eur`` [D, C] what each shift costs each day by its hours (``nights``); None: nothing."""

    name: str
    candidates: Candidates
    low_min: int
    window: Ints
    units_per_slot: int
    shift_eur: Floats | None = None


@dataclass(frozen=True)
class Group:
    """Agents of one class and one skill profile who may work the same shifts on the same days.

    ``barred`` [D, C] shifts not possible on a day (queues closed, not available, a meeting outside them);
    ``barred_option`` [D, O] the same for break placements; ``duty`` [T] share of a slot left for queues."""

    kind: int
    profile: int
    barred: Bools
    barred_option: Bools | None
    duty: Floats


@dataclass(frozen=True)
class People:
    """What a week costs and may be, per agent; every array is [A] or [A, ...].

    ``paid_low``/``paid_high`` minutes paid a week; ``wage_eur_h``; ``overtime_from`` [A, tiers] minutes from which
    ``overtime_eur_h`` [A, tiers] is added; ``days_eur`` [A, 8] by days worked (inf: too many); ``day_eur`` [A, D] of
    working a day (inf: cannot); ``day_eur_h`` [A, D] on top of each hour paid that day; ``off_eur`` [A, D] of not
    working it (inf: must); ``late_eur`` a shift that ends after ``late_after``; ``anchor_eur_h`` |start - anchor| a
    day and ``wish_eur_h`` |anchor - wish_start| a week, the anchor being the start that makes their sum least;
    ``rest`` minutes between shifts; ``week_rest`` the longest rest of the week, which runs from minute ``week_from``
    to ``week_end`` (on next Monday); ``work_days`` per agent the largest lawful sets of working days [M, D];
    ``standing_start`` [A, F] starts of shifts that stand on days which are not asked for (-1: none; None: nobody's),
    from which the anchor strays too."""

    paid_low: Ints
    paid_high: Ints
    wage_eur_h: Floats
    overtime_from: Ints
    overtime_eur_h: Floats
    days_eur: Floats
    day_eur: Floats
    day_eur_h: Floats
    off_eur: Floats
    late_eur: Floats
    late_after: int
    anchor_eur_h: Floats
    wish_eur_h: Floats
    wish_start: Ints
    rest: Ints
    week_rest: Ints
    week_from: Ints
    week_end: Ints
    work_days: tuple[Bools, ...]
    standing_start: Ints | None = None

    def pay_eur(self, agents: Ints, paid: Ints) -> Floats:
        """Wage and overtime of ``paid`` minutes, broadcast over agents; inf outside what is lawful."""
        eur = self.wage_eur_h[agents] * paid / 60
        for tier in range(self.overtime_from.shape[1]):
            over = np.maximum(0, paid - self.overtime_from[agents, tier])
            eur = eur + self.overtime_eur_h[agents, tier] * over / 60
        lawful = (paid >= self.paid_low[agents]) & (paid <= self.paid_high[agents])
        return np.asarray(np.where(lawful, eur, np.inf))

    def anchors_eur(self, agents: Ints, anchors: Ints) -> Floats:
        """[n, H] what each of ``anchors`` [H] costs by itself: off the wish, and off the shifts that stand."""
        eur = self.wish_eur_h[agents][:, None] * abs(anchors - self.wish_start[agents][:, None])
        if self.standing_start is not None:
            start = self.standing_start[agents][:, :, None]
            eur = eur + self.anchor_eur_h[agents][:, None] * np.where(start >= 0, abs(start - anchors), 0).sum(axis=1)
        return np.asarray(eur / 60)


@dataclass(frozen=True)
class Kept:
    """A roster to stay close to. ``choice`` [A, D, 3] shift row and options (-1 = off, -2 = nothing to keep);
    ``change_eur`` [A, D] price of anything else on that day."""

    choice: Ints
    change_eur: Floats


@dataclass(frozen=True)
class Instance:
    """One week to solve. ``days`` [D] weekday of each open day; ``pace`` [S, Q] proficiency (0: cannot serve);
    ``group_of`` [A]; ``switch_eur`` each change of queue inside a shift; ``block_min`` shortest stay on a queue."""

    interval_min: int
    days: Ints
    queues: tuple[str, ...]
    demand: Demand
    pace: Floats
    classes: tuple[ContractClass, ...]
    groups: tuple[Group, ...]
    agents: tuple[str, ...]
    group_of: Ints
    people: People
    kept: Kept | None = None
    switch_eur: float = 0.0
    block_min: int = 0

    @cached_property
    def class_of(self) -> Ints:
        """[A] contract class."""
        return np.array([self.groups[g].kind for g in self.group_of], dtype=np.int64)

    @cached_property
    def profile_of(self) -> Ints:
        """[A] skill profile."""
        return np.array([self.groups[g].profile for g in self.group_of], dtype=np.int64)

    @property
    def slots(self) -> int:
        return len(self.demand.width)

    @cached_property
    def interval_at(self) -> Ints:
        """[T] intervals since Monday 0:00 by the clock of each live slot (nights and closed hours leave jumps)."""
        at = np.arange(self.slots + 1)
        for kind in self.classes:
            first = self.days * 1440 // self.interval_min + kind.low_min // self.interval_min
            at[kind.window] = first[:, None] + np.arange(kind.window.shape[1])
        return at[:-1]

    @cached_property
    def serves(self) -> tuple[Ints, ...]:
        """[S] the queues each profile can serve."""
        return tuple(np.flatnonzero(row > 0) for row in self.pace)

    def slot_values(self, price: Floats) -> Floats:
        """[S, T] what an hour-slot of an agent is worth under queue prices [T, Q]: their best queue's."""
        rows = zip(self.serves, self.pace, strict=True)
        return np.stack([(price[:, q] * pace[q]).max(axis=1, initial=-np.inf) for q, pace in rows])


def keep_agents(instance: Instance, kept: Bools | Ints) -> Instance:
    """The same problem with only the agents marked in ``kept`` [A], or with those numbered in it, in that order; a
    number may come twice."""
    numbers = np.flatnonzero(kept) if kept.dtype == bool else kept
    fields = {f.name: getattr(instance.people, f.name) for f in dataclasses.fields(People)}
    rows = {n: v[numbers] for n, v in fields.items() if isinstance(v, np.ndarray)}
    sets = tuple(instance.people.work_days[a] for a in numbers)
    before = instance.kept
    return dataclasses.replace(
        instance,
        agents=tuple(instance.agents[a] for a in numbers),
        group_of=instance.group_of[numbers],
        people=dataclasses.replace(instance.people, **{**rows, "work_days": sets}),  # type: ignore[arg-type]
        kept=None if before is None else Kept(before.choice[numbers], before.change_eur[numbers]),
    )


@dataclass(frozen=True)
class Tours:
    """Weeks of n agents: ``agent`` [n]; ``choice`` [n, D, 3] shift row (-1 = off), option of each block."""

    agent: Ints
    choice: Ints

    def __len__(self) -> int:
        return len(self.agent)

    def of(self, rows: Ints | Bools | slice) -> Tours:
        return Tours(self.agent[rows], self.choice[rows])


def join(parts: list[Tours]) -> Tours:
    """All tours of all parts, in order."""
    return Tours(np.concatenate([p.agent for p in parts]), np.concatenate([p.choice for p in parts]))


def on_duty(instance: Instance, tours: Tours) -> npt.NDArray[np.float32]:
    """[n, T] share of each slot that each tour spends on queues, 0..1 (breaks, meals, meetings taken out)."""
    out = np.zeros((len(tours), instance.slots + 1), dtype=np.float32)
    kinds = instance.class_of[tours.agent]
    for k in np.unique(kinds):
        rows = np.flatnonzero(kinds == k)
        kind = instance.classes[k]
        worked = _worked(kind, tours.choice[rows])
        for d in range(len(instance.days)):
            out[np.ix_(rows, kind.window[d])] += worked[:, d]
    duty = np.stack([g.duty for g in instance.groups]).astype(np.float32)
    return out[:, :-1] * duty[instance.group_of[tours.agent]]


def _worked(kind: ContractClass, choice: Ints) -> npt.NDArray[np.float32]:
    """[n, D, intervals of the day window] share worked."""
    c, unit = kind.candidates, kind.candidates.unit_min
    n, days = choice.shape[:2]
    edges = np.zeros((n * days, kind.window.shape[1] * kind.units_per_slot + 1), dtype=np.int32)
    flat = choice.reshape(-1, 3)
    at = np.flatnonzero(flat[:, 0] >= 0)
    for column in (0, 1):
        block = c.shift[flat[at, 0], 3 + column]
        here = at[block >= 0]
        spans = c.block[block[block >= 0]]
        _mark(edges, here, (spans - kind.low_min) // unit, 1)
        option = c.option[flat[here, 1 + column], 1:]
        for j in range(0, option.shape[1], 2):
            _mark(edges, here, (option[:, j : j + 2] - kind.low_min) // unit, -1)
    work = np.cumsum(edges, axis=1)[:, :-1]
    return np.asarray(work.reshape(n, days, -1, kind.units_per_slot).mean(axis=3), dtype=np.float32)


def _mark(edges: npt.NDArray[np.int32], rows: Ints, spans: Ints, sign: int) -> None:
    np.add.at(edges, (rows, spans[:, 0]), sign)
    np.add.at(edges, (rows, spans[:, 1]), -sign)


def tour_eur(instance: Instance, tours: Tours) -> Floats:
    """[n] what each tour costs by itself: wage, days, wishes, start times, changes. inf where not lawful."""
    people, a = instance.people, tours.agent
    works = tours.choice[:, :, 0] >= 0
    start, end, paid = clock(instance, tours)
    eur = people.pay_eur(a, np.where(works, paid, 0).sum(axis=1)) + people.days_eur[a, works.sum(axis=1)]
    eur = eur + np.where(works, people.day_eur[a], people.off_eur[a]).sum(axis=1)
    eur = eur + (np.where(works, paid, 0) * people.day_eur_h[a]).sum(axis=1) / 60
    eur = eur + people.late_eur[a] * (works & (end > people.late_after)).sum(axis=1)
    eur = eur + _anchor_eur(instance, a, start, works) + _shift_eur(instance, tours)
    if instance.kept is not None:
        same = np.all(instance.kept.choice[a] == tours.choice, axis=2)
        same |= (instance.kept.choice[a, :, 0] == -1) & ~works
        eur = eur + np.where(same | (instance.kept.choice[a, :, 0] == -2), 0.0, instance.kept.change_eur[a]).sum(axis=1)
    return np.asarray(eur)


def clock(instance: Instance, tours: Tours) -> tuple[Ints, Ints, Ints]:
    """[n, D] start, end and paid minutes of each day's shift (0 where off)."""
    times = np.zeros((*tours.choice.shape[:2], 3), dtype=np.int64)
    kinds = instance.class_of[tours.agent]
    for k in np.unique(kinds):
        rows = kinds == k
        choice = tours.choice[rows, :, 0]
        times[rows] = np.where(choice[..., None] >= 0, instance.classes[k].candidates.shift[choice, :3], 0)
    return times[..., 0], times[..., 1], times[..., 2]


def _shift_eur(instance: Instance, tours: Tours) -> Floats:
    """[n] what the shifts of each tour cost by their hours."""
    eur, kinds = np.zeros(len(tours)), instance.class_of[tours.agent]
    for k in np.unique(kinds):
        price = instance.classes[k].shift_eur
        if price is not None:
            rows = tours.choice[kinds == k, :, 0]
            eur[kinds == k] = np.where(rows >= 0, price[np.arange(rows.shape[1]), rows], 0.0).sum(axis=1)
    return eur


def _anchor_eur(instance: Instance, a: Ints, start: Ints, works: Bools) -> Floats:
    """[n] least over anchors h of sum_d |start_d - h| * anchor_eur_h + |h - wish| * wish_eur_h."""
    people = instance.people
    best, busy = np.full(len(a), np.inf), works.any(axis=1)
    anchors = np.unique(np.concatenate([c.candidates.starts for c in instance.classes]))
    for h, own in zip(anchors, people.anchors_eur(a, anchors).T, strict=True):
        best = np.minimum(best, own + people.anchor_eur_h[a] * np.where(works, abs(start - h), 0).sum(axis=1) / 60)
    if people.standing_start is not None:
        busy |= (people.standing_start[a] >= 0).any(axis=1)
    return np.where(busy, best, 0.0)


def rested(instance: Instance, tours: Tours) -> Bools:
    """[n] whether each tour keeps the daily and the weekly rest (from ``week_from`` to ``week_end``)."""
    start, end, _ = clock(instance, tours)
    works = tours.choice[:, :, 0] >= 0
    people, n = instance.people, len(tours)
    last, longest = people.week_from[tours.agent], np.zeros(n, dtype=np.int64)
    good, begun = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    for d, weekday in enumerate(instance.days):
        gap = weekday * 1440 + start[:, d] - last
        good &= ~works[:, d] | ~begun | (gap >= people.rest[tours.agent])
        longest = np.where(works[:, d], np.maximum(longest, gap), longest)
        last, begun = np.where(works[:, d], weekday * 1440 + end[:, d], last), begun | works[:, d]
    longest = np.maximum(longest, people.week_end[tours.agent] - last)
    return np.asarray(good & (longest >= people.week_rest[tours.agent]))
