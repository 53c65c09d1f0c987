"""The two Sundays of 23 and 25 hours: rosters of centres that never close keep every rule by the clock on the wall."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from forecasts.grid import Opening, Week
from staffing.rostering.assign import Solve, assign
from staffing.rostering.costs import bill
from staffing.rostering.question import Clock
from staffing.rostering.rules.reading import minutes
from staffing.rostering.verify import verify
from staffing.rostering.worked import shifts_by_agent
from tests import tiny
from tests.rostering import small

SPRING, AUTUMN = Week.parse("2026-W13"), Week.parse("2026-W43")
ALWAYS = Opening(weekdays=(((0, 1440),),) * 7)
EARLY_AND_LATE = Opening(weekdays=(((420, 1380),),) * 7)
FREE = dataclasses.replace(small.DAY_SHIFT, sundays=True, start_step_min=60, meal_min=(45,))


@pytest.mark.parametrize("week", [SPRING, AUTUMN], ids=str)
@pytest.mark.parametrize("pack", ["fr_private_idcc2098", "fr_state_2000_815"])
def test_meals_and_nights_are_where_the_clock_says(week: Week, pack: str) -> None:
    centre = small.centre(6, contract=dataclasses.replace(FREE, rules=pack))
    need = small.requirement({"front": 2.0}, opening=ALWAYS, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=4.0))
    assert verify(roster, need, centre).breaches == ()
    assert roster.proof is not None
    assert bill(roster, need, centre).eur == pytest.approx(roster.proof.cost_eur, abs=0.01)
    assert (roster.frame["start"].dt.day_of_week == 6).any()


def test_rests_last_eleven_hours_over_the_night_that_loses_one() -> None:
    centre = small.centre(4, contract=dataclasses.replace(FREE, rules="neutral"))
    need = small.requirement({"front": 3.0}, opening=EARLY_AND_LATE, week=SPRING)
    roster = assign(need, centre, SPRING, options=Solve(seconds=2.0))
    assert verify(roster, need, centre).breaches == ()
    weekends = [
        minutes(one.end, two.start)
        for shifts in shifts_by_agent(roster.frame).values()
        for one, two in itertools.pairwise(shifts)
        if two.start.date() == SPRING.days[6]
    ]
    assert weekends and min(weekends) >= 660


def test_shift_minutes_are_clock_minutes_after_the_change_and_come_back() -> None:
    clock = Clock(tiny.GRID, SPRING, 0)
    assert [clock.first_min(day) for day in (5, 6)] == [0, 240]
    assert f"{clock.instant(6, 660):%a %H:%M}" == "Sun 11:00"
    for minute in (0, 240, 660, 1439, 1600):
        assert clock.minute(6, clock.instant(6, minute)) == minute
