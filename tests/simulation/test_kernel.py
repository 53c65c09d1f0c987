"""The kernel against exact formulas, against SimPy on the same callers, and against laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.simulation.floor import AWAY, Announcement, Contacts, Desk, Floor, Shift
from staffing.simulation.kernel import run
from staffing.sizing.erlang import measures, service_level
from tests.simulation.oracle import Room
from tests.simulation.rooms import in_time, one_desk, stationary


def estimate(values: list[float]) -> tuple[float, float]:
    """Mean and 99 % half-width over replications."""
    return float(np.mean(values)), 2.9 * float(np.std(values, ddof=1)) / len(values) ** 0.5


@pytest.mark.parametrize(("load", "agents", "aht", "within"), [(10.0, 14, 180.0, 20.0), (10.0, 13, 240.0, 30.0)])
def test_constant_staffing_agrees_with_erlang_c(load: float, agents: int, aht: float, within: float) -> None:
    found = [in_time(run(one_desk(agents), stationary(load, aht, 15_000, seed=s)), within) for s in range(16)]
    mean, half = estimate(found)
    assert abs(mean - float(service_level(load, agents, aht, within))) < half
    assert half < 0.02


@pytest.mark.parametrize(("load", "agents", "patience"), [(10.0, 9, 180.0), (13.3, 14, 120.0), (60.0, 58, 180.0)])
def test_impatient_callers_agree_with_erlang_a(load: float, agents: int, patience: float) -> None:
    exact = measures(load, agents, 300.0, 20.0, patience=patience)
    levels, losses = [], []
    for seed in range(12):
        log = run(one_desk(agents), stationary(load, 300.0, 12_000, patience_s=patience, seed=seed))
        levels.append(in_time(log, 20.0))
        losses.append(float(log.gave_up.mean()))
    mean, half = estimate(levels)
    assert abs(mean - float(exact.service_level)) < half
    mean, half = estimate(losses)
    assert abs(mean - float(exact.abandon)) < half


def test_shift_boundaries_every_quarter_of_an_hour_change_nothing_when_staffing_is_constant() -> None:
    """Published case n = 14, A = 10: .888 exact; a simulator that lets a fresh set join at each boundary says .955."""
    found = []
    for seed in range(30):
        callers = stationary(10.0, 180.0, 15_000, seed=seed)
        horizon = float(callers.arrival_s[-1])
        desks = (Desk(0, (0,)), Desk(1, (0,)))
        edges = np.arange(0.0, horizon, 900.0)
        shifts = tuple(Shift(float(t), a, i % 2) for i, t in enumerate(edges) for a in range(14))
        log = run(Floor(desks, ((1.0,),) * 14, shifts, (1,)), callers)
        assert np.array_equal(log.answer_s, run(one_desk(14), callers).answer_s)
        found.append(in_time(log, 20.0))
    mean, half = estimate(found)
    assert abs(mean - 0.888) < half + 0.0005
    assert half < 0.01


def two_levels(seed: int, count: int = 3000, horizon_s: float = 40_000.0) -> Contacts:
    """Phone with lognormal patience, a third handed on to level 2, e-mail beside."""
    rng = np.random.default_rng(seed)
    arrival = np.sort(rng.uniform(0, horizon_s, count))
    queue = np.where(rng.random(count) < 0.15, 2, 0)
    handed = np.flatnonzero((queue == 0) & (rng.random(count) < 0.3))
    child = np.full(count + len(handed), -1)
    child[handed] = count + np.arange(len(handed))
    total = len(child)
    queues = np.concatenate([queue, np.ones(len(handed), dtype=np.int64)])
    patience = np.where(queues == 2, np.inf, rng.lognormal(np.log(120), 1.0, total))
    return Contacts(
        np.concatenate([arrival, np.full(len(handed), np.nan)]), queues, rng.lognormal(np.log(180), 0.7, total),
        patience, child, np.zeros(total, dtype=np.int64), np.zeros(total),
    )  # fmt: skip


def staggered(agents: int, spans_of: int, horizon_s: float, seed: int) -> list[list[tuple[float, float]]]:
    """Three stretches of work an agent, with rests between, none starting at the same second."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(agents):
        first = float(rng.uniform(0, 6000))
        length = (horizon_s - first) / spans_of
        out.append([(first + i * length, first + (i + 1) * length - float(rng.uniform(900, 2700)))
                    for i in range(spans_of)])  # fmt: skip
    return out


