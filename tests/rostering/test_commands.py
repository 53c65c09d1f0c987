"""``affluence explain`` and ``affluence repair``, from files to words and files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Week
from staffing.cli import main
from staffing.contents import forecast_content
from staffing.gate.need import need_beside
from staffing.gate.read import read_centre
from staffing.plan import before, size_week
from tests.centre.folder import CENTRE, good, history, written

DAYS = ("2026-02-16", "2026-02-17", "2026-02-18", "2026-02-23", "2026-02-24", "2026-02-25")
ROSTER = """\
agent,start,end,activity
a1,2026-03-02T09:00,2026-03-02T12:00,front
a2,2026-03-02T09:00,2026-03-02T12:00,front
a3,2026-03-02T09:00,2026-03-02T12:00,expert
a2,2026-03-03T09:00,2026-03-03T12:00,front
a3,2026-03-03T09:00,2026-03-03T12:00,expert
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Busy mornings for three people, and a roster of the next week."""
    text = CENTRE.replace("[queues.front]", 'wed = "09:00-12:00"\n\n[queues.front]', 1) + "shift_min_h = 3\n"
    files = good() | {"centre.toml": text}
    files["history.csv"] = history(DAYS).replace("phone,12,11", "phone,18,17")
    del files["past.csv"], files["absences.csv"]
    centre = tmp_path / "centre"
    centre.mkdir()
    (tmp_path / "roster.csv").write_text(ROSTER)
    return written(centre, files)


def ended(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    return int(left.value.code or 0)


@pytest.mark.parametrize(("language", "word"), [("fr", "Salaires"), ("en", "Wages")])
def test_a_roster_is_explained(folder: Path, language: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    roster = folder.parent / "roster.csv"
    assert ended("explain", folder, roster, "--most", "2", "--language", language) == 0
    told = capsys.readouterr().out.split("\n\n")
    assert word in told[0] and len(told) == 3
    assert all(part.startswith(("front, ", "expert, ")) for part in told[1:])
    assert ended("explain", folder, roster, "--agent", "a2", "--language", language) == 0
    assert capsys.readouterr().out.startswith("Béa")
    assert ended("explain", folder, roster, "--agent", "a9") == 2


def test_an_absence_is_repaired_in_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "centre.toml").write_text((folder / "centre.toml").read_text().replace("neutral", "fr_private_idcc2098"))
    roster, out = folder.parent / "roster.csv", folder.parent / "new.csv"
    options = ["--absent", "a2:2026-03-03", "--now", "2026-03-02T18:00", "--language", "en", "--out", str(out)]
    assert ended("repair", folder, roster, *options) == 0
    told = capsys.readouterr().out
    assert "3.0 h of work lost" in told and "becomes" in told and "3 are owed" in told
    before, after = (pd.read_csv(path).query("agent != 'a2' or not start.str.startswith('2026-03-03')")
                     for path in (roster, out))  # fmt: skip
    assert not (pd.read_csv(out)["agent"].eq("a2") & pd.read_csv(out)["start"].str.startswith("2026-03-03")).any()
    monday = [frame[frame["start"].str.startswith("2026-03-02")]["agent"].tolist() for frame in (before, after)]
    assert sorted(monday[0]) == sorted(monday[1])
    assert after["start"].str.startswith("2026-03-03").any()


def test_who_leaves_in_the_middle_of_a_shift_worked_until_then(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, out = folder.parent / "roster.csv", folder.parent / "new.csv"
    options = ["--absent", "a2:2026-03-03", "--now", "2026-03-03T10:00", "--language", "en", "--out", str(out)]
    assert ended("repair", folder, roster, *options) == 0
    told = capsys.readouterr().out
    assert "2.0 h of work lost, 0.0 h" not in told
    rows = pd.read_csv(out).query("agent == 'a2' and start.str.startswith('2026-03-03')")
    assert rows["end"].tolist() == ["2026-03-03T10:00+01:00"]
    assert ended("check", folder, out, "--week", "2026-W10") == 1, "nobody told the file"
    noted = told[told.index("agent,first") :]
    assert noted == "agent,first,last,credit_h,from_time,until_time\na2,2026-03-03,2026-03-03,2,10:00,\n"
    (folder / "absences.csv").write_text(noted)
    assert ended("check", folder, out, "--week", "2026-W10") == 0
    (folder / "absences.csv").write_text(noted.replace(",2,10", ",,10"))
    capsys.readouterr()
    assert ended("check", folder, out, "--week", "2026-W10", "--language", "fr") == 2
    assert "credit_h" in (said := capsys.readouterr().err) and "les heures de travail" in said
    (folder / "absences.csv").write_text("agent,first,last,credit_h,from_time\na2,2026-03-03,2026-03-03,2,09:30\n")
    assert ended("check", folder, out, "--week", "2026-W10") == 1


def test_who_is_away_until_ten_works_from_then_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster, out = folder.parent / "roster.csv", folder.parent / "new.csv"
    hours = "a2:2026-03-03T08:00/2026-03-03T10:00"
    options = ["--absent", hours, "--now", "2026-03-03T09:30", "--language", "en", "--out", str(out)]
    assert ended("repair", folder, roster, *options) == 0
    told = capsys.readouterr().out
    rows = pd.read_csv(out).query("agent == 'a2' and start.str.startswith('2026-03-03')")
    assert rows["start"].tolist() == ["2026-03-03T10:00+01:00"] and rows["end"].tolist() == ["2026-03-03T12:00+01:00"]
    noted = told[told.index("agent,first") :]
    assert noted.splitlines()[1] == "a2,2026-03-03,2026-03-03,1,08:00,10:00"
    (folder / "absences.csv").write_text(noted)
    assert ended("check", folder, out, "--week", "2026-W10") == 0
    assert ended("check", folder, roster, "--week", "2026-W10") == 1, "works while away"
    (folder / "absences.csv").write_text(noted.replace("10:00", "07:00"))
    capsys.readouterr()
    assert ended("check", folder, out, "--week", "2026-W10", "--language", "fr") == 2
    assert "until_time" in (said := capsys.readouterr().err) and "Corrigez les heures" in said
    assert ended("repair", folder, roster, *options[2:], "--absent", "a2:2026-03-03T8h") == 2


def test_who_falls_ill_on_a_day_off_has_worked_no_hour_too_many(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agents = (folder / "agents.csv").read_text().splitlines()
    weekly = [f"{line},{hours}" for line, hours in zip(agents, ("hours_week", "", "6", ""), strict=True)]
    (folder / "agents.csv").write_text("\n".join([*weekly, ""]))
    roster, out = folder.parent / "roster.csv", folder.parent / "new.csv"
    options = ["--absent", "a2:2026-03-04", "--now", "2026-03-04T07:00", "--language", "en", "--out", str(out)]
    assert ended("repair", folder, roster, *options) == 0
    told = capsys.readouterr().out
    assert "No work is lost" in told and "recovered" not in told
    assert len(pd.read_csv(out)) == len(pd.read_csv(roster))


def test_an_absence_outside_the_week_is_no_repair(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster, out = folder.parent / "roster.csv", folder.parent / "new.csv"
    options = ["--absent", "a2:2026-03-09", "--absent", "a3:2026-03-03", "--language", "fr", "--out", str(out)]
    assert ended("repair", folder, roster, *options) == 2
    assert "--absent : trouvé a2:2026-03-09 ; attendu un jour de 2026-W10." in capsys.readouterr().err
    assert not out.exists()


def test_a_plan_s_folder_stands_for_its_roster(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = folder.parent / "made"
    made.mkdir()
    assert ended("explain", folder, made, "--language", "fr") == 2
    assert "trouvé un dossier sans roster.csv ; attendu un planning en CSV" in capsys.readouterr().err
    (made / "roster.csv").write_text(ROSTER)
    assert ended("explain", folder, made, "--agent", "a2") == 0
    assert capsys.readouterr().out.startswith("Béa")


@pytest.fixture
def planned(folder: Path) -> Path:
    """The folder of a plan of that week."""
    made = folder.parent / "plan"
    assert ended("plan", folder, "--week", "2026-W10", "--seconds", "1", "--out", made) == 0
    return made


@pytest.mark.parametrize("command", ["check", "explain", "repair", "simulate"])
def test_a_command_reads_forecast_and_need_beside_a_plan_s_roster(
    folder: Path, planned: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is made anew, and the answer is the same to the letter as without the plan beside."""
    alone, out = folder.parent / "alone.csv", folder.parent / "new.csv"
    for path in (planned / "roster.csv", alone):
        path.write_text(ROSTER)
    more = ("--absent", "a2:2026-03-03", "--out", out) if command == "repair" else ()
    told, files = [], []
    for roster in (alone, planned):
        capsys.readouterr()
        ended(command, folder, roster, *more, "--language", "en")
        told.append(capsys.readouterr())
        files.append(out.read_bytes() if more else b"")
    assert told[0].out == told[1].out and files[0] == files[1]
    assert "some seconds a channel" in told[0].err and "need.json" not in told[0].err
    assert "read from need.json" in told[1].err and "some seconds a channel" not in told[1].err


