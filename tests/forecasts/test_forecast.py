"""A forecast of the tiny centre and of a made-up year: what must hold for any history."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecasts.edits import Edit
from forecasts.forecast import forecast_contacts
from forecasts.grid import Week
from forecasts.spread import count_quantile, paths, quantiles
from tests.tiny import GRID, WEEK, history


def test_steady_poisson_calls_are_forecast_at_their_rate() -> None:
    forecast = forecast_contacts(history(weeks=12), WEEK)
    rows = forecast.of("phone")
    assert len(rows) == 5 * 16
    assert rows["contacts"].mean() == pytest.approx(12.0, rel=0.03)
    assert rows["aht_s"].to_numpy() == pytest.approx(300.0)
    assert (rows["p10"] < rows["contacts"]).all()


def test_a_short_history_rests_on_the_weekday_average_alone() -> None:
    forecast = forecast_contacts(history(weeks=2), WEEK)
    assert any("weekday average stands alone" in note for note in forecast.notes)
    assert forecast.of("phone")["contacts"].mean() == pytest.approx(12.0, rel=0.1)


def test_what_comes_after_the_week_starts_is_not_used() -> None:
    past = history(weeks=12)
    early = WEEK.plus(-3)
    known = past.until(GRID.at(early.monday, 0))
    pd.testing.assert_frame_equal(forecast_contacts(past, early).frame, forecast_contacts(known, early).frame)


def test_a_hand_edit_changes_contacts_and_keeps_the_models_own_line() -> None:
    monday = WEEK.monday
    edit = Edit("multiply", 1.5, GRID.at(monday, 0), GRID.at(monday, 1440), "campaign letter", "phone")
    plain, changed = (forecast_contacts(history(), WEEK, edits=e).frame for e in ((), (edit,)))
    on_monday = changed["start"].dt.date == monday
    ratio = changed["contacts"] / plain["contacts"]
    assert np.allclose(ratio, np.where(on_monday, 1.5, 1.0))
    assert np.allclose(changed["model_contacts"], plain["contacts"])


def test_paths_agree_with_the_quantiles_and_the_mean() -> None:
    forecast = forecast_contacts(history(weeks=12), WEEK)
    played = paths(forecast, 4000, seed=3)
    rates = paths(forecast, 4000, seed=3, rates=True)
    mean = forecast.frame["contacts"].to_numpy()
    assert np.allclose(played.mean(axis=0), mean, rtol=0.05) and np.allclose(rates.mean(axis=0), mean, rtol=0.05)
    p10, p90 = quantiles(forecast, (0.1, 0.9)).T
    assert 0.76 < float(np.mean((played >= p10) & (played <= p90))) < 0.84


def test_a_week_too_far_ahead_is_refused() -> None:
    with pytest.raises(ValueError, match="13 weeks"):
        forecast_contacts(history(), WEEK.plus(20))


def test_the_poisson_quantile_is_that_of_the_normal_for_large_counts() -> None:
    assert count_quantile(np.array([10_000.0]), 0.0, 0.975)[0] == pytest.approx(10_000 + 1.96 * 100, abs=2.0)


def test_an_autumn_week_with_169_hours_is_whole() -> None:
    from forecasts.grid import Grid, always_open
    from forecasts.history import COLUMNS, ChannelHours, History

    grid, week = Grid("Europe/Paris", 60), Week.parse("2026-W43")
    starts = grid.span(week.plus(-10).monday, week.plus(-1).days[-1])
    frame = pd.DataFrame({"start": starts, "channel": "night", "offered": 5.0, "aht_s": 200.0})
    for column in ("handled", "abandoned", "wait_s"):
        frame[column] = np.nan
    past = History(grid, frame[list(COLUMNS)], (ChannelHours("night", always_open()),))
    rows = forecast_contacts(past, week).of("night")
    assert len(rows) == 169
    assert rows["contacts"].to_numpy() == pytest.approx(5.0, rel=0.01)
