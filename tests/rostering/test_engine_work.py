"""Work by count: it knows what takes long, is the same in every run, and ends a search."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest

from staffing.rostering.abreast import Choices
from staffing.rostering.instance import Instance
from staffing.rostering.question import ask
from staffing.rostering.search import Clock
from staffing.rostering.work import Work, step_s
from tests import tiny
from tests.rostering import small
from tests.rostering.test_engine_select import started


def team_of(agents: int, contracts: int = 1) -> Instance:
    """Agents of so many contracts in turn, alike but for their name."""
    centre = small.centre(agents)
    kinds = tuple(dataclasses.replace(small.DAY_SHIFT, name=f"c{k}", break_min=15 + k % 2) for k in range(contracts))
    people = tuple(dataclasses.replace(a, contract=kinds[i % contracts].name) for i, a in enumerate(centre.team.agents))
    made = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=people, contracts=kinds))
    return ask(small.requirement({"front": 2, "expert": 1}), made, tiny.WEEK, {k.name: () for k in kinds}).instance


def test_more_agents_take_longer_and_contracts_that_differ_longer_still() -> None:
    few, many, apart = team_of(4), team_of(8), team_of(8, contracts=2)
    assert len(apart.classes) == 2
    assert step_s(few) < step_s(many) < step_s(apart)


def test_the_same_choices_are_the_same_work_whatever_the_clock_says() -> None:
    counted = []
    for second in (0.0, 100.0):  # that passes at each look at the clock
        search, ascent = started(3)
        search.clock = Clock(math.inf, lambda _: True, itertools.count(step=second).__next__)
        choices = Choices(search, ascent.price, ascent.bound_eur, math.inf)
        for _ in range(4):
            choices.round(search, [search])
        assert not choices.work.done
        counted.append(choices.work.seconds)
    assert counted[0] == counted[1] > 0


def test_work_is_done_when_all_that_is_given_has_gone() -> None:
    work = Work(1.0)
    work.choice(100, 1000)
    assert not work.done
    work.choice(50_000, 1000)
    assert work.done and work.seconds == pytest.approx(2 * (3e-3 + 2.5e-3) + 50_100 * 3.6e-5)


def test_a_roster_is_finished_once() -> None:
    search, ascent = started(3)
    search.clock.score = lambda solution: solution.cost_eur
    assert search.finish(ascent.bound_eur) and not search.finish(ascent.bound_eur)
    search.best -= 1.0
    assert search.finish(ascent.bound_eur)
