"""Hours set aside for floating activities: the bound against every roster there is, the cost told on the way."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from forecasts.grid import Grid, Opening
from staffing.centre import Centre
from staffing.rostering.assign import Solve, answerable, assign
from staffing.rostering.costs import bill
from staffing.rostering.floating import _Room
from staffing.rostering.instance import Floats, Tours, on_duty, tour_eur
from staffing.rostering.prices import exact_bound, first_price
from staffing.rostering.question import Question
from staffing.rostering.reserve import Reserve, Spans
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress
from staffing.rostering.team import Commitment
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

HOURS, QUARTERS = Grid("Europe/Paris", 60), Grid("Europe/Paris", 15)
MORNINGS = Opening(weekdays=(((540, 900),),) * 2 + ((),) * 5)
TWO_DAYS = dataclasses.replace(
    small.DAY_SHIFT, hours_week=8.0, shift_min_h=4.0, shift_max_h=5.0, meal_from_h=9.0, break_min=0,
    start_step_min=60, shift_step_min=60, flex_h=1.0,
)  # fmt: skip


def tiny_question(need: float, minutes: int) -> Question:
    """Two agents, two days of six hours, one queue, an activity each."""
    made = small.centre(2, contract=TWO_DAYS, experts=0)
    wanted = tuple(Commitment(f"a{i}", "drafting", minutes, None, tiny.WEEK.days[i:2]) for i in range(2))
    centre = dataclasses.replace(made, grid=HOURS, team=dataclasses.replace(made.team, commitments=wanted))
    need_of = small.requirement({"front": need}, grid=HOURS, opening=MORNINGS)
    return answerable(need_of, centre, tiny.WEEK)


def ways(question: Question, a: int, wanted: Commitment) -> list[tuple[float, Floats]]:
    """(EUR, [T] share of each slot left for the queue) of every lawful week and place of the activity."""
    instance, found = question.instance, dict[bytes, tuple[float, Floats]]()
    candidates = instance.classes[instance.class_of[a]].candidates
    each = [
        (-1, -1, -1),
        *((c, int(candidates.option_from[candidates.shift[c, 3]]), -1) for c in range(len(candidates.shift))),
    ]
    for days in itertools.product(each, repeat=len(instance.days)):
        tours = Tours(np.array([a]), np.array([days], dtype=np.int64))
        eur = float(tour_eur(instance, tours)[0])
        barred = instance.groups[instance.group_of[a]].barred
        if not np.isfinite(eur) or any(row >= 0 and barred[d, row] for d, (row, _, _) in enumerate(days)):
            continue
        duty = np.zeros((len(instance.agents), instance.slots))
        duty[a] = on_duty(instance, tours)[0]
        choice = np.full((len(instance.agents), len(instance.days), 3), -1)
        choice[a] = days
        labels = np.where(duty > 0, 0, -1)
        room = _Room(question, choice, duty, labels)
        for start in list(room._starts(a, wanted)):
            room.take(a, start, wanted.minutes)
            left, room.duty[a] = room.duty[a].copy(), duty[a]
            known = found.get(left.tobytes())
            if known is None or eur < known[0]:
                found[left.tobytes()] = eur, left
    return list(found.values())


def least_eur(question: Question) -> float:
    """The cost of the best roster of all."""
    best, demand = np.inf, question.instance.demand
    mine, theirs = (ways(question, a, wanted) for a, wanted in enumerate(question.floating))
    both = np.stack([duty for _, duty in theirs])
    for eur, duty in mine:
        agents = demand.base[None] + (duty + both)[:, :, None]
        slots = np.tile(np.arange(len(duty)), len(both))
        cost = demand.cost_at(slots, agents.reshape(len(slots), -1)).reshape(len(both), -1).sum(axis=1)
        best = min(best, eur + float((cost + np.array([e for e, _ in theirs])).min()))
    return best


@pytest.mark.parametrize(("need", "minutes"), [(2.0, 60), (1.0, 90), (1.6, 45), (0.4, 120)])
def test_no_roster_with_the_activities_costs_less_than_the_bound_at_any_prices(need: float, minutes: int) -> None:
    question = tiny_question(need, minutes)
    least, spans = least_eur(question), Spans.of(question, question.instance, question.floating)
    weeks, worth = Weeks.of(question.instance), question.instance.demand.worth
    rng, found = np.random.default_rng(5), list[float]()
    for _ in range(20):
        price = rng.uniform(worth[..., -1], 0.6 * worth[..., 0])
        found.append(exact_bound(weeks, price, spans.charge))
    aside = settled(question)
    found.append(aside.bound_eur(question.floating))
    assert max(found) <= least + 1e-6
    assert found[-1] == max(found)
    assert found[-1] >= 0.8 * least


def settled(question: Question) -> Reserve:
    """Hours set aside for everything that floats."""
    return Reserve.first(question, question.instance).settled(question.floating, steps=150)


def test_where_hours_are_short_the_bound_is_dearer_by_what_the_activities_take() -> None:
    question = tiny_question(2.0, 60)
    aside, worth = settled(question), question.instance.demand.worth
    surplus = float(-worth[..., -1].min())
    plain = aside.bound_eur(())
    assert aside.bound_eur(question.floating) > plain + 50 > plain - 2 * surplus
    assert aside.away.sum() == pytest.approx(2.0)
    asked = aside.taken_from(question.instance).demand
    np.testing.assert_allclose((asked.width - question.instance.demand.width).sum(axis=2), aside.away)
    some = np.full(asked.base.shape, 3.0)
    np.testing.assert_allclose(asked.cost(some), question.instance.demand.cost(some - aside.away))


def crowded() -> Centre:
    """Twelve people with two hours each to draft on Tuesday or Wednesday, when nobody is to spare."""
    made = small.centre(12, experts=4)
    wanted = tuple(Commitment(f"a{i}", "drafting", 120, None, tiny.WEEK.days[1:3]) for i in range(12))
    return dataclasses.replace(made, grid=QUARTERS, team=dataclasses.replace(made.team, commitments=wanted))


def in_a_team(centre: Centre) -> Centre:
    """The same centre, in which three start together and one is new."""
    changes = {**{f"a{i}": {"together": "red"} for i in range(3)}, "a4": {"since": tiny.WEEK.monday}}
    people = tuple(dataclasses.replace(a, **changes.get(a.id, {})) for a in centre.team.agents)  # type: ignore[arg-type]
    goals = dataclasses.replace(centre.goals, together_eur_h=20.0)
    return dataclasses.replace(centre, goals=goals, team=dataclasses.replace(centre.team, agents=people))


@pytest.mark.parametrize(("centre", "gap"), [(crowded(), 0.15), (in_a_team(crowded()), 0.2)], ids=["alone", "team"])
def test_the_week_makes_room_for_them_and_the_cost_told_is_that_of_rosters_with_them(
    centre: Centre, gap: float
) -> None:
    need, told = small.requirement({"front": 6.5, "expert": 2}, grid=QUARTERS), list[Progress]()

    def watch(progress: Progress) -> bool:
        told.append(progress)
        return True

    roster = assign(need, centre, tiny.WEEK, options=Solve(3.0, repeatable=True), watch=watch)
    assert roster.proof is not None and roster.reasons == () and verify(roster, need, centre).breaches == ()
    assert bill(roster, need, centre).eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert roster.proof.gap <= gap
    costs = [p.cost_eur for p in told if p.cost_eur is not None]
    assert costs == sorted(costs, reverse=True) and costs[-1] >= roster.proof.cost_eur - 1e-6
    shown = [p for p in told if p.roster is not None]
    assert [p.phase for p in shown][:1] == ["first roster"]
    for progress in shown:
        assert progress.roster is not None and progress.cost_eur == pytest.approx(
            bill(progress.roster, need, centre).eur, abs=0.01
        )


def test_every_place_that_can_be_taken_is_among_the_spans() -> None:
    centre = crowded()
    question = answerable(small.requirement({"front": 6.5, "expert": 2}, grid=QUARTERS), centre, tiny.WEEK)
    instance = question.instance
    allowed = {
        profile: {start for kind in kinds for start in kind.starts.tolist()}
        for profile, kinds in itertools.groupby(
            Spans.of(question, instance, question.floating).kinds, key=lambda kind: kind.profile
        )
    }
    rng, met = np.random.default_rng(3), 0
    for _ in range(5):
        price = first_price(instance) * rng.uniform(0, 2, (instance.slots, 1))
        tours = Weeks.of(instance).respond(instance.slot_values(price), np.arange(12)).tours
        duty = on_duty(instance, tours).astype(float)
        room = _Room(question, tours.choice, duty, np.where(duty > 0, 0, -1))
        for wanted in question.floating:
            a = instance.agents.index(wanted.agent)
            for day, start in room._starts(a, wanted):
                met += 1
                assert room.first[day] + start in allowed[int(instance.profile_of[a])]
    assert met > 300
