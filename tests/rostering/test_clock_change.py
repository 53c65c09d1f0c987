"""The two Sundays of 23 and 25 hours: rosters of centres that never close keep every rule by the clock on the wall."""

from __future__ import annotations

import dataclasses

import pytest

from forecasts.grid import Opening, Week
from staffing.rostering.assign import Solve, assign
from staffing.rostering.clock import Clock
from staffing.rostering.costs import bill
from staffing.rostering.team import Availability
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

SPRING, AUTUMN = Week.parse("2026-W13"), Week.parse("2026-W43")
ALWAYS = Opening(weekdays=(((0, 1440),),) * 7)
EARLY_AND_LATE = Opening(weekdays=(((420, 1380),),) * 7)
FREE = dataclasses.replace(small.DAY_SHIFT, sundays=True, sunday_share=0.0, start_step_min=60, meal_min=(45,))


@pytest.mark.parametrize("week", [SPRING, AUTUMN], ids=str)
@pytest.mark.parametrize("pack", ["fr_private_idcc2098", "fr_state_2000_815"])
def test_meals_and_nights_are_where_the_clock_says(week: Week, pack: str) -> None:
    centre = small.centre(6, contract=dataclasses.replace(FREE, rules=pack))
    need = small.requirement({"front": 2.0}, opening=ALWAYS, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=0.1, repeatable=True))
    assert verify(roster, need, centre).breaches == ()
    assert roster.proof is not None
    found = bill(roster, need, centre)
    assert found.eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert ("night" in found.by_goal()) == (pack == "fr_private_idcc2098")
    assert (roster.frame["start"].dt.day_of_week == 6).any()


@pytest.mark.parametrize(("week", "named"), [(SPRING, 1), (tiny.WEEK, 0)], ids=["spring", "ordinary"])
def test_the_night_that_loses_an_hour_is_too_short_between_two_long_days(week: Week, named: int) -> None:
    """Saturday 12:00 to 21:45, Sunday from 9:00: 11 h 15 by the clock, 10 h 15 in the spring."""
    centre = small.centre(1, contract=dataclasses.replace(FREE, rules="neutral", hours_week=18.0), experts=0)
    spans = (Availability(5, 720, 1320), Availability(6, 540, 1140))
    agent = dataclasses.replace(centre.team.agents[0], availability=spans)
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=(agent,)))
    need = small.requirement({"front": 1.0}, opening=EARLY_AND_LATE, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=1.0))
    assert verify(roster, need, centre).breaches == ()
    assert [reason.kind for reason in roster.reasons] == ["hours_out_of_reach"] * named


def test_shift_minutes_are_clock_minutes_after_the_change_and_come_back() -> None:
    clock = Clock(tiny.GRID, SPRING, 0)
    assert [clock.first_min(day) for day in (5, 6)] == [0, 240]
    assert f"{clock.instant(6, 660):%a %H:%M}" == "Sun 11:00"
    for minute in (0, 240, 660, 1439, 1600):
        assert clock.minute(6, clock.instant(6, minute)) == minute
