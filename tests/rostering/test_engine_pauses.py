"""Meals, breaks and queues of one person's day against every placement and every way to serve the queues."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from staffing.rostering.assign import Solve, solve
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance, Tours, on_duty, tour_eur
from staffing.rostering.labels import label
from staffing.rostering.pauses import Days, with_better_days
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.search import Solution, cost_eur
from staffing.rostering.whole_people import with_whole_people
from tests import tiny
from tests.rostering import small


def tiny_day(*, interval_min: int = 60, pace: float = 0.8, switch_eur: float = 4.0) -> Instance:
    """Four agents of short shifts with a meal and a break in each half, the last two on two queues."""
    grid = dataclasses.replace(tiny.GRID, interval_min=interval_min)
    contract = dataclasses.replace(
        small.DAY_SHIFT, hours_week=30.0, shift_min_h=6.0, shift_max_h=6.0, meal_min=(60,), start_step_min=60
    )
    made = dataclasses.replace(small.centre(4, contract=contract, experts=2), grid=grid)
    need = small.requirement({"front": 2, "expert": 1}, grid=grid)
    instance = ask(need, made, tiny.WEEK, {contract.name: ()}).instance
    width = instance.demand.width.copy()
    width[:, 0, 0] = np.arange(instance.slots) % 3
    width[:, 1, 0] = (np.arange(instance.slots) // 2) % 3
    demand = dataclasses.replace(instance.demand, width=width)
    paces = np.where(instance.pace > 0, np.array([[1.0, pace]]), 0.0)
    return dataclasses.replace(instance, demand=demand, pace=paces, switch_eur=switch_eur, block_min=0)


def finished(instance: Instance, seed: int) -> Solution:
    """A first roster, its queues tidied."""
    tours = first_tours(Weeks.of(instance), np.random.default_rng(seed))
    duty = on_duty(instance, tours).astype(float)
    labels = label(instance, duty, np.zeros(duty.shape, dtype=np.int64))
    return Solution(tours, labels, cost_eur(instance, tours, duty, labels), 0.0, 0.0, "near-optimal")


def cheapest_of_a_day(instance: Instance, made: Solution, a: int, d: int) -> float:
    """EUR of the roster with the cheapest of every placement in the same hours, on every row of queues."""
    kind = instance.classes[instance.class_of[a]]
    c, stands = kind.candidates, made.tours.choice[a, d]
    hours, queues = c.shift[stands[0], :3], instance.serves[instance.profile_of[a]]
    costs, live, met = [], kind.window[d], set[bytes]()
    for row in np.flatnonzero((c.shift[:, :3] == hours).all(axis=1)).tolist():
        halves = [np.flatnonzero(c.option[:, 0] == b) if b >= 0 else [-1] for b in c.shift[row, 3:5]]
        for first, second in itertools.product(*halves):
            choice = made.tours.choice.copy()
            choice[a, d] = row, first, second
            tours = Tours(made.tours.agent, choice)
            duty = on_duty(instance, tours).astype(float)
            if duty[a].tobytes() in met:
                continue
            met.add(duty[a].tobytes())
            on = live[duty[a, live] > 1e-6]
            for served in itertools.product(queues, repeat=len(on)):
                labels = made.labels.copy()
                labels[a, live] = -1
                labels[a, on] = served
                costs.append(cost_eur(instance, tours, duty, labels))
    return min(costs)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_looked_at_is_the_cheapest_of_every_placement_and_row_of_queues(seed: int) -> None:
    instance = tiny_day()
    made, gained = finished(instance, seed), 0
    for a in (0, 3):
        d = int(np.flatnonzero(made.tours.choice[a, :, 0] >= 0)[0])
        days = Days.of(instance, made.tours, made.labels)
        gained += days.better_day(a, d)
        tours = Tours(made.tours.agent, days.choice)
        duty = on_duty(instance, tours).astype(float)
        np.testing.assert_allclose(duty, days.duty, atol=1e-5)
        cost = cost_eur(instance, tours, duty, days.labels)
        assert cost == pytest.approx(cheapest_of_a_day(instance, made, a, d), abs=0.02)
    assert gained


@pytest.mark.parametrize("interval_min", [15, 30, 60])
def test_days_looked_at_cost_less_and_hours_stay(interval_min: int) -> None:
    instance = tiny_day(interval_min=interval_min)
    made = finished(instance, 1)
    better, looks = with_better_days(instance, made, 1000)
    assert looks <= 1000 and better.cost_eur < made.cost_eur - 1
    duty = on_duty(instance, better.tours).astype(float)
    assert better.cost_eur == pytest.approx(cost_eur(instance, better.tours, duty, better.labels))
    assert ((duty > 1e-6) == (better.labels >= 0)).all()
    assert tour_eur(instance, better.tours).sum() == pytest.approx(tour_eur(instance, made.tours).sum())
    shift = instance.classes[0].candidates.shift
    now, was = better.tours.choice[..., 0], made.tours.choice[..., 0]
    assert ((now >= 0) == (was >= 0)).all() and (shift[now[now >= 0], :3] == shift[was[was >= 0], :3]).all()
    none, looks = with_better_days(instance, better, 1000)
    assert none is better and looks == (was >= 0).sum(), "nothing is left to gain after one look at everybody's days"


def test_after_as_many_looks_as_were_given_there_are_no_more() -> None:
    instance = tiny_day()
    assert with_better_days(instance, finished(instance, 1), 3)[1] == 3


@pytest.mark.parametrize("seed", range(2))
def test_a_roster_made_leaves_nothing_to_gain_in_anybodys_day(seed: int) -> None:
    instance = tiny_day(interval_min=30)
    made = solve(instance, Solve(0.5, seed, repeatable=True))
    assert with_better_days(with_whole_people(instance), made, 1000)[0] is made