def test_a_need_beside_a_plan_is_the_very_one_it_was_made_for(folder: Path, planned: Path) -> None:
    asked, week = read_centre(folder), Week.parse("2026-W10")
    read = need_beside(planned / "roster.csv", asked, week)
    _, forecast, fresh = size_week(before(asked, week), week)
    assert read is not None and read.requirement is not None and read.forecast is not None
    pd.testing.assert_frame_equal(read.requirement.frame, fresh.frame)
    np.testing.assert_array_equal(read.requirement.service, fresh.service)
    assert forecast_content(read.forecast) == forecast_content(forecast)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("absence", "the forecast of 2026-W10 still holds"), ("target", "the forecast of 2026-W10 still holds"),
        ("history", "no longer answers"), ("edit", "no longer answers"), ("scenario", "no longer answers"),
        ("version", "no longer answers"), ("damage", "no longer answers"), ("gone", ""),
    ],
)  # fmt: skip
def test_a_need_is_made_anew_where_what_it_rests_on_has_changed(
    folder: Path, planned: Path, change: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    need, toml, counts = planned / "need.json", folder / "centre.toml", folder / "history.csv"
    if change == "absence":
        (folder / "absences.csv").write_text("agent,first,last\na2,2026-03-06,2026-03-06\n")
    elif change == "target":
        toml.write_text(toml.read_text().replace("service_level = 0.8", "service_level = 0.95"))
    elif change == "history":
        counts.write_text(counts.read_text().replace("phone,18,17", "phone,36,34"))
    elif change == "edit":
        row = "multiply,2,2026-03-02T09:00,2026-03-02T12:00,strike"
        (folder / "edits.csv").write_text(f"act,value,first,until,reason\n{row}\n")
    elif change == "scenario":
        need.write_text(need.read_text().replace("as expected", "a storm"))
    elif change == "version":
        need.write_text(need.read_text().replace('"form": 1', '"form": 0'))
    elif change == "damage":
        need.write_text(need.read_text().replace('"content": "', '"content": "AAAA'))
    else:
        need.unlink()
    for path in (planned / "roster.csv", folder.parent / "alone.csv"):
        path.write_text(ROSTER)
    told = []
    for roster in (planned, folder.parent / "alone.csv"):
        capsys.readouterr()
        ended("check", folder, roster, "--language", "en")
        told.append(capsys.readouterr())
    assert told[0].out == told[1].out
    assert said in told[0].err and "read from need.json" not in told[0].err
    assert ("some seconds a channel" in told[0].err) == ("still holds" not in said)


@pytest.mark.parametrize("absent", ["a9:2026-03-03", "a2", "a2:tomorrow", "a2:2026-03-03/x"])
def test_an_absence_that_cannot_be_read_is_bad_input(folder: Path, absent: str) -> None:
    out = folder.parent / "new.csv"
    assert ended("repair", folder, folder.parent / "roster.csv", "--absent", absent, "--out", out) == 2
    assert not out.exists()
