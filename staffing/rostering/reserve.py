"""Hours set aside for floating activities: a bound with them in it, and the search's demand raised where they go.

Whoever spends a span off the queues serves nobody in it. Under prices pi the agents' value falls by what the span is
worth to their best queue, at least by the least over all spans F allowed to the activity:

    L(pi) + sum_c min_{F allowed to c} sum_t off_F[t] v_s(a)[t],

where L and v are those of ``prices.py``. Spans come from every shift the agent may work on a day allowed: none that
can be placed is missing, so this bounds the cost of any roster in which these activities have their hours. It is
concave in pi like L, and the slope knows the hours that go: the same ascent raises the prices of the hours which
everybody's activities would crowd. On average over its later steps the activities go where they cost least beside each
other: there the search is asked for as many agents more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from staffing.rostering.closings import worked_in
from staffing.rostering.floating import STEP_MIN, Placed, place
from staffing.rostering.instance import ContractClass, Floats, Instance, Ints, on_duty
from staffing.rostering.labels import label
from staffing.rostering.prices import Watcher, always, ascend, exact_bound, first_price, served_at
from staffing.rostering.question import Question
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Watch
from staffing.rostering.search import Clock, Solution, cost_eur
from staffing.rostering.shared import Shared
from staffing.rostering.team import Commitment
from staffing.rostering.whole_people import with_whole_people

ASIDE_SHARE = 0.2
"""Of the time, at most, to set hours aside."""
SETTLED = 0.5
"""Share of the ascent's steps after which it is near enough its end to say where the activities go."""


@dataclass(frozen=True)
class Kind:
    """``count`` activities alike: of agents of one skill ``profile``, ``minutes`` long, which may begin ``starts`` [n]
    elapsed minutes after Monday 0:00."""

    profile: int
    minutes: int
    starts: Ints
    count: int


@dataclass(frozen=True)
class Spans:
    """All floating activities of one instance. ``interval_slot`` the live slot (T = none) of each elapsed interval of
    the week."""

    instance: Instance
    kinds: tuple[Kind, ...]
    interval_slot: Ints

    @staticmethod
    def of(question: Question, instance: Instance, activities: Collection[Commitment]) -> Spans:
        """The spans allowed to each of ``activities``, whose agents are in ``instance``."""
        rows = {name: a for a, name in enumerate(instance.agents)}
        alike = Counter((int(instance.group_of[rows[c.agent]]), c.minutes, c.days) for c in activities)
        desks = {int(instance.group_of[rows[name]]): desk for name, desk in question.desks.items() if name in rows}
        kinds = []
        for (group, minutes, days), count in sorted(alike.items()):
            starts = _starts(question, instance, group, minutes, days)
            if group in desks:  # what is done while the queues are closed takes nothing from them
                starts = starts[~desks[group].closed[starts[:, None] + np.arange(minutes)].any(axis=1)]
            if len(starts):
                kinds.append(Kind(instance.groups[group].profile, minutes, starts, count))
        length = instance.interval_min
        last = max((int(k.starts.max()) + k.minutes for k in kinds), default=0)
        slot = np.full(-(-max(last, int(question.timeline.elapsed.max()) + length) // length), instance.slots)
        slot[question.timeline.elapsed // length] = np.arange(instance.slots)
        return Spans(instance, tuple(kinds), slot)

    def charge(self, price: Floats) -> tuple[float, Floats]:
        """(EUR that the cheapest span of every activity costs at these prices, coverage [T, Q] it takes away)."""
        instance, length = self.instance, self.instance.interval_min
        values = np.pad(instance.slot_values(price), ((0, 0), (0, 1)))[:, self.interval_slot]
        until = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
        borders, total = length * np.arange(until.shape[1]), 0.0
        off = np.zeros((len(instance.pace), instance.slots + 1))
        for kind in self.kinds:
            ends = np.interp(kind.starts + kind.minutes, borders, until[kind.profile])
            worth = ends - np.interp(kind.starts, borders, until[kind.profile])
            best = int(worth.argmin())
            total += kind.count * float(worth[best])
            low, high = kind.starts[best], kind.starts[best] + kind.minutes
            part = np.clip(np.minimum(high, borders[1:]) - np.maximum(low, borders[:-1]), 0, None) / length
            np.add.at(off[kind.profile], self.interval_slot, kind.count * part)
        return total, served_at(instance, off[:, :-1], price)


def _starts(question: Question, instance: Instance, group: int, minutes: int, days: Collection[object]) -> Ints:
    """[n] elapsed minutes at which an activity may begin between the pauses of some shift that the group may work."""
    clock, found = question.clock, list[Ints]()
    here = instance.groups[group]
    candidates = instance.classes[here.kind].candidates
    block, cuts = candidates.option[:, 0], candidates.option[:, 1:]
    edges = np.concatenate([candidates.block[block, :1], cuts, candidates.block[block, 1:]], axis=1)
    for d, weekday in enumerate(instance.days):
        day = int(weekday)
        if days and clock.week.days[day] not in days:
            continue
        shifts = candidates.shift[~here.barred[d]]
        spans = np.unique(edges[np.isin(block, shifts[:, 3:5])].reshape(-1, 2), axis=0)
        spans = spans[spans[:, 1] - spans[:, 0] >= minutes]
        here_too = [np.arange(low, high - minutes + 1) for low, high in spans.tolist()]
        starts = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *here_too]))
        steps = np.isin(starts % STEP_MIN, np.unique(shifts[:, 0] % STEP_MIN))
        found.append(clock.elapsed(day, 0) + starts[steps])
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