@pytest.mark.parametrize("seed", range(6))
def test_the_same_callers_get_the_same_answers_as_in_simpy(seed: int) -> None:
    callers = two_levels(seed)
    takes = [(0, 2)] * 14 + [(1,)] * 6 + [(1, 0)] * 3
    spans = staggered(len(takes), 3, 40_000.0, seed)
    theirs = Room(callers, takes, spans).play()
    desks = (Desk(0, (0, 2)), Desk(1, (1,)), Desk(1, (1, 0)))
    place = [0] * 14 + [1] * 6 + [2] * 3
    shifts = sorted(
        [Shift(at, a, place[a] if i == 0 else AWAY) for a in range(len(takes)) for span in spans[a]
         for i, at in enumerate(span)], key=lambda s: s.at_s)  # fmt: skip
    ours = run(Floor(desks, ((1.0, 1.0, 1.0),) * len(takes), tuple(shifts), (1, 1, 1)), callers)
    assert np.array_equal(np.isnan(ours.answer_s), np.isnan(theirs))
    np.testing.assert_allclose(ours.answer_s, theirs, atol=1e-6)
    assert 0.02 < np.isnan(theirs).mean() < 0.6


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.floats(0.5, 12.0), st.integers(0, 10_000))
def test_one_agent_more_never_makes_the_patient_wait_longer(agents: int, load: float, seed: int) -> None:
    callers = stationary(load, 200.0, 300, seed=seed)
    few, more = run(one_desk(agents), callers), run(one_desk(agents + 1), callers)
    assert (more.answer_s <= few.answer_s + 1e-6).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 6), st.floats(0.5, 12.0), st.integers(0, 10_000))
def test_every_caller_is_answered_gives_up_or_is_turned_away_and_work_is_kept(
    agents: int, load: float, seed: int
) -> None:
    callers = stationary(load, 200.0, 300, patience_s=100.0, seed=seed)
    log = run(one_desk(agents), callers)
    answered = ~np.isnan(log.answer_s)
    assert (answered ^ log.gave_up ^ log.turned_away).all()
    assert log.busy_s.sum() == pytest.approx(callers.work_s[answered].sum())


def test_a_call_in_progress_is_finished_after_the_shift_ends_and_the_rest_is_kept_whole() -> None:
    one = np.array([0.0, 150.0])
    callers = Contacts(one, np.zeros(2, dtype=int), np.array([130.0, 10.0]), np.full(2, np.inf), np.full(2, -1),
                       np.zeros(2, dtype=int), np.zeros(2))  # fmt: skip
    floor = Floor((Desk(0, (0,)),), ((1.0,),), (Shift(0, 0, 0), Shift(100, 0, AWAY), Shift(200, 0, 0)), (1,))
    log = run(floor, callers)
    assert log.done_s[0] == 130.0
    assert log.overrun_s[0] == 30.0
    assert log.answer_s[1] == 230.0


def test_those_who_give_up_call_again_as_often_as_drawn() -> None:
    callers = Contacts(np.array([0.0]), np.zeros(1, dtype=int), np.array([10.0]), np.array([5.0]), np.array([-1]),
                       np.array([2]), np.array([60.0]))  # fmt: skip
    log = run(Floor((Desk(0, (0,)),), ((1.0,),), (Shift(1000.0, 0, 0),), (1,)), callers)
    assert log.arrival_s.tolist() == [0.0, 65.0, 130.0]
    assert log.gave_up.all()


def test_chats_are_held_together_and_slow_each_other() -> None:
    callers = Contacts(np.array([0.0, 0.0, 0.0]), np.zeros(3, dtype=int), np.full(3, 100.0), np.full(3, np.inf),
                       np.full(3, -1), np.zeros(3, dtype=int), np.zeros(3))  # fmt: skip
    log = run(Floor((Desk(0, (0,)),), ((1.0,),), (Shift(0.0, 0, 0),), (2,), slowdowns=(0.25,)), callers)
    assert log.answer_s.tolist() == [0.0, 0.0, 100.0]
    assert log.done_s.tolist() == [100.0, 125.0, 225.0]


def test_spare_work_leaves_its_reserve_idle() -> None:
    """Two agents, reserve of one: of two e-mails only one is taken while the phone may ring."""
    callers = Contacts(np.array([1.0, 2.0]), np.ones(2, dtype=int), np.full(2, 100.0), np.full(2, np.inf),
                       np.full(2, -1), np.zeros(2, dtype=int), np.zeros(2))  # fmt: skip
    floor = Floor((Desk(0, (0,), (1,), 1),), ((1.0, 1.0),) * 2, (Shift(0, 0, 0), Shift(0, 1, 0)), (1, 1))
    assert run(floor, callers).answer_s.tolist() == [1.0, 101.0]


def test_those_who_hear_the_wait_leave_at_once_or_are_called_back() -> None:
    """One agent busy for 100 s: the second caller is told 100 s or more, the third is offered a call-back."""
    one = lambda *v: np.array(v, dtype=float)  # noqa: E731
    callers = Contacts(
        one(0, 1, 2), np.zeros(3, dtype=np.int64), one(100, 100, 50), one(30, 30, 30), np.full(3, -1),
        np.zeros(3, dtype=np.int64), np.zeros(3), one(0.9, 0.9, 0.1),
    )  # fmt: skip
    said = Announcement(100.0, heeds=0.5, offer_s=60.0, accepts=0.2, back_s=200.0)
    log = run(Floor((Desk(0, (0,)),), ((1.0,),), (Shift(0.0, 0, 0),), (1,), announced=(said,)), callers)
    assert log.left_at_once.tolist() == [False, True, False] and log.called_back.tolist() == [False, False, True]
    assert log.answer_s[0] == 0 and np.isnan(log.answer_s[1]) and log.answer_s[2] == 202.0
    assert log.gave_up.tolist() == [False, True, False]
