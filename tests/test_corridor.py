"""The main job through the installed command, as processes: plan a sample, audit it, break it, audit it again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from staffing.outputs import FILES

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "data_samples" / "small"


def affluence(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "staffing", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=240
    )


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plan") / "w49"
    made = affluence("plan", SMALL, "--week", "2026-W49", "--seconds", "4", "--out", out, "--play", "--language", "en")
    assert made.returncode == 0, made.stderr
    assert "0 breach" in made.stdout and "Forecasting contacts" in made.stderr
    return out


def test_a_plan_is_five_files_and_a_lawful_roster(planned: Path) -> None:
    assert sorted(p.name for p in planned.iterdir()) == sorted(FILES)
    facts = json.loads((planned / "plan.json").read_text("utf-8"))
    assert facts["breaches"] == [] and facts["bound_eur"] <= facts["cost_eur"] and facts["week"] == "2026-W49"
    assert facts["demand_met"] > 0.9
    assert 0.5 < facts["played"]["p_target"] <= 1 and len(facts["played"]["days"]) == 5


def test_the_roster_s_own_audit_ends_with_0(planned: Path) -> None:
    audit = affluence("check", SMALL, planned / "roster.csv", "--language", "en")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_a_roster_broken_by_hand_ends_with_1_and_names_what_is_broken(planned: Path, tmp_path: Path) -> None:
    rows = pd.read_csv(planned / "roster.csv")
    meals = rows.index[rows["activity"] == "meal"]
    rows.loc[meals[0], "activity"] = "standard_prefecture"
    broken = tmp_path / "by_hand.csv"
    rows.to_csv(broken, index=False)
    audit = affluence("check", SMALL, broken, "--language", "en")
    assert audit.returncode == 1
    assert "pause" in audit.stdout and rows.loc[meals[0], "agent"] in audit.stdout


def test_a_roster_that_cannot_be_read_ends_with_2(planned: Path, tmp_path: Path) -> None:
    broken = tmp_path / "by_hand.csv"
    broken.write_text((planned / "roster.csv").read_text("utf-8").replace("T09:00", "T9h", 1), "utf-8")
    audit = affluence("check", SMALL, broken, "--language", "en")
    assert audit.returncode == 2 and "Traceback" not in audit.stderr
    assert "by_hand.csv, row" in audit.stderr
