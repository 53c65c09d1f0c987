"""Simulate, compare and levers as somebody types them: tables, costs on both bases, a sweep stopped half-way."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
from pathlib import Path

import pandas as pd
import pytest

from staffing.cli import main
from staffing.commands import compare as command
from staffing.gate.read import read_centre
from staffing.scenarios.changes import KINDS, AbsenceWave, Daily, LevelClosed, NewTarget, Outage, TransferRate, Volume
from staffing.scenarios.scenario import Scenario, load, save
from staffing.scenarios.scenario_words import change_lines
from staffing.scenarios.templates import TEMPLATES
from tests.centre.folder import good, written

BUSY, LATE = Scenario("busy", (Volume(factor=1.5),)), Scenario("late", (Volume(from_min=660, factor=1.5),))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small centre with two saved scenarios and five posts owed by a ministry."""
    files = good()
    hours = str(files["centre.toml"]).replace("hours_week = 35", "hours_week = 6\nshift_min_h = 2")
    files["centre.toml"] = hours + "\n[posts]\ninterior = 5\n"
    made = written(tmp_path, files)
    save(BUSY, made)
    save(LATE, made)
    return made


def left_with(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


def test_scenarios_side_by_side_tell_costs_on_both_bases_and_whom_they_touch(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["compare", str(folder), "busy+late", "--week", "2026-W10", "--seconds", "1", "--language", "en"]
    assert left_with(asked) == 0
    told = capsys.readouterr().out
    assert told.count("full basis") == 2 and told.count("Marginal basis") == 1
    assert "interior: 5.0 posts owed, 0.0 filled, 0.0 used" in told
    assert "busy-late" in told and "another week than in the baseline" in told
    assert "\nContacts: from 11:00, times 1.50\n" in told, "changes are told in words"


def test_ctrl_c_keeps_the_scenarios_that_are_finished(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real SIGINT while the second of three is worked on."""
    told: list[str] = []

    def say(key: str, language: str, **values: object) -> str:
        if key == "play.compared" and values["name"] == "busy":
            os.kill(os.getpid(), signal.SIGINT)
        told.append(key)
        return key

    monkeypatch.setattr(command, "say", say)
    out = tmp_path / "side.csv"
    asked = [
        "compare",
        str(folder),
        "busy",
        "late",
        "--week",
        "2026-W10",
        "--seconds",
        "1",
        "--keep",
        "--out",
        str(out),
    ]
    assert left_with(asked) == 0
    assert set(pd.read_csv(out)["scenario"]) == {"baseline", "busy"} and "play.missing" in told
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_scenario_that_does_not_fit_the_centre_is_bad_input(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every misfit at once, before anything is forecast."""
    save(Scenario("odd", (Volume(("fax",), factor=2.0), NewTarget("telex", 0.9))), folder)
    save(Scenario("early", (TransferRate(factor=1.5, to="nobody"),)), folder)
    for asked in (["compare", str(folder), "odd", "early"], ["levers", str(folder), "ROSTER", "--scenario", "odd"]):
        command = [*asked, "--week", "2026-W10", "--language", "en"]
        if asked[0] == "levers":
            (folder / "roster.csv").write_text("agent,start,end,activity\na1,2026-03-02T09:00,2026-03-02T11:00,front\n")
            command[2:3] = [str(folder / "roster.csv"), "--today", "2026-02-02"]
        assert left_with(command) == 2
        told = capsys.readouterr().err
        assert "fax" in told and "telex" in told and ("nobody" in told) == (asked[0] == "compare")
        assert "Forecast" not in told


@pytest.mark.parametrize(("language", "words"), [("en", "changes nothing in 2026-W10"), ("fr", "ne change rien en")])
def test_a_scenario_of_other_days_is_said_to_change_nothing(
    folder: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhen = dt.date(2026, 6, 1)
    save(Scenario("later", (Volume(first=elsewhen, factor=3.0), Outage(first=elsewhen, last=elsewhen))), folder)
    asked = ["compare", str(folder), "later", "busy", "--week", "2026-W10", "--seconds", "1", "--keep"]
    assert left_with([*asked, "--language", language]) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if words in line]
    assert len(notes) == 1 and "later" in notes[0]


def test_a_roster_is_played_priced_and_helped(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """plan, simulate --out, levers: one after the other, as in an office."""
    plan = ["plan", str(folder), "--week", "2026-W10", "--seconds", "1", "--out", str(tmp_path / "w")]
    left_with([*plan, "--language", "en"])
    roster = str(tmp_path / "w" / "roster.csv")
    assert (
        left_with(
            ["simulate", str(folder), roster, "--precision", "0.1", "--out", str(tmp_path / "p"), "--language", "en"]
        )
        == 0
    )
    assert "a point of service" in capsys.readouterr().out
    agents = pd.read_csv(tmp_path / "p" / "agents.csv")
    assert set(agents["agent"]) <= {a.id for a in read_centre(folder).team.agents} and agents["occupancy"].max() <= 1.0
    assert {"days.csv", "intervals.csv", "waits.csv"} <= {p.name for p in (tmp_path / "p").iterdir()}
    asked = ["levers", str(folder), roster, "--scenario", "busy", "--today", "2026-02-02", "--lever", "ivr_message"]
    frontier = tmp_path / "frontier.csv"
    assert left_with([*asked, "--out", str(frontier), "--language", "en"]) == 0
    told, table = capsys.readouterr().out, pd.read_csv(frontier)
    assert table["eur"].iloc[0] == 0 and table["service"].is_monotonic_increasing
    assert len(table) == 1 or "ESSOC" in told, "the margins name each lever's limit"
    assert left_with([*asked[:-1], "magic", "--language", "en"]) == 2
    capsys.readouterr()
    assert left_with(["levers", str(folder), "none.csv", "--scenario", "bussy", "--today", "2026-02-02"]) == 2
    assert "bussy.toml" in capsys.readouterr().err, "before the roster is read and contacts are forecast"


def test_promises_of_waits_and_of_abandonment_are_told_in_what_they_measure(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside them service is a share everywhere: 30 s of waiting were 3000 % of it."""
    told = (folder / "centre.toml").read_text("utf-8")
    target = "target = { service_level = 0.8, within_s = 20 }"
    assert told.count(target) == 1
    for promise, asked in (("average_wait_s = 30", "≤ 30 s"), ("abandon_rate = 0.05", "≤ 5%")):
        (folder / "centre.toml").write_text(told.replace(target, f"target = {{ {promise} }}"), "utf-8")
        command = ["compare", str(folder), "busy", "--week", "2026-W10", "--seconds", "1", "--keep", "--language", "en"]
        assert left_with(command) == 0
        rows = [line for line in capsys.readouterr().out.splitlines() if "%" in line and " ± " in line]
        assert rows and all(float(line.split("%")[0].split()[-1]) <= 100.0 for line in rows)
        plan = ["plan", str(folder), "--week", "2026-W10", "--seconds", "1", "--play", "--language", "en"]
        left_with([*plan, "--out", str(tmp_path / "w")])
        assert asked in capsys.readouterr().out


@pytest.mark.parametrize("language", ["fr", "en"])
def test_scenario_alone_lists_events_and_what_a_file_may_hold(
    folder: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(["scenario", "--language", language]) == 0
    told = capsys.readouterr().out
    assert all(f"\n{name}" in f"\n{told}" for name in (*TEMPLATES, *KINDS)) and "return_share = 0.6" in told
    asked = ["scenario", str(folder), "tax_season", "--day", "2026-03-02", "--language", language]
    assert left_with(asked) == 0 and "--channels" not in capsys.readouterr().out, "there is but one channel"
    sample = shutil.copytree(Path(__file__).parents[2] / "data_samples" / "medium", folder / "sample")
    assert left_with([asked[0], str(sample), *asked[2:]]) == 0 and "--channels" in capsys.readouterr().out
    assert left_with(["scenario", str(folder), "--language", language]) == 2


def test_a_scenario_is_named_renamed_and_deleted_by_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shelf = ["scenario", str(folder), "tax_season", "--language", "fr"]
    assert left_with([*shelf, "--day", "2026-03-02", "--name", "mine"]) == 0
    assert left_with([*shelf, "--day", "2026-03-03", "--name", "mine"]) == 2
    assert "un autre scénario de ce nom, version 1" in capsys.readouterr().err
    assert left_with([*shelf, "--day", "2026-03-03", "--name", "mine", "--over", "1"]) == 0
    assert load(folder, "mine").version == 2
    put_away = ["scenario", str(folder), "--language", "fr"]
    assert left_with([*put_away, "--rename", "mine", "--name", "spring"]) == 0
    assert "Scénario mine renommé en spring, version 2" in capsys.readouterr().out
    assert left_with([*put_away, "--delete", "mine"]) == 2
    assert "spring" in capsys.readouterr().err and load(folder, "spring").version == 2
    assert left_with([*put_away, "--delete", "spring"]) == 0
    assert "spring" in capsys.readouterr().out and not list((folder / "scenarios").glob("spring*"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "Contacts\u00a0: le lundi 2 mars 2026, de 10:40 à 15:40, × 2,80"),
        ("en", "Contacts: on Monday 2 March 2026, from 10:40 to 15:40, times 2.80"),
    ],
)
def test_the_terminal_tells_changes_in_the_sentences_of_the_screen(
    folder: Path, language: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(["scenario", str(folder), "crisis_hour", "--day", "2026-03-02", "--language", language]) == 0
    said = capsys.readouterr().out
    assert f"\n- {told}\n" in said
    lines = change_lines(load(folder, "crisis_hour"), read_centre(folder), language)
    assert all(f"\n- {line}\n" in said for line in lines) and told in lines


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", (
            "Contacts: on Monday 2 March 2026, until 10:40, times 2",
            "Contacts: from Monday 2 March 2026 to Thursday 5 March 2026, from 10:40, times 2",
            "Contacts: until Monday 2 March 2026, times 2",
            "Contacts day by day: from Monday 2 March 2026, times 1.50, 1.25 and 2",
            "Agents away: 20%, on Monday, Tuesday and Friday",
            "Level closed: on Monday 2 March 2026 and Thursday 5 March 2026",
        )),
        ("fr", (
            "Contacts\u00a0: le lundi 2 mars 2026, jusqu'à 10:40, × 2",
            "Contacts\u00a0: du lundi 2 mars 2026 au jeudi 5 mars 2026, à partir de 10:40, × 2",
            "Contacts\u00a0: jusqu'au lundi 2 mars 2026, × 2",
            "Contacts jour par jour\u00a0: à partir du lundi 2 mars 2026, × 1,50\u00a0; 1,25 et 2",
            "Agents absents\u00a0: 20\u202f%, le lundi, le mardi et le vendredi",
            "Niveau fermé\u00a0: le lundi 2 mars 2026 et le jeudi 5 mars 2026",
        )),
    ],
)  # fmt: skip
def test_days_hours_and_lists_are_told_as_people_say_them(folder: Path, language: str, told: tuple[str, ...]) -> None:
    first, last = dt.date(2026, 3, 2), dt.date(2026, 3, 5)
    changes = (
        Volume((), first, first, 0, 640, factor=2.0), Volume((), first, last, 640, factor=2.0),
        Volume((), None, first, factor=2.0), Daily((), first, factors=(1.5, 1.25, 2.0)),
        AbsenceWave(0.2, weekdays=(0, 1, 4)), LevelClosed(2, (first, last)),
    )  # fmt: skip
    assert change_lines(Scenario("x", changes), read_centre(folder), language) == told
