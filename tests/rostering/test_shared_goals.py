"""Teams start together, new agents work beside experienced ones: what one's week costs hangs on another's."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre, Goals
from staffing.rostering.assign import Solve, assign
from staffing.rostering.beside import is_new
from staffing.rostering.changes import Reading
from staffing.rostering.costs import bill
from staffing.rostering.explain import why_week
from staffing.rostering.roster import Roster
from staffing.rostering.team import Availability
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

LONG = Opening(weekdays=(((480, 1200),),) * 5 + ((), ()))
MONDAY = tiny.WEEK.monday
HALF = dataclasses.replace(
    small.DAY_SHIFT, hours_week=25.0, shift_min_h=5.0, shift_max_h=5.0, start_step_min=60, meal_from_h=9.0, break_min=0
)


def centre(agents: int, **changes: dict[str, object]) -> Centre:
    """People of five hours a day on ``front``; ``changes`` by agent."""
    made = small.centre(agents, contract=HALF, experts=0, goals=Goals(callers_share=0.0))
    people = tuple(dataclasses.replace(a, **changes.get(a.id, {})) for a in made.team.agents)  # type: ignore[arg-type]
    queues = tuple(dataclasses.replace(q, opening=LONG) for q in made.queues)
    return dataclasses.replace(made, team=dataclasses.replace(made.team, agents=people), queues=queues)


def need(agents: float) -> Requirement:
    return small.requirement({"front": agents}, opening=LONG)


def segments(*rows: tuple[str, int, float, float, str]) -> Roster:
    at = tiny.GRID.at
    found = [(a, at(tiny.WEEK.days[d], int(60 * x)), at(tiny.WEEK.days[d], int(60 * y)), w) for a, d, x, y, w in rows]
    return Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(found, columns=["agent", "start", "end", "activity"]))


def costs(roster: Roster, made: Centre) -> dict[tuple[str, str], tuple[float, float]]:
    return {(c.goal, c.subject): (c.amount, c.eur) for c in bill(roster, need(1.0), made).costs}


def starts(roster: Roster, agents: tuple[str, ...]) -> set[int]:
    rows = roster.frame[roster.frame["agent"].isin(agents)].groupby(["agent", roster.frame["start"].dt.day_of_week])
    return {int(first.hour * 60 + first.minute) for first in rows["start"].min()}


def test_a_team_pays_for_each_hour_off_its_start() -> None:
    made = centre(3, a0={"together": "red"}, a1={"together": "red"}, a2={"together": "blue"})
    found = costs(segments(("a0", 0, 8, 13, "front"), ("a1", 0, 8, 13, "front"), ("a1", 1, 10, 15, "front")), made)
    assert found["together", "red"] == (2, 2 * (made.goals.start_shift_eur_h + made.goals.together_eur_h))
    assert not any(goal == "start_time" for goal, _ in found)
    alone = costs(segments(("a2", 0, 8, 13, "front"), ("a2", 1, 10, 15, "front")), made)
    assert alone["start_time", "a2"] == (2, 2 * made.goals.start_shift_eur_h)


def test_a_new_agent_pays_for_each_hour_with_nobody_experienced_in_the_house() -> None:
    new: dict[str, object] = {"since": MONDAY - dt.timedelta(weeks=2)}
    made = centre(4, a0=new, a1={"telework_weekdays": (1,)}, a2=new, a3={"site": "elsewhere"})
    assert [is_new(a, MONDAY, made) for a in made.team.agents] == [True, False, True, False]
    roster = segments(
        ("a0", 0, 8, 10, "front"), ("a0", 0, 10, 11, "meal"), ("a0", 0, 11, 13, "front"),
        ("a1", 0, 9, 9.5, "front"), ("a1", 0, 9.5, 9.75, "break"), ("a1", 0, 9.75, 12, "front"),
        ("a0", 1, 8, 13, "front"), ("a1", 1, 8, 13, "front"), ("a2", 1, 8, 13, "front"), ("a3", 1, 8, 13, "front"),
    )  # fmt: skip
    found = costs(roster, made)
    assert found["alone", "a0"] == (2 + 5, 7 * made.goals.alone_eur_h)
    assert found["alone", "a2"] == (5, 5 * made.goals.alone_eur_h)
    old = dataclasses.replace(made, goals=dataclasses.replace(made.goals, new_weeks=2))
    assert not any(goal == "alone" for goal, _ in costs(roster, old))


def test_an_agent_is_told_of_team_company_and_days_from_home() -> None:
    new: dict[str, object] = {"since": MONDAY, "together": "red", "telework_weekdays": (1,)}
    made = centre(2, a0=new, a1={"together": "red"})
    roster = segments(("a0", 0, 8, 13, "front"), ("a0", 1, 8, 13, "front"), ("a1", 0, 9, 14, "front"))
    lines = why_week(Reading(roster, need(1.0), made), "a0", "en")
    assert any("team red" in line and "1.0 h" in line for line in lines)
    assert any("6.0 h with nobody experienced" in line for line in lines)
    assert f"From home: {tiny.WEEK.days[1]:%d/%m}." in lines
    assert len(why_week(Reading(roster, need(1.0), made), "a0", "fr")) == len(lines)


def test_the_engine_starts_a_team_together() -> None:
    red = {f"a{i}": {"together": "red"} for i in range(3)}
    apart, made = centre(6), {}
    team = centre(6, **red)
    team = dataclasses.replace(team, goals=dataclasses.replace(team.goals, together_eur_h=200.0))
    for name, asked in (("apart", apart), ("team", team)):
        made[name] = assign(need(2.5), asked, tiny.WEEK, options=Solve(1.0, repeatable=True))
    assert len(starts(made["apart"], tuple(red))) > 1
    assert len(starts(made["team"], tuple(red))) == 1
    assert verify(made["team"], need(2.5), team).breaches == ()


@pytest.mark.parametrize("needed", [2.3, 2.5])
def test_no_other_start_of_a_team_is_much_cheaper(needed: float) -> None:
    """Where a first search, in which each member starts alone, happens to put them says little of the team's start."""
    red = {f"a{i}": {"together": "red"} for i in range(3)}
    goals = dataclasses.replace(centre(6).goals, together_eur_h=200.0)
    team = dataclasses.replace(centre(6, **red), goals=goals)
    made = assign(need(needed), team, tiny.WEEK, options=Solve(1.0, repeatable=True)).proof
    assert made is not None
    for start in (480, 600, 720, 900):
        only = tuple(Availability(day, start, start + 300) for day in range(5))
        held = dataclasses.replace(centre(6, **{a: {"availability": only} for a in red}), goals=goals)
        other = assign(need(needed), held, tiny.WEEK, options=Solve(1.0, repeatable=True)).proof
        assert other is not None
        assert made.cost_eur <= 1.02 * other.cost_eur, start


