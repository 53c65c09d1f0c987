"""Recorded calls told again with the agents who were there."""

from __future__ import annotations

import numpy as np
import pytest

from staffing.simulation.replay import replay
from staffing.sizing.erlang import measures
from staffing.sizing.patience import PatienceCurve
from tests.simulation.rooms import stationary


def test_a_replay_meets_erlang_a() -> None:
    calls = stationary(20.0, 240.0, 60_000, seed=3)
    found = replay(calls.arrival_s, calls.work_s, ([0.0], [20]), patience=150.0)
    exact = measures(20.0, 20, 240.0, 20.0, patience=150.0)
    assert found.service_level == pytest.approx(float(exact.service_level), abs=0.02)
    assert found.abandon == pytest.approx(float(exact.abandon), abs=0.01)
    assert found.answered + found.gave_up == 60_000


def test_patience_learnt_from_the_waits_tells_the_same_story() -> None:
    """Waits of one replay, censored by answers, give a curve; the same calls under it end much as they did."""
    rng = np.random.default_rng(5)
    calls = stationary(20.0, 240.0, 20_000, seed=4)
    patience = rng.lognormal(4.5, 1.0, 20_000)
    waits = np.minimum(patience, rng.exponential(60.0, 20_000))
    curve = PatienceCurve.kaplan_meier(waits, patience <= waits)
    learnt = replay(calls.arrival_s, calls.work_s, ([0.0, 40_000.0], [20, 17]), patience=curve)
    true = replay(calls.arrival_s, calls.work_s, ([0.0, 40_000.0], [20, 17]),
                  patience=PatienceCurve.lognormal(float(np.exp(5.0)), float(np.sqrt(np.e - 1))))  # fmt: skip
    assert learnt.abandon == pytest.approx(true.abandon, abs=0.03)
    assert learnt.service_level == pytest.approx(true.service_level, abs=0.05)


def test_gaps_are_refused() -> None:
    with pytest.raises(ValueError, match="rising instants"):
        replay([0.0], [1.0], ([5.0, 2.0], [1, 1]), patience=None)
    with pytest.raises(ValueError, match="finite arrivals"):
        replay([np.nan], [1.0], ([0.0], [1]), patience=None)
