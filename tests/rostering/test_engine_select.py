"""The exact choice among weeks against trying every choice; the queues it settles; what the search makes of it."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time

import numpy as np
import pytest

from staffing.rostering import abreast
from staffing.rostering.abreast import Choices
from staffing.rostering.assign import Solve, solve
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance, Tours, join, on_duty, rested, tour_eur
from staffing.rostering.labels import coverage, named
from staffing.rostering.nearby import choose_again, offers
from staffing.rostering.part import Part
from staffing.rostering.pool import Standing
from staffing.rostering.prices import Ascent, ascend, first_price
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, silent
from staffing.rostering.search import KICKED, Clock, Layout, Search
from staffing.rostering.select import distinct, select
from staffing.rostering.sets import MANY, Mates
from staffing.rostering.tours import reduced_value
from staffing.rostering.work import Work
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


def test_a_need_that_is_no_whole_number_is_chosen_for_by_whole_people() -> None:
    """Absence makes 1.05 of 1: shares of people would fill it, and the weeks chosen for them cost more than told."""
    grid = dataclasses.replace(tiny.GRID, interval_min=15)
    need = small.requirement({"front": 2 / 0.95, "expert": 1 / 0.95}, grid=grid)
    made = dataclasses.replace(small.centre(5, experts=4), grid=grid)
    instance = ask(need, made, tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(2)
    anything = instance.slot_values(rng.normal(0, 5, (instance.slots, len(instance.queues))))
    standing, ascent = Standing(instance, weeks.respond(anything, np.arange(5)).tours), ascend(weeks, steps=30)
    part = Part.of(instance, standing, np.arange(5), np.arange(len(instance.days)))
    (offer,) = offers(instance, [part], ascent.price, Work(math.inf))
    found = select(part.question, distinct(join([offer.tours, part.stands])))
    new = choose_again(instance, standing, offer, Work(math.inf))
    assert found is not None and new is not None
    np.testing.assert_allclose(found.flow, found.flow.round(), atol=1e-6)
    assert new.cost_eur() <= found.cost_eur + 0.01


@pytest.mark.parametrize("seed", range(3))
def test_a_few_agents_who_choose_again_never_cost_more_and_leave_the_others_alone(seed: int) -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(seed)
    anything = instance.slot_values(rng.normal(0, 5, (instance.slots, len(instance.queues))))
    standing = Standing(instance, weeks.respond(anything, np.arange(5)).tours)
    ascent = ascend(weeks, steps=30)
    part = Part.of(instance, standing, np.array([0, 2, 4]), np.arange(len(instance.days)))
    work = Work(math.inf)
    (offer,) = offers(instance, [part], ascent.price, work)
    new = choose_again(instance, standing, offer, work)
    assert new is not None
    assert ascent.bound_eur <= new.cost_eur() < standing.cost_eur()
    assert (new.choice[[1, 3]] == standing.choice[[1, 3]]).all()
    served = coverage(instance, new.duty[:, :-1].astype(float), np.where(new.duty > 0, new.labels, -1)[:, :-1])
    np.testing.assert_allclose(new.agents[:, :-1].T, served)
    assert np.isfinite(tour_eur(instance, new.tours)).all()
    again = choose_again(instance, new, offer, work)
    assert again is None or again.cost_eur() == pytest.approx(new.cost_eur())


def test_sets_priced_side_by_side_have_nothing_to_do_with_each_other() -> None:
    """Each set's bound is that of the set alone at the same prices, and its weeks are worth what they are alone."""
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    weeks = Weeks.of(instance)
    standing = Standing(instance, first_tours(weeks, np.random.default_rng(0)))
    sets, days = [np.array([0, 2, 4]), np.array([1, 4]), np.array([0, 1, 3])], np.array([0, 3])
    parts = [Part.of(instance, standing, chosen, days) for chosen in sets]
    for part, offer in zip(parts, offers(instance, parts, first_price(instance), Work(math.inf)), strict=True):
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
    before, choices = search.best, Choices(search, first_price(instance), 0.0, math.inf)
    for _ in range(6):
        choices.round(search, [search])
    assert search.tries == 6
    assert search.best <= before
    assert search.solution(0.0).cost_eur == pytest.approx(search.best, abs=1e-2)


def started(agents: int) -> tuple[Search, Ascent]:
    """A search of two queues that has not begun, and the prices of its weeks."""
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(agents), tiny.WEEK, {"full": ()}).instance
    weeks, rng = Weeks.of(instance), np.random.default_rng(1)
    ascent = ascend(weeks, steps=40)
    return Search(weeks, ascent.tours, rng, Clock(math.inf, silent, time.monotonic)), ascent


