"""Minimum staff on a queue is a promise: kept where it can be, named where it cannot."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Change, Reading, changes_at
from staffing.rostering.costs import bill
from staffing.rostering.instance import Demand
from staffing.rostering.minimum import seen_by_the_engine, unkept, with_promise
from staffing.rostering.roster import Roster
from staffing.rostering.team import Agent, Skill
from staffing.rostering.verify import coverage_of
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

figures = st.floats(0.0, 8.0).map(lambda x: round(x, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, min_size=2, max_size=2), st.integers(0, 9), figures)
def test_the_promise_adds_its_price_to_the_cost_of_any_number_of_agents(
    widths: list[float], least: int, agents: float
) -> None:
    width = np.array([[[*widths, 1e6]]])
    plain = Demand(width, np.array([[[30.0, 10.0, -2.0]]]), np.zeros((1, 1)))
    promised = with_promise(plain, np.array([[float(least)]]), np.array([50.0]))
    there = np.array([[agents]])
    more = promised.cost(there) - plain.cost(there)
    assert more[0, 0] == pytest.approx(50.0 * max(0.0, least - agents))
    real = promised.width > 0
    assert (np.diff(promised.worth[real]) <= 1e-9).all()


def promising(least: int) -> Centre:
    """Four people, one of them an expert, the expert queue promised ``least`` agents."""
    made = small.centre(4, experts=2)
    queues = tuple(dataclasses.replace(q, min_agents=least if q.name == "expert" else 0) for q in made.queues)
    return dataclasses.replace(made, queues=queues)


def test_the_engine_keeps_the_promise_before_a_shortage_elsewhere() -> None:
    need = small.requirement({"front": 4.0, "expert": 0.2})
    plain = assign(need, promising(0), tiny.WEEK, options=Solve(0.5, repeatable=True))
    kept = assign(need, promising(1), tiny.WEEK, options=Solve(0.5, repeatable=True))
    there = {
        name: coverage_of(made, need, promising(1)).query("queue == 'expert'")["scheduled"]
        for name, made in (("plain", plain), ("kept", kept))
    }
    assert (there["plain"] < 1).any()
    assert (there["kept"] >= 1).mean() > 0.9
    found = bill(kept, need, promising(1))
    assert kept.proof is not None and found.eur == pytest.approx(kept.proof.cost_eur, abs=0.01)
    assert set(Reading(kept, need, promising(1)).promised["expert"].required) == {1.0}


def test_a_promise_that_cannot_be_kept_is_named_by_queue_day_and_hours() -> None:
    need, centre = small.requirement({"front": 1.0, "expert": 1.0}), promising(3)
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.3, repeatable=True))
    short = [reason for reason in roster.reasons if reason.kind == "min_staff"]
    assert [reason.subject for reason in short] == ["expert"] * 5
    assert all("of 3 agents promised" in reason.detail and "09:00" in reason.detail for reason in short)
    assert short == list(unkept(roster, need, centre))
    assert bill(roster, need, centre).by_goal()["min_staff"][0] >= 40


paces = st.lists(st.sampled_from([0.5, 0.8, 0.9, 1.0, 1.2]), min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(paces, st.integers(1, 6), st.data())
def test_the_engine_never_sees_more_missing_than_people_are_and_all_of_it_at_one_pace(
    team: list[float], least: int, data: st.DataObject
) -> None:
    there = [pace for pace in team if data.draw(st.booleans())]
    seen = sum(
        float(eur[0] * max(0.0, at[0] - sum(there)))
        for at, eur in seen_by_the_engine(("expert",), paced(promising(least), team))
    )
    missing_eur = 500.0 * max(0, least - len(there))
    assert seen <= missing_eur + 1e-6
    if len(set(team)) == 1 or not there:
        assert seen == pytest.approx(missing_eur)


def paced(centre: Centre, team: list[float]) -> Centre:
    """The centre with experts at these paces, who serve nothing else."""
    people = tuple(Agent(f"x{i}", f"X {i}", 2, (Skill("expert", p),), "full") for i, p in enumerate(team))
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=people))


def lowest(roster: Roster, need: Requirement) -> float:
    """The fewest people on ``expert`` at any time, counted minute by minute."""
    starts = need.of("expert").index
    mine = roster.frame[roster.frame["activity"] == "expert"]
    minutes = [at + pd.Timedelta(minutes=m) for at in starts for m in range(tiny.GRID.interval_min)]
    return min(int(((mine["start"] <= at) & (at < mine["end"])).sum()) for at in minutes)


def test_people_promised_are_counted_as_people_whatever_their_pace() -> None:
    """Two experts of three at any time, one of them slow, one fast: 1.5 agents at their pace are two people."""
    need, centre = small.requirement({"expert": 1.0}), paced(promising(2), [1.0, 0.5, 1.5])
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.5, repeatable=True))
    assert roster.proof is not None and roster.proof.bound_eur <= roster.proof.cost_eur
    assert bill(roster, need, centre).eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    short = [reason.detail for reason in roster.reasons if reason.kind == "min_staff"]
    assert bool(short) == (lowest(roster, need) < 2)
    assert all("1 of 2 agents" in detail or "0 of 2 agents" in detail for detail in short)
    reading = Reading(roster, need, centre)
    for agent in reading.weeks:
        gone = reading.after(Change("off", agent, "expert", need.frame["start"][0], (), 0.0, 0.0, 0.0))
        eur, _ = reading.effect(agent, ())
        more = bill(gone.roster, need, centre).eur - bill(roster, need, centre).eur
        assert eur == pytest.approx(more, abs=0.01)
        assert sum(gone.queue_eur("expert") - reading.queue_eur("expert")) <= more + 40 * 25 + 0.01


def test_two_people_at_break_at_once_leave_nobody_and_are_put_apart() -> None:
    """Half of each of two in the same half hour is one on average and nobody for a quarter of an hour."""
    need, centre = small.requirement({"expert": 1.0}), paced(promising(1), [1.0, 1.0])
    whole = (dataclasses.replace(small.DAY_SHIFT, meal_min=(60,)),)  # from nine to five: no half hour is half worked
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, contracts=whole))
    roster = assign(need, centre, tiny.WEEK, options=Solve(1.0, repeatable=True))
    assert lowest(roster, need) == 1 and not roster.reasons
    day, other = tiny.WEEK.monday, roster.frame["agent"].unique()[0]
    rows = [
        (agent, tiny.GRID.at(day, first), tiny.GRID.at(day, last), what)
        for agent in roster.frame["agent"].unique()
        for first, last, what in ((540, 660, "expert"), (660, 675, "break"), (675, 1020, "expert"))
    ]
    monday = need.frame["start"].dt.date == day
    asked = dataclasses.replace(need, frame=need.frame[monday].reset_index(drop=True), service=need.service[monday])
    at_once = dataclasses.replace(roster, frame=pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    (reason,) = unkept(at_once, asked, centre)
    assert reason.detail == f"{day} 11:00-11:15: 0 of 1 agents promised"
    assert bill(at_once, asked, centre).by_goal()["min_staff"] == pytest.approx((0.25, 125.0))
    moved = [c for c in changes_at(Reading(at_once, asked, centre), "expert", tiny.GRID.at(day, 660)) if c.eur < 0]
    assert moved and moved[0].kind == "move_break" and moved[0].agent in (other, "x1")
