"""The exact choice among weeks against trying every choice; the queues it settles; what the search makes of it."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time

import numpy as np
import pytest

from staffing.rostering.assign import _rounds
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance, Tours, join, on_duty, tour_eur
from staffing.rostering.labels import coverage, named
from staffing.rostering.nearby import choose_again, offers
from staffing.rostering.part import Part
from staffing.rostering.pool import Standing
from staffing.rostering.prices import ascend, first_price
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import silent
from staffing.rostering.search import IDLE, Clock, Layout, Search
from staffing.rostering.select import select
from staffing.rostering.tours import reduced_value
from tests import tiny
from tests.rostering import small
from tests.rostering.test_engine_weeks import SHORT, every_week


@pytest.fixture(scope="module")
def instance() -> Instance:
    """Two agents without breaks and a whole need: then queues by the head are as good as shares of people."""
    contract = dataclasses.replace(SHORT, break_min=0)
    need = small.requirement({"front": 1, "expert": 1})
    made = ask(need, small.centre(2, contract=contract), tiny.WEEK, {"short": ()}).instance
    width = made.demand.width.copy()
    width[..., 0], width[..., 1] = width[..., 0] + width[..., 1], 0.0
    return dataclasses.replace(made, demand=dataclasses.replace(made.demand, width=width))


def lawful(instance: Instance, weeks: Tours) -> Tours:
    return weeks.of(np.isfinite(tour_eur(instance, weeks)))


def cheapest_queues(instance: Instance, tours: Tours) -> float:
    """EUR of a slot-by-slot choice of queues, every one tried."""
    duty, total = on_duty(instance, tours), 0.0
    profile = instance.profile_of[tours.agent]
    for t in range(instance.slots):
        options = []
        for queues in itertools.product(*(np.flatnonzero(instance.pace[s] > 0) for s in profile)):
            agents = instance.demand.base.copy()
            for a, q in enumerate(queues):
                agents[t, q] += duty[a, t] * instance.pace[profile[a], q]
            options.append(float(instance.demand.cost(agents)[t].sum()))
        total += min(options)
    return total


@pytest.mark.parametrize("seed", range(4))
def test_the_chosen_weeks_are_the_cheapest_of_all_choices(instance: Instance, seed: int) -> None:
    rng = np.random.default_rng(seed)
    weeks = [lawful(instance, every_week(instance, a)) for a in range(2)]
    offered = [w.of(np.sort(rng.choice(len(w), 8, replace=False))) for w in weeks]
    found = select(instance, join(offered), nodes=10_000)
    assert found is not None and found.optimal
    costs = []
    for i, j in itertools.product(range(8), range(8)):
        pair = join([offered[0].of(np.array([i])), offered[1].of(np.array([j]))])
        costs.append(float(tour_eur(instance, pair).sum()) + cheapest_queues(instance, pair))
    assert found.cost_eur == pytest.approx(min(costs), abs=1e-3)


def test_people_named_to_the_flow_cost_what_the_choice_said(instance: Instance) -> None:
    pair = join([lawful(instance, every_week(instance, a)).of(np.array([40 + a])) for a in range(2)])
    found = select(instance, pair)
    assert found is not None
    duty = on_duty(instance, pair).astype(float)
    agents = coverage(instance, duty, named(instance, duty, found.flow))
    assert found.cost_eur == pytest.approx(
        tour_eur(instance, pair).sum() + instance.demand.cost(agents).sum(), abs=1e-3
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_few_agents_who_choose_again_never_cost_more_and_leave_the_others_alone(seed: int) -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(seed)
    anything = instance.slot_values(rng.normal(0, 5, (instance.slots, len(instance.queues))))
    standing = Standing(instance, weeks.respond(anything, np.arange(5)).tours)
    ascent = ascend(weeks, steps=30)
    part = Part.of(instance, standing, np.array([0, 2, 4]), np.arange(len(instance.days)))
    (offer,) = offers(instance, [part], ascent.price)
    new = choose_again(instance, standing, offer)
    assert new is not None
    assert ascent.bound_eur <= new.cost_eur() < standing.cost_eur()
    assert (new.choice[[1, 3]] == standing.choice[[1, 3]]).all()
    served = coverage(instance, new.duty[:, :-1].astype(float), np.where(new.duty > 0, new.labels, -1)[:, :-1])
    np.testing.assert_allclose(new.agents[:, :-1].T, served)
    assert np.isfinite(tour_eur(instance, new.tours)).all()
    again = choose_again(instance, new, offer)
    assert again is None or again.cost_eur() == pytest.approx(new.cost_eur())


def test_sets_priced_side_by_side_have_nothing_to_do_with_each_other() -> None:
    """Each set's bound is that of the set alone at the same prices, and its weeks are worth what they are alone."""
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks = Weeks.of(instance)
    standing = Standing(instance, first_tours(weeks, np.random.default_rng(0)))
    sets, days = [np.array([0, 2, 4]), np.array([1, 4]), np.array([0, 1, 3])], np.array([0, 3])
    parts = [Part.of(instance, standing, chosen, days) for chosen in sets]
    for part, offer in zip(parts, offers(instance, parts, first_price(instance)), strict=True):
        alone = part.question
        values = alone.slot_values(offer.price)
        best = Weeks.of(alone).respond(values, np.arange(len(part.agents)), lawful=False).bound
        worth = reduced_value(alone, offer.tours, on_duty(alone, offer.tours).astype(float), values)
        assert offer.part is part
        assert set(offer.tours.agent.tolist()) == set(range(len(part.agents)))
        assert offer.best_eur == pytest.approx(best.sum())
        np.testing.assert_allclose(best[offer.tours.agent] - worth, offer.less_eur, atol=1e-6)


