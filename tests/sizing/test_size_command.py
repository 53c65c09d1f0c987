"""``affluence size`` and what may be chosen on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from staffing.commands.size import counted
from staffing.problems import BadInput
from tests.centre.folder import good, written
from tests.test_cli import left_with

WEEK = ["--week", "2026-W10", "--language", "en"]


def sized(tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[pd.DataFrame, str]:
    folder = written(tmp_path, good())
    assert left_with(["size", str(folder), *WEEK, *options]) == 0
    told = capsys.readouterr()
    return pd.read_csv(io.StringIO(told.out)), told.err


def test_the_method_and_the_model_are_the_ones_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    transient, _ = sized(tmp_path, capsys)
    steady, _ = sized(tmp_path, capsys, "--method", "stationary", "--model", "erlang_c")
    assert set(transient["model"]) == {"transient"} and set(steady["model"]) == {"erlang_c"}


def test_confidence_costs_agents_and_each_step_has_its_price(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, said = sized(tmp_path, capsys, "--method", "stationary", "--price")
    sure, _ = sized(tmp_path, capsys, "--method", "stationary", "--confidence", "0.95")
    assert sure["agents"].sum() > plain["agents"].sum()
    steps = [line for line in said.splitlines() if " sure: " in line]
    assert len(steps) == 6 and all("agent-hours" in line and "EUR" in line for line in steps)
    assert f"{sure['agents'].sum() * 0.5:,.0f} agent-hours" in steps[-1]


def test_what_is_carried_over_must_be_a_count_of_a_queue_that_can_wait(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        counted(["mail=12", "mail", "front=3", "mail=-4", "mail=nan"], ("mail",))
    assert [problem.found for problem in refused.value.problems] == ["mail", "front=3", "mail=-4", "mail=nan"]
    folder = written(tmp_path, good())
    assert left_with(["size", str(folder), *WEEK, "--carried", "front=3"]) == 2
    assert left_with(["size", str(folder), *WEEK, "--confidence", "1.5"]) == 2
    assert left_with(["size", str(folder), *WEEK, "--method", "guess"]) == 2
