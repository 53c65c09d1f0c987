"""What the morning says of the afternoon."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasts.distribution import Forecast, Spread
from forecasts.forecast import forecast_contacts
from forecasts.intraday import Morning, rest_factor, revise
from tests.forecasts.made import GRID, WEEK, counts, frame_of, history

NOW = GRID.at(WEEK.monday, 12 * 60)


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    made = forecast_contacts(history(frame_of("phone", counts(12, 60.0, day_cv=0.15))), WEEK)
    return replace(made, spreads=tuple(replace(s, fading=0.0, hour_cv=0.0) for s in made.spreads))


def actuals(forecast: Forecast, ratio: float) -> pd.DataFrame:
    rows = forecast.frame[forecast.frame["start"] < GRID.at(WEEK.monday, 1440)]
    return rows[["start", "channel"]].assign(offered=(rows["contacts"] * ratio).round())


def test_the_posterior_is_the_conjugate_gamma() -> None:
    """Gamma(1/cv^2, 1/cv^2) prior, Poisson counts: shape and rate grow by count and exposure (Gelman, BDA 2.6)."""
    morning = Morning(np.array([70.0, 50.0]), np.array([50.0, 50.0]), np.zeros(2), np.array([9.0, 10.0]))
    factor, cv = rest_factor(morning, np.array([14.0, 15.0]), Spread("phone", 0.2))
    assert factor == pytest.approx((25 + 120) / (25 + 100))
    assert cv == pytest.approx(1 / np.sqrt(25 + 120))


def test_a_surprise_that_fades_moves_the_next_hour_more_than_the_evening() -> None:
    morning = Morning(np.array([150.0]), np.array([100.0]), np.zeros(1), np.array([10.0]))
    factor, cv = rest_factor(morning, np.arange(11.0, 20.0), Spread("phone", 0.2, fading=0.8, fade_h=2.0))
    assert (np.diff(factor) < 0).all() and (np.diff(cv * np.sqrt(factor)) > 0).all()


def test_a_busy_morning_raises_the_afternoon_and_narrows_its_band(forecast: Forecast) -> None:
    after = revise(forecast, actuals(forecast, 1.4), NOW)
    before_rows, after_rows = forecast.of("phone"), after.of("phone")
    afternoon = (before_rows.index >= NOW) & (before_rows.index < GRID.at(WEEK.monday, 1440))
    ratio = after_rows["contacts"][afternoon] / before_rows["contacts"][afternoon]
    assert ((ratio > 1.1) & (ratio < 1.4)).all()
    assert (after_rows["day_cv"][afternoon] < before_rows["day_cv"][afternoon]).all()
    pd.testing.assert_frame_equal(after_rows[~afternoon], before_rows[~afternoon])


def test_a_morning_as_expected_leaves_the_mean_alone(forecast: Forecast) -> None:
    after = revise(forecast, actuals(forecast, 1.0), NOW)
    assert np.allclose(after.frame["contacts"], forecast.frame["contacts"], rtol=0.01)


def test_what_is_not_over_yet_is_not_read(forecast: Forecast) -> None:
    early = revise(forecast, actuals(forecast, 3.0), GRID.at(WEEK.monday, 8 * 60 + 30))
    pd.testing.assert_frame_equal(early.frame[["contacts", "p10"]], forecast.frame[["contacts", "p10"]])


def test_the_update_lowers_the_error_of_the_afternoon_on_days_that_stray() -> None:
    plain = updated = 0.0
    for seed in range(4):
        past = counts(16, 60.0, seed, day_cv=0.2)
        made = forecast_contacts(history(frame_of("phone", past)), WEEK.plus(-1))
        for day in WEEK.plus(-1).days[:5]:
            now, end = GRID.at(day, 11 * 60), GRID.at(day, 1440)
            seen = past[(past.index >= GRID.at(day, 0)) & (past.index < now)]
            rows = pd.DataFrame({"start": seen.index, "channel": "phone", "offered": seen.to_numpy()})
            rest = past[(past.index >= now) & (past.index < end)]
            plain += float((made.of("phone")["contacts"].reindex(rest.index) - rest).abs().sum())
            revised = revise(made, rows, now).of("phone")["contacts"]
            updated += float((revised.reindex(rest.index) - rest).abs().sum())
    assert updated < 0.85 * plain


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"offered": -1.0}, "negative"),
        ({"offered": np.inf}, "infinite"),
        ({"start": GRID.at(WEEK.monday, 607)}, "off the 60-minute grid"),
        ({"channel": "fax"}, "unknown channels"),
    ],
)
def test_actuals_that_cannot_be_are_refused(forecast: Forecast, change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        revise(forecast, actuals(forecast, 1.0).iloc[:1].assign(**change), NOW)


def rest(forecast: Forecast) -> float:
    rows = forecast.of("phone")["contacts"]
    return float(rows[(rows.index >= NOW) & (rows.index < GRID.at(WEEK.monday, 1440))].sum())


def test_one_absurd_interval_of_the_morning_is_limited_and_named(forecast: Forecast) -> None:
    wild = actuals(forecast, 1.0)
    wild.loc[wild.index[2], "offered"] = 1e6
    after = revise(forecast, wild, NOW)
    assert 1.0 < rest(after) / rest(forecast) < 1.25
    assert any("1000000 contacts at 10:00" in note for note in after.notes)


def test_a_morning_busy_throughout_is_believed_and_needs_no_remark(forecast: Forecast) -> None:
    after = revise(forecast, actuals(forecast, 2.0), NOW)
    assert rest(after) / rest(forecast) > 1.5 and after.notes == forecast.notes


def test_actuals_of_hours_without_forecast_are_named(forecast: Forecast) -> None:
    night = actuals(forecast, 1.0).iloc[:1].assign(start=GRID.at(WEEK.monday, 120), offered=9.0)
    assert any("1 rows of actuals lie outside" in note for note in revise(forecast, night, NOW).notes)