def test_nothing_is_chosen_that_is_not_under_what_is_asked(instance: Instance) -> None:
    weeks = [lawful(instance, every_week(instance, a)) for a in range(2)]
    offered = join([w.of(np.arange(0, len(w), 40)) for w in weeks])
    best = select(instance, offered, nodes=10_000)
    assert best is not None
    again = select(instance, offered, under_eur=best.cost_eur + 0.01, nodes=10_000)
    assert again is not None and again.cost_eur == pytest.approx(best.cost_eur)
    assert select(instance, offered, under_eur=best.cost_eur - 0.01, nodes=10_000) is None


def test_choosing_again_passes_over_a_queue_that_nobody_serves() -> None:
    need = small.requirement({"front": 2, "expert": 1})
    instance = ask(need, small.centre(5, experts=0), tiny.WEEK, {"full": ()}).instance
    assert not (instance.pace > 0).any(axis=0).all()
    weeks, rng = Weeks.of(instance), np.random.default_rng(1)
    search = Search(weeks, (first_tours(weeks, rng),), rng, Clock(math.inf, silent, time.monotonic))
    before = search.best
    search.refine(6, first_price(instance), 0.0)
    assert search.best <= before
    assert search.solution(0.0).cost_eur == pytest.approx(search.best, abs=1e-2)


def test_where_nothing_more_is_found_another_start_is_made_and_the_cheapest_roster_of_all_starts_stays() -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(3), tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(1)
    ascent = ascend(weeks, steps=40)
    search = Search(weeks, ascent.tours, rng, Clock(math.inf, silent, time.monotonic))
    layout = dataclasses.replace(Layout.of(instance, 5.0), exact=3 * IDLE)
    last = _rounds(search, layout, ascent, ascent.bound_eur)
    starts = [last]
    while starts[-1].before is not None:
        starts.append(starts[-1].before)
    assert len(starts) >= 2 and starts[-1] is search
    assert last.foremost.best == min(s.best for s in starts)
    starts[0].best = search.best + 1.0
    assert last.foremost is not last
    assert last.solution(0.0).cost_eur == pytest.approx(last.foremost.best, abs=1e-2)


def test_a_large_team_chooses_again_around_those_who_miss_their_best_week() -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(1)
    search = Search(weeks, (first_tours(weeks, rng),), rng, Clock(math.inf, silent, time.monotonic))
    values = instance.slot_values(first_price(instance))
    best = weeks.respond(values, np.arange(5), lawful=False)
    search.standing = Standing(instance, best.tours)
    missed = np.array([0.0, 0.0, 30.0, 0.0, 0.0])
    draw = search._restless(values, best.bound + missed)
    drawn = [draw(2) for _ in range(200)]
    together = (instance.pace > 0)[instance.profile_of].astype(int)
    assert sum(2 in pair for pair in drawn) > 150
    assert {int(a) for pair in drawn for a in pair} == set(range(5))
    assert all((together[a] @ together[b]) > 0 for a, b in drawn)
