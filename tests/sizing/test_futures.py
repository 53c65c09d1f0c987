"""Chats by their chain, the price of confidence, and the reverse questions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.sizing.chat import Chats, agents_for_chats
from staffing.sizing.confidence import price_of_confidence
from staffing.sizing.erlang import service_level
from staffing.sizing.futures import at_confidence, gamma_quantile
from staffing.sizing.options import Sizing
from staffing.sizing.reverse import contacts_carried, growth_carried
from staffing.sizing.size import size
from staffing.targets import AverageWait, ServiceLevel, Target
from tests import tiny
from tests.sizing.test_size import forecast

EVEN = Sizing(method="stationary")


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 40), st.one_of(st.none(), st.floats(30, 900)))
def test_one_chat_at_a_time_is_erlang(load: int, more: int, patience_s: float | None) -> None:
    agents = int(load) + more
    found = Chats(load / 240, 240.0, 1, patience_s=patience_s).service_level(agents, 20.0)
    assert found == pytest.approx(float(service_level(load, agents, 240.0, 20.0, patience=patience_s)), abs=1e-5)


def test_chats_that_do_not_slow_each_other_are_erlang_on_all_hands() -> None:
    found = Chats(20 / 600, 600.0, 3, slowdown=0.0).service_level(8, 30.0)
    assert found == pytest.approx(float(service_level(20, 24, 600.0, 30.0)), abs=1e-6)


@pytest.mark.filterwarnings("error")
def test_chats_that_double_each_other_s_time_are_sized_without_a_warning() -> None:
    """Two at once at half the pace each: as much work as one at a time."""
    needed = agents_for_chats(Chats(20 / 600, 600.0, 2, slowdown=1.0), 0.8, 20.0)
    assert 20 < needed <= agents_for_chats(Chats(20 / 600, 600.0, 1), 0.8, 20.0)


def test_chats_need_more_agents_than_their_load_divided_by_the_hands() -> None:
    for held in (2, 3):
        chats = Chats(20 / 600, 600.0, held, slowdown=0.25)
        needed = agents_for_chats(chats, 0.8, 20.0)
        assert needed > 20 / held
        assert chats.service_level(needed, 20.0) >= 0.8 > chats.service_level(needed - 1, 20.0)
    assert agents_for_chats(Chats(20 / 600, 600.0, 3), 0.8, 20.0) < agents_for_chats(
        Chats(20 / 600, 600.0, 2), 0.8, 20.0
    )


def uncertain(cv: float):  # type: ignore[no-untyped-def]
    known = forecast(60.0)
    return dataclasses.replace(known, frame=known.frame.assign(day_cv=cv, interval_cv=0.0))


def test_more_confidence_costs_more_and_none_is_free() -> None:
    table = price_of_confidence(uncertain(0.15), tiny.centre(), tiny.WEEK, options=EVEN).frame
    assert table["agent_hours"].is_monotonic_increasing
    assert table["eur"].iloc[-1] == pytest.approx(25.0 * table["more_hours"].iloc[-1])
    certain = price_of_confidence(uncertain(0.0), tiny.centre(), tiny.WEEK, options=EVEN).frame
    assert certain["more_hours"].tolist() == pytest.approx([0.0] * len(certain))


def test_staffed_at_ninety_per_cent_nine_futures_in_ten_keep_the_target() -> None:
    sure = at_confidence(uncertain(0.15), 0.9)
    factor = sure.frame["contacts"].iloc[0] / 60.0
    draws = np.random.default_rng(1).gamma(1 / 0.15**2, 0.15**2, 20_000)
    assert np.mean(draws <= factor) == pytest.approx(0.9, abs=0.01)


def test_the_expected_service_holds_on_average_where_the_expected_contacts_do_not() -> None:
    doubtful, averaged = uncertain(0.7), dataclasses.replace(EVEN, expected=True)
    plain, whole = (
        size(doubtful, tiny.centre(), tiny.WEEK, options=chosen).of("front").iloc[6] for chosen in (EVEN, averaged)
    )
    factors = np.array([gamma_quantile(np.array([0.7]), (i + 0.5) / 400)[0] for i in range(400)])

    def mean(agents: float) -> float:
        return float(np.mean(service_level(plain["load_erl"] * factors, agents, 300.0, 20.0, patience=180.0)))

    assert mean(plain["agents"]) < 0.8 <= mean(whole["agents"]) + 0.005
    assert plain["agents"] < whole["agents"]


def test_what_can_be_carried_is_what_was_sized_for_and_no_more() -> None:
    assert float(contacts_carried(ServiceLevel(0.8, 20), 14, 180.0, 1800.0)) == pytest.approx(108.68, abs=0.01)
    requirement = size(forecast(24.0), tiny.centre(), tiny.WEEK, options=EVEN)
    factors = growth_carried(
        forecast(24.0), tiny.centre(), tiny.WEEK, requirement.frame[["start", "queue", "agents"]], options=EVEN
    )
    for queue, factor in factors.items():
        assert 1.0 - 0.006 <= factor < 1.6, queue
    more = requirement.frame.assign(agents=requirement.frame["agents"] + 2)
    grown = growth_carried(forecast(24.0), tiny.centre(), tiny.WEEK, more[["start", "queue", "agents"]], options=EVEN)
    assert all(grown[q] > factors[q] for q in factors)


def test_growth_is_asked_about_as_far_as_it_goes() -> None:
    """Thirty agents more carry over four times the calls of a small week; no volume at all is too many for anybody."""
    few = size(forecast(4.0), tiny.centre(), tiny.WEEK, options=EVEN).frame
    many = few.assign(agents=few["agents"] + 30)
    seats = many[["start", "queue", "agents"]]
    found = growth_carried(forecast(4.0), tiny.centre(), tiny.WEEK, seats, options=EVEN, tolerance=0.1)
    assert min(found.values()) > 4.5
    again = size(forecast(4.0 * found["front"]), tiny.centre(), tiny.WEEK, options=EVEN).of("front")["agents"]
    assert (again <= many.set_index("queue").loc["front", "agents"].to_numpy()).all()
    none = growth_carried(forecast(0.0), tiny.centre(), tiny.WEEK, seats, options=EVEN)
    assert set(none.values()) == {float("inf")}


@pytest.mark.parametrize("method", ["transient", "stationary"])
@pytest.mark.parametrize("promise", [ServiceLevel(0.8, 20.0), AverageWait(15.0)])
def test_a_chat_agent_missing_costs_what_the_chain_of_chats_says(method: str, promise: Target) -> None:
    """Each takes three chats along: a day without a tenth of them was told at 0.57 where callers met 0.33."""
    chats = Chats(24 / 1800, 900.0, 3, 0.25, 180.0)
    made = tiny.centre()
    front = dataclasses.replace(
        made.queues[0], kind="chat", concurrency=3, chat_slowdown=0.25, target=promise, patience_s=180.0
    )
    known = tiny.forecast(24.0)
    known = dataclasses.replace(known, frame=known.frame.assign(aht_s=900.0))
    chatty = dataclasses.replace(made, queues=(front, made.queues[1]))
    need = size(known, chatty, tiny.WEEK, options=Sizing(method=method))
    row = int(np.flatnonzero((need.frame["queue"] == "front") & (need.frame["start"].dt.hour == 14))[0])
    agents = int(need.frame["agents"].iloc[row])
    for heads in range(agents - 2, agents + 2):
        assert need.service[row, heads] == pytest.approx(chats.service_level(heads, 20.0), abs=0.08)
