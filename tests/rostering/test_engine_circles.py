"""What the few who share a queue cost together, against every choice of their shifts and weeks by brute force."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from forecasts.grid import Grid, Opening
from staffing.rostering.assign import Solve, solve
from staffing.rostering.circle_days import day_eur, slots_of
from staffing.rostering.circles import Circle, circles_of, closer_bound, slot_eur, supermodular, together_eur
from staffing.rostering.instance import Demand, Floats, Instance, Tours, keep_agents, on_duty, tour_eur
from staffing.rostering.prices import ascend
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import silent
from staffing.rostering.search import Clock, Search
from staffing.rostering.team import Contract, Skill
from tests import tiny
from tests.rostering import small

PLAIN = Contract(
    "plain", "neutral", 8.0, 20.0, flex_h=2.0, shift_min_h=4.0, shift_max_h=5.0, shift_step_min=60,
    start_step_min=60, meal_min=(), break_min=0, max_days=2,
)  # fmt: skip
BROKEN = Contract(
    "broken", "neutral", 24.0, 20.0, flex_h=2.0, shift_min_h=4.0, shift_max_h=7.0, shift_step_min=30,
    start_step_min=30, meal_min=(45, 60), meal_from_h=5.0, break_min=15,
)  # fmt: skip


def instance_of(experts: int, contract: Contract = PLAIN, *, minutes: int = 30) -> Instance:
    """``experts`` people on a queue of their own, one on another; for two hours each none to all are needed."""
    centre = small.centre(experts + 1, contract=contract, experts=experts)
    people = tuple(dataclasses.replace(a, skills=(Skill("expert"),)) if a.level == 2 else a for a in centre.team.agents)
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=people))
    needed = small.requirement({"front": 1, "expert": 1}, grid=Grid("Europe/Paris", minutes))
    instance = ask(needed, centre, tiny.WEEK, {contract.name: ()}).instance
    slots, queues = instance.demand.base.shape
    blocks = np.random.default_rng(4).integers(0, experts + 1, (slots * minutes // 120, queues))
    width = np.full((slots, queues, 2), 1000.0)
    width[..., 0] = np.repeat(blocks, 120 // minutes, axis=0)
    worth = np.broadcast_to(np.array([20.0, -2.0]), width.shape) * minutes / 30
    return dataclasses.replace(instance, demand=Demand(width, worth, np.zeros((slots, queues))))


def circle_of(instance: Instance) -> Circle:
    (found,) = circles_of(instance, np.inf)
    return found


def shifts_of(instance: Instance, agent: int, d: int) -> np.ndarray:
    """[n, 3] every shift of a day with every placement of its breaks, by brute force."""
    group = instance.groups[instance.group_of[agent]]
    c = instance.classes[group.kind].candidates
    found = []
    for row in np.flatnonzero(~group.barred[d]).tolist():
        blocks = [b for b in c.shift[row, 3:].tolist() if b >= 0]
        options = [np.flatnonzero(c.option[:, 0] == b).tolist() for b in blocks]
        for pick in itertools.product(*options):
            found.append((row, *pick, *[-1] * (2 - len(pick))))
    return np.array(found)


def weeks_of(instance: Instance, agent: int) -> Tours:
    """All lawful weeks of at most two days, breaks placed first."""
    off, weeks = (-1, -1, -1), []
    days = [shifts_of(instance, agent, d) for d in range(len(instance.days))]
    for k in range(3):
        for which in itertools.combinations(range(len(days)), k):
            for pick in itertools.product(*(days[d].tolist() for d in which)):
                week = [off] * len(days)
                for d, shift in zip(which, pick, strict=True):
                    week[d] = tuple(shift)
                weeks.append(week)
    tours = Tours(np.full(len(weeks), agent), np.array(weeks))
    return tours.of(np.isfinite(tour_eur(instance, tours)))


def price_of(instance: Instance, seed: int) -> Floats:
    worth = instance.demand.worth
    return np.random.default_rng(seed).uniform(worth[..., -1], worth[..., 0])


def least_eur(instance: Instance, circle: Circle) -> float:
    """The least that all weeks of the circle and its queue cost."""
    (queue,) = circle.home
    weeks = [weeks_of(instance, a) for a in circle.agents]
    duty = [on_duty(instance, w).astype(float) for w in weeks]
    eur = [tour_eur(instance, w) for w in weeks]
    steps = np.stack([instance.demand.cost(np.full(instance.demand.base.shape, float(n)))[:, queue] for n in range(4)])
    best = np.inf
    others = [(np.zeros(instance.slots), 0.0)] if len(weeks) == 2 else list(zip(duty[2], eur[2], strict=True))
    for there, own in others:
        at = there.astype(int)
        none, one, two = (steps[at + n, np.arange(instance.slots)] for n in range(3))
        product = (duty[0] * (two - 2 * one + none)) @ duty[1].T
        cost = product + (duty[0] @ (one - none) + eur[0])[:, None] + duty[1] @ (one - none) + eur[1]
        best = min(best, float(cost.min() + none.sum() + own))
    return best


def test_the_weeks_of_two_cost_together_what_the_best_of_all_their_weeks_cost() -> None:
    instance = instance_of(2)
    circle = circle_of(instance)
    found = together_eur(instance, circle, price_of(instance, 1))
    assert least_eur(instance, circle) - 0.1 < found <= least_eur(instance, circle)


def test_the_weeks_of_three_are_never_dearer_than_the_best_of_all_and_close_to_it() -> None:
    instance = instance_of(3, dataclasses.replace(PLAIN, start_step_min=120))
    circle = circle_of(instance)
    found, least = together_eur(instance, circle, price_of(instance, 1)), least_eur(instance, circle)
    assert 0.995 * least < found <= least


def closer_bound_of(instance: Instance, price: Floats, bound: float) -> float:
    return closer_bound(Weeks.of(instance), price, bound, circles_of(instance, np.inf), lambda eur: True)


@pytest.mark.parametrize(("minutes", "near_eur"), [(15, 5.0), (30, 15.0)])
def test_a_day_costs_never_less_than_its_table_says_wherever_meals_and_breaks_lie(
    minutes: int, near_eur: float
) -> None:
    instance = instance_of(2, BROKEN, minutes=minutes)
    circle = circle_of(instance)
    (queue,), d, rng = circle.home, 1, np.random.default_rng(3)
    table = day_eur(instance, circle.agents, d, slot_eur(instance, circle, price_of(instance, 2)))
    every, over = [shifts_of(instance, a, d) for a in circle.agents], []
    for _ in range(400):
        picks = [rng.choice(shifts) for shifts in every]
        cover, keys = np.zeros(instance.slots), []
        for agent, pick in zip(circle.agents, picks, strict=True):
            choice = np.full((1, len(instance.days), 3), -1)
            choice[0, d] = pick
            cover += on_duty(instance, Tours(np.array([agent]), choice))[0]
            c = instance.classes[instance.class_of[agent]].candidates
            keys.append(int(np.searchsorted(c.key_from, pick[0], side="right")) - 1)
        there = instance.demand.base.copy()
        there[:, queue] += cover
        eur = instance.demand.cost(there)[slots_of(instance, d), queue].sum()
        over.append(eur - table[tuple(keys)])
    assert min(over) > -0.01
    assert min(over) < near_eur  # not just any number below


@pytest.mark.parametrize("minutes", [15, 30])
@pytest.mark.parametrize("experts", [2, 3])
def test_a_closer_bound_is_higher_and_below_every_roster(experts: int, minutes: int) -> None:
    instance = instance_of(experts, BROKEN, minutes=minutes)
    alone = ascend(Weeks.of(instance), steps=300)
    closer = closer_bound_of(instance, alone.price, alone.bound_eur)
    found = solve(instance, Solve(seconds=4.0, seed=1, repeatable=True))
    assert alone.bound_eur < closer <= found.cost_eur


def mixed(instance: Instance, rng: np.random.Generator) -> Instance:
    """The same where one expert serves the other queue too, people are of unequal pace, and meetings take a part of
    some slots."""
    pace = instance.pace.copy()
    expert = instance.queues.index("expert")
    pace[:, expert] *= 0.8
    both = pace.max(axis=0) * [1.0, 0.9]
    last = instance.group_of[-1]
    groups = [
        dataclasses.replace(g, duty=rng.choice([0.0, 0.5, 1.0, 1.0, 1.0], instance.slots)) for g in instance.groups
    ]
    groups.append(dataclasses.replace(groups[last], profile=len(pace)))
    group_of = np.append(instance.group_of[:-1], len(groups) - 1)
    return dataclasses.replace(instance, pace=np.vstack([pace, both]), groups=tuple(groups), group_of=group_of)


def best_eur(instance: Instance, circle: Circle, price: Floats, rng: np.random.Generator) -> float:
    """What the weeks of the circle and its queues cost, once nobody alone can better them: the least of eight tries.

    Other queues take everybody at their price.
    """
    demand, others = instance.demand, np.setdiff1d(np.arange(len(instance.queues)), circle.home)
    width, worth, level = demand.width.copy(), demand.worth.copy(), np.zeros(demand.base.shape)
    width[:, others, 0], worth[:, others] = 1000.0, price[:, others, None]
    level[:, others] = -1000.0 * price[:, others]
    alone = keep_agents(
        dataclasses.replace(instance, demand=Demand(width, worth, demand.base, level)), np.array(circle.agents)
    )
    weeks, best = Weeks.of(alone), np.inf
    for _ in range(8):
        wanted = rng.uniform(-5.0, 25.0, (len(alone.pace), alone.slots))
        first = weeks.respond(wanted, np.arange(len(alone.agents))).tours
        search, before = Search(weeks, (first,), rng, Clock(60.0, silent, lambda: 0.0)), np.inf
        while search.best < before - 1e-6:
            before = search.best
            search.own_weeks()
        best = min(best, search.best)
    return best


@pytest.mark.parametrize(
    ("experts", "minutes", "looser"), [(2, 15, 0.002), (3, 15, 0.002), (2, 30, 0.02), (3, 60, 0.05)]
)
def test_no_weeks_of_unequal_people_with_meetings_cost_less_together_and_some_little_more(
    experts: int, minutes: int, looser: float
) -> None:
    rng = np.random.default_rng(minutes)
    instance = mixed(instance_of(experts, BROKEN, minutes=minutes), rng)
    circle, price = circle_of(instance), price_of(instance, 5)
    least, found = best_eur(instance, circle, price, rng), together_eur(instance, circle, price)
    assert found <= least < (1 + looser) * found


@pytest.mark.parametrize("shape", [(50, 2, 2), (50, 3, 3), (50, 3, 3, 3)])
def test_what_a_slot_costs_is_lowered_just_where_it_does_not_lose_more_the_more_are_away(
    shape: tuple[int, ...],
) -> None:
    axes, parts = range(1, len(shape)), np.indices(shape[1:]).sum(axis=0)
    convex = np.random.default_rng(1).uniform(0.0, 9.0, (50, *[1] * len(axes))) * (parts.max() - parts) ** 2
    found = convex.copy()
    found[::2] += np.random.default_rng(2).uniform(-9.0, 9.0, found[::2].shape)
    lowered = supermodular(found)
    assert (lowered <= found + 1e-9).all()
    assert lowered[1::2] == pytest.approx(convex[1::2])
    for i, j in itertools.combinations_with_replacement(axes, 2):
        assert np.diff(np.diff(lowered, axis=i), axis=j).min(initial=0.0) > -1e-5


def test_there_are_no_circles_where_shifts_cross_midnight_into_a_day_of_their_own() -> None:
    always = Opening(weekdays=(((0, 1440),),) * 7)
    centre = small.centre(3, experts=2)
    queues = tuple(dataclasses.replace(q, opening=always) for q in centre.queues)
    centre = dataclasses.replace(centre, queues=queues)
    needed = small.requirement({"front": 1, "expert": 1}, opening=always)
    instance = ask(needed, centre, tiny.WEEK, {"full": ()}).instance
    assert len(slots_of(instance, 0)) > 1440 // 30
    assert circles_of(instance, 1e9) == ()


def test_circles_are_all_who_serve_a_queue_two_or_three_and_as_many_as_the_time_allows() -> None:
    instance = instance_of(2)
    (circle,) = circles_of(instance, 10.0)
    assert [instance.queues[q] for q in circle.home] == ["expert"]
    assert [instance.agents[a] for a in circle.agents] == ["a1", "a2"]
    assert circles_of(instance, circle.seconds / 2) == ()
    assert circles_of(instance_of(4), 1e9) == ()
    wide = dataclasses.replace(BROKEN, hours_week=20.0, flex_h=20.0, shift_step_min=15, start_step_min=15)
    assert circles_of(instance_of(2, wide, minutes=15), 6.0) == ()