@dataclass(frozen=True)
class Reserve:
    """``away`` [T, Q] agents whom the activities are expected to take off each queue, and the ``price`` [T, Q] at which
    ``loose``, the instance that costs never more than the question's, bounds what rosters with them cost."""

    question: Question
    loose: Instance
    price: Floats
    away: Floats

    @staticmethod
    def first(question: Question, loose: Instance) -> Reserve:
        """Nothing set aside yet, at the prices an ascent starts from: a valid bound all the same."""
        price = first_price(loose)
        return Reserve(question, loose, price, np.zeros_like(price))

    def settled(self, activities: Collection[Commitment], *, steps: int, keep_going: Watcher = always) -> Reserve:
        """Hours set aside for these activities where they cost least, by an ascent of ``steps``."""
        spans = Spans.of(self.question, self.loose, activities)
        met = list[Floats]()

        def beside(price: Floats) -> tuple[float, Floats]:
            eur, away = spans.charge(price)
            met.append(away)
            return eur, away

        ascent = ascend(self._weeks, steps=steps, beside=beside, keep_going=keep_going)
        later = met[int(SETTLED * len(met)) :]
        return replace(self, price=ascent.price, away=np.asarray(np.mean(later, axis=0)))

    def bounding(self, activities: Collection[Commitment], *, steps: int, keep_going: Watcher = always) -> Reserve:
        """The same hours set aside, at prices that give what rosters with these activities cost the better bound."""
        charge = Spans.of(self.question, self.loose, activities).charge
        price = ascend(self._weeks, steps=steps, beside=charge, keep_going=keep_going).price
        other = replace(self, price=price)
        return max(self, other, key=lambda reserve: reserve.bound_eur(activities))

    def taken_from(self, instance: Instance) -> Instance:
        """The instance in which so many more are needed wherever anybody is: what the search is asked. A need put
        before the dearest step shifts the whole cost, and leaves it convex."""
        demand, width = instance.demand, instance.demand.width.copy()
        width[..., 0] += np.where(width[..., :-1].sum(axis=2) > 0, self.away, 0.0)
        classes = tuple(self._steered(instance, k) for k in range(len(instance.classes)))
        return replace(instance, demand=replace(demand, width=width), classes=classes)

    def _steered(self, instance: Instance, k: int) -> ContractClass:
        """A class whose shifts cost more where all who have it are off their closed queues."""
        kind, desks = instance.classes[k], self.question.desks
        mine = [desks.get(name) for name, of in zip(instance.agents, instance.class_of, strict=True) if of == k]
        some = [desk for desk in mine if desk is not None]
        if not some or len(some) < len(mine):
            return kind
        midnights = np.array([self.question.clock.elapsed(int(day), 0) for day in instance.days])
        closed = np.logical_and.reduce([desk.closed for desk in some])
        eur = some[0].eur_h * worked_in(closed, kind.candidates, midnights) / 60
        return replace(kind, shift_eur=eur if kind.shift_eur is None else kind.shift_eur + eur)

    def bound_eur(self, placed: Collection[Commitment]) -> float:
        """EUR below which no lawful roster costs that gives each of these activities its hours."""
        return exact_bound(self._weeks, self.price, Spans.of(self.question, self.loose, placed).charge)

    @cached_property
    def _weeks(self) -> Weeks:
        return Weeks.of(self.loose)


