"""Closures of a whole week: of one line among others, and of the whole centre."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecasts.grid import Week
from staffing.cli import main
from staffing.gate.read import read_centre
from staffing.horizon import weeks_from
from staffing.need_ahead import need_ahead
from staffing.outputs import FILES
from staffing.plan import week_after
from tests.centre import folder

SHUT = Week.parse("2026-W10")
CLOSED = "closed = [2026-03-02, 2026-03-03]"
SECOND = """\
[hours.season]
mon = "09:00-12:00"
tue = "09:00-12:00"
{closed}

[queues.season]
hours = "season"
target = {{ service_level = 0.8, within_s = 20 }}

[channels.season]
queue = "season"
aht_s = 300

[contracts.full]"""


def centre(to: Path, *, season: str = CLOSED, day: str = "") -> Path:
    """The good folder with a second line of its own hours; ``season`` and ``day`` are what closes each."""
    toml = folder.CENTRE.replace("[contracts.full]", SECOND.format(closed=season))
    toml = toml.replace("hours_week = 35", "hours_week = 6\nshift_min_h = 3\nshift_max_h = 3")
    toml = toml.replace("[queues.front]", f"{day}\n\n[queues.front]")
    history = folder.history()
    history += "".join(line.replace("phone", "season") + "\n" for line in history.splitlines()[1:])
    agents = folder.AGENTS.replace("0.9", "0.9|season")
    files = {"centre.toml": toml, "history.csv": history, "agents.csv": agents}
    to.mkdir()
    return folder.written(to, folder.good() | files)


def left_with(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([*map(str, arguments), "--language", "en"])
    return int(left.value.code or 0)


def test_the_other_lines_are_planned_while_one_is_closed_all_week(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = centre(tmp_path / "c"), tmp_path / "out"
    assert left_with("plan", place, "--week", SHUT, "--seconds", 1, "--out", out, "--play") == 0
    assert sorted(p.name for p in out.iterdir()) == sorted(FILES)
    need = (out / "requirement.csv").read_text("utf-8")
    assert ",front," in need and ",season," not in need
    roster = out / "roster.csv"
    assert left_with("check", place, roster) == 0
    assert left_with("simulate", place, roster) == 0
    assert left_with("levers", place, roster, "--today", "2026-02-25") == 0
    for event in ("outage", "longer_hours", "prefecture_go_live"):
        assert left_with("scenario", place, event, "--day", "2026-03-02") == 0
    assert left_with("compare", place, "outage+longer_hours+prefecture_go_live", "--week", SHUT, "--seconds", 1) == 0
    capsys.readouterr()


@pytest.mark.parametrize("command", [("forecast",), ("size",), ("plan", "--out", "out")])
def test_a_week_in_which_all_is_closed_is_told_and_not_planned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: tuple[str, ...]
) -> None:
    place = centre(tmp_path / "c", day=CLOSED)
    assert left_with(*command, place, "--week", SHUT) == 2
    assert "every queue closed all through 2026-W10" in capsys.readouterr().err


def test_a_closed_week_among_others_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, out = centre(tmp_path / "c", day=CLOSED), tmp_path / "out"
    assert left_with("plan", place, "--week", "2026-W09", "--weeks", 3, "--seconds", 1, "--out", out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["2026-W09", "2026-W11"]
    assert "2026-W10: every queue is closed, nothing to plan" in capsys.readouterr().out


def test_the_first_week_to_plan_is_one_in_which_something_is_open(tmp_path: Path) -> None:
    closed = CLOSED.replace("[", "[2026-02-23, 2026-02-24, ")
    history = folder.history(("2026-02-16", "2026-02-17"))
    place = centre(tmp_path / "c", season=closed, day=closed)
    (place / "history.csv").write_text(history + history.replace("phone", "season").partition("\n")[2], "utf-8")
    assert str(week_after(read_centre(place))) == "2026-W11"


def test_the_months_ahead_need_nobody_in_a_closed_week(tmp_path: Path) -> None:
    read = read_centre(centre(tmp_path / "c", day=CLOSED))
    need = need_ahead(read, weeks_from(SHUT.plus(-1), 3)).set_index(["week", "level"])["need_h"].unstack("level")
    assert need.loc[str(SHUT)].tolist() == [0.0, 0.0]
    assert (need.drop(str(SHUT)) > 0).all(axis=None)
