"""Paid activities without an hour of their own (drafting, coaching): each is placed where it costs callers least.

Done after the weeks are known: a placed activity never changes a shift, and the shifts of a lawful week stay lawful.
Taking an agent off a queue can save no more than the price of surplus, so the bound falls by that and stays valid.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.rostering.instance import Floats, Instance, Ints
from staffing.rostering.labels import coverage
from staffing.rostering.question import Question
from staffing.rostering.roster import Reason
from staffing.rostering.team import Commitment

STEP_MIN = 15
Span = tuple[int, int]


@dataclass(frozen=True)
class Placed:
    """``commitments`` with their hours now, ``duty`` [A, T] left for queues, ``saved_eur`` how much the bound must
    fall, and what found no place."""

    commitments: tuple[Commitment, ...]
    duty: Floats
    saved_eur: float
    reasons: tuple[Reason, ...]


def place(question: Question, choice: Ints, duty: Floats, labels: Ints) -> Placed:
    """Each floating commitment at its least loss, longest first. ``choice`` [A, D, 3], ``duty`` [A, T], ``labels``
    [A, T] queue served."""
    instance, floor = question.instance, duty.copy()
    total = coverage(instance, floor, labels)
    placed, reasons, saved = list(question.commitments), list[Reason](), 0.0
    surplus = float(np.max(-instance.demand.worth[..., -1], initial=0.0, where=instance.demand.worth[..., -1] > -1e3))
    surplus *= 60 / instance.interval_min * max(1.0, float(instance.pace.max(initial=1.0)))
    rows = {name: a for a, name in enumerate(instance.agents)}
    for wanted in sorted(question.floating, key=lambda c: (-c.minutes, c.agent, c.activity)):
        a = rows.get(wanted.agent)
        if a is None:
            continue
        best: tuple[float, pd.Timestamp, Ints, Floats] | None = None
        for day, start in _starts(question, a, choice[a], wanted, placed):
            slots, share = _slots(question, day, (start, start + wanted.minutes))
            off = np.minimum(share, floor[a, slots])
            loss = _loss(instance, total, labels[a, slots], slots, off * _pace(instance, a, labels[a, slots]))
            if best is None or loss < best[0] - 1e-9:
                best = loss, question.clock.instant(day, start), slots, off
        if best is None:
            detail = f"{wanted.activity}: no {wanted.minutes} minutes in one piece on the days allowed"
            reasons.append(Reason("commitment_dropped", wanted.agent, detail))
            continue
        _, at, slots, off = best
        served = labels[a, slots]
        np.subtract.at(
            total, (slots[served >= 0], served[served >= 0]), (off * _pace(instance, a, served))[served >= 0]
        )
        floor[a, slots] -= off
        placed.append(dataclasses.replace(wanted, start=at, days=()))
        saved += surplus * wanted.minutes / 60
    return Placed(tuple(placed), floor, saved, tuple(reasons))


def _starts(
    question: Question, a: int, choice: Ints, wanted: Commitment, placed: list[Commitment]
) -> Iterator[tuple[int, int]]:
    """(weekday, shift minute) at which the activity fits between meal, breaks and what is placed already."""
    instance, clock = question.instance, question.clock
    candidates = instance.classes[instance.class_of[a]].candidates
    locked = {t.weekday() for t in question.locked.loc[question.locked["agent"] == wanted.agent, "start"]}
    for d, weekday in enumerate(instance.days):
        day = int(weekday)
        allowed = not wanted.days or clock.week.days[day] in wanted.days
        if choice[d, 0] < 0 or day in locked or not allowed:
            continue
        shape = candidates.shape(*(int(v) for v in choice[d]))
        busy: list[Span] = [*shape.breaks, *([shape.meal] if shape.meal else [])]
        for c in placed:
            if c.agent == wanted.agent and c.start is not None:
                at = clock.minute(day, c.start)
                busy.append((at, at + c.minutes))
        for start in range(shape.start_min, shape.end_min - wanted.minutes + 1, STEP_MIN):
            if all(start + wanted.minutes <= low or start >= high for low, high in busy):
                yield day, start


def _slots(question: Question, day: int, span: Span) -> tuple[Ints, Floats]:
    """([n] live slots a span touches, [n] share of each)."""
    length, elapsed = question.instance.interval_min, question.timeline.elapsed
    low, high = (question.clock.elapsed(day, minute) for minute in span)
    first, last = np.searchsorted(elapsed, (low - length + 1, high))
    slots = np.arange(first, last)
    share = (np.minimum(elapsed[slots] + length, high) - np.maximum(elapsed[slots], low)) / length
    return slots, share


def _pace(instance: Instance, a: int, served: Ints) -> Floats:
    return np.asarray(np.where(served >= 0, instance.pace[instance.profile_of[a], served], 0.0))


def _loss(instance: Instance, total: Floats, served: Ints, slots: Ints, off: Floats) -> float:
    """EUR more when ``off`` [n] paced agents leave the queues served in slots."""
    on = served >= 0
    now = total[slots[on]]
    less = now.copy()
    less[np.arange(len(less)), served[on]] -= off[on]
    demand = instance.demand
    return float((demand.cost_at(slots[on], less) - demand.cost_at(slots[on], now)).sum())
