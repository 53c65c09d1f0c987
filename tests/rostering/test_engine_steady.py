"""Queues of people who serve several: hardly anybody hops, at hardly more than the least cost there is."""

from __future__ import annotations

import dataclasses
import itertools
from functools import cache

import numpy as np
import pytest

from forecasts.grid import Grid
from staffing.rostering.assign import answerable
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Floats, Instance, Ints, on_duty
from staffing.rostering.labels import coverage, label, switches
from staffing.rostering.rests import Weeks
from staffing.rostering.steady import steady, tidied
from staffing.rostering.whole_people import with_whole_people
from tests import tiny
from tests.rostering import small

AGENTS = 4


@cache
def instance_of(seed: int, minutes: int = 30, block_min: int = 0) -> Instance:
    """Four people who all serve two queues whose needs change at random all day."""
    rng = np.random.default_rng(seed)
    goals = dataclasses.replace(small.centre().goals, switch_eur=2.0, block_min=block_min)
    grid = Grid("Europe/Paris", minutes)
    centre = dataclasses.replace(small.centre(AGENTS, experts=AGENTS, goals=goals), grid=grid)
    need = small.requirement({"front": 1.0, "expert": 1.0}, grid=grid)
    frame = need.frame.copy()
    frame["agents"] = rng.integers(0, AGENTS, len(frame)).astype(float)
    return with_whole_people(answerable(dataclasses.replace(need, frame=frame), centre, tiny.WEEK).instance)


def weeks_of(instance: Instance) -> tuple[Floats, Ints]:
    """(duty [A, T] of a first roster, queues [A, T] at random)."""
    rng = np.random.default_rng(7)
    duty = on_duty(instance, first_tours(Weeks.of(instance), rng)).astype(float)
    return duty, rng.integers(0, 2, duty.shape)


def eur(instance: Instance, duty: Floats, labels: Ints) -> float:
    served = instance.demand.cost(coverage(instance, duty, labels)).sum()
    return float(served + instance.switch_eur * switches(instance, duty, labels))


def least_eur(instance: Instance, duty: Floats) -> float:
    """Least cost of all ways to serve: one programme over everybody's queues together."""
    ways = np.array(list(itertools.product(range(2), repeat=len(duty))))  # [W, A]
    hops = (ways[:, None] != ways[None]).astype(float)  # [W, W, A]
    cost, begun, day = np.zeros(len(ways)), np.zeros(len(duty), dtype=bool), -1
    for t in range(instance.slots):
        on = duty[:, t] > 0
        today = instance.interval_at[t] * instance.interval_min // 1440
        begun, day = (begun, day) if today == day else (np.zeros(len(duty), dtype=bool), today)
        pays = (hops * (on & begun)).sum(axis=2) * instance.switch_eur
        stays_put = (hops * (begun & ~on)).sum(axis=2) == 0  # who is at a break has not moved
        agents = np.stack([(duty[:, t] * (ways == q)).sum(axis=1) for q in range(2)], axis=1)
        there = instance.demand.base[t] + agents
        slot = instance.demand.cost_at(np.full(len(ways), t), there).sum(axis=1)
        cost = np.where(stays_put, cost[:, None] + pays, np.inf).min(axis=0) + slot
        begun = begun | on
    return float(cost.min())


@pytest.mark.parametrize("seed", range(6))
def test_queues_cost_hardly_more_than_the_least_of_all_ways_to_serve(seed: int) -> None:
    instance = instance_of(seed)
    duty, served = weeks_of(instance)
    least, alone = least_eur(instance, duty), eur(instance, duty, label(instance, duty, served))
    tidy = eur(instance, duty, tidied(instance, duty, served))
    assert least - 1e-6 <= tidy <= alone + 1e-6
    assert tidy - least <= 0.01 * least


@pytest.mark.parametrize("seed", range(3))
def test_nobody_leaves_a_queue_early_or_shortly_before_going_home(seed: int) -> None:
    instance = instance_of(seed, 15, 45)
    duty, served = weeks_of(instance)
    labels = steady(instance, duty, served)
    assert ((labels >= 0) == (duty > 0)).all()
    assert switches(instance, duty, labels) > 0
    day = instance.interval_at * instance.interval_min // 1440
    for a, d in itertools.product(range(len(duty)), np.unique(day)):
        mine = labels[a, (day == d) & (labels[a] >= 0)].tolist()
        stays = [len(list(run)) for _, run in itertools.groupby(mine)]
        assert not stays or min(stays) >= min(3, len(mine))


def test_who_serves_one_queue_alone_stays_on_it() -> None:
    instance = instance_of(0)
    pace = instance.pace.copy()
    pace[:, 1] = 0.0
    duty, _ = weeks_of(instance)
    labels = steady(dataclasses.replace(instance, pace=pace), duty, np.zeros(duty.shape, dtype=np.int64))
    assert (labels[duty > 0] == 0).all()
