"""Two days re-chosen among every lawful shift: against random other choices, and lawful whatever the heat."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from forecasts.grid import Opening
from staffing.rostering.days import Days, fits
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance, Ints, Tours, rested, tour_eur
from staffing.rostering.pool import Standing
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.verify import rules_for
from tests import tiny
from tests.rostering import small

LONG_DAYS = Opening(weekdays=(((420, 1380),),) * 7)
DEEP_EUR = 100.0


def instance_of(opening: Opening = tiny.NINE_TO_FIVE, *, start_eur_h: float = 0.0) -> Instance:
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=20.0, flex_h=2.0, sundays=True)
    centre = small.centre(3, contract=contract)
    queues = tuple(dataclasses.replace(q, opening=opening) for q in centre.queues)
    centre = dataclasses.replace(centre, queues=queues)
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    made = ask(small.requirement({"front": 1, "expert": 1}, opening=opening), centre, tiny.WEEK, rules).instance
    step = np.full(len(made.agents), start_eur_h)
    return dataclasses.replace(made, people=dataclasses.replace(made.people, anchor_eur_h=step))


def standing_of(instance: Instance) -> Standing:
    return Standing(instance, first_tours(Weeks.of(instance), np.random.default_rng(0)))


def any_shift(instance: Instance, agent: int, rng: np.random.Generator) -> Ints:
    """[3] a shift with its breaks, or a day off, at random."""
    c = instance.classes[instance.class_of[agent]].candidates
    row = int(rng.integers(-1, len(c.shift)))
    found = [row, -1, -1]
    for column in (1, 2) if row >= 0 else ():
        block = int(c.shift[row, 2 + column])
        found[column] = int(rng.choice(np.flatnonzero(c.option[:, 0] == block))) if block >= 0 else -1
    return np.array(found)


@pytest.mark.parametrize("seed", range(3))
def test_no_other_shifts_of_the_two_days_cost_less(seed: int) -> None:
    instance, rng = instance_of(), np.random.default_rng(seed)
    standing, agent = standing_of(instance), 0
    standing.choice[agent] = standing.choice[agent][::-1]
    standing = standing.anew(standing.choice, standing.labels)
    before, cost = standing.choice[agent].copy(), standing.cost_eur()
    days = Days(standing, rng)
    days.move(agent, 0.0)
    assert standing.cost_eur() <= cost + 1e-3
    pair = days.latest
    assert (np.delete(standing.choice[agent], pair, axis=0) == np.delete(before, pair, axis=0)).all()
    group, lawful = instance.groups[instance.group_of[agent]], 0
    for _ in range(1200):
        choice = standing.choice.copy()
        for d in pair:
            choice[agent, d] = any_shift(instance, agent, rng)
        shifts = choice[agent, pair, 0]
        if any(s >= 0 and group.barred[d, s] for d, s in zip(pair, shifts, strict=True)):
            continue
        if np.isfinite(tour_eur(instance, Tours(np.arange(3), choice))).all():
            lawful += 1
            assert standing.anew(choice, standing.labels).cost_eur() >= standing.cost_eur() - 1e-3
    assert lawful > 15


@pytest.mark.parametrize("opening", [tiny.NINE_TO_FIVE, LONG_DAYS])
def test_hot_days_stay_lawful_and_rested_and_the_coverage_kept_is_the_coverage_there(opening: Opening) -> None:
    instance = instance_of(opening, start_eur_h=4.0)
    standing = standing_of(instance)
    days, met = Days(standing, np.random.default_rng(1)), set()
    for i in range(300):
        days.move(i % 3, DEEP_EUR)
        days.measure(i % 3, DEEP_EUR)
        assert np.isfinite(tour_eur(instance, standing.tours)).all()
        assert rested(instance, standing.tours).all()
        met.add(standing.choice.tobytes())
    assert len(met) > 100
    again = standing.anew(standing.choice, standing.labels)
    assert np.allclose(again.agents[:, :-1], standing.agents[:, :-1], atol=1e-3)
    assert (again.duty == standing.duty).all()


def test_days_that_share_slots_are_not_taken_one_by_one() -> None:
    instance = instance_of()
    kind = instance.classes[0]
    over = dataclasses.replace(kind, window=np.concatenate([kind.window, np.roll(kind.window, -1, axis=0)], axis=1))
    assert fits(instance) and not fits(dataclasses.replace(instance, classes=(over,)))
