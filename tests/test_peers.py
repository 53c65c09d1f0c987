"""Eight wrong results of pyworkforce 0.5.4, each a case that must come out right here."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasts.distribution import Forecast, Spread
from forecasts.grid import Grid, Opening, Week
from staffing.centre import Centre, Goals
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Absence, Agent, Contract, Skill, Team
from staffing.rostering.too_few import too_few
from staffing.rostering.verify import verify
from staffing.sizing.erlang import service_level
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import COLUMNS, Requirement
from staffing.sizing.size import size
from staffing.targets import ServiceLevel
from tests import tiny
from tests.rostering import small
from tests.sizing.test_size import forecast

TARGET = ServiceLevel(0.8, 20)
ROUND_THE_CLOCK = Opening(weekdays=(((0, 1440),),) * 7)
NIGHT = Contract("night", "neutral", 35.0, 25.0, flex_h=1.0, shift_min_h=7.0, shift_max_h=8.0, meal_min=(60,))


def team(agents: tuple[Agent, ...], contract: Contract = small.DAY_SHIFT, **more: object) -> Centre:
    made = Team(agents, (contract,), **more)  # type: ignore[arg-type]
    return dataclasses.replace(tiny.centre(), team=made, goals=Goals())


def generalists(count: int, contract: Contract = small.DAY_SHIFT) -> tuple[Agent, ...]:
    return tuple(Agent(f"g{i}", f"G {i}", 1, (Skill("front"),), contract.name) for i in range(count))


def planned(need: Requirement, centre: Centre, seconds: float = 2.0) -> Roster:
    return assign(need, centre, need.week, options=Solve(seconds=seconds))


def asking(centre: Centre, loads_erl: dict[str, float], aht_s: float) -> tuple[Centre, Forecast]:
    """The centre with so much load on each of its queues, and its forecast: level 1, nobody gives up."""
    phone = centre.channels[0]
    channels = tuple(dataclasses.replace(phone, name=q, queue=q, aht_s=aht_s, transfers=()) for q in loads_erl)
    queue = dataclasses.replace(centre.queues[0], target=TARGET, patience_s=None)
    queues = tuple(dataclasses.replace(queue, name=q) for q in loads_erl)
    known = forecast(1.0)
    frames = [known.frame.assign(channel=q, contacts=load * 1800 / aht_s, aht_s=aht_s) for q, load in loads_erl.items()]
    made = dataclasses.replace(
        known, frame=pd.concat(frames, ignore_index=True), spreads=tuple(Spread(q, 0.1) for q in loads_erl)
    )
    return dataclasses.replace(centre, channels=channels, queues=queues), made


POOLED = [(10, 5, 180, 14, 19), (100 / 3, 40 / 3, 300, 39, 53), (50 / 3, 50 / 3, 300, 21, 39)]


@pytest.mark.parametrize(("one", "two", "aht_s", "theirs", "pooled"), POOLED)
def test_1_a_flexible_agent_is_one_agent(one: float, two: float, aht_s: float, theirs: int, pooled: int) -> None:
    assert service_level(one + two, theirs, aht_s, 20) < 0.8
    both = tuple(Agent(f"f{i}", "", 1, (Skill("front"), Skill("expert")), "full") for i in range(theirs))
    centre, known = asking(team(both), {"front": one, "expert": two}, aht_s)
    need = size(known, centre, tiny.WEEK, options=Sizing(method="stationary"))
    assert need.frame.groupby("start")["agents"].sum().to_numpy() == pytest.approx(pooled)
    roster = planned(need, centre)
    found = verify(roster, need, centre)
    present = found.coverage.groupby("start")["scheduled"].sum()
    assert present.max() <= theirs + 1e-9
    assert found.shortage_hours >= (pooled - theirs) * 8 * 5 - 1e-6


def test_2_forbidding_a_morning_after_a_night_leaves_the_nights() -> None:
    starts = tiny.GRID.week(tiny.WEEK)
    centre = team(generalists(8, NIGHT), NIGHT)
    night_only = Opening(weekdays=(((0, 360), (1320, 1440)),) * 7)
    need = small.requirement({"front": 1}, opening=night_only)
    roster = planned(need, centre)
    found = verify(roster, need, centre)
    assert found.breaches == ()
    assert (roster.frame["start"].dt.hour >= 20).any()
    assert found.demand_met > 0.5
    assert len(starts) == 336


def test_3_no_wish_makes_work_pay_for_itself() -> None:
    eager = Goals(surplus_eur_h=8.0)
    agents = tuple(
        dataclasses.replace(a, wishes=dataclasses.replace(a.wishes, start_min=540, weight_eur=10_000.0))
        for a in generalists(10)
    )
    contract = dataclasses.replace(small.DAY_SHIFT, flex_h=35.0)
    centre = dataclasses.replace(team(agents, contract), goals=eager)
    need = small.requirement({"front": 2})
    roster = planned(need, centre)
    assert roster.proof is not None and roster.proof.cost_eur > 0
    worked = verify(roster, need, centre).hours["hours_paid"].sum()
    assert worked <= 1.5 * 2 * 8 * 5


def test_4_the_meal_of_a_night_shift_lies_inside_it() -> None:
    centre = team(generalists(8, NIGHT), NIGHT)
    need = small.requirement({"front": 2}, opening=ROUND_THE_CLOCK)
    roster = planned(need, centre, seconds=4.0)
    for _, rows in roster.frame.groupby("agent"):
        for meal in rows[rows["activity"] == "meal"].itertuples():
            assert (rows["end"] == meal.start).any() and (rows["start"] == meal.end).any()
    assert (roster.frame["start"].dt.hour < 5).any()
    assert verify(roster, need, centre).breaches == ()


def test_5_nobody_works_seventy_hours() -> None:
    centre = team(generalists(2, dataclasses.replace(small.DAY_SHIFT, flex_h=35.0, max_days=7)),
                  dataclasses.replace(small.DAY_SHIFT, flex_h=35.0, max_days=7))  # fmt: skip
    need = small.requirement({"front": 6}, opening=Opening(weekdays=(((480, 1200),),) * 7))
    found = verify(planned(need, centre), need, centre)
    assert found.hours["hours_paid"].max() <= 48 and found.hours["shifts"].max() <= 6
    assert found.breaches == ()


def test_6_one_person_missing_is_a_roster_with_named_shortages() -> None:
    centre = team(generalists(3), absences=(Absence("g0", tiny.WEEK.days[0], tiny.WEEK.days[4]),))
    need = small.requirement({"front": 3})
    roster = planned(need, centre)
    found = verify(roster, need, centre)
    assert set(roster.frame["agent"]) == {"g1", "g2"}
    assert found.shortage_hours > 0 and found.breaches == ()
    assert [r.subject for r in too_few(need, centre, tiny.WEEK)] == ["front"]
    assert not found.coverage[found.coverage["shortage"] > 0].empty


def test_7_the_number_of_workers_asked_for_is_the_number_used() -> None:
    need, centre = small.requirement({"front": 3, "expert": 1}), small.centre(6)
    one, same = (assign(need, centre, tiny.WEEK, options=Solve(seconds=2.0, repeatable=True)) for _ in range(2))
    pd.testing.assert_frame_equal(one.frame, same.frame)
    two = assign(need, centre, tiny.WEEK, options=Solve(seconds=2.0, workers=2))
    assert verify(two, need, centre).breaches == ()


def test_8_meals_are_part_of_the_decision_and_hours_are_even() -> None:
    """Seven days of twelve hours, a peak of 48, meals and breaks inside: shifts, meals and names in one answer."""
    grid, week = Grid("Europe/Paris", 30), Week.parse("2026-W49")
    starts = grid.week(week)
    opening = Opening(weekdays=(((480, 1200),),) * 7)
    starts = starts[opening.mask(starts)]
    hour = np.asarray(starts.hour + starts.minute / 60)
    need = 16 + 32 * np.exp(-(((hour - 11.0) / 2.2) ** 2)) + 10 * np.exp(-(((hour - 16.0) / 1.8) ** 2))
    frame = pd.DataFrame({"start": starts, "queue": "front", "agents": np.round(need), "load_erl": need * 0.8})
    for column, value in (
        ("model", "given"),
        ("service_level", 0.8),
        ("arrivals", 10.0),
        ("aht_s", 300.0),
        ("occupancy", 0.8),
    ):
        frame[column] = value
    requirement = Requirement(week, grid, frame[list(COLUMNS)], np.full((len(frame), 2), np.nan, dtype=np.float32))
    contract = dataclasses.replace(small.DAY_SHIFT, flex_h=1.0, shift_min_h=4.0, meal_min=(30, 45, 60), break_min=0)
    hours = requirement.agent_hours
    centre = team(generalists(round(hours / 35), contract), contract)
    found = verify(planned(requirement, centre, seconds=12.0), requirement, centre)
    assert found.breaches == ()
    paid = found.hours["hours_paid"]
    assert paid.max() - paid.min() <= 2
    assert paid.sum() <= 1.03 * hours
    assert found.demand_met > 0.93


def test_a_rest_rule_knows_a_night_from_a_morning() -> None:
    """What bans of shift names stand for: eleven hours of rest, whatever the shifts are called."""
    rests = [rule for rule in rules_for(NIGHT) if rule.key == "daily_rest"]
    assert len(rests) == 1 and "11 h" in rests[0].sentence("en")