def test_the_engine_puts_new_agents_beside_experienced_ones() -> None:
    """The only experienced agent can work mornings alone and Tuesdays from home; calls need somebody all day long."""
    mornings = tuple(Availability(day, 480, 840) for day in range(5))
    made = centre(
        3, a0={"since": MONDAY - dt.timedelta(weeks=1)}, a1={"availability": mornings, "telework_weekdays": (1,)},
        a2={"site": "elsewhere"},
    )  # fmt: skip
    free = dataclasses.replace(made, goals=dataclasses.replace(made.goals, alone_eur_h=0.0))
    dear = dataclasses.replace(made, goals=dataclasses.replace(made.goals, alone_eur_h=500.0))
    hours = {}
    for name, asked in (("free", free), ("dear", dear)):
        roster = assign(need(1.0), asked, tiny.WEEK, options=Solve(0.5, repeatable=True))
        assert verify(roster, need(1.0), asked).breaches == ()
        hours[name] = sum(amount for (goal, _), (amount, _) in costs(roster, asked).items() if goal == "alone")
    assert hours["free"] > 5
    assert hours["dear"] <= 5  # the five hours of Tuesday are owed, and nobody is in the house


@pytest.mark.parametrize("keep", [False, True], ids=["anew", "kept"])
def test_the_engine_pays_what_the_shared_goals_cost(keep: bool) -> None:
    new: dict[str, object] = {"since": MONDAY - dt.timedelta(weeks=1)}
    made = centre(
        8, a0=new, a1={"telework_weekdays": (0, 3), "together": "red"}, a2=new | {"together": "red"},
        a3={"together": "red"}, a4={"together": "blue"}, a5={"together": "blue"}, a6={"together": "green"},
    )  # fmt: skip
    asked, options = need(2.6), Solve(1.0, repeatable=True)
    roster = assign(asked, made, tiny.WEEK, options=options)
    if keep:
        roster = assign(asked, dataclasses.replace(made, goals=dataclasses.replace(made.goals, change_eur=0.0)),
                        tiny.WEEK, options=options, keep=roster)  # fmt: skip
    found = bill(roster, asked, made)
    assert roster.proof is not None
    assert found.eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert roster.proof.bound_eur <= found.eur
