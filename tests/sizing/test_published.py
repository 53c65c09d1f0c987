"""Published Erlang values, each with its source; those published wrong stay as traps; large loads by recursion."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.sizing.erlang import blocking, delay, measures, service_level, wait_quantile
from staffing.sizing.heads import agents_for, agents_for_blocking, load_for_blocking
from staffing.targets import AbandonRate, AnswerRate, AverageWait, ServiceLevel

ROWS = list(csv.DictReader((Path(__file__).parents[1] / "golden" / "erlang.csv").open(encoding="utf-8")))


def number(row: dict[str, str], name: str) -> float:
    return float(row[name]) if row[name] else math.nan


def ours(row: dict[str, str]) -> float:
    load, n, aht, within = (number(row, k) for k in ("offered_load", "servers", "aht_s", "t_s"))
    patience = number(row, "patience_s") if row["model"] == "A" else None
    measure, target = row["measure"], number(row, "target")
    if row["model"] == "B":
        if measure == "blocking":
            return float(blocking(load, n))
        return float(agents_for_blocking(load, target) if measure == "min_servers" else load_for_blocking(n, target))
    if measure == "min_servers":
        return float(agents_for(ServiceLevel(target, within), load, aht, patience=patience))
    if measure in ("p_wait", "immediate"):
        waits = float(delay(load, n))
        return waits if measure == "p_wait" else 1 - waits
    if measure == "service_level":
        return float(service_level(load, n, aht, within, patience=patience))
    if measure == "wait_p90":
        return float(wait_quantile(load, n, aht, 0.9))
    found = measures(load, n, 180.0 if math.isnan(aht) else aht, patience=patience)
    named = {"asa": found.asa_s, "occupancy": found.occupancy, "mean_queue": found.queue_length,
             "p_abandon": found.abandon, "mean_wait_all": found.mean_wait_s}  # fmt: skip
    return float(named[measure])


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_published_value_is_met_and_one_published_wrong_is_not(row: dict[str, str]) -> None:
    found, exact, published = ours(row), number(row, "exact"), number(row, "expected")
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-9)
    agrees = abs(found - published) <= number(row, "tol_abs") + 1e-12
    assert agrees == (row["verdict"] == "agrees")


def recursion(load: float, agents: int) -> tuple[float, float]:
    """Erlang B by its recursion, and C from B (Erlang 1917)."""
    lost = 1.0
    for k in range(1, agents + 1):
        lost = load * lost / (k + load * lost)
    return lost, agents * lost / (agents - load * (1 - lost)) if agents > load else 1.0


@pytest.mark.parametrize("load", [1e-6, 0.3, 1.0, 7.0, 48.0, 333.3, 1000.0, 12_345.6, 50_000.0])
@pytest.mark.parametrize("spare", [-0.5, 0.0, 0.3, 1.0, 2.5])
def test_b_and_c_agree_with_their_recursion_to_nine_places_up_to_50_000_erlangs(load: float, spare: float) -> None:
    agents = max(1, round(load + spare * math.sqrt(load)))
    lost, waits = recursion(load, agents)
    assert float(blocking(load, agents)) == pytest.approx(lost, abs=1e-10)
    assert float(delay(load, agents)) == pytest.approx(waits, abs=1e-9)


def by_steps(load: float, agents: int, aht_s: float, patience_s: float) -> tuple[float, float]:
    """Erlang A's abandonment and delay, state by state in logarithms (birth-death chain)."""
    logs, states = (
        [0.0],
        agents + int(60 * (1 + patience_s / aht_s) + 12 * math.sqrt(load + 1) * (1 + patience_s / aht_s)) + 200,
    )
    for k in range(1, states):
        leaving = min(k, agents) + max(0, k - agents) * aht_s / patience_s
        logs.append(logs[-1] + math.log(load / leaving))
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    k = np.arange(states)
    gone = (np.maximum(k - agents, 0) * weight).sum() * aht_s / patience_s / load
    return float(gone), float(weight[agents:].sum())


@pytest.mark.parametrize(("load", "agents"), [(0.5, 1), (10, 8), (10, 14), (48, 50), (150, 130), (900, 905)])
@pytest.mark.parametrize("patience_s", [30.0, 180.0, 1800.0])
def test_erlang_a_agrees_with_its_chain_state_by_state(load: float, agents: int, patience_s: float) -> None:
    gone, waits = by_steps(load, agents, 240.0, patience_s)
    found = measures(load, agents, 240.0, patience=patience_s)
    assert float(found.abandon) == pytest.approx(gone, abs=1e-9)
    assert float(found.p_wait) == pytest.approx(waits, abs=1e-9)


