"""Handle time follows the ordinary contacts, not the intervals that cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecasts.forecast import forecast_contacts
from forecasts.handle_time import handle_time
from forecasts.panel import panel_of
from tests.forecasts.made import GRID, WEEK, counts, frame_of, history

STARTS = GRID.span(WEEK.days[0], WEEK.days[1])[8:18]


def mean_s(frame: pd.DataFrame, *, with_panel: bool = True) -> tuple[float, list[str]]:
    past = history(frame)
    panel = panel_of(past, "phone", WEEK.days[-1]) if with_panel else None
    mean, cv, notes = handle_time(past, "phone", STARTS, panel=panel)
    assert ((cv > 0) & (cv < 3)).all()
    return float(mean.mean()), notes


def recorded() -> pd.DataFrame:
    frame = frame_of("phone", counts(12, 40.0))
    chance = np.random.default_rng(1).normal(0, 0.8, len(frame)) / np.sqrt(frame["offered"])
    return frame.assign(handled=frame["offered"], aht_s=174.0 * (1 + chance))


@pytest.mark.parametrize("with_panel", [True, False])
@pytest.mark.parametrize(("columns", "aht_s"), [(["offered", "handled"], 20.0), (["handled"], 20.0), ([], 9_000.0)])
def test_one_absurd_row_does_not_rule_the_handle_time(columns: list[str], aht_s: float, with_panel: bool) -> None:
    frame = recorded()
    frame.loc[len(frame) - 30, columns] = 1e6
    frame.loc[len(frame) - 30, "aht_s"] = aht_s
    assert mean_s(frame, with_panel=with_panel)[0] == pytest.approx(174.0, rel=0.02)


def test_times_too_short_and_too_long_for_many_contacts_are_held_and_named() -> None:
    frame = recorded()
    frame.loc[frame.index[-30:-25], "aht_s"] = 2.0
    frame.loc[frame.index[-40:-35], "aht_s"] = 5_000.0
    mean, notes = mean_s(frame)
    assert mean == pytest.approx(174.0, rel=0.05)
    assert any("5 handle times over" in n for n in notes) and any("5 handle times under" in n for n in notes)


def test_one_short_contact_and_a_slow_hour_stay_as_they_are() -> None:
    frame = recorded()
    frame.loc[frame["start"].dt.hour == 9, "aht_s"] *= 2.0
    frame.loc[frame.index[5], ["offered", "handled", "aht_s"]] = [1.0, 1.0, 4.0]
    past = history(frame)
    mean, _, notes = handle_time(past, "phone", STARTS, panel=panel_of(past, "phone", WEEK.days[-1]))
    assert not notes and mean[1] / mean[4] == pytest.approx(2.0, rel=0.1)


@pytest.mark.parametrize(("ratio", "weeks", "off"), [(1.25, 4, 0.05), (0.8, 10, 0.02)])
def test_a_new_tool_that_moved_every_handle_time_is_followed_within_weeks(ratio: float, weeks: int, off: float) -> None:
    """A quarter more per contact since four weeks was forecast 14 % too low."""
    frame = recorded()
    frame.loc[frame["start"] >= GRID.at(WEEK.plus(-weeks).monday, 0), "aht_s"] *= ratio
    made = forecast_contacts(history(frame), WEEK, origins=0)
    assert made.of("phone")["aht_s"].mean() == pytest.approx(174.0 * ratio, rel=off)


def test_one_slow_day_and_a_slow_week_of_a_tiny_queue_move_little() -> None:
    frame = recorded()
    frame.loc[frame["start"].dt.date == WEEK.plus(-1).days[3], "aht_s"] *= 2.0
    assert mean_s(frame)[0] == pytest.approx(174.0, rel=0.03)
    tiny = frame_of("phone", counts(52, 0.5, seed=3)).assign(aht_s=174.0)
    chance = np.random.default_rng(2).exponential(1.0, len(tiny))
    slow = tiny.assign(
        aht_s=tiny["aht_s"] * chance * np.where(tiny["start"] >= GRID.at(WEEK.plus(-1).monday, 0), 1.3, 1)
    )
    assert mean_s(slow)[0] / mean_s(tiny.assign(aht_s=tiny["aht_s"] * chance))[0] == pytest.approx(1.0, abs=0.1)
