"""A shift past Sunday midnight belongs to the week in which it begins, with every segment: in all that is read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.cli import main
from staffing.gate.read import read_centre
from staffing.gate.roster import read_roster
from staffing.plan import before
from staffing.problems import BadInput
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import Roster
from staffing.rostering.verify import breaches_of
from staffing.rostering.worked import shift_starts, shifts_by_agent, worked_weeks
from staffing.weeks import once_worked
from tests.centre import folder

WEEK = Week.parse("2026-W10")
MONDAY = WEEK.monday
SUNDAY = MONDAY - dt.timedelta(days=1)
NIGHT = f"""\
agent,start,end,activity
a1,{SUNDAY}T22:00,{MONDAY}T00:00,front
a1,{MONDAY}T00:00,{MONDAY}T00:15,break
a1,{MONDAY}T00:15,{MONDAY}T06:00,front
"""
NOON = f"a1,{MONDAY}T11:30,{MONDAY}T15:00,front\n"
HEADER = NIGHT.splitlines(keepends=True)[0]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    toml = folder.CENTRE.replace("hours_week = 35", "hours_week = 35\nsundays = true")
    files = {name: content for name, content in folder.good().items() if name != "absences.csv"}
    return folder.written(tmp_path, files | {"centre.toml": toml, "past.csv": NIGHT, "locked.csv": NIGHT})


def rests(roster: Roster, centre: Centre) -> list[str]:
    found = breaches_of(tuple(worked_weeks(roster, centre)), centre)
    return [breach.found for breach in found if breach.rule == "daily_rest"]


def test_the_rest_after_a_night_that_ends_on_monday_is_read(home: Path) -> None:
    centre = before(read_centre(home), WEEK)
    assert centre.team.past is not None and len(centre.team.past) == 3
    (home / "roster.csv").write_text(HEADER + NOON)
    roster, _ = read_roster(home, centre, WEEK)
    assert rests(roster, centre) == ["5 h 30 of rest"]


def test_a_night_is_locked_in_the_week_in_which_it_begins(home: Path) -> None:
    centre = read_centre(home)
    locked = [before(centre, week).team.locked for week in (WEEK.plus(-1), WEEK)]
    assert [len(rows) for rows in locked if rows is not None] == [3, 0]
    (home / "roster.csv").write_text(NIGHT.replace("00:15,break", "00:20,break").replace("T00:15", "T00:20"))
    roster, _ = read_roster(home, centre)
    found = breaches_of(tuple(worked_weeks(roster, centre)), centre)
    assert [b.start.hour for b in found if b.rule == "locked" and b.start] == [0, 0], "what is past midnight stands too"


def test_a_roster_file_is_cut_between_shifts(home: Path) -> None:
    centre = read_centre(home)
    (home / "roster.csv").write_text(NIGHT + NOON)
    last, (remark,) = read_roster(home, centre)
    assert last.week == WEEK.plus(-1) and paid_h(shifts_by_agent(last.frame)["a1"]) == 8
    assert remark.found == "1 segments of shifts that begin outside 2026-W09"
    now, _ = read_roster(home, centre, WEEK)
    assert paid_h(shifts_by_agent(now.frame)["a1"]) == 3.5
    (home / "roster.csv").write_text(NIGHT)
    with pytest.raises(BadInput, match="shifts that begin in 2026-W10"):
        read_roster(home, centre, WEEK)


def test_a_week_read_after_the_one_before_it_knows_its_last_night(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "past.csv").unlink()
    (home / "locked.csv").unlink()
    for week, rows in ((WEEK.plus(-1), NIGHT), (WEEK, HEADER + NOON)):
        (tmp_path / "out" / str(week)).mkdir(parents=True)
        (tmp_path / "out" / str(week) / "roster.csv").write_text(rows)
    with pytest.raises(SystemExit) as left:
        main(["check", str(home), str(tmp_path / "out"), "--language", "en"])
    assert left.value.code == 1
    assert "5 h 30" in capsys.readouterr().out.partition("week 2026-W10")[2]


def test_a_week_worked_again_leaves_the_night_before_it_whole(home: Path) -> None:
    centre = read_centre(home)
    (home / "roster.csv").write_text(HEADER + NOON)
    roster, _ = read_roster(home, centre, WEEK)
    past = once_worked(centre, before(centre, WEEK), roster).team.past
    assert past is not None and len(past) == 4


def test_the_shifts_begin_where_they_are_told_to(home: Path) -> None:
    """The starts of whole columns are those of the shifts one by one, in any order of rows; overlaps included."""
    centre = read_centre(home)
    past = centre.team.past
    assert past is not None
    other = past.assign(agent="a2", end=past["end"] + pd.Timedelta(minutes=20))
    apart = other.assign(start=other["start"] + pd.Timedelta(days=1), end=other["end"] + pd.Timedelta(days=1))
    rows = pd.concat([apart, past, other]).sample(frac=1.0, random_state=3)
    told = {
        (agent, s.start, shift.start)
        for agent, mine in shifts_by_agent(rows).items()
        for shift in mine
        for s in shift.segments
    }
    assert set(zip(rows["agent"], rows["start"], shift_starts(rows), strict=True)) == told
    assert shift_starts(rows.iloc[:0]).empty
