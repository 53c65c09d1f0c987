"""The months ahead: capacity adds up, hires come in time, leave is granted where there is room."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.horizon import Hire, Workforce, horizon, least_hires, may_leave, weeks_from
from staffing.rostering.team import Absence
from tests import tiny
from tests.rostering import small

WEEKS = weeks_from(tiny.WEEK, 26)
STEADY = Workforce(turnover_year=0.0)


def test_without_turnover_capacity_is_the_hours_owed_and_leave_takes_its_hours() -> None:
    centre = small.centre(4)
    away = Absence("a0", WEEKS[1].days[0], WEEKS[1].days[4])
    on_leave = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(away,)))
    found = horizon(on_leave, WEEKS, np.zeros(26), workforce=STEADY).frame["capacity_h"].tolist()
    assert found == [140.0, 105.0, *[140.0] * 24]


def test_after_a_year_turnover_has_taken_its_share() -> None:
    year = weeks_from(tiny.WEEK, 53)
    found = horizon(small.centre(4), year, np.zeros(53), workforce=Workforce(turnover_year=0.2)).frame
    assert found["capacity_h"].iloc[-1] / found["capacity_h"].iloc[0] == pytest.approx(0.8, abs=0.002)


def test_a_hire_in_training_takes_no_contact_and_then_grows() -> None:
    hire = Hire(WEEKS[2], 1)
    found = horizon(small.centre(4), WEEKS, np.zeros(26), workforce=STEADY, hires=(hire,)).frame["hired_h"]
    assert (found.iloc[: 2 + 9] == 0).all()
    assert found.iloc[2 + 9] == pytest.approx(0.6 * 35)
    assert found.iloc[2 + 9 + 8] == pytest.approx(35)
    assert found.is_monotonic_increasing


def test_hires_are_as_few_and_as_late_as_the_need_allows() -> None:
    need = np.where(np.arange(26) < 20, 140.0, 175.0)
    hires, found = least_hires(small.centre(4), WEEKS, need, workforce=dataclasses.replace(STEADY, ramp_weeks=0))
    assert hires == (Hire(WEEKS[11], 1),)
    assert found.short_weeks == ()


def test_a_need_that_comes_before_anyone_can_be_trained_stays_short() -> None:
    need = np.full(26, 175.0)
    hires, found = least_hires(small.centre(4), WEEKS, need, workforce=STEADY)
    assert [w in found.short_weeks for w in (str(WEEKS[0]), str(WEEKS[14]))] == [True, True]
    assert hires[0].week == WEEKS[6]
    assert found.fte_short == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(100, 260), min_size=20, max_size=26))
def test_hiring_never_leaves_more_hours_short_than_doing_nothing(need: list[float]) -> None:
    weeks = WEEKS[: len(need)]
    workforce = Workforce(turnover_year=0.3)
    bare = horizon(small.centre(5), weeks, np.array(need), workforce=workforce).frame["spare_h"].clip(upper=0).sum()
    _, found = least_hires(small.centre(5), weeks, np.array(need), workforce=workforce)
    assert found.frame["spare_h"].clip(upper=0).sum() >= bare - 1e-6


def test_leave_is_granted_where_there_is_room_and_refused_where_there_is_none() -> None:
    centre = small.centre(4)
    need = np.array([100.0, 130.0, *[100.0] * 24])
    ahead = horizon(centre, WEEKS, need, workforce=STEADY)
    agent = centre.team.agents[0]
    assert may_leave(ahead, centre, agent, WEEKS[0].days[0], WEEKS[0].days[4]).granted
    refused = may_leave(ahead, centre, agent, WEEKS[0].days[0], WEEKS[1].days[4])
    assert not refused.granted and refused.weeks_short == (str(WEEKS[1]),)
    assert may_leave(ahead, centre, agent, WEEKS[1].days[0], WEEKS[1].days[0]).granted
    with pytest.raises(ValueError, match="outside the horizon"):
        may_leave(ahead, centre, agent, WEEKS[25].days[0], WEEKS[25].days[0] + dt.timedelta(days=8))


def test_a_need_that_does_not_match_the_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="one a week"):
        horizon(small.centre(4), WEEKS, np.zeros(3), workforce=STEADY)
