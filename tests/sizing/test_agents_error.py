"""The error of a forecast told in agents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.plan import forecast_week
from staffing.sizing.agents_error import accuracy_report, agents_error
from staffing.sizing.heads import agents_for

SMALL = Path(__file__).parents[2] / "data_samples" / "small"


@pytest.fixture(scope="module")
def tried() -> tuple[Centre, Forecast]:
    centre = read_centre(SMALL)
    return centre, forecast_week(centre, Week.parse("2026-W49"))


def test_each_interval_is_sized_as_it_was_and_as_it_was_thought(tried: tuple[Centre, Forecast]) -> None:
    centre, forecast = tried
    phone = next(c for c in centre.channels if centre.queue(c.queue).kind == "phone")
    queue, week = centre.queue(phone.queue), forecast.of(phone.name)
    aht_s = float(np.average(week["aht_s"], weights=week["contacts"])) + queue.pacing_s
    assert forecast.backtest is not None
    past = forecast.backtest[forecast.backtest["channel"] == phone.name].iloc[::29]
    needed = [
        [int(agents_for(queue.target, count * aht_s / 1800, aht_s, patience=queue.patience_s,
                        max_occupancy=queue.max_occupancy)) for count in past[column]]
        for column in ("actual", "expected")
    ]  # fmt: skip
    report = agents_error(replace(forecast, backtest=past), centre).set_index(["channel", "model"])
    told = report.loc[(phone.name, "combination")]
    assert told["agents_mean"] == pytest.approx(np.mean(needed[0]))
    assert told["agents_error"] == pytest.approx(np.mean(np.abs(np.subtract(needed[1], needed[0]))))


def test_the_report_sets_contacts_beside_agents(tried: tuple[Centre, Forecast]) -> None:
    report = accuracy_report(tried[1], tried[0])
    assert set(report.loc[report["agents_error"].notna(), "model"]) == {"combination", "last week", "four-week mean"}
    assert "poisson floor" in set(report["model"])


def test_nothing_tried_says_nothing(tried: tuple[Centre, Forecast]) -> None:
    assert agents_error(replace(tried[1], backtest=None), tried[0]).empty
