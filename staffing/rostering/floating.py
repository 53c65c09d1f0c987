"""Paid activities without an hour of their own (drafting, coaching): each is placed where it costs callers least.

Done after the weeks are known: a placed activity never changes a shift, and the shifts of a lawful week stay lawful.
The search has set hours aside for them (``reserve.py``). Who is at work while their queues are closed spends that time
off them, and what the contract sets aside is that much less.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from staffing.rostering.closings import Desk
from staffing.rostering.instance import Floats, Ints
from staffing.rostering.labels import coverage
from staffing.rostering.off_queue import blocks
from staffing.rostering.question import Question
from staffing.rostering.roster import Reason
from staffing.rostering.team import Commitment

STEP_MIN = 15
Span = tuple[int, int]


@dataclass(frozen=True)
class Placed:
    """``commitments`` with their hours now, ``duty`` [A, T] left for queues, those ``found`` a place for as they were
    wanted, and what found none; ``beside`` those found a place whose agents may do as much while the queues are closed:
    no cost of theirs is certain."""

    commitments: tuple[Commitment, ...]
    duty: Floats
    found: tuple[Commitment, ...]
    reasons: tuple[Reason, ...]
    beside: tuple[Commitment, ...] = ()


def place(question: Question, choice: Ints, duty: Floats, labels: Ints) -> Placed:
    """Each floating commitment at its least loss, longest first. ``choice`` [A, D, 3], ``duty`` [A, T], ``labels``
    [A, T] queue served."""
    room = _Room(question, choice, duty, labels)
    rows = {name: a for a, name in enumerate(question.instance.agents)}
    desks = {name: desk for name, desk in question.desks.items() if name in rows}
    first = _placed(room, rows, _without(question.floating, [c for desk in desks.values() for c in desk.aside]))
    filled = tuple(c for name in desks for c in room.filled(rows[name], desks[name]))
    rest = _placed(room, rows, [c for name in desks for c in _rest(question, rows[name], filled)])
    found = first.found + rest.found
    return Placed(
        (*question.commitments, *first.commitments, *filled, *rest.commitments),
        room.duty,
        tuple(c for c in found if c.agent not in desks),
        first.reasons + rest.reasons,
        tuple(c for c in found if c.agent in desks),
    )


def _without(floating: tuple[Commitment, ...], some: list[Commitment]) -> list[Commitment]:
    """The others, in their order."""
    left = Counter(some)
    left.subtract(floating)  # how many of each are not among ``some``, below zero
    found = list[Commitment]()
    for wanted in floating:
        if left[wanted] < 0:
            found.append(wanted)
            left[wanted] += 1
    return found


def _rest(question: Question, a: int, filled: tuple[Commitment, ...]) -> tuple[Commitment, ...]:
    """Blocks set aside for an agent beyond what is ``filled`` while the queues are closed."""
    terms = question.terms[a]
    mine = [c.minutes for c in filled if c.agent == terms.agent.id]
    left = sum(c.minutes for c in question.desks[terms.agent.id].aside) - sum(mine)
    return blocks(terms.agent, terms.setting.contract, -(-left // STEP_MIN) * STEP_MIN)


def _placed(room: _Room, rows: dict[str, int], floating: Iterable[Commitment]) -> Placed:
    """These placed, one after the other."""
    question = room.question
    placed, found, reasons = list[Commitment](), list[Commitment](), list[Reason]()
    for wanted in sorted(floating, key=lambda c: (-c.minutes, c.agent, c.activity)):
        if wanted.agent not in rows:
            continue
        start = room.best(rows[wanted.agent], wanted)
        if start is None:
            detail = f"{wanted.activity}: no {wanted.minutes} minutes in one piece on the days allowed"
            days = [day.weekday() for day in question.clock.week.days if day in wanted.days]
            if days and question.terms[rows[wanted.agent]].away.issuperset(days):
                detail = f"{wanted.activity}: away on every day allowed"
            reasons.append(Reason("commitment_dropped", wanted.agent, detail))
            continue
        room.take(rows[wanted.agent], start, wanted.minutes)
        placed.append(dataclasses.replace(wanted, start=question.clock.instant(*start), days=()))
        found.append(wanted)
    return Placed(tuple(placed), room.duty, tuple(found), tuple(reasons))


class _Room:
    """What is left of everybody's shifts: ``duty`` [A, T] for queues, and the spans that are taken."""

    def __init__(self, question: Question, choice: Ints, duty: Floats, labels: Ints) -> None:
        self.question, self.choice, self.labels = question, choice, labels
        self.duty = duty.copy()
        self.total = coverage(question.instance, self.duty, labels)
        self.slot_at = {int(minute): slot for slot, minute in enumerate(question.timeline.elapsed)}
        self.first = {int(day): question.clock.elapsed(int(day), 0) for day in question.instance.days}
        self.locked = {
            (agent, int(t.weekday()))
            for agent, t in zip(question.locked["agent"], question.locked["start"], strict=True)
        }
        self.busy: dict[str, list[Span]] = {}
        for c in question.commitments:
            assert c.start is not None
            day = int(c.start.weekday())
            low = question.clock.elapsed(day, question.clock.minute(day, c.start))
            self.busy.setdefault(c.agent, []).append((low, low + c.minutes))

    def best(self, a: int, wanted: Commitment) -> tuple[int, int] | None:
        """(weekday, shift minute) at which the activity costs least, the earliest of equals; None where it fits
        nowhere."""
        losses: dict[int, list[float]] = {}
        found, least = None, np.inf
        for day, start in self._starts(a, wanted):
            loss = 0.0
            for slot, minutes in self._slots(self.first[day] + start, wanted.minutes):
                if minutes not in losses:
                    losses[minutes] = self._loss(a, minutes).tolist()
                loss += losses[minutes][slot]
            if loss < least - 1e-9:
                found, least = (day, start), loss
        return found

    def take(self, a: int, start: tuple[int, int], minutes: int) -> None:
        """The agent leaves the queues for so long."""
        low = self.first[start[0]] + start[1]
        for slot, part in self._slots(low, minutes):
            off = min(part / self.question.instance.interval_min, self.duty[a, slot])
            served = int(self.labels[a, slot])
            if served >= 0:
                self.total[slot, served] -= off * self.question.instance.pace[self._profile(a), served]
            self.duty[a, slot] -= off
        self.busy.setdefault(self.question.instance.agents[a], []).append((low, low + minutes))

    def filled(self, a: int, desk: Desk) -> list[Commitment]:
        """What the agent works while their queues are closed, spent off them from now on."""
        question, instance, found = self.question, self.question.instance, list[Commitment]()
        candidates, name = instance.classes[instance.class_of[a]].candidates, instance.agents[a]
        word = question.terms[a].setting.contract.off_queue_activity
        for d, weekday in enumerate(instance.days):
            day = int(weekday)
            if self.choice[a, d, 0] < 0 or (name, day) in self.locked:
                continue
            shape, midnight = candidates.shape(*(int(v) for v in self.choice[a, d])), self.first[day]
            taken = [(low - midnight, high - midnight) for low, high in self.busy.get(name, [])]
            for low, high in desk.idle(midnight, shape, taken):
                start = question.clock.instant(day, low)
                found.append(Commitment(name, word, high - low, start))
                self.take(a, (day, low), high - low)
        return found

    def _profile(self, a: int) -> int:
        return int(self.question.instance.profile_of[a])

    def _starts(self, a: int, wanted: Commitment) -> Iterator[tuple[int, int]]:
        """(weekday, shift minute) at which the activity fits between meal, breaks and what is placed already."""
        instance, week = self.question.instance, self.question.clock.week
        candidates, taken = instance.classes[instance.class_of[a]].candidates, self.busy.get(wanted.agent, [])
        for d, weekday in enumerate(instance.days):
            day = int(weekday)
            allowed = not wanted.days or week.days[day] in wanted.days
            if self.choice[a, d, 0] < 0 or (wanted.agent, day) in self.locked or not allowed:
                continue
            shape = candidates.shape(*(int(v) for v in self.choice[a, d]))
            rests = [*shape.breaks, *([shape.meal] if shape.meal else [])]
            busy = rests + [(low - self.first[day], high - self.first[day]) for low, high in taken]
            for start in range(shape.start_min, shape.end_min - wanted.minutes + 1, STEP_MIN):
                if all(start + wanted.minutes <= low or start >= high for low, high in busy):
                    yield day, start

    def _slots(self, low: int, minutes: int) -> Iterator[tuple[int, int]]:
        """(live slot, minutes of it) that the span of elapsed minutes touches."""
        length = self.question.instance.interval_min
        for border in range(low // length * length, low + minutes, length):
            if border in self.slot_at:
                yield self.slot_at[border], min(border + length, low + minutes) - max(border, low)

    def _loss(self, a: int, minutes: int) -> Floats:
        """[T] EUR more when the agent leaves the queue served for so many minutes of a slot."""
        instance, served = self.question.instance, self.labels[a]
        slots = np.flatnonzero((served >= 0) & (self.duty[a] > 0))
        off = np.minimum(minutes / instance.interval_min, self.duty[a, slots])
        now, less = self.total[slots], self.total[slots]
        less[np.arange(len(slots)), served[slots]] -= off * instance.pace[self._profile(a), served[slots]]
        loss = np.zeros(len(served))
        loss[slots] = (instance.demand.cost_at(slots, less) - instance.demand.cost_at(slots, now)).sum(axis=1)
        return loss
