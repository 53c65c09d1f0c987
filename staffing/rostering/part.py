"""Some agents on some days, everybody else and every other day standing still: a small question of its own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import (
    Demand,
    Group,
    Instance,
    Ints,
    Kept,
    People,
    Tours,
    clock,
    keep_agents,
    on_duty,
)
from staffing.rostering.labels import LITTLE, coverage
from staffing.rostering.pool import Standing


@dataclass(frozen=True)
class Part:
    """``agents`` [k], ascending, on ``days`` [d] of the whole: their ``question`` of its own, whose slots are ``slots``
    [T'] of the whole's and whose weeks ``stands`` [k, d, 3] are those that stand, serving ``labels`` [k, T'] (-1: not
    on duty)."""

    agents: Ints
    days: Ints
    slots: Ints
    question: Instance
    stands: Tours
    labels: Ints

    @staticmethod
    def of(instance: Instance, standing: Standing, agents: Ints, days: Ints) -> Part:
        """The part of a ``standing`` roster that ``agents`` may choose again on ``days``."""
        alone, choice = keep_agents(instance, agents), standing.choice[agents]
        question, slots = only_days(alone, choice, days)
        stands = Tours(np.arange(len(agents)), choice[:, days])
        duty = on_duty(question, stands).astype(float)
        labels = np.where(duty > LITTLE, standing.labels[agents][:, slots], -1)
        theirs = coverage(question, duty, labels) - question.demand.base
        # Fractions leave crumbs below what stood there before anybody came.
        base = np.maximum(standing.agents[:, slots].T - theirs, question.demand.base)
        question = dataclasses.replace(question, demand=dataclasses.replace(question.demand, base=base))
        return Part(agents, days, slots, question, stands, labels)


def only_days(instance: Instance, choice: Ints, days: Ints) -> tuple[Instance, Ints]:
    """(The question of ``days`` [d] alone, the other days of ``choice`` [A, D, 3] standing; its slots among the
    whole's). Daily rests beside the other days are kept; the week's long rest takes the whole week to tell."""
    slots = np.unique(np.concatenate([kind.window[days].ravel() for kind in instance.classes]))
    slots = slots[slots < instance.slots]
    place = np.full(instance.slots + 1, len(slots))
    place[slots] = np.arange(len(slots))
    classes = tuple(
        dataclasses.replace(
            kind, window=place[kind.window[days]], shift_eur=None if kind.shift_eur is None else kind.shift_eur[days]
        )
        for kind in instance.classes
    )
    demand, kept = instance.demand, instance.kept
    level = np.broadcast_to(demand.level, demand.base.shape)[slots]
    groups, group_of = _groups(instance, choice, days, slots)
    return dataclasses.replace(
        instance,
        days=instance.days[days],
        classes=classes,
        demand=Demand(demand.width[slots], demand.worth[slots], demand.base[slots], level),
        groups=groups,
        group_of=group_of,
        people=_people(instance, choice, days),
        kept=None if kept is None else Kept(kept.choice[:, days], kept.change_eur[:, days]),
    ), slots


def _people(instance: Instance, choice: Ints, days: Ints) -> People:
    """What is left of everybody's week when all but ``days`` stands."""
    people, others = instance.people, np.setdiff1d(np.arange(len(instance.days)), days)
    start, _, paid = clock(instance, Tours(np.arange(len(choice)), choice))
    works = choice[:, others, 0] >= 0
    spent, worked = np.where(works, paid[:, others], 0).sum(axis=1), works.sum(axis=1)
    count = np.minimum(worked[:, None] + np.arange(people.days_eur.shape[1]), people.days_eur.shape[1] - 1)
    sets = [s[(at <= s[:, others]).all(axis=1)][:, days] for s, at in zip(people.work_days, works, strict=True)]
    return dataclasses.replace(
        people,
        paid_low=np.maximum(people.paid_low - spent, 0),
        paid_high=people.paid_high - spent,
        overtime_from=people.overtime_from - spent[:, None],
        days_eur=np.take_along_axis(people.days_eur, count, axis=1),
        day_eur=people.day_eur[:, days],
        day_eur_h=people.day_eur_h[:, days],
        off_eur=people.off_eur[:, days],
        work_days=tuple(np.unique(s, axis=0) if len(s) > 1 else s for s in sets),
        standing_start=np.where(works, start[:, others], -1),
    )


def _groups(instance: Instance, choice: Ints, days: Ints, slots: Ints) -> tuple[tuple[Group, ...], Ints]:
    """(groups, [A] whose), shifts too near to those that stand on the days around barred."""
    span = _spans(instance, choice, days)
    met, group_of = np.unique(np.column_stack([instance.group_of, span]), axis=0, return_inverse=True)
    groups = []
    for g, *edges in met.tolist():
        group = instance.groups[g]
        shift, (low, high) = instance.classes[group.kind].candidates.shift, np.reshape(edges, (2, -1, 1))
        options = None if group.barred_option is None else group.barred_option[days]
        barred = group.barred[days] | (shift[:, 0] < low) | (shift[:, 1] > high)
        groups.append(dataclasses.replace(group, barred=barred, barred_option=options, duty=group.duty[slots]))
    return tuple(groups), group_of.ravel()


def _spans(instance: Instance, choice: Ints, days: Ints) -> Ints:
    """[A, 2 d] earliest starts, then latest ends, on ``days`` beside the shifts of ``choice`` on all others, as far as
    the shifts of the agent's class go."""
    start, end, _ = clock(instance, Tours(np.arange(len(choice)), choice))
    works, rest = choice[:, :, 0] >= 0, instance.people.rest
    shifts = [kind.candidates.shift for kind in instance.classes]
    low = np.array([s[:, 0].min() for s in shifts])[instance.class_of]
    high = np.array([s[:, 1].max() for s in shifts])[instance.class_of]
    spans = np.repeat(np.stack([low, high], axis=1), len(days), axis=1)
    others = np.setdiff1d(np.arange(len(instance.days)), days)
    for i, d in enumerate(days):
        apart = (instance.days[others] - instance.days[d]) * 1440
        before, after = works[:, others] & (apart < 0), works[:, others] & (apart > 0)
        free = np.where(before, end[:, others] + apart + rest[:, None], 0)
        busy = np.where(after, start[:, others] + apart - rest[:, None], 10**6)
        spans[:, i] = np.maximum(low, free.max(axis=1, initial=0))
        spans[:, len(days) + i] = np.minimum(high, busy.min(axis=1, initial=10**6))
    return spans
