"""The weekly dynamic programme and the bound against slow ways to the same numbers."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from forecasts.grid import Opening
from staffing.rostering.instance import NEVER, Instance, Kept, Tours, on_duty, rested, tour_eur
from staffing.rostering.prices import LAWFUL_EVERY, ascend, sample
from staffing.rostering.programme import End, Labels, best_labels
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import silent
from staffing.rostering.search import Clock, Search
from staffing.rostering.team import Contract
from staffing.rostering.verify import rules_for
from tests import tiny
from tests.rostering import small

SHORT = Contract(
    "short", "neutral", 8.0, 20.0, flex_h=4.0, shift_min_h=4.0, shift_max_h=5.0, shift_step_min=60,
    start_step_min=60, meal_min=(60,), meal_from_h=5.0, break_min=15, max_days=3,
)  # fmt: skip


def tiny_instance() -> Instance:
    """Two agents, short shifts: few enough weeks to list them all."""
    centre = small.centre(2, contract=SHORT)
    question = ask(small.requirement({"front": 1, "expert": 0.5}), centre, tiny.WEEK, {"short": ()})
    return question.instance


def every_week(instance: Instance, agent: int) -> Tours:
    """All weeks of at most three days, one break placement a block (the first), by brute force."""
    group = instance.groups[instance.group_of[agent]]
    c = instance.classes[group.kind].candidates
    days = []
    for d in range(len(instance.days)):
        rows = [c_ for c_ in range(len(c.shift)) if not group.barred[d, c_]]
        days.append([(-1, -1, -1), *(_options(c, row) for row in rows)])
    weeks = []
    for k in range(4):
        for which in itertools.combinations(range(len(days)), k):
            for pick in itertools.product(*(range(1, len(days[d])) for d in which)):
                week = [(-1, -1, -1)] * len(days)
                for d, p in zip(which, pick, strict=True):
                    week[d] = days[d][p]
                weeks.append(week)
    choice = np.array(weeks)
    return Tours(np.full(len(choice), agent), choice)


def _options(c, row: int) -> tuple[int, int, int]:  # type: ignore[no-untyped-def]
    first, second = c.shift[row, 3], c.shift[row, 4]
    return row, int(c.option_from[first]), int(c.option_from[second]) if second >= 0 else -1


@pytest.fixture(scope="module")
def instance() -> Instance:
    return tiny_instance()


@pytest.mark.parametrize("seed", range(6))
def test_the_programme_finds_the_best_of_all_weeks(instance: Instance, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Values constant over each day leave break placement free, so that one placement a block is enough.
    values = np.repeat(rng.uniform(-5, 30, (2, 5)), 16, axis=1)
    answer = Weeks.of(instance).respond(values, np.arange(2))
    for agent in range(2):
        weeks = every_week(instance, agent)
        profile = instance.profile_of[agent]
        worth = on_duty(instance, weeks) @ values[profile] - tour_eur(instance, weeks)
        assert answer.value[agent] == pytest.approx(worth.max(), abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_week_keeps_to_a_lawful_set_of_days(instance: Instance, seed: int) -> None:
    """One day of Monday and Tuesday at most: a week on both is met first, and asked again."""
    values = np.repeat(np.random.default_rng(seed).uniform(20, 30, (2, 5)), 16, axis=1)
    sets = np.array([[True, False, True, True, True], [False, True, True, True, True]])
    people = dataclasses.replace(instance.people, work_days=(sets, sets))
    held = dataclasses.replace(instance, people=people)
    answer = Weeks.of(held).respond(values, np.arange(2))
    for agent in range(2):
        weeks = every_week(held, agent)
        works = weeks.choice[:, :, 0] >= 0
        weeks = weeks.of(~(works[:, 0] & works[:, 1]))
        worth = on_duty(held, weeks) @ values[held.profile_of[agent]] - tour_eur(held, weeks)
        assert answer.value[agent] == pytest.approx(worth.max(), abs=1e-3)
        assert answer.bound[agent] == pytest.approx(worth.max(), abs=1e-3)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_value_of_an_answer_is_the_plain_value_of_its_week(instance: Instance, seed: int, kept: bool) -> None:
    if kept:  # one agent's last day is no choice of theirs any more, the other was free all week
        stood = Weeks.of(instance).respond(np.zeros((2, instance.slots)), np.arange(2)).tours.choice.copy()
        stood[0, -1], stood[1] = -2, -1
        instance = dataclasses.replace(instance, kept=Kept(stood, np.full(stood.shape[:2], 7.0)))
    values = np.random.default_rng(seed).uniform(-5, 40, (2, instance.slots))
    answer = Weeks.of(instance).respond(values, np.arange(2))
    duty = on_duty(instance, answer.tours)
    plain = (duty * values[instance.profile_of]).sum(axis=1) - tour_eur(instance, answer.tours)
    assert answer.value == pytest.approx(plain, abs=1e-2)
    assert rested(instance, answer.tours).all()


@pytest.mark.parametrize("seed", range(6))
def test_an_anchor_promises_at_least_what_its_best_week_is_worth(seed: int) -> None:
    """So that the anchors left out cannot hold the best week: every anchor asked, against the few that are."""
    rng = np.random.default_rng(seed)
    near = rng.uniform(-20, 60, (5, 9, 6, 7))
    near[rng.random(near.shape) < 0.2] = NEVER
    off = rng.uniform(-10, 5, (6, 7))
    units = np.arange(13)[None] + 5 * np.array([6, 5, 4])[:, None]
    hours = np.where((units >= 30) & (units <= 34), -3.0 * units, NEVER)[:, :, None] * np.ones(7)
    end = End(hours, rng.uniform(-8, 0, (9, 7)), units)
    value, anchor, length = best_labels(near, off, end, np.arange(5, 10))
    row, every = np.divmod(np.arange(63), 9)
    asked = Labels.of(near, off, end, row, every)
    assert value == pytest.approx(asked.value.reshape(7, 9).max(axis=1))
    for n in range(7):
        works = length[n] >= 0
        paid = int((5 + length[n])[works].sum())
        worth = near[length[n][works], anchor[n], np.flatnonzero(works), n].sum() + off[~works, n].sum()
        assert value[n] == pytest.approx(worth - 3.0 * paid + end.anchor[anchor[n], n])


def test_the_prices_of_a_sample_are_close_to_those_of_all() -> None:
    """A third of a team asked for a third of the need, where every third agent is alike."""
    centre = small.centre(12, experts=0)
    question = ask(small.requirement({"front": 7}), centre, tiny.WEEK, {"full": ()})
    few = sample(question.instance, 3)
    assert len(few.agents) == 4
    assert few.demand.width[..., :-1] == pytest.approx(question.instance.demand.width[..., :-1] / 3)
    bound = ascend(Weeks.of(few), steps=60).bound_eur
    assert 3 * bound == pytest.approx(ascend(Weeks.of(question.instance), steps=60).bound_eur, rel=0.01)


def test_an_ascent_keeps_a_rested_week_of_everybody_at_every_step() -> None:
    """From 7 to 23 h the week that is worth most forgets rests at some prices, and is then not one to choose."""
    opening = Opening(weekdays=(((420, 1380),),) * 7)
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=35.0, flex_h=2.0, sundays=True)
    centre = small.centre(6, contract=contract)
    centre = dataclasses.replace(centre, queues=tuple(dataclasses.replace(q, opening=opening) for q in centre.queues))
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    made = ask(small.requirement({"front": 2, "expert": 1}, opening=opening), centre, tiny.WEEK, rules).instance
    weeks = Weeks.of(made)
    assert weeks.tight
    day, slot = np.divmod(np.arange(made.slots), 32)
    late = np.where(day % 2 == 0, slot >= 16, slot < 16)  # on one day late, on the next early
    start = np.where(late, 1.0, 0.0)[:, None] * made.demand.worth[..., 0]
    values = made.slot_values(start)
    relaxed = weeks.respond(values, np.arange(len(made.agents)), lawful=False).tours
    assert not rested(made, relaxed).all()
    ascent = ascend(weeks, steps=60, start=start, forget=0.0)
    assert all(rested(made, tours).all() for tours in ascent.tours)
    assert len({tours.choice.tobytes() for tours in ascent.tours}) > 60 // LAWFUL_EVERY


def test_no_choice_of_weeks_costs_less_than_the_bound(instance: Instance) -> None:
    bound = ascend(Weeks.of(instance), steps=60).bound_eur
    rng = np.random.default_rng(1)
    tours = [every_week(instance, a) for a in range(2)]
    profile = instance.profile_of
    for _ in range(400):
        rows = [t.of(np.array([rng.integers(len(t))])) for t in tours]
        duty = [on_duty(instance, r)[0] for r in rows]
        own = sum(float(tour_eur(instance, r)[0]) for r in rows)
        agents = instance.demand.base.copy()
        for a in range(2):
            queue = int(np.argmax(instance.pace[profile[a]]))
            agents[:, queue] += duty[a] * instance.pace[profile[a], queue]
        assert own + instance.demand.cost(agents).sum() >= bound - 1e-6


def test_once_everybody_took_their_own_best_week_no_other_of_anybody_alone_is_cheaper(instance: Instance) -> None:
    weeks, none = Weeks.of(instance), np.zeros((2, instance.slots))
    first = weeks.respond(none, np.arange(2)).tours
    search = Search(weeks, (first,), np.random.default_rng(1), Clock(60.0, silent, lambda: 0.0))
    before, best = np.inf, search.best
    while best < before - 1e-6:
        search.own_weeks()
        before, best = best, search.best
    standing = search.standing
    assert standing.cost_eur() == pytest.approx(search.best)
    for agent in range(2):
        other = every_week(instance, agent)
        standing.remove(agent)
        worth = standing.worth(agent)
        value = on_duty(instance, other) @ worth[0][:-1] - tour_eur(instance, other)
        stands = standing.duty[agent] @ worth[0] - tour_eur(instance, standing.tours)[agent]
        standing.add(agent, worth)
        assert value[rested(instance, other)].max() <= stands + 1e-3
