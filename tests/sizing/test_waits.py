"""Mean waits of the answered, and patience read from records."""

from __future__ import annotations

import numpy as np
import pytest

from staffing.sizing import patience as law
from staffing.sizing.erlang import average_wait_s, measures
from staffing.sizing.heads import agents_for
from staffing.sizing.patience import PatienceCurve
from staffing.sizing.tagged import waits
from staffing.targets import AverageWait


def by_states(load: float, agents: int, aht_s: float, patience_s: float) -> float:
    """Mean wait of the answered: each state's chance times what a caller who finds it goes through."""
    size = int(agents + patience_s / aht_s * max(load, agents) + 60 * np.sqrt(load * (1 + patience_s / aht_s)) + 500)
    k = np.arange(1, size + 1)
    leave = np.minimum(k, agents) / aht_s + np.maximum(k - agents, 0) / patience_s
    logs = np.concatenate([[0.0], np.cumsum(np.log(load / aht_s) - np.log(leave))])
    weight = np.exp(logs - logs.max())
    answered, wait_s = waits(agents / aht_s, 1 / patience_s, size + 1 - agents)
    queued = weight[agents:]
    return float(queued @ wait_s / (weight[:agents].sum() + queued @ answered))


@pytest.mark.parametrize(
    ("load", "agents", "aht_s", "patience_s"),
    [(0.5, 1, 300, 60), (10, 1, 5, 1), (10, 8, 300, 1000), (100, 90, 300, 5000), (2000, 2040, 3600, 30),
     (50_000, 40_000, 200, 100), (50_000, 50_100, 200, 100)],
)  # fmt: skip
def test_the_mean_wait_of_the_answered_is_the_chain_s(
    load: float, agents: int, aht_s: float, patience_s: float
) -> None:
    found = float(average_wait_s(load, agents, aht_s, patience=patience_s))
    assert found == pytest.approx(by_states(load, agents, aht_s, patience_s), rel=1e-9)
    assert found == float(measures(load, agents, aht_s, patience=patience_s).asa_s)


def test_many_waits_of_different_handle_times_are_each_the_smallest() -> None:
    load, aht_s = np.linspace(1, 2000, 2000), np.linspace(100, 300, 2000)
    found = agents_for(AverageWait(5), load, aht_s, patience=60.0)
    assert (average_wait_s(load, found, aht_s, patience=60.0) <= 5).all()
    assert (average_wait_s(load, found - 1, aht_s, patience=60.0) > 5).all()


def test_a_curve_of_thousands_of_steps_is_thinned_to_hundreds_that_say_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(2)
    waits_s, gave_up = rng.exponential(100, 8000), rng.random(8000) < 0.3
    thin = PatienceCurve.kaplan_meier(waits_s, gave_up)
    monkeypatch.setattr(law, "STEPS", 10**9)
    whole = PatienceCurve.kaplan_meier(waits_s, gave_up)
    assert len(whole.times_s) > 2000 and len(thin.times_s) <= 402
    assert thin.mean_s == pytest.approx(whole.mean_s)
    at = np.searchsorted(thin.times_s, whole.times_s, side="right") - 1
    assert np.abs(np.asarray(thin.survival)[at] - whole.survival).max() <= 1 / 400
    load = np.array([0.5, 5.0, 40.0])
    for agents in (load + 2, np.ceil(0.9 * load)):
        one, other = (measures(load, agents, 180.0, 20.0, patience=curve) for curve in (thin, whole))
        np.testing.assert_allclose(one.service_level, other.service_level, atol=2e-4)
        np.testing.assert_allclose(one.abandon, other.abandon, atol=2e-4)
