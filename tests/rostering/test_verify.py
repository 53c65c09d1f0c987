"""Verification reads clock times: coverage by the minute, promises kept, hours owed."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.grid import Grid, Opening, Week
from staffing.centre import Calendar, Centre
from staffing.rostering.hours import hours_owed
from staffing.rostering.replan import replan
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence, Availability, Commitment
from staffing.rostering.verify import Verification, verify
from staffing.rostering.worked import shifts_by_agent
from tests import tiny
from tests.rostering import small

MONDAY = tiny.WEEK.monday


def at(hour: float, day: int = 0) -> pd.Timestamp:
    return tiny.GRID.at(MONDAY + dt.timedelta(days=day), int(hour * 60))


def roster(*segments: tuple[str, float, float, str], day: int = 0) -> Roster:
    rows = [(agent, at(low, day), at(high, day), word) for agent, low, high, word in segments]
    return Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))


def read(made: Roster, centre: Centre | None = None) -> Verification:
    return verify(made, small.requirement({"front": 2.0, "expert": 1.0}), centre or small.centre())


def broken(made: Roster, centre: Centre | None = None) -> set[str]:
    return {breach.rule for breach in read(made, centre).breaches} - {"contract_shift"}


def team_of(**changes: object) -> Centre:
    centre = small.centre()
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, **changes))  # type: ignore[arg-type]


def test_ten_minutes_of_break_leave_two_thirds_of_a_half_hour() -> None:
    made = roster(("a0", 9, 10, "front"), ("a0", 10, 10 + 1 / 6, "break"), ("a0", 10 + 1 / 6, 13, "front"))
    rows = read(made).coverage.query("queue == 'front'").set_index("start")
    assert rows.loc[at(9.5), "scheduled"] == 1
    assert rows.loc[at(10), "scheduled"] == pytest.approx(2 / 3)
    assert rows.loc[at(10), "shortage"] == pytest.approx(4 / 3)
    assert rows.loc[at(13), "scheduled"] == 0


def test_a_slower_agent_counts_for_less() -> None:
    centre = small.centre()
    slow = dataclasses.replace(
        centre.team.agents[0], skills=(dataclasses.replace(centre.team.agents[0].skills[0], proficiency=0.8),)
    )
    centre = team_of(agents=(slow, *centre.team.agents[1:]))
    rows = read(roster(("a0", 9, 12, "front")), centre).coverage.query("queue == 'front'").set_index("start")
    assert rows.loc[at(9), "scheduled"] == pytest.approx(0.8)


@given(st.lists(st.tuples(st.integers(0, 95), st.integers(1, 40)), min_size=1, max_size=12))
def test_agent_hours_on_a_queue_are_the_hours_of_its_segments(spans: list[tuple[int, int]]) -> None:
    grid = Grid("Europe/Paris", 15)
    always = Opening(weekdays=(((0, 1440),),) * 7)
    needed = small.requirement({"front": 1.0}, grid=grid, opening=always)
    rows = [
        (f"a{i % 4}", grid.at(MONDAY, 5 * low), grid.at(MONDAY, 5 * (low + n)), "front")
        for i, (low, n) in enumerate(spans)
    ]
    made = Roster(tiny.WEEK, grid, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = verify(made, needed, small.centre()).coverage["scheduled"].sum() * 0.25
    assert found == pytest.approx(sum(n for _, n in spans) * 5 / 60)


def test_demand_met_counts_no_surplus_against_a_shortage() -> None:
    found = read(roster(("a0", 9, 13, "front"), ("a1", 9, 13, "front"), ("a2", 9, 13, "front")))
    assert found.surplus_hours == pytest.approx(4)
    assert found.required_hours - found.shortage_hours == pytest.approx(8)


def test_overlapping_work_is_named() -> None:
    assert "overlap" in broken(roster(("a0", 9, 11, "front"), ("a0", 10, 12, "front")))


def test_serving_a_queue_without_its_skill_is_named() -> None:
    assert broken(roster(("a0", 9, 11, "expert"))) == {"skill"}
    assert broken(roster(("a3", 9, 11, "expert"))) == set()


def test_working_while_away_is_named() -> None:
    away = team_of(absences=(Absence("a0", MONDAY, MONDAY),))
    assert broken(roster(("a0", 9, 11, "front")), away) == {"absence"}
    assert broken(roster(("a0", 9, 11, "front"), day=1), away) == set()


def test_who_left_at_noon_worked_until_noon() -> None:
    away = team_of(absences=(Absence("a0", MONDAY, MONDAY + dt.timedelta(days=1), from_min=720),))
    assert broken(roster(("a0", 9, 12, "front")), away) == set()
    assert broken(roster(("a0", 9, 12.25, "front")), away) == {"absence"}
    assert broken(roster(("a0", 9, 12, "front"), day=1), away) == {"absence"}


def test_who_is_away_until_noon_works_from_then_on() -> None:
    away = team_of(absences=(Absence("a0", MONDAY, MONDAY, until_min=720),))
    assert broken(roster(("a0", 12, 14, "front")), away) == set()
    assert broken(roster(("a0", 11.75, 14, "front")), away) == {"absence"}
    between = team_of(absences=(Absence("a0", MONDAY, MONDAY, from_min=600, until_min=660),))
    assert "absence" not in broken(roster(("a0", 9, 10, "front"), ("a0", 11, 13, "front")), between)
    assert "absence" in broken(roster(("a0", 9, 13, "front")), between)


def test_of_a_locked_shift_the_hours_outside_an_absence_stand() -> None:
    locked = roster(("a0", 9, 11, "front"), ("a0", 11, 13, "expert")).frame
    away = (Absence("a0", MONDAY, MONDAY, until_min=660),)
    assert "locked" not in broken(roster(("a0", 11, 13, "expert")), team_of(absences=away, locked=locked))
    assert "locked" in broken(roster(("a3", 11, 13, "expert")), team_of(absences=away, locked=locked))


def test_working_outside_available_hours_is_named() -> None:
    agents = small.centre().team.agents
    part = dataclasses.replace(agents[0], availability=(Availability(0, 540, 660),))
    centre = team_of(agents=(part, *agents[1:]))
    assert broken(roster(("a0", 9, 11, "front")), centre) == set()
    assert broken(roster(("a0", 9, 11.25, "front")), centre) == {"availability"}
    assert broken(roster(("a0", 9, 11, "front"), day=1), centre) == {"availability"}


def test_a_locked_shift_left_out_is_named() -> None:
    locked = roster(("a0", 9, 11, "front")).frame
    assert broken(roster(("a0", 9, 12, "front")), team_of(locked=locked)) == {"locked"}
    assert broken(roster(("a0", 9, 11, "front")), team_of(locked=locked)) == set()


def test_nobody_is_held_to_a_locked_shift_while_they_are_away() -> None:
    locked = roster(("a0", 9, 11, "front"), ("a0", 11, 13, "expert")).frame
    for from_min, stands in ((0, set()), (660, {"locked"}), (780, {"locked"})):
        away = (Absence("a0", MONDAY, MONDAY, from_min=from_min),)
        assert broken(roster(("a3", 9, 11, "front")), team_of(absences=away, locked=locked)) == stands
    left = roster(("a0", 9, 11, "front"), ("a0", 11, 12, "expert"))
    away = (Absence("a0", MONDAY, MONDAY, from_min=720),)
    assert "locked" not in broken(left, team_of(absences=away, locked=locked))
    other_day = (Absence("a0", MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=1)),)
    assert broken(roster(("a3", 9, 11, "front")), team_of(absences=other_day, locked=locked)) == {"locked"}


def test_a_repair_of_a_locked_shift_breaks_nothing() -> None:
    made = roster(("a0", 9, 14, "front"), ("a1", 9, 14, "front"))
    asked, need = team_of(locked=made.frame), small.requirement({"front": 1.0})
    found = replan(made, need, asked, absences=(Absence("a0", MONDAY, MONDAY),))
    assert verify(found.roster, need, found.centre).breaches == ()


def test_serving_a_queue_during_a_meeting_is_named() -> None:
    centre = team_of(commitments=(Commitment("a0", "meeting", 60, at(10)),))
    assert broken(roster(("a0", 9, 12, "front")), centre) == {"commitment"}
    held = roster(("a0", 9, 10, "front"), ("a0", 10, 11, "meeting"), ("a0", 11, 12, "front"))
    assert broken(held, centre) == set()


def test_a_stranger_in_the_roster_is_named() -> None:
    assert broken(roster(("nobody", 9, 11, "front"))) == {"unknown_agent"}


def test_seventy_hours_are_more_than_the_contract_and_its_flexibility() -> None:
    segments = pd.concat([roster(("a0", 8, 18, "front"), day=d).frame for d in range(7)])
    found = read(Roster(tiny.WEEK, tiny.GRID, segments))
    assert "contract_hours" in {b.rule for b in found.breaches}
    assert found.hours.set_index("agent").loc["a0", "hours_paid"] == 70


def test_a_meal_is_not_paid_and_joins_the_two_halves_of_a_shift() -> None:
    made = roster(("a0", 9, 12, "front"), ("a0", 12, 13, "meal"), ("a0", 13, 17, "front"))
    hours = read(made).hours.set_index("agent").loc["a0"]
    assert (hours["hours_paid"], hours["shifts"]) == (7, 1)
    assert len(shifts_by_agent(roster(("a0", 9, 12, "front"), ("a0", 13, 17, "front")).frame)["a0"]) == 2


def test_hours_worked_through_the_spring_clock_change_are_elapsed_hours() -> None:
    week = Week.parse("2026-W13")
    night = pd.DataFrame(
        [("a0", tiny.GRID.at(week.days[5], 1320), tiny.GRID.at(week.days[6], 360), "front")],
        columns=["agent", "start", "end", "activity"],
    )
    found = verify(Roster(week, tiny.GRID, night), small.requirement({"front": 1.0}, week=week), small.centre())
    assert found.hours.set_index("agent").loc["a0", "hours_paid"] == 7


def test_a_public_holiday_the_centre_is_closed_counts_a_fifth_of_the_week() -> None:
    agent = small.centre().team.agents[0]
    shut = dataclasses.replace(tiny.NINE_TO_FIVE, closed=frozenset({MONDAY}))
    centre = dataclasses.replace(
        small.centre(), calendar=Calendar(holidays=((MONDAY, "holiday"),)),
        queues=tuple(dataclasses.replace(q, opening=shut) for q in small.centre().queues),
    )  # fmt: skip
    assert hours_owed(agent, small.centre(), tiny.WEEK) == 35
    assert hours_owed(agent, centre, tiny.WEEK) == 28
    away = team_of(absences=(Absence("a0", MONDAY, MONDAY + dt.timedelta(days=1)),))
    assert hours_owed(agent, away, tiny.WEEK) == 21
    saturday, sunday = tiny.WEEK.days[5:]
    for last, owed in ((saturday, 30), (sunday, 35)):
        away = team_of(absences=(Absence("a0", saturday, last, credit_h=5.0),))
        assert hours_owed(agent, away, tiny.WEEK) == owed, "told for one day alone it counts on that day"


def test_the_mean_presence_agrees_with_counting_seconds() -> None:
    rng = np.random.default_rng(4)
    low = rng.integers(0, 470, 30)
    rows = [
        (f"a{i % 4}", at(9 + a / 60), at(9 + (a + n) / 60), "front")
        for i, (a, n) in enumerate(zip(low, rng.integers(1, 90, 30), strict=True))
    ]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = read(made).coverage.query("queue == 'front'").set_index("start")["scheduled"]
    for slot in found.index[:16]:
        minutes = [slot + pd.Timedelta(minutes=m) for m in range(30)]
        slow = sum(start <= m < end for m in minutes for _, start, end, _ in rows) / 30
        assert found[slot] == pytest.approx(slow)
