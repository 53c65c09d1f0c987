"""What whole people can cover costs what it did, all else more: against every number of people there can be."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from staffing.rostering.assign import Solve, solve
from staffing.rostering.instance import Demand, Floats, Instance
from staffing.rostering.prices import ascend
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.whole_people import parts_of, whole_steps, with_whole_people
from tests import tiny
from tests.rostering import small

PACES = np.array([[1.0, 0.0], [0.9, 1.0], [0.6, 0.6]])
"""Of three profiles on two queues."""


def random_question(seed: int) -> Instance:
    """Seven agents of three paces, a need and worths at random."""
    rng, made = (
        np.random.default_rng(seed),
        ask(small.requirement({"front": 2, "expert": 1}), small.centre(7), tiny.WEEK, {"full": ()}).instance,
    )
    shape = (made.slots, 2)
    width = np.append(rng.uniform(0.1, 1.8, (*shape, 3)), np.full((*shape, 1), 1e9), axis=2)
    worth = -np.sort(-rng.uniform(-2, 20, (*shape, 4)), axis=2)
    demand = Demand(width, worth, rng.uniform(0, 1.5, shape).round(seed % 2), rng.uniform(0, 5, shape))
    groups = tuple(dataclasses.replace(made.groups[0], profile=s) for s in range(3))
    return dataclasses.replace(made, demand=demand, pace=PACES, groups=groups, group_of=np.array([0, 0, 0, 1, 1, 2, 2]))


def sums_of(instance: Instance, q: int, parts: int) -> Floats:
    """[n] everything that the agents of queue ``q`` can cover, every part of everybody tried."""
    paces = [pace for pace in instance.pace[instance.profile_of, q] if pace > 0]
    shares = itertools.product(np.arange(parts + 1) / parts, repeat=len(paces))
    return np.unique([np.dot(paces, share) for share in shares])


@pytest.mark.parametrize("seed", range(4))
def test_what_people_can_cover_costs_what_it_did_and_shares_of_them_never_less(seed: int) -> None:
    instance = random_question(seed)
    demand, whole = instance.demand, whole_steps(instance)
    assert whole is not demand
    for q in range(2):
        for there in sums_of(instance, q, parts_of(instance)):
            agents = demand.base + there
            np.testing.assert_allclose(whole.cost(agents)[:, q], demand.cost(agents)[:, q], atol=1e-6)
    between = demand.base[..., None] + np.linspace(0, 8, 161)
    more = np.stack([whole.cost(between[..., k]) - demand.cost(between[..., k]) for k in range(161)])
    assert more.min() > -1e-6 and more.max() > 0.1
    assert (np.diff(np.where(whole.width > 0, whole.worth, whole.worth[..., -1:]), axis=2) <= 1e-6).all()


@pytest.mark.parametrize("seed", range(3))
def test_people_who_all_differ_are_summed_as_well(seed: int) -> None:
    """Seven paces of nine digits have two thousand sums; sixty would have more than can be told."""
    rng, instance = np.random.default_rng(seed), random_question(seed)

    def all_different(agents: int) -> Instance:
        groups = tuple(dataclasses.replace(instance.groups[0], profile=s) for s in range(agents))
        pace, rows = rng.uniform(0.4, 1.1, (agents, 2)), np.arange(agents)
        return dataclasses.replace(instance, pace=pace, groups=groups, group_of=rows)

    few = all_different(7)
    whole = whole_steps(few)
    for q in range(2):
        for there in sums_of(few, q, parts_of(few)):
            agents = few.demand.base + there
            np.testing.assert_allclose(whole.cost(agents)[:, q], few.demand.cost(agents)[:, q], atol=1e-6)
    assert (np.abs(whole.cost(few.demand.base + 0.05) - few.demand.cost(few.demand.base + 0.05)) > 1e-6).any()
    many = all_different(60)
    many = dataclasses.replace(many, demand=dataclasses.replace(many.demand, width=many.demand.width * 10))
    assert whole_steps(many).width.shape[:2] == many.demand.width.shape[:2]


def test_a_need_of_whole_people_and_slots_beside_a_meeting_are_as_they_were() -> None:
    instance = random_question(0)
    plain = dataclasses.replace(instance.demand, width=instance.demand.width.round(), base=instance.demand.base.round())
    alone = dataclasses.replace(instance, demand=plain, pace=np.ones((3, 2)))
    assert whole_steps(alone) is plain
    first = instance.groups[0]
    meeting = np.where(np.arange(instance.slots) < 20, 0.3, first.duty)
    groups = (dataclasses.replace(first, duty=meeting), *instance.groups[1:])
    busy, agents = dataclasses.replace(instance, groups=groups), instance.demand.base + 0.1
    changed = np.abs(whole_steps(busy).cost(agents) - busy.demand.cost(agents)) > 1e-6
    assert not changed[:20, 0].any(), "whoever is there for a third of the slot can give what others cannot"
    assert changed[20:, 0].any() and changed[:20, 1].any(), "the meeting is of people who serve the first queue alone"


def test_the_finer_people_come_the_less_a_share_costs() -> None:
    instance = random_question(1)
    agents = instance.demand.base + 0.45
    costs = [whole_steps(instance, finer).cost(agents).sum() for finer in (0, 15, 10)]
    assert instance.interval_min == 30
    assert costs[0] >= costs[1] >= costs[2] >= instance.demand.cost(agents).sum()
    assert costs[0] > costs[2]


def test_absence_makes_no_share_of_a_person_and_the_bound_knows() -> None:
    """A need of 2.1 is met by two people, or three: 0.1 of somebody costs no roster anything."""
    need = small.requirement({"front": 2 / 0.95, "expert": 1 / 0.95})
    instance = ask(need, small.centre(5), tiny.WEEK, {"full": ()}).instance
    whole = with_whole_people(instance)
    plain_eur, whole_eur = (ascend(Weeks.of(asked), steps=200).bound_eur for asked in (instance, whole))
    found = solve(instance, Solve(seconds=2.0, repeatable=True))
    assert plain_eur + 5 < whole_eur <= found.cost_eur + 0.01
    assert found.bound_eur >= plain_eur
