"""Meals at midday and breaks apart from them, through files, repairs and levers alike."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.cli import main
from staffing.levers.lever import day_of_work
from staffing.rostering.changes import Reading
from staffing.rostering.ideas import paint
from staffing.rostering.roster import COLUMNS, Roster
from staffing.rostering.verify import verify
from tests import tiny
from tests.centre.folder import CENTRE, good, written
from tests.levers.test_planner import peak
from tests.rostering import small

PRIVATE = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098")
ALL_DAY = Opening(weekdays=(((360, 1260),),) * 5 + ((), ()))


def ended(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    return int(left.value.code or 0)


@pytest.mark.parametrize(
    ("day", "broken"),
    [
        ("08:00 front 10:00 meal 10:45 front 12:45 break 13:00 front 14:45", ["meal time"]),
        ("08:00 front 10:15 break 10:30 front 11:30 meal 12:15 break 12:30 front 14:45", ["meal apart"]),
        ("08:00 front 10:15 break 10:30 front 11:30 meal 12:15 front 14:45", []),
    ],
)
def test_a_roster_is_checked_for_its_meals(
    day: str, broken: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, roster = tmp_path / "centre", tmp_path / "roster.csv"
    folder.mkdir()
    text = CENTRE.replace('"09:00-12:00"', '"08:00-19:00"').replace("neutral", "fr_private_idcc2098")
    files = good() | {"centre.toml": text}
    del files["past.csv"], files["absences.csv"]
    words = day.split()
    spans = zip(words[::2], words[2::2], words[1::2], strict=False)
    rows = [f"a1,2026-03-02T{low},2026-03-02T{high},{word}" for low, high, word in spans]
    roster.write_text("\n".join(["agent,start,end,activity", *rows, ""]))
    assert ended("check", written(folder, files), roster, "--language", "en") == len(broken)
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Breach:")]
    assert [line.split(": ")[1].split(maxsplit=2)[-1] for line in told] == broken


def test_columns_print_the_window_as_it_binds(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("columns", "--language", "en") == 0
    said = capsys.readouterr().out
    bound = "between 11:00 and 15:00 and at most 240 min after the start for who works before 12:00 and after 14:00"
    assert bound in said and "at least 15 min of work between a break and a meal" in said


def test_no_change_of_a_roster_puts_a_break_beside_a_meal() -> None:
    centre, day = small.centre(1, contract=PRIVATE, experts=0), tiny.WEEK.monday
    spans = ((540, 660, "front"), (660, 675, "break"), (675, 750, "front"), (750, 795, "meal"), (795, 960, "front"))
    rows = [("a0", tiny.GRID.at(day, low), tiny.GRID.at(day, high), word) for low, high, word in spans]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=list(COLUMNS)))
    reading = Reading(made, small.requirement({"front": 1.0}), centre)
    (shift,) = reading.weeks["a0"].shifts
    bare = paint(shift, tiny.GRID.at(day, 660), tiny.GRID.at(day, 675), "front")

    def may(at: int) -> bool:
        return reading.lawful("a0", (paint(bare, tiny.GRID.at(day, at), tiny.GRID.at(day, at + 15), "break"),))

    assert [may(at) for at in (645, 705, 720, 735, 795, 810)] == [True, True, True, False, False, False]


@pytest.mark.parametrize("start", [360, 420, 450, 480, 540, 660, 675, 705, 720, 735, 780])
def test_a_day_of_work_that_a_lever_offers_has_its_meal_where_the_law_wants_it(start: int) -> None:
    centre = small.centre(1, contract=PRIVATE, experts=0)
    day = day_of_work(peak(), "a0", "front", tiny.WEEK.monday, (start, start + 465))
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(day, columns=list(COLUMNS)))
    assert verify(made, small.requirement({"front": 1.0}, opening=ALL_DAY), centre).breaches == ()