def test_erlang_c_is_the_limit_of_endless_patience() -> None:
    load, agents = np.array([5.0, 48.0, 300.0]), np.array([8.0, 52.0, 315.0])
    patient = measures(load, agents, 200.0, 20.0, patience=1e9)
    never = measures(load, agents, 200.0, 20.0)
    np.testing.assert_allclose(patient.service_level, never.service_level, atol=1e-5)
    np.testing.assert_allclose(patient.p_wait, never.p_wait, atol=1e-5)


LOADS = st.floats(1e-3, 400)
TARGETS = st.one_of(
    st.builds(ServiceLevel, st.floats(0.01, 0.99), st.floats(0, 900)), st.builds(AverageWait, st.floats(1, 900)),
)  # fmt: skip
IMPATIENT = st.one_of(st.builds(AbandonRate, st.floats(0.005, 0.4)), st.builds(AnswerRate, st.floats(0.5, 0.99)))


@settings(max_examples=60, deadline=None)
@given(LOADS, st.floats(20, 1200), st.one_of(st.none(), st.floats(20, 2000)))
def test_more_agents_never_wait_longer_and_b_is_below_c(load: float, aht: float, patience: float | None) -> None:
    agents = np.arange(int(load) + 1, int(load) + 25)
    found = measures(load, agents, aht, 20.0, patience=patience)
    assert (np.diff(found.service_level) >= -1e-9).all()
    assert (np.diff(found.mean_wait_s) <= 1e-9 * (1 + found.mean_wait_s[:-1])).all()
    assert (blocking(load, agents) <= delay(load, agents) + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(LOADS, st.floats(1.0, 3.0), st.floats(20, 1200), TARGETS)
def test_more_load_never_needs_fewer_and_the_answer_is_the_smallest(
    load: float, more: float, aht: float, target: ServiceLevel | AverageWait
) -> None:
    needed = int(agents_for(target, load, aht))
    assert int(agents_for(target, load * more, aht)) >= needed
    reached = measures(load, np.array([needed - 1, needed]), aht, getattr(target, "within_s", 20.0))
    if isinstance(target, ServiceLevel):
        assert reached.service_level[0] < target.share <= reached.service_level[1]
    else:
        assert reached.asa_s[1] <= target.seconds < reached.asa_s[0]


@settings(max_examples=40, deadline=None)
@given(LOADS, st.floats(20, 1200), st.floats(30, 900), IMPATIENT)
def test_abandonment_targets_are_kept_by_the_smallest_number(
    load: float, aht: float, patience: float, target: AbandonRate | AnswerRate
) -> None:
    needed = int(agents_for(target, load, aht, patience=patience))
    share = target.share if isinstance(target, AbandonRate) else 1 - target.share
    found = measures(load, np.array([max(needed - 1, 0), needed]), aht, patience=patience).abandon
    assert found[1] <= share + 1e-9
    assert needed == 0 or found[0] > share - 1e-9


@settings(max_examples=60, deadline=None)
@given(LOADS, LOADS, st.floats(20, 1200))
def test_pooling_two_queues_never_needs_more(one: float, two: float, aht: float) -> None:
    target = ServiceLevel(0.8, 20)
    apart = int(agents_for(target, one, aht)) + int(agents_for(target, two, aht))
    assert int(agents_for(target, one + two, aht)) <= apart


def test_nobody_calls_needs_nobody_and_a_target_of_nothing_costs_nothing_more_than_stability() -> None:
    assert int(agents_for(ServiceLevel(0.8, 20), 0.0, 180)) == 0
    assert int(agents_for(ServiceLevel(0.001, 20), 10.0, 180)) == 11
    assert int(agents_for(ServiceLevel(0.8, 3600), 10.0, 180)) == 11


@settings(max_examples=15, deadline=None)
@given(LOADS, st.floats(20, 1200), st.one_of(st.none(), st.floats(30, 900)), TARGETS)
def test_many_loads_at_once_get_the_answers_each_would_get_alone(
    load: float, aht: float, patience: float | None, target: ServiceLevel | AverageWait
) -> None:
    loads = load * np.random.default_rng(3).uniform(0.8, 1.2, 600)
    together = agents_for(target, loads, aht, patience=patience)
    alone = [int(agents_for(target, float(x), aht, patience=patience)) for x in loads[:6]]
    assert together[:6].tolist() == alone