def finished(question: Question, solution: Solution) -> tuple[Solution, Placed]:
    """The solution with its floating activities given their hours and the queues tidied again, and what it costs."""
    instance = question.instance
    duty = on_duty(instance, solution.tours).astype(float)
    placed = place(question, solution.tours.choice, duty, solution.labels)
    labels = label(instance, placed.duty, solution.labels)
    cost = cost_eur(instance, solution.tours, placed.duty, labels)
    return replace(solution, labels=labels, cost_eur=cost), placed


class Aside:
    """The floating activities of one question while it is solved: the hours set aside for them, once, and what a
    solution costs that holds them."""

    def __init__(self, question: Question, shared: Shared) -> None:
        self.question, self.shared = question, shared
        finer_min = math.gcd(STEP_MIN, *(activity.minutes for activity in question.floating))
        loose = shared.teams.loose(question.instance)
        self.reserve = Reserve.first(question, with_whole_people(loose, finer_min))
        self.settled = False
        self.bound_eur: float | None = None
        self._last: tuple[Solution, tuple[Solution, Placed]] | None = None

    def reserved(self, instance: Instance, first: Solution, clock: Clock, steps: int) -> Instance:
        """What the search is asked after a ``first`` roster: ``instance`` with hours set aside for all that found a
        place in it (hardly anything else ever will), in ``steps`` of an ascent and ``ASIDE_SHARE`` of the time at
        most."""
        began = clock.spent

        def going(step: int, bound: float, price: Floats) -> bool:
            return clock.tell("prices", None, None) and clock.spent - began < ASIDE_SHARE * clock.seconds

        if not self.settled:
            placed = self._finished(first)[1]
            each = max(20, steps // 2 if placed.beside else steps)
            self.reserve = self.reserve.settled(placed.found + placed.beside, steps=each, keep_going=going)
            if placed.beside:  # the bound forgets these, and has its best prices elsewhere
                self.reserve = self.reserve.bounding(placed.found, steps=each, keep_going=going)
            self.settled = True
            self.bound_eur = self.placed(first)[1].bound_eur
        return self.reserve.taken_from(instance)

    def score(self, solution: Solution) -> float:
        """EUR of the solution as a finished roster."""
        return self._finished(solution)[0].cost_eur + self.shared.added_eur(solution.tours)

    def placed(self, solution: Solution) -> tuple[Question, Solution]:
        """The solution finished, with the bound that follows from what found a place."""
        question = self.question
        done, placed = self._finished(solution)
        bound = min(self.reserve.bound_eur(placed.found), done.cost_eur)
        question = replace(question, commitments=placed.commitments, reasons=question.reasons + placed.reasons)
        return question, replace(done, bound_eur=bound)

    def _finished(self, solution: Solution) -> tuple[Solution, Placed]:
        """The solution finished; the same one is asked for its score, its roster and its activities in a row."""
        if self._last is None or self._last[0] is not solution:
            self._last = solution, finished(self.question, solution)
        return self._last[1]

    def told(self, watch: Watch) -> Watch:
        """A watch told the bound of rosters that hold the activities: the search's own is that of other hours."""

        def told(progress: Progress) -> bool:
            proof = None if progress.roster is None else progress.roster.proof
            bound = self.bound_eur if proof is None or self.bound_eur is not None else proof.bound_eur
            return watch(replace(progress, bound_eur=bound))

        return told
