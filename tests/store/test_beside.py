"""A week planned, checked or repaired while the week ahead is published keeps its rests and days in a row with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.cli import main
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.roster import Roster
from staffing.rostering.verify import verify
from staffing.store.carry import beside_published, carried
from staffing.store.database import Database
from staffing.store.plans import load_plan, save_plan
from staffing.store.publication import Terms, publish
from tests import tiny
from tests.rostering import small
from tests.store.weeks import WEEK, folder, planned

EVERY_DAY = Opening(weekdays=(((360, 1320),),) * 7)
CONTRACT = dataclasses.replace(small.DAY_SHIFT, max_days=6, sundays=True, shift_max_h=8.0)
AHEAD = tiny.WEEK.plus(1)
COLUMNS = ["agent", "start", "end", "activity"]


def shifts(*worked: tuple[str, dt.date, int, int]) -> pd.DataFrame:
    rows = [(agent, tiny.GRID.at(day, low), tiny.GRID.at(day, high), "front") for agent, day, low, high in worked]
    return pd.DataFrame(rows, columns=COLUMNS)


def ahead(days: int, start_min: int, agents: int = 4) -> Centre:
    """A centre whose team works the first days of the week ahead, from that minute on."""
    made = small.centre(agents, contract=CONTRACT, experts=0)
    worked = [(a.id, day, start_min, start_min + 300) for a in made.team.agents for day in AHEAD.days[:days]]
    return dataclasses.replace(made, team=dataclasses.replace(made.team, later=shifts(*worked)))


def whole(centre: Centre, roster: Roster) -> list[str]:
    """The rules broken by the two weeks together, read with all of both before a Monday two weeks on."""
    need = small.requirement({"front": 1}, opening=EVERY_DAY)
    assert centre.team.later is not None
    both = pd.concat([roster.frame, centre.team.later]).sort_values(["agent", "start"], ignore_index=True)
    told = dataclasses.replace(centre, team=dataclasses.replace(centre.team, past=both, later=None))
    second = Roster(AHEAD, tiny.GRID, centre.team.later)
    return sorted({b.rule for b in verify(second, need, told).breaches})


@pytest.mark.parametrize(("days", "start_min"), [(5, 360), (1, 360), (6, 600)])
def test_a_week_is_planned_so_that_the_one_ahead_stays_lawful(days: int, start_min: int) -> None:
    centre, need = ahead(days, start_min), small.requirement({"front": 2}, opening=EVERY_DAY)
    options = Solve(0.5, repeatable=True)
    alone = dataclasses.replace(centre, team=dataclasses.replace(centre.team, later=None))
    assert whole(centre, assign(need, alone, tiny.WEEK, options=options)), "else the week ahead asks nothing"
    roster = assign(need, centre, tiny.WEEK, options=options)
    assert not roster.reasons and not verify(roster, need, centre).breaches
    assert whole(centre, roster) == []


@pytest.mark.parametrize(
    ("worked", "found"),
    [
        ([("a0", tiny.WEEK.days[6], 960, 1320)], "8 h 00 of rest before next week"),
        ([("a0", tiny.WEEK.days[d], 600, 900) for d in (2, 3, 4, 5, 6)], "7 days in a row with next week's"),
        ([("a0", tiny.WEEK.days[d], 600, 1200) for d in range(6)], "34 h 00 at the longest before next week"),
    ],
)
def test_what_a_week_breaks_with_the_one_ahead_is_told(worked: list[tuple[str, dt.date, int, int]], found: str) -> None:
    centre, need = ahead(2, 360), small.requirement({"front": 1}, opening=EVERY_DAY)
    roster = Roster(tiny.WEEK, tiny.GRID, shifts(*worked))
    assert found in {b.found for b in verify(roster, need, centre).breaches}
    alone = dataclasses.replace(centre, team=dataclasses.replace(centre.team, later=None))
    assert found not in {b.found for b in verify(roster, need, alone).breaches}
    week = Reading(roster, need, alone).weeks["a0"]
    assert not Reading(dataclasses.replace(roster, frame=roster.frame[:0]), need, centre).lawful("a0", week.shifts)


def test_the_published_week_ahead_is_carried_kept_and_read_beside(database: Database, tmp_path: Path) -> None:
    home = folder(tmp_path / "centre")
    next_week = planned(home, WEEK.plus(1))
    early = dataclasses.replace(next_week.roster, frame=shifts(("a1", AHEAD.days[0], 360, 660)))
    sunday = dataclasses.replace(planned(home).roster, frame=shifts(("a1", WEEK.days[6], 960, 1320)))
    plan = dataclasses.replace(planned(home), roster=sunday)
    before = save_plan(database, plan, home)
    id = save_plan(database, dataclasses.replace(next_week, roster=early), home)
    publish(database, id, Terms(short=True, outright=True))
    read = beside_published(database, load_plan(database, before))
    assert "8 h 00 of rest before next week" in {b.found for b in read.verification.breaches}
    centre = carried(database, plan.centre, WEEK)
    again = save_plan(database, dataclasses.replace(plan, centre=centre, verification=read.verification), home)
    kept = load_plan(database, again).centre.team.later
    assert kept is not None and list(kept["start"]) == list(early.frame["start"])


def test_check_reads_the_week_ahead_that_the_folder_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = folder(tmp_path / "centre")
    head = "agent,start,end,activity\n"
    (home / "past.csv").write_text(f"{head}a1,2026-03-09T06:00,2026-03-09T11:00,front\n")
    (tmp_path / "roster.csv").write_text(f"{head}a1,2026-03-08T16:00,2026-03-08T22:00,front\n")
    with pytest.raises(SystemExit) as end:
        main(["check", str(home), str(tmp_path / "roster.csv"), "--language", "fr"])
    told = capsys.readouterr()
    assert end.value.code == 1 and "8 h 00 de repos avant la semaine suivante" in told.out + told.err
