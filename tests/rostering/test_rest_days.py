"""A day of rest is one from midnight to midnight: the night before it ends in time."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from forecasts.grid import Opening, Week
from staffing.centre import Calendar, Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

LATE = ((1080, 1440),)
ROUND = Opening(weekdays=(LATE, *(((0, 240), *LATE),) * 6))
NIGHT = dataclasses.replace(small.DAY_SHIFT, hours_week=24.0, flex_h=8.0, shift_min_h=4.0, shift_max_h=8.0, max_days=6)
THURSDAY = tiny.WEEK.days[3]


def centre(rules: str, *, sundays: bool = False) -> Centre:
    """Four people who work from 18:00 to 4:00, in a week whose Thursday is a public holiday."""
    made = small.centre(4, contract=dataclasses.replace(NIGHT, rules=rules, sundays=sundays), experts=0)
    return dataclasses.replace(made, calendar=Calendar(holidays=((THURSDAY, "a holiday"),)))


def worked(rules: str, *, sundays: bool = False, day: dt.date) -> float:
    """Hours that the engine plans between midnight and midnight of a day."""
    asked = centre(rules, sundays=sundays)
    need = small.requirement({"front": 2}, opening=ROUND)
    roster = assign(need, asked, tiny.WEEK, options=Solve(0.3, repeatable=True))
    assert not verify(roster, need, asked).breaches
    low, high = tiny.GRID.at(day, 0), tiny.GRID.at(day, 1440)
    start, end = roster.frame["start"].clip(lower=low), roster.frame["end"].clip(upper=high)
    return float((end - start).dt.total_seconds().clip(lower=0).sum() / 3600)


@pytest.mark.parametrize(
    ("rules", "day"),
    [
        ("fr_private_idcc2098", tiny.WEEK.days[6]),
        ("fr_state_2000_815", tiny.WEEK.days[6]),
        ("fr_state_2000_815", THURSDAY),
    ],
)
def test_no_night_ends_on_a_day_of_rest_unless_the_contract_works_it(rules: str, day: dt.date) -> None:
    assert worked(rules, day=day) == 0
    assert worked(rules, sundays=True, day=day) > 0


@pytest.mark.parametrize(("end_min", "found"), [(1440, []), (1500, ["sunday_rest"])])
def test_a_night_into_sunday_is_read_as_work_on_sunday(end_min: int, found: list[str]) -> None:
    saturday, asked = tiny.WEEK.days[5], centre("fr_state_2000_815")
    rows = [("a0", tiny.GRID.at(saturday, 1200), tiny.GRID.at(saturday, end_min), "front")]
    roster = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    read = verify(roster, small.requirement({"front": 1}, opening=ROUND), asked)
    assert [b.rule for b in read.breaches] == found


def test_the_eve_of_the_first_of_may_ends_at_midnight() -> None:
    week = Week.parse("2026-W18")
    asked = centre("fr_private_idcc2098")
    need = small.requirement({"front": 2}, opening=ROUND, week=week)
    roster = assign(need, asked, week, options=Solve(0.3, repeatable=True))
    start, may = tiny.GRID.at(dt.date(2026, 5, 1), 0), tiny.GRID.at(dt.date(2026, 5, 2), 0)
    assert not ((roster.frame["start"] < may) & (roster.frame["end"] > start)).any()
    assert not verify(roster, need, asked).breaches