def test_a_kicked_roster_is_lawful_and_costs_what_it_says_and_only_a_few_have_other_weeks() -> None:
    search, ascent = started(5)
    before = search.standing.snapshot()
    kicked = [search.kick() for _ in range(8)]
    assert all((now == was).all() for now, was in zip(search.standing.snapshot(), before, strict=True))
    for after in kicked:
        assert after.kicked and (after.tries, after.idle) == (0, 0)
        assert np.isfinite(tour_eur(search.instance, after.standing.tours)).all()
        assert rested(search.instance, after.standing.tours).all()
        assert after.best == pytest.approx(after.solution(0.0).cost_eur, abs=1e-2)
        assert after.best >= ascent.bound_eur
        changed = (after.standing.choice != before[0]).any(axis=(1, 2))
        assert changed.sum() <= KICKED[1]
    assert len({after.best for after in kicked}) > 1


def test_searches_go_abreast_and_the_cheapest_roster_of_all_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starts that are not the cheapest in time make room for kicked copies; kicks in vain for new starts."""
    monkeypatch.setattr(abreast, "VAIN", 3)
    met, first = list[Search](), started(3)
    plain = Choices.round

    def round_of(self: Choices, best: Search, going: list[Search]) -> None:
        met.extend(search for search in going if all(search is not m for m in met))
        plain(self, best, going)

    monkeypatch.setattr(Choices, "round", round_of)
    layout = dataclasses.replace(Layout.of(first[0].instance, 5.0), abreast=3, rounds_s=8.0)
    last = abreast.rounds(first[0], layout, first[1], first[1].bound_eur)
    fresh = [search for search in met if not search.kicked]
    assert len(fresh) > 3 and any(search.kicked for search in met)
    assert last.best == min(search.best for search in (first[0], *met))
    assert last.solution(0.0).cost_eur == pytest.approx(last.best, abs=1e-2)


def test_a_first_roster_that_is_cheapest_stays() -> None:
    search, ascent = started(3)
    search.best = 0.0
    layout = dataclasses.replace(Layout.of(search.instance, 5.0), rounds_s=0.1)
    assert abreast.rounds(search, layout, ascent, ascent.bound_eur) is search


def test_a_run_stopped_at_its_first_roster_ends_with_that_or_a_cheaper_one() -> None:
    instance, told = started(5)[0].instance, list[float]()

    def stop(progress: Progress) -> bool:
        assert progress.cost_eur is not None
        told.append(progress.cost_eur)
        return False

    assert solve(instance, Solve(5.0), watch=stop).cost_eur <= told[0]


def test_a_large_team_chooses_again_around_those_who_miss_their_best_week() -> None:
    instance = ask(small.requirement({"front": 2, "expert": 1}), small.centre(5), tiny.WEEK, {"full": ()}).instance
    mates = Mates.of(instance, np.random.default_rng(1))
    drawn = [mates.by_weight(2, np.array([1.0, 1.0, 15.0, 1.0, 1.0])) for _ in range(200)]
    together = (instance.pace > 0)[instance.profile_of].astype(int)
    assert sum(2 in pair for pair in drawn) > 150
    assert {int(a) for pair in drawn for a in pair} == set(range(5))
    assert all((together[a] @ together[b]) > 0 for a, b in drawn)


def test_sets_around_a_queue_are_of_those_who_serve_it() -> None:
    rng = np.random.default_rng(1)
    mates = Mates(np.array([[True, False], [True, False], [True, True], [False, True]]), rng)
    drawn = {tuple(mates.of_a_queue(3).tolist()) for _ in range(60)}
    assert drawn == {(0, 1, 2), (2, 3)}
    assert {len(mates.around_any(3)) for _ in range(60)} == {2, 3}  # with the last alone only one shares a queue
    nobody = Mates(np.zeros((3, 2), dtype=bool), rng)
    assert len(nobody.of_a_queue(2)) == 2


def test_whoever_misses_their_best_week_is_drawn_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    search, ascent = started(5)
    choices = Choices(search, ascent.price, 0.0, math.inf)
    best = search.weeks.respond(choices.values, np.arange(5), lawful=False)
    np.testing.assert_allclose(choices.best_eur, best.bound)
    search.standing = Standing(search.instance, best.tours)
    choices.best_eur = choices.best_eur + np.array([0.0, 0.0, 30.0, 0.0, 0.0])
    monkeypatch.setattr(choices, "sets", MANY)
    drawn = [choices._drawn(search, 2) for _ in range(200)]
    assert sum(2 in pair for pair in drawn) > 150
