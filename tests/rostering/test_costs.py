"""The bill of a finished roster, read by clock times, is the engine's own cost to the cent."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Grid, Opening, Week
from staffing.centre import Calendar, Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.costs import GOALS, bill
from staffing.rostering.premiums import day_share, night_share, overtime_h, overtime_tiers
from staffing.rostering.promises import night_h, paid_h
from staffing.rostering.question import demand
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Segment, Shift
from staffing.rostering.team import Absence, Ledger, Wishes
from staffing.rostering.timeline import timeline
from staffing.rostering.verify import verify
from staffing.rostering.worked import worked_weeks
from staffing.sizing.requirement import COLUMNS, Requirement
from staffing.words import LANGUAGES, catalogue, say
from tests import tiny
from tests.rostering import small

DAYS = tiny.WEEK.days
SIX_DAYS = Opening(weekdays=(((480, 1200),),) * 6 + ((),))
ROUND_THE_CLOCK = Opening(weekdays=(((0, 1440),),) * 7)


def wishful(opening: Opening, **contract: object) -> Centre:
    """Six people with wishes of every kind, ledgers, overtime on offer, one on leave."""
    terms = dataclasses.replace(small.DAY_SHIFT, flex_h=1.0, overtime_max_h=4.0, max_days=6, **contract)  # type: ignore[arg-type]
    centre = small.centre(6, contract=terms, experts=3)
    wishes = (
        Wishes(start_min=600, weight_eur=15.0), Wishes(days_off=(DAYS[1],)), Wishes(weekdays_off=(2, 5)),
        Wishes(avoid_late=True), Wishes(avoid_saturday=True, weight_eur=4.0), Wishes(),
    )  # fmt: skip
    agents = tuple(dataclasses.replace(a, wishes=w) for a, w in zip(centre.team.agents, wishes, strict=True))
    ledgers = (Ledger("a0", 12, 18, 2), Ledger("a3", 8, 0, 6, 4, 1), Ledger("a5"))
    away = (Absence("a2", DAYS[3], DAYS[3]),)
    team = dataclasses.replace(centre.team, agents=agents, ledgers=ledgers, absences=away)
    queues = tuple(dataclasses.replace(q, opening=opening) for q in centre.queues)
    return dataclasses.replace(centre, team=team, queues=queues)


@pytest.mark.parametrize(
    ("interval", "opening", "week"),
    [(30, SIX_DAYS, tiny.WEEK), (15, SIX_DAYS, Week.parse("2026-W13")), (30, ROUND_THE_CLOCK, tiny.WEEK)],
    ids=["half hours", "quarters", "round the clock"],
)
def test_the_engine_pays_what_the_roster_costs(interval: int, opening: Opening, week: Week) -> None:
    grid, centre = Grid("Europe/Paris", interval), wishful(opening, start_step_min=60, meal_min=(45,))
    need = small.requirement({"front": 2.2, "expert": 1.3}, grid=grid, opening=opening, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=0.1, repeatable=True))
    found = bill(roster, need, centre)
    assert roster.proof is not None
    assert found.eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert {"wages", "shortage"} <= set(found.by_goal())
    assert roster.proof.bound_eur <= found.eur + 0.01


def segments(*rows: tuple[str, int, float, float, str]) -> Roster:
    found = [(a, tiny.GRID.at(DAYS[d], int(60 * x)), tiny.GRID.at(DAYS[d], int(60 * y)), w) for a, d, x, y, w in rows]
    return Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(found, columns=["agent", "start", "end", "activity"]))


def test_each_goal_costs_what_its_price_says() -> None:
    centre, goals = wishful(SIX_DAYS), small.centre().goals
    need = small.requirement({"front": 1.0}, opening=SIX_DAYS)
    made = segments(
        ("a0", 0, 8, 10, "front"), ("a0", 0, 10, 12, "expert"), ("a0", 0, 12, 13, "front"),
        ("a3", 5, 13, 20, "front"), ("a1", 1, 9, 13, "front"),
    )  # fmt: skip
    costs = {(c.goal, c.subject): (c.amount, c.eur) for c in bill(made, need, centre).costs}
    assert costs["wages", "a0"] == (5, 5 * 25.0)
    assert costs["switch", "a0"] == (2, 2 * goals.switch_eur)
    assert costs["saturday", "a3"] == (1, goals.saturday_eur * (1 + 6 / 8))
    assert costs["late", "a3"] == (1, goals.late_eur)
    assert costs["refused_wish", "a3"] == (1, 17.5)
    assert costs["refused_wish", "a1"] == (1, 10.0)
    assert costs["start_time", "a0"] == (2, 2 * goals.start_shift_eur_h)
    assert ("overtime", "a0") not in costs
    missing = 6 * 12 - 3 - 4 - 7
    assert costs["shortage", "front"] == (missing, missing * goals.shortage_eur_h)
    assert costs["deep_shortage", "front"] == (0.9 * missing, pytest.approx(0.9 * missing * goals.shortage_deep_eur_h))


def test_a_day_of_two_shifts_is_one_day() -> None:
    """Four days, a Saturday asked off among them, of two shifts each."""
    centre, need = wishful(SIX_DAYS), small.requirement({"front": 1.0}, opening=SIX_DAYS)
    split = [("a3", d, a, b, "front") for d in (0, 1, 2, 5) for a, b in ((9, 11), (13, 15))]
    centre = with_wishes(centre, "a3", Wishes(avoid_saturday=True, days_off=(DAYS[5],)))
    made = segments(*split)
    costs = {c.goal: (c.amount, c.eur) for c in bill(made, need, centre).costs if c.subject == "a3"}
    assert "sixth_day" not in costs
    assert costs["saturday"] == (1, centre.goals.saturday_eur * (1 + 6 / 8))
    assert costs["refused_wish"][0] == 2, "the day, and that it is a Saturday"
    hours = verify(made, need, centre).hours.set_index("agent").loc["a3"]
    assert (hours["shifts"], hours["saturdays"], hours["sundays"]) == (8, 1, 0)
    six = segments(*split, *(("a3", d, a, b, "front") for d in (3, 4) for a, b in ((9, 11), (13, 15))))
    assert {c.goal: c.amount for c in bill(six, need, centre).costs if c.subject == "a3"}["sixth_day"] == 1


def with_wishes(centre: Centre, agent: str, wishes: Wishes) -> Centre:
    agents = tuple(dataclasses.replace(a, wishes=wishes) if a.id == agent else a for a in centre.team.agents)
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=agents))


def test_overtime_extra_hours_and_sundays_are_paid_by_the_code_and_the_branch() -> None:
    centre = wishful(SIX_DAYS)
    full, part = centre.team.agents[5], dataclasses.replace(centre.team.agents[5], hours_week=20.0)
    tiers = {a.hours_week: overtime_tiers(a, centre, tiny.WEEK) for a in (full, part)}
    assert tiers == {None: ((36.0, 0.25), (44.0, 0.25)), 20.0: ((21.0, 0.1), (23.0, 0.15))}
    assert [overtime_h(h, tiers[None]) for h in (36, 40, 44, 46)] == [0, 1, 2, 3]
    assert overtime_h(25.0, tiers[20.0]) == pytest.approx(2 * 0.1 + 2 * 0.25)
    branch = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098")
    sunday, monday = DAYS[6], DAYS[0]
    assert [day_share(branch, d, {monday}) for d in (sunday, monday, DAYS[1])] == [1.0, 1.0, 0.0]
    assert day_share(dataclasses.replace(branch, sunday_share=0.5), sunday, ()) == 0.5
    assert day_share(small.DAY_SHIFT, sunday, ()) == 0.0


def test_nights_are_paid_from_half_past_nine_to_half_past_six_less_the_meal() -> None:
    plain = small.DAY_SHIFT
    assert [night_share(c) for c in (plain, dataclasses.replace(plain, rules="fr_private_idcc2098"))] == [0.0, 0.5]
    centre = wishful(ROUND_THE_CLOCK, night_share=0.2)
    made = segments(("a0", 0, 20, 23, "front"), ("a0", 0, 23, 24, "meal"), ("a0", 0, 24, 31, "front"),
                    ("a1", 1, 5, 9, "front"), ("a3", 2, 9, 12, "front"))  # fmt: skip
    found = bill(made, small.requirement({"front": 1.0}, opening=ROUND_THE_CLOCK), centre)
    costs = {c.subject: (c.amount, c.eur) for c in found.costs if c.goal == "night"}
    assert costs == {"a0": (1.5 + 6.5, pytest.approx(8.0 * 0.2 * 25.0)), "a1": (1.5, pytest.approx(1.5 * 0.2 * 25.0))}


def test_the_engine_pays_the_premiums_that_the_roster_costs() -> None:
    """Too few people for a week with a Sunday and a holiday: overtime in both tiers, part-time extra hours, Sundays."""
    opening = Opening(weekdays=(((480, 1200),),) * 7)
    terms = dataclasses.replace(
        small.DAY_SHIFT, rules="fr_private_idcc2098", overtime_max_h=12.0, max_days=6, sundays=True, start_step_min=120,
        meal_min=(45,), meal_from_h=4.0,
    )  # fmt: skip
    centre = small.centre(4, contract=terms, experts=2)
    agents = (dataclasses.replace(centre.team.agents[0], hours_week=20.0), *centre.team.agents[1:])
    team = dataclasses.replace(centre.team, agents=agents)
    queues = tuple(dataclasses.replace(q, opening=opening) for q in centre.queues)
    calendar = Calendar(holidays=((DAYS[2], "holiday"),))
    centre = dataclasses.replace(centre, team=team, queues=queues, calendar=calendar)
    need = small.requirement({"front": 2.0, "expert": 1.0}, opening=opening)
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=0.1, repeatable=True))
    assert verify(roster, need, centre).breaches == (), "a Monday off alone is 32 h of rest until Tuesday at eight"
    found = bill(roster, need, centre)
    lines = found.by_goal()
    assert roster.proof is not None and found.eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert roster.proof.bound_eur <= found.eur
    assert lines["sunday"][0] > 20 and lines["sunday"][1] == pytest.approx(25.0 * lines["sunday"][0])
    assert max(c.amount for c in found.costs if c.goal == "overtime") > 8
    again = assign(need, centre, tiny.WEEK, options=Solve(seconds=0.1, repeatable=True), keep=roster)
    assert again.proof is not None and again.proof.cost_eur <= roster.proof.cost_eur + 0.01
    reading = Reading(roster, need, centre)
    shift = next(s for s in reading.weeks["a3"].shifts if s.start.date() in (DAYS[2], DAYS[6]))
    without = tuple(s for s in reading.weeks["a3"].shifts if s is not shift)
    plain = dataclasses.replace(terms, sunday_share=0.0)
    free = Reading(roster, need, dataclasses.replace(centre, team=dataclasses.replace(team, contracts=(plain,))))
    saved = free.effect("a3", without)[0] - reading.effect("a3", without)[0]
    assert saved == pytest.approx(25.0 * paid_h((shift,)))


def test_sundays_and_holidays_are_paid_from_midnight_to_midnight() -> None:
    centre = dataclasses.replace(
        wishful(ROUND_THE_CLOCK, sunday_share=1.0), calendar=Calendar(holidays=((DAYS[2], "x"),))
    )
    made = segments(
        ("a0", 1, 20, 23, "front"), ("a0", 1, 23, 24, "meal"), ("a0", 1, 24, 28, "front"),  # into the holiday
        ("a1", 2, 21, 26, "front"), ("a3", 5, 22, 30, "front"), ("a4", 6, 20, 24, "front"),
    )  # fmt: skip
    need = small.requirement({"front": 1.0}, opening=ROUND_THE_CLOCK)
    costs = {c.subject: (c.amount, c.eur) for c in bill(made, need, centre).costs if c.goal == "sunday"}
    assert costs == {"a0": (4, 100.0), "a1": (3, 75.0), "a3": (6, 150.0), "a4": (4, 100.0)}
    reading = Reading(made, need, centre)
    plain = wishful(ROUND_THE_CLOCK, sunday_share=0.0)
    free = Reading(made, need, dataclasses.replace(plain, calendar=centre.calendar))
    for agent, (_, eur) in costs.items():
        assert free.effect(agent, ())[0] - reading.effect(agent, ())[0] == pytest.approx(eur)


@pytest.mark.parametrize("week", [tiny.WEEK, Week.parse("2026-W13"), Week.parse("2026-W43")], ids=str)
def test_the_engine_pays_nights_into_and_out_of_sundays_and_holidays(week: Week) -> None:
    centre = wishful(
        ROUND_THE_CLOCK, sunday_share=1.0, night_share=0.2, sundays=True, start_step_min=60, meal_min=(45,)
    )
    centre = dataclasses.replace(centre, calendar=Calendar(holidays=((week.days[2], "holiday"),)))
    need = small.requirement({"front": 2.2, "expert": 1.3}, opening=ROUND_THE_CLOCK, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=0.1, repeatable=True))
    found = bill(roster, need, centre)
    assert roster.proof is not None and found.eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert roster.proof.bound_eur <= found.eur + 0.01 and found.by_goal()["sunday"][0] > 0


def test_a_bill_adds_up_and_is_said_in_both_languages() -> None:
    made = segments(("a0", 0, 8, 20, "front"))
    found = bill(made, small.requirement({"front": 1.0}, opening=SIX_DAYS), wishful(SIX_DAYS))
    assert sum(eur for _, eur in found.by_goal().values()) == pytest.approx(found.eur)
    written = [goal for goal, (amount, eur) in found.by_goal().items() if amount >= 0.05 or abs(eur) >= 0.5]
    for language, begun, total in (("fr", "dont", "En tout"), ("en", "of which", "In all")):
        told = found.sentences(language)
        assert len(told) == len(written) + 1 and told[-1].startswith(total)
        whole = say("costs.shortage", language, amount=0.0, eur=0.0).partition(":")[0].strip()
        assert [line.startswith(whole) for line, part in pairwise(told) if part.startswith(begun)] == [True]
    assert found.sentences("fr") != found.sentences("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_goal_has_its_sentence(language: str) -> None:
    """A goal without one ended ``explain`` in a traceback."""
    centre = wishful(SIX_DAYS)
    (week, *_) = worked_weeks(segments(("a0", 5, 8, 20, "front")), centre)
    names = {cost.goal for goal in GOALS for cost in goal(week, centre)}
    assert {name for name in names if f"costs.{name}" not in catalogue(language)} == set()
    assert len(names) == len(GOALS)


def test_a_missing_agent_costs_most_where_most_callers_would_wait() -> None:
    """The price follows the drop of service without the last agent, times the callers there; its mean stays."""
    week = tiny.WEEK
    starts = tiny.GRID.week(week)[:3]
    told = zip(starts, (10, 30, 20), strict=True)
    rows = [(start, "front", 4.0, 3.0, "Erlang A", 0.8, calls, 300.0, 0.8) for start, calls in told]
    service = np.array([[0.0, 0.2, 0.4, 0.6, 0.8, 0.9]] * 3, dtype=np.float32)
    requirement = Requirement(week, tiny.GRID, pd.DataFrame(rows, columns=list(COLUMNS)), service)
    assert requirement.worth().tolist() == pytest.approx([0.5, 1.5, 1.0])
    assert requirement.worth(0.5).tolist() == pytest.approx([0.75, 1.25, 1.0])
    need = demand(timeline(requirement), requirement, tiny.centre())
    per_slot = tiny.centre().goals.shortage_eur_h * tiny.GRID.interval_h
    assert need.worth[:, 0, 1].tolist() == pytest.approx([0.5 * per_slot, 1.5 * per_slot, per_slot])


@pytest.mark.parametrize(
    ("low", "high", "hours"),
    [(390, 1290, 0.0), (375, 600, 0.25), (1200, 1305, 0.25), (1380, 1500, 2.0), (1200, 1860, 9.0), (0, 120, 2.0)],
)
def test_night_hours_are_those_between_half_past_nine_and_half_past_six(low: int, high: int, hours: float) -> None:
    shift = Shift((Segment(tiny.GRID.at(DAYS[2], low), tiny.GRID.at(DAYS[2], high), "front"),))
    assert night_h((shift,)) == hours
