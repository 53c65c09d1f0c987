"""The week, its grid and the tiny centre are what they say."""

from __future__ import annotations

import datetime as dt

import pytest

from forecasts.grid import Grid, Opening, Week
from tests import tiny


@pytest.mark.parametrize(("week", "hours"), [("2026-W13", 167), ("2026-W43", 169), ("2026-W49", 168)])
def test_a_week_has_as_many_hours_as_its_clock_changes_leave(week: str, hours: int) -> None:
    assert len(Grid("Europe/Paris", 60).week(Week.parse(week))) == hours


def test_opening_hours_follow_the_clock_on_both_sides_of_a_change() -> None:
    grid = Grid("Europe/Paris", 30)
    opening = Opening(weekdays=(((480, 720),),) * 7)
    for day in (dt.date(2026, 10, 25), dt.date(2026, 3, 29), dt.date(2026, 6, 1)):
        starts = grid.day(day)
        open_ = starts[opening.mask(starts)]
        assert [open_[0].hour, open_[-1].hour, len(open_)] == [8, 11, 8]


def test_the_tiny_centre_has_only_open_intervals_and_no_gap() -> None:
    offered = tiny.history().offered("phone")
    assert len(offered) == 4 * 5 * 16
    assert offered.notna().all()
