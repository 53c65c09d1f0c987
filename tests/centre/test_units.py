"""Handle times in another unit are refused with what to do, whether the whole file is or a part of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from staffing.gate.findings import Findings
from staffing.gate.read import read_centre
from staffing.gate.units import tell_units, tell_wait_unit
from staffing.problems import BadInput
from staffing.words.heard import heard
from tests.centre.folder import good, history, written


def rows(seed: int = 0) -> pd.DataFrame:
    """Six months of half-hours with a morning peak; handle times about 170 s, longer in the evening."""
    starts = pd.date_range("2026-01-05", "2026-07-03 23:59", freq="30min", tz="Europe/Paris")
    starts = starts[(starts.hour >= 8) & (starts.hour < 20)]
    rng = np.random.default_rng(seed)
    handled = rng.poisson(4 + 20 * np.exp(-(((starts.hour - 10) / 3) ** 2))).astype(float)
    usual = 170 * (1 + 0.02 * (starts.hour - 14))
    aht = usual * (1 + rng.normal(0, 0.8, len(starts)) / np.sqrt(np.maximum(handled, 1)) / 2).clip(0.2)
    return pd.DataFrame({"start": starts, "offered": handled, "handled": handled, "aht_s": aht})


def told(frame: pd.DataFrame, expected_s: float = 170.0) -> Findings:
    findings = Findings()
    tell_units("history.csv", "phone", frame, expected_s, findings)
    return findings


@pytest.mark.parametrize(
    ("part", "factor", "fix"),
    [
        (1.0, 1 / 60, "multiply by 60"),
        (1.0, 1 / 3600, "multiply by 3600"),
        (1.0, 60.0, "divide by 60"),
        (1.0, 1000.0, "divide by 1000"),
        (1.0, 10.0, "whichever is wrong"),
        (0.5, 1 / 60, "multiply by 60"),
        (0.75, 1 / 60, "multiply by 60"),
        (0.2, 1 / 60, "multiply by 60"),
        (0.2, 1000.0, "divide by 1000"),
        (1.0, None, "total of the interval"),
        (0.5, None, "total of the interval"),
    ],
)
def test_another_unit_is_refused_with_its_remedy(part: float, factor: float | None, fix: str) -> None:
    frame = rows()
    late = np.arange(len(frame)) >= (1 - part) * len(frame)
    other = frame["aht_s"] * (frame["handled"] if factor is None else factor)
    (problem,) = told(frame.assign(aht_s=frame["aht_s"].where(~late, other))).problems
    assert problem.column == "aht_s" and fix in problem.fix
    assert ("days between" in problem.found) == (part < 1)
    for text in (problem.found, problem.expected, problem.fix):
        assert heard(text, "en") == text and heard(text, "fr") != text


@pytest.mark.parametrize("expected_s", [100.0, 170.0, 300.0])
def test_seconds_pass(expected_s: float) -> None:
    found = told(rows(), expected_s)
    assert not found.problems and not found.remarks


def test_totals_are_known_by_their_growth_when_centre_toml_was_made_from_them() -> None:
    frame = rows()
    (problem,) = told(frame.assign(aht_s=frame["aht_s"] * frame["handled"]), 2540.0).problems
    assert "total" in problem.fix


def test_a_quicker_way_of_working_and_two_wild_days_are_no_other_unit() -> None:
    frame = rows()
    late = frame["start"] >= "2026-05-01"
    wild = frame["start"].dt.strftime("%Y-%m-%d").isin(["2026-03-03", "2026-03-04"])
    aht = frame["aht_s"].where(~late, frame["aht_s"] * 0.5).where(~wild, frame["aht_s"] / 60)
    assert not told(frame.assign(aht_s=aht)).problems


def test_thrice_what_centre_toml_says_is_remarked_in_both_languages() -> None:
    frame = rows()
    (remark,) = told(frame.assign(aht_s=frame["aht_s"] * 3)).remarks
    for text in (remark.found, remark.expected):
        assert heard(text, "en") == text and heard(text, "fr") != text


def waits(patience_s: float, given_up: float = 0.05) -> Findings:
    """What is told of waits whose sum over abandonments is that patience."""
    frame, findings = rows(), Findings()
    frame = frame.assign(abandoned=frame["offered"] * given_up, wait_s=given_up * patience_s)
    tell_wait_unit("history.csv", "phone", frame, findings)
    return findings


@pytest.mark.parametrize(
    ("patience_s", "fix"),
    [
        (90 / 60, "multiply by 60"),
        (420 / 60, "multiply by 60"),
        (90 / 3600, "multiply by 3600"),
        (90 * 1000, "divide by 1000"),
        (1e-6, "leave it empty"),
    ],
)
def test_waits_in_another_unit_are_refused_with_their_remedy(patience_s: float, fix: str) -> None:
    (problem,) = waits(patience_s).problems
    assert problem.column == "wait_s" and fix in problem.fix
    for text in (problem.found, problem.expected, problem.fix):
        assert heard(text, "en") == text and heard(text, "fr") != text


def test_waits_in_seconds_and_those_of_a_queue_that_nobody_leaves_pass() -> None:
    for patience_s in (12.0, 90.0, 1800.0):
        assert not waits(patience_s).problems
    assert not waits(1.0, given_up=1e-4).problems


def test_the_gate_refuses_a_folder_of_waits_in_minutes(tmp_path: Path) -> None:
    days = tuple(f"2026-02-{day:02d}" for day in (2, 3, 9, 10, 16, 17, 23, 24))
    minutes = history(days).replace(",300,15", ",300,0.25")
    with pytest.raises(BadInput, match="multiply by 60"):
        read_centre(written(tmp_path, good() | {"history.csv": minutes}))


def test_the_gate_refuses_a_folder_of_totals(tmp_path: Path) -> None:
    files = good() | {"history.csv": history().replace(",300,", ",3300,")}
    with pytest.raises(BadInput, match="total of the interval"):
        read_centre(written(tmp_path, files))
