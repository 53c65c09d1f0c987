"""Some days of some agents as a question of their own: it costs, allows and bars what it does inside the whole."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from forecasts.grid import Opening
from staffing.rostering.instance import Instance, Kept, Tours, on_duty, rested, tour_eur
from staffing.rostering.nearby import choose_again, offers
from staffing.rostering.part import Part
from staffing.rostering.pool import Standing
from staffing.rostering.prices import first_price
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.tours import reduced_value
from staffing.rostering.verify import rules_for
from staffing.rostering.work import Work
from tests import tiny
from tests.rostering import small

LONG_DAYS = Opening(weekdays=(((420, 1380),),) * 7)
AGENTS = np.array([0, 2])


def instance_of(opening: Opening = tiny.NINE_TO_FIVE) -> Instance:
    """Three agents whose starts, days, hours past 20 and changes from a kept roster all cost something."""
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=20.0, flex_h=6.0, sundays=True)
    centre = small.centre(3, contract=contract)
    queues = tuple(dataclasses.replace(q, opening=opening) for q in centre.queues)
    centre = dataclasses.replace(centre, queues=queues)
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    made = ask(small.requirement({"front": 1, "expert": 1}, opening=opening), centre, tiny.WEEK, rules).instance
    people, n, days = made.people, len(made.agents), len(made.days)
    dear = np.arange(n * days).reshape(n, days) % 5
    people = dataclasses.replace(
        people,
        anchor_eur_h=np.full(n, 4.0),
        wish_eur_h=np.array([0.0, 6.0, 2.0]),
        overtime_from=np.full((n, 1), 20 * 60),
        overtime_eur_h=np.full((n, 1), 7.0),
        days_eur=people.days_eur + np.arange(8) ** 2,
        day_eur=people.day_eur + dear,
        day_eur_h=people.day_eur_h + dear / 4,
        off_eur=people.off_eur + dear / 2,
    )
    kept = Kept(np.full((n, days, 3), -1), np.full((n, days), 3.0))
    return dataclasses.replace(made, people=people, kept=kept)


def standing_of(instance: Instance) -> Standing:
    """Weeks that are best at prices made up: lawful, and far from good."""
    rng = np.random.default_rng(0)
    anything = instance.slot_values(rng.normal(0, 20, (instance.slots, len(instance.queues))))
    return Standing(instance, Weeks.of(instance).respond(anything, np.arange(len(instance.agents))).tours)


@pytest.mark.parametrize("opening", [tiny.NINE_TO_FIVE, LONG_DAYS])
def test_other_shifts_cost_as_much_more_as_in_the_whole_and_keep_its_hours_days_and_daily_rests(
    opening: Opening,
) -> None:
    instance, rng = instance_of(opening), np.random.default_rng(1)
    standing, met = standing_of(instance), set()
    whole_eur = tour_eur(instance, standing.tours)[AGENTS]
    for _ in range(60):
        days = np.sort(rng.choice(len(instance.days), 2, replace=False))
        part = Part.of(instance, standing, AGENTS, days)
        values = part.question.slot_values(rng.normal(5, 20, (part.question.slots, len(instance.queues))))
        answer = Weeks.of(part.question).respond(values, np.arange(2)).tours
        choice = standing.choice.copy()
        choice[np.ix_(AGENTS, days)] = answer.choice
        tours = Tours(AGENTS, choice[AGENTS])
        more = tour_eur(part.question, answer) - tour_eur(part.question, part.stands)
        np.testing.assert_allclose(tour_eur(instance, tours) - whole_eur, more)
        unhurried = dataclasses.replace(instance.people, week_rest=np.zeros(3, dtype=np.int64))
        assert rested(dataclasses.replace(instance, people=unhurried), tours).all()
        met.add(answer.choice.tobytes())
    assert len(met) > 20


def test_no_lawful_shifts_of_these_days_are_worth_more_than_the_answer() -> None:
    """Against every week of the whole that differs on these days alone, met anyhow."""
    instance, rng = instance_of(), np.random.default_rng(2)
    standing, days, compared = standing_of(instance), np.array([1, 3]), 0
    part = Part.of(instance, standing, AGENTS, days)
    values = part.question.slot_values(rng.normal(5, 20, (part.question.slots, len(instance.queues))))
    best = Weeks.of(part.question).respond(values, np.arange(2)).value
    candidates = instance.classes[0].candidates
    for _ in range(3000):
        choice = part.stands.choice.copy()
        for i, d in np.ndindex(2, 2):
            shift = int(rng.integers(-1, len(candidates.shift)))
            row = [shift, -1, -1]
            for column in (1, 2) if shift >= 0 else ():
                block = candidates.shift[shift, 2 + column]
                row[column] = int(rng.choice(np.flatnonzero(candidates.option[:, 0] == block))) if block >= 0 else -1
            barred = instance.groups[instance.group_of[AGENTS[i]]].barred[days[d]]
            choice[i, d] = row if shift < 0 or not barred[shift] else -1
        tours = Tours(np.arange(2), choice)
        lawful = np.isfinite(tour_eur(part.question, tours))
        worth = reduced_value(part.question, tours, on_duty(part.question, tours).astype(float), values)
        assert (worth[lawful] <= best[lawful] + 1e-6).all()
        compared += int(lawful.sum())
    assert compared > 100


def test_what_others_and_other_days_cover_stands() -> None:
    instance = instance_of()
    standing, days = standing_of(instance), np.array([0, 4])
    part = Part.of(instance, standing, AGENTS, days)
    alone = standing.agents[:, part.slots].T - part.question.demand.base
    here = np.isin(part.slots, instance.classes[0].window[days])
    assert here.all() and alone.sum() == pytest.approx(on_duty(part.question, part.stands).sum())


@pytest.mark.parametrize("opening", [tiny.NINE_TO_FIVE, LONG_DAYS])
@pytest.mark.parametrize("days", [[0, 1], [2, 5], [4]])
def test_choosing_days_again_costs_no_more_rests_and_moves_nothing_else(opening: Opening, days: list[int]) -> None:
    instance = instance_of(opening)
    days = [d for d in days if d < len(instance.days)]
    standing = standing_of(instance)
    work = Work(math.inf)
    (offer,) = offers(instance, [Part.of(instance, standing, AGENTS, np.array(days))], first_price(instance), work)
    new = choose_again(instance, standing, offer, work)
    assert new is not None
    assert new.cost_eur() < standing.cost_eur()
    moved = (new.choice != standing.choice).any(axis=2)
    assert not moved[1].any() and not np.delete(moved, days, axis=1).any()
    assert np.isfinite(tour_eur(instance, new.tours)).all() and rested(instance, new.tours).all()
    again = new.anew(new.choice, new.labels)
    np.testing.assert_allclose(again.agents, new.agents, atol=1e-3)
