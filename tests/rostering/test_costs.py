"""The bill of a finished roster, read by clock times, is the engine's own cost to the cent."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Grid, Opening, Week
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.costs import GOALS, bill
from staffing.rostering.question import demand, timeline
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence, Ledger, Wishes
from staffing.sizing.requirement import COLUMNS, Requirement
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
    roster = assign(need, centre, week, options=Solve(seconds=3.0))
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


def test_a_bill_adds_up_and_is_said_in_both_languages() -> None:
    made = segments(("a0", 0, 8, 20, "front"))
    found = bill(made, small.requirement({"front": 1.0}, opening=SIX_DAYS), wishful(SIX_DAYS))
    assert sum(eur for _, eur in found.by_goal().values()) == pytest.approx(found.eur)
    assert len(found.sentences("fr")) == len(found.sentences("en")) == len(found.by_goal())
    assert found.sentences("fr") != found.sentences("en")
    assert len(GOALS) == 8


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
