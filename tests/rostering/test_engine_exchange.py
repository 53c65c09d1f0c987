"""Queues exchanged between people against the exact flow; a whole week chosen again against every week on offer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from staffing.rostering.exchange import Exchange
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance
from staffing.rostering.labels import LITTLE, coverage
from staffing.rostering.pool import Standing
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.select import select
from staffing.rostering.whole_weeks import WholeWeeks
from tests import tiny
from tests.rostering import small


def three_queues(*, break_min: int, pace: float) -> Instance:
    """Three agents on the first two queues, three on the last two: who is missed on the third helps on the first only
    by way of the second."""
    contract = dataclasses.replace(small.DAY_SHIFT, meal_min=(60, 60), break_min=break_min, shift_step_min=60)
    need = small.requirement({"front": 2, "expert": 1})
    made = ask(need, small.centre(6, contract=contract, experts=3), tiny.WEEK, {contract.name: ()}).instance
    three = [0, 1, 0]
    width, worth = made.demand.width[:, three].copy(), made.demand.worth[:, three]
    width[:, 0, 0] = np.arange(made.slots) % 4
    width[:, 1, 0] = 2
    width[:, 2, 0] = (np.arange(made.slots) // 3) % 4
    width[..., 1] = 0.0 if pace == 1 else width[..., 1]
    demand = dataclasses.replace(made.demand, width=width, worth=worth, base=np.zeros((made.slots, 3)))
    can = np.array([[1.0, pace, 0.0], [0.0, 1.0, pace]])
    return dataclasses.replace(made, queues=("a", "b", "c"), demand=demand, pace=can)


def mixed_up(instance: Instance, seed: int) -> Standing:
    """Everybody's first week, each slot on some queue they serve."""
    rng = np.random.default_rng(seed)
    tours = first_tours(Weeks.of(instance), rng)
    labels = np.array([rng.choice(np.flatnonzero(instance.pace[s]), instance.slots + 1) for s in instance.profile_of])
    return Standing(instance, tours).anew(tours.choice, labels)


def counted(standing: Standing) -> np.ndarray:
    labels = np.where(standing.duty > LITTLE, standing.labels, -1)[:, :-1]
    return coverage(standing.instance, standing.duty[:, :-1].astype(float), labels).T


@pytest.mark.parametrize("seed", range(3))
def test_whole_people_end_on_the_cheapest_queues(seed: int) -> None:
    standing = mixed_up(three_queues(break_min=0, pace=1.0), seed)
    exact = select(standing.instance, standing.tours)
    assert exact is not None and exact.cost_eur < standing.cost_eur() - 1
    Exchange.of(standing).better(standing)
    assert standing.cost_eur() == pytest.approx(exact.cost_eur, abs=1e-2)
    np.testing.assert_allclose(standing.agents[:, :-1], counted(standing), atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_people_of_unequal_pace_and_slots_worked_in_part_never_cost_more(seed: int) -> None:
    standing = mixed_up(three_queues(break_min=20, pace=0.8), seed)
    before = standing.instance.demand.cost(standing.agents[:, :-1].T.astype(float)).sum(axis=1)
    Exchange.of(standing).better(standing)
    after = standing.instance.demand.cost(standing.agents[:, :-1].T.astype(float)).sum(axis=1)
    assert after.sum() < before.sum() - 1 and (after <= before + 1e-2).all()
    np.testing.assert_allclose(standing.agents[:, :-1], counted(standing), atol=1e-3)
    can = (standing.instance.pace > 0)[standing.instance.profile_of]
    assert can[np.arange(len(can))[:, None], standing.labels].all()


def test_without_heat_the_week_taken_is_the_cheapest_on_offer_and_fresh_ones_replace_the_oldest() -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks = Weeks.of(instance)
    met = [first_tours(weeks, np.random.default_rng(seed)) for seed in range(6)]
    standing = Standing(instance, met[0])
    chooser = WholeWeeks(standing, met[:5], np.random.default_rng(1))
    chooser.meet(met[5:])
    for agent in range(4):  # those with one queue
        costs = []
        for tours in met[1:]:
            choice = standing.choice.copy()
            choice[agent] = tours.choice[agent]
            costs.append(standing.anew(choice, standing.labels).cost_eur())
        chooser.move(agent, 0.0)
        assert standing.cost_eur() == pytest.approx(min(costs), abs=1e-2)
        np.testing.assert_allclose(standing.agents[:, :-1], counted(standing), atol=1e-4)
