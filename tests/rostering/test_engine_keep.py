"""Planning again beside a published roster: what need not change stays."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence
from tests import tiny
from tests.rostering import small

QUICK = Solve(seconds=2.0, seed=3)
NEED = small.requirement({"front": 4, "expert": 1})
TUESDAY = dt.date(2026, 12, 1)


@pytest.fixture(scope="module")
def published() -> Roster:
    return assign(NEED, small.centre(8, experts=3), tiny.WEEK, options=QUICK)


def plain(roster: Roster) -> dict[tuple[str, dt.date], tuple[object, ...]]:
    """Each agent-day's hours, meal and breaks; queues may differ."""
    frame = roster.frame.copy()
    frame["activity"] = frame["activity"].where(frame["activity"].isin(["meal", "break"]), "work")
    joined = (frame["activity"] != frame["activity"].shift()) | (frame["start"] != frame["end"].shift())
    frame = frame.groupby(joined.cumsum()).agg(
        agent=("agent", "first"), start=("start", "min"), end=("end", "max"), activity=("activity", "first")
    )
    days = frame.groupby(["agent", frame["start"].dt.date])
    return {key: tuple(map(tuple, day[["start", "end", "activity"]].to_numpy())) for key, day in days}


def changed(before: Roster, after: Roster) -> set[tuple[str, dt.date]]:
    one, two = plain(before), plain(after)
    return {key for key in one.keys() | two.keys() if one.get(key) != two.get(key)}


def absent(centre: Centre) -> Centre:
    away = Absence("a1", TUESDAY, TUESDAY)
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(away,)))


def test_nothing_new_changes_nothing(published: Roster) -> None:
    again = assign(
        NEED, small.centre(8, experts=3), tiny.WEEK, options=dataclasses.replace(QUICK, seed=9), keep=published
    )
    assert len(changed(published, again)) <= 1


def test_an_absence_changes_few_days_beside_those_of_the_absent(published: Roster) -> None:
    again = assign(NEED, absent(small.centre(8, experts=3)), tiny.WEEK, options=QUICK, keep=published)
    free = assign(NEED, absent(small.centre(8, experts=3)), tiny.WEEK, options=dataclasses.replace(QUICK, seed=9))
    others = {key for key in changed(published, again) if key[0] != "a1"}
    assert len(others) <= 3 < len(changed(published, free))
    assert ("a1", TUESDAY) not in plain(again)


def test_a_shift_drawn_by_hand_can_be_kept(published: Roster) -> None:
    frame = published.frame.copy()
    mine = frame[(frame["agent"] == "a0") & (frame["activity"] == "break")].index[0]
    day = frame.loc[mine, "start"].date()
    shift = pd.Timedelta(minutes=5)
    frame.loc[mine, ["start", "end"]] += shift
    frame.loc[mine - 1, "end"] += shift
    frame.loc[mine + 1, "start"] += shift
    drawn = dataclasses.replace(published, frame=frame)
    again = assign(NEED, small.centre(8, experts=3), tiny.WEEK, options=QUICK, keep=drawn)
    assert plain(again)["a0", day] == plain(drawn)["a0", day]
