"""The running day on the command line: what came revises what is still to come, and bad rows are told."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from staffing.cli import main
from staffing.words.heard import heard
from tests.centre.folder import good, history, written

WEEK = ["--week", "2026-W10", "--language", "en"]
HEADER = "start,channel,offered\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    days = [str(d.date()) for d in pd.date_range("2026-01-05", "2026-02-24") if d.day_of_week < 2]
    files = good() | {"history.csv": history(tuple(days)), "events.csv": "name,first,last\nx,2020-01-01,2020-01-01\n"}
    return written(tmp_path_factory.mktemp("centre"), files)


def run(folder: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["forecast", str(folder), *WEEK, *more])
    return int(left.value.code or 0)


def test_a_busy_morning_raises_the_rest_of_that_day_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    busy = tmp_path / "so_far.csv"
    busy.write_text(HEADER + "".join(f"2026-03-02 {at},phone,24\n" for at in ("09:00", "09:30", "10:00")))
    assert run(folder) == 0
    plain = pd.read_csv(io.StringIO(capsys.readouterr().out), parse_dates=["start"])
    assert run(folder, "--so-far", str(busy)) == 0
    told = capsys.readouterr()
    ratio = pd.read_csv(io.StringIO(told.out))["contacts"] / plain["contacts"]
    later = (plain["start"].dt.day == 2) & (plain["start"].dt.strftime("%H:%M") >= "10:30")
    assert (ratio[later] > 1.0).all() and (ratio[~later] == 1.0).all()
    assert "still to come after 2026-03-02 10:30" in told.err
    assert run(folder, "--so-far", str(busy), "--until", "10:00") == 0
    assert "still to come after 2026-03-02 10:00" in capsys.readouterr().err


def test_the_last_day_of_the_file_is_revised_and_no_day_before_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = tmp_path / "so_far.csv"
    both.write_text(HEADER + "2026-03-02 09:00,phone,40\n2026-03-03 09:00,phone,24\n2026-03-03 09:30,phone,24\n")
    assert run(folder) == 0
    plain = pd.read_csv(io.StringIO(capsys.readouterr().out), parse_dates=["start"])
    assert run(folder, "--so-far", str(both)) == 0
    ratio = pd.read_csv(io.StringIO(capsys.readouterr().out))["contacts"] / plain["contacts"]
    later = (plain["start"].dt.day == 3) & (plain["start"].dt.strftime("%H:%M") >= "10:00")
    assert (ratio[later] > 1.0).all() and (ratio[~later] == 1.0).all()


@pytest.mark.parametrize(
    ("row", "more", "told"),
    [
        ("2026-03-02 09:07,phone,3", [], "row 2, column start"),
        ("2026-03-02 09:00,fax,3", [], "row 2, column channel"),
        ("2026-03-02 09:00,phone,-3", [], "row 2, column offered"),
        ("2026-03-02 09:00,phone,3\n2026-03-02 09:00,phone,4", [], "row 3, column start"),
        ("2026-03-10 09:00,phone,3", [], "row 2, column start"),
        ("2026-03-02 09:00,phone,3", ["--until", "late"], "--until: found 'late'"),
    ],
)
def test_bad_rows_are_told_with_their_place(
    row: str, more: list[str], told: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "so_far.csv").write_text(HEADER + row + "\n")
    assert run(folder, "--so-far", str(tmp_path / "so_far.csv"), *more) == 2
    err = capsys.readouterr().err
    assert told in err and "Forecast of contacts" not in err, "refused before the forecast is made"
    assert run(folder, "--so-far", str(tmp_path / "none.csv")) == 2
    assert run(folder, "--until", "11:00") == 2


def test_its_remarks_are_heard_in_french() -> None:
    held = "phone: 900 contacts at 10:00 against 12 expected; the rest of the day is revised as if 25 had come"
    for remark in (held, "3 rows of actuals lie outside the forecast's intervals; left out"):
        assert heard(remark, "fr") != remark
