"""Callers who give up and call again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasts.history import History
from staffing.centre import Centre
from staffing.sizing.options import Sizing
from staffing.sizing.retrials import called_again, first_tries
from staffing.sizing.size import size
from tests import tiny
from tests.sizing.test_size import forecast

STEADY = Sizing(method="stationary", model="erlang_a")


def calling_again(share: float, abandoned: float = 0.0) -> Centre:
    """The tiny centre whose callers wait two minutes; a share of those who give up calls again, ``abandoned`` of the
    calls on record were."""
    centre = tiny.centre()
    queues = tuple(dataclasses.replace(q, patience_s=120.0) for q in centre.queues)
    frame = centre.history.frame.assign(abandoned=centre.history.frame["offered"] * abandoned)
    history: History = dataclasses.replace(centre.history, frame=frame)
    return dataclasses.replace(centre, queues=queues, history=history, retry_share=share, retry_delay_min=30.0)


def test_repeated_calls_on_record_are_taken_out() -> None:
    assert first_tries(calling_again(0.4, 0.25), "phone") == pytest.approx(1 - 0.4 * 0.25)
    assert first_tries(tiny.centre(), "phone") == 1.0


def test_the_volume_to_staff_solves_the_fixed_point() -> None:
    """lambda = first + r P(abandon) lambda; the pause of one interval moves it by one in a steady day."""
    centre = calling_again(0.5)
    made = size(forecast(24.0), centre, tiny.WEEK, options=STEADY)
    alone = size(forecast(24.0), centre, tiny.WEEK, options=dataclasses.replace(STEADY, retrials=False))
    noon = made.of("front").iloc[6]
    before = alone.of("front").iloc[6]
    assert before["arrivals"] == pytest.approx(24.0)
    again = noon["arrivals"] / 24.0 - 1
    assert 0.005 < again < 0.05
    assert made.of("front").iloc[0]["arrivals"] == pytest.approx(24.0), "nobody has given up yet at nine"
    assert any("gave up" in note for note in made.notes)


def test_level_two_gets_what_level_one_answers_of_all_calls() -> None:
    calls = 24.0
    with_, without = (
        size(forecast(calls), calling_again(r), tiny.WEEK, options=STEADY).of("expert")["arrivals"].to_numpy()[6]
        for r in (0.9, 0.0)
    )
    assert with_ > without
    assert with_ < without * 1.1


def test_no_share_and_no_patience_change_nothing() -> None:
    for centre in (calling_again(0.0), dataclasses.replace(tiny.centre(), retry_share=0.5)):
        plain, same = (
            size(forecast(24.0), centre, tiny.WEEK, options=Sizing(method="stationary", model="erlang_c", retrials=r))
            for r in (False, True)
        )
        assert np.array_equal(plain.frame["agents"], same.frame["agents"])


def test_a_record_without_abandonment_keeps_the_repeated_calls_it_holds() -> None:
    """Nothing can be taken out of it, so nothing is put in again."""
    centre = calling_again(0.9)
    blind = dataclasses.replace(centre.history, frame=centre.history.frame.assign(abandoned=np.nan))
    plain = size(forecast(24.0), calling_again(0.0), tiny.WEEK, options=STEADY)
    silent = size(forecast(24.0), dataclasses.replace(centre, history=blind), tiny.WEEK, options=STEADY)
    assert silent.of("front")["arrivals"].to_numpy() == pytest.approx(plain.of("front")["arrivals"].to_numpy())
    assert any("not on record" in note for note in silent.notes)


def test_those_who_call_again_and_give_up_again_call_again() -> None:
    """lambda = first / (1 - r P(abandon)) once the day is steady: 1.79 first calls each, where two passes say 1.64."""
    centre = dataclasses.replace(calling_again(0.9), retry_delay_min=1.0)
    again = called_again(centre, np.full(48, 24.0), np.full(48, 0.49), np.ones(48, dtype=bool))
    assert again[-1] / 24.0 == pytest.approx(1 / (1 - 0.9 * 0.49) - 1, abs=2e-4)


def direct_to_level_two(centre: Centre) -> Centre:
    """The same callers, who reach the experts without passing through the front."""
    channel = dataclasses.replace(centre.channels[0], queue="expert", transfers=())
    target = centre.queue("front").target
    queues = tuple(dataclasses.replace(q, target=target) for q in centre.queues)
    return dataclasses.replace(centre, channels=(channel,), queues=queues)


@pytest.mark.parametrize("method", ["stationary", "auto"])
def test_a_line_straight_into_level_two_has_the_same_repeated_calls_as_at_level_one(method: str) -> None:
    centre, options = calling_again(0.5, 0.25), dataclasses.replace(STEADY, method=method)
    expert = size(forecast(24.0), direct_to_level_two(centre), tiny.WEEK, options=options).of("expert")
    front = size(forecast(24.0), centre, tiny.WEEK, options=options).of("front")
    assert expert["arrivals"].to_numpy() == pytest.approx(front["arrivals"].to_numpy())
    assert expert["arrivals"].iloc[6] > 24.0 * (1 - 0.5 * 0.25) * 1.005


def test_calls_handed_on_are_not_called_again_at_level_two() -> None:
    """Beside a line straight into level 2 whose abandonment is not on record, experts get no repeated calls."""
    centre = calling_again(0.9, 0.25)
    direct = dataclasses.replace(centre.channels[0], name="direct", queue="expert", transfers=())
    past, known = centre.history, forecast(24.0)
    rows = pd.concat([past.frame.assign(channel="direct", abandoned=np.nan), past.frame], ignore_index=True)
    hours = tuple(dataclasses.replace(past.hours[0], channel=name) for name in ("direct", "phone"))
    both = dataclasses.replace(
        centre, channels=(*centre.channels, direct), history=dataclasses.replace(past, frame=rows, hours=hours)
    )
    more = pd.concat([known.frame.assign(channel="direct"), known.frame], ignore_index=True)
    spreads = (dataclasses.replace(known.spreads[0], channel="direct"), *known.spreads)
    asked = dataclasses.replace(known, frame=more, spreads=spreads)
    found = size(asked, both, tiny.WEEK, options=STEADY).of("expert")["arrivals"].to_numpy()
    handed_on = size(known, centre, tiny.WEEK, options=STEADY).of("expert")["arrivals"].to_numpy()
    assert found == pytest.approx(handed_on + 24.0)
