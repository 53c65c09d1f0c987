"""The transient queue against the exact stationary formula, and against calls played one by one on a steep morning."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from staffing.simulation.floor import Contacts, Desk, Floor, Shift
from staffing.simulation.kernel import run
from staffing.sizing.chat import Chats, agents_for_chats
from staffing.sizing.erlang import measures
from staffing.sizing.heads import agents_for
from staffing.sizing.size import size
from staffing.sizing.transient import Line, _left, least_agents, played
from staffing.targets import Counting, ServiceLevel
from tests import tiny

TARGET = ServiceLevel(0.8, 20)


@pytest.mark.parametrize("counting", list(Counting))
@pytest.mark.parametrize(
    ("load", "agents", "patience_s"), [(0.4, 1, 180.0), (10, 12, 60.0), (60, 55, 180.0), (20, 25, None)]
)
def test_a_steady_load_ends_at_the_exact_stationary_queue(
    load: float, agents: int, patience_s: float | None, counting: Counting
) -> None:
    aht = np.full(60, 240.0)
    line = Line.of(
        np.full(60, load * 900 / 240), aht, 900.0, patience_s=patience_s, within_s=20.0, counting=counting,
        sloped=False, most_agents=agents,
    )  # fmt: skip
    last = played(line, np.full(60, agents))[-1]
    exact = measures(load, agents, 240.0, 20.0, patience=patience_s, counting=counting)
    assert last.service_level == pytest.approx(float(exact.service_level), abs=1e-5)
    assert last.abandon == pytest.approx(float(exact.abandon), abs=1e-5)
    assert last.asa_s == pytest.approx(float(exact.asa_s), rel=1e-3)
    assert last.occupancy == pytest.approx(float(exact.occupancy), abs=1e-5)


def steep_day(load: float, aht_s: float) -> np.ndarray:
    """Half hours from 8:00 to 14:00: from a tenth to all of ``load`` erlangs within an hour and a half, then down."""
    hours = np.arange(8, 14, 0.5) + 0.25
    shape = np.interp(hours, [8, 9.5, 11, 14], [0.1, 1.0, 1.0, 0.4])
    return np.asarray(load * shape * 1800 / aht_s)


def simulated(
    contacts: np.ndarray, agents: np.ndarray, aht_s: float | np.ndarray, patience_s: float, runs: int
) -> np.ndarray:
    """[intervals] share answered within 20 s, calls played one by one with arrivals sloped as sizing slopes them;
    ``aht_s`` of the calls that come in each interval."""
    aht = np.broadcast_to(aht_s, contacts.shape).astype(float)
    rng, line = np.random.default_rng(5), Line.of(
        contacts, aht, 1800.0, patience_s=patience_s, within_s=20.0,
        most_agents=float(agents.max()),
    )  # fmt: skip
    parts, most = line.arrivals.shape[1], int(agents.max())
    changes = [
        Shift(1800.0 * i, a, 0 if a < n else -1)
        for i, n in enumerate(agents)
        for a in range(most)
        if (i == 0 and a < n) or (i > 0 and (a < n) != (a < agents[i - 1]))
    ]
    floor = Floor((Desk(0, (0,)),), tuple((1.0,) for _ in range(most)), tuple(changes), (1,))
    good, came = np.zeros(len(contacts)), np.zeros(len(contacts))
    for _ in range(runs):
        counts = rng.poisson(line.arrivals.ravel())
        width = 1800.0 / parts
        arrival = np.sort(np.repeat(np.arange(len(counts)) * width, counts) + rng.uniform(0, width, counts.sum()))
        n, slot = len(arrival), np.minimum((arrival // 1800).astype(int), len(contacts) - 1)
        log = run(floor, Contacts(
            arrival, np.zeros(n, dtype=np.int64), rng.exponential(aht[slot]), rng.exponential(patience_s, n),
            np.full(n, -1), np.zeros(n, dtype=np.int64), np.zeros(n),
        ))  # fmt: skip
        wait = log.answer_s[:n] - arrival
        np.add.at(good, slot, ~np.isnan(wait) & (wait <= 20))
        np.add.at(came, slot, 1)
    return np.asarray(good / came)


@pytest.mark.parametrize(("load", "aht_s"), [(60.0, 240.0), (40.0, 600.0)])
def test_a_steep_morning_is_predicted_within_two_points_and_kept_everywhere(load: float, aht_s: float) -> None:
    contacts = steep_day(load, aht_s)
    guess = agents_for(TARGET, contacts * aht_s / 1800, aht_s, patience=180.0)
    line = Line.of(contacts, np.full(12, aht_s), 1800.0, patience_s=180.0, within_s=20.0, most_agents=guess.max())
    agents, slots = least_agents(line, lambda slot: slot.service_level >= 0.8, guess)
    predicted = np.array([slot.service_level for slot in slots])
    found = simulated(contacts, agents, aht_s, 180.0, 500)
    assert (predicted >= 0.8).all()
    assert abs(predicted - found).max() < 0.02
    assert found.min() > 0.785
    assert agents.sum() <= 1.02 * guess.sum()


def test_handle_times_that_move_through_the_day_are_those_of_the_calls_in_hand() -> None:
    forecast = tiny.forecast(60.0)
    day = np.arange(16)
    aht = np.tile(600 * (1 + 0.3 * np.sin(day / 3)), 5)
    moved = replace(forecast, frame=forecast.frame.assign(aht_s=aht))
    need = size(moved, tiny.centre(), tiny.WEEK).frame
    front = need[need["queue"] == "front"].iloc[:16]
    agents = np.ceil(front["agents"].to_numpy() - 1e-9).astype(int)
    found = simulated(np.full(16, 60.0), agents, aht[:16], 180.0, 1000)
    assert abs(front["service_level"].to_numpy() - found).max() < 0.02
    assert found.min() > 0.785


def test_an_overloaded_hour_leaves_its_queue_to_the_next() -> None:
    contacts, aht = np.array([20.0, 60.0, 20.0, 20.0]), np.full(4, 300.0)
    line = Line.of(contacts, aht, 1800.0, patience_s=600.0, within_s=20.0, sloped=False, most_agents=5)
    slots = played(line, np.full(4, 5))
    alone = played(Line.of(contacts[2:], aht[2:], 1800.0, patience_s=600.0, within_s=20.0, sloped=False), np.full(2, 5))
    assert slots[2].service_level < 0.7 * alone[0].service_level
    assert slots[1].arrived == pytest.approx(60.0)


def test_each_interval_has_the_smallest_number_that_keeps_it() -> None:
    contacts, aht = steep_day(25.0, 300.0), np.full(12, 300.0)
    line = Line.of(contacts, aht, 1800.0, patience_s=180.0, within_s=20.0, most_agents=40)
    for start in (1, 60):
        agents, _ = least_agents(line, lambda slot: slot.service_level >= 0.8, np.full(12, start))
        present = line.empty()
        for i, n in enumerate(agents):
            before = int(agents[i - 1]) if i else None
            assert line.advance(present, i, int(n), before)[1].service_level >= 0.8
            assert line.advance(present, i, int(n) - 1, before)[1].service_level < 0.8
            present, _ = line.advance(present, i, int(n), before)


def test_nobody_comes_and_nobody_is_needed() -> None:
    line = Line.of(np.zeros(3), np.full(3, 300.0), 1800.0, patience_s=180.0, within_s=20.0)
    agents, _ = least_agents(line, lambda slot: slot.service_level >= 0.8, np.zeros(3, dtype=np.int64))
    assert agents.tolist() == [0, 0, 0]


def test_without_agents_and_without_patience_nobody_is_answered() -> None:
    line = Line.of(np.full(4, 3.0), np.full(4, 300.0), 1800.0, patience_s=None, within_s=20.0)
    assert [slot.service_level for slot in played(line, np.zeros(4, dtype=np.int64))] == [0.0] * 4


@pytest.mark.parametrize("patience_s", [None, 240.0])
def test_steady_chats_end_at_the_balance_of_their_chain(patience_s: float | None) -> None:
    chats = Chats(20 / 600, 600.0, 3, 0.25, patience_s)
    agents = agents_for_chats(chats, 0.8, 20.0)
    line = Line.of(
        np.full(20, 60.0), np.full(20, 600.0), 1800.0, patience_s=patience_s, within_s=20.0, sloped=False,
        most_agents=agents, held=3, slowdown=0.25,
    )  # fmt: skip
    last = played(line, np.full(20, agents))[-1]
    assert last.service_level == pytest.approx(chats.service_level(agents, 20.0), abs=2e-4)
    assert last.arrived == pytest.approx(last.completed + last.gave_up, rel=1e-3)


def test_chats_that_overflow_an_hour_wait_into_the_next() -> None:
    contacts, aht = np.array([20.0, 20.0, 90.0, 20.0]), np.full(4, 600.0)
    line = Line.of(contacts, aht, 1800.0, patience_s=900.0, within_s=20.0, sloped=False, most_agents=6, held=3)
    levels = [slot.service_level for slot in played(line, np.full(4, 6))]
    assert levels[1] > 0.95 and levels[2] < levels[3] < levels[1]


@pytest.mark.parametrize("held", [1, 2, 3])
def test_agents_who_leave_take_their_share_of_what_is_in_hand(held: int) -> None:
    present = np.random.default_rng(2).dirichlet(np.ones(40))
    after = _left(present, 6, 4, held)
    full, k = 6 * held, np.arange(40)
    inside = np.minimum(k, full)
    assert after.sum() == pytest.approx(1.0)
    assert after @ k == pytest.approx(present @ (k - inside * 2 / 6))
