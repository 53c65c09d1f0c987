"""Bands hold what they promise, and paths of a day move together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecasts.calibration import PastErrors, calibrated, mid_place
from forecasts.distribution import Forecast, Spread
from forecasts.forecast import forecast_contacts, forecast_days
from forecasts.spread import count_quantile, paths, total_cv
from tests.forecasts.made import WEEK, counts, frame_of, history


@given(mean=st.floats(0.01, 5000), cv=st.floats(0, 1), share=st.floats(0.02, 0.98))
def test_quantiles_rise_with_the_share_and_never_fall_below_zero(mean: float, cv: float, share: float) -> None:
    low, high = (float(count_quantile(np.array([mean]), cv, s)[0]) for s in (share * 0.9, share))
    assert 0 <= low <= high + 1e-9


def test_the_quantile_lies_within_one_contact_of_scipys_negative_binomial() -> None:
    mean, cv = np.array([3.0, 40.0, 900.0]), 0.2
    exact = stats.nbinom(1 / cv**2, (1 / cv**2) / (1 / cv**2 + mean)).ppf(0.9)
    assert np.all(np.abs(count_quantile(mean, cv, 0.9) - exact) <= 1.0)


def test_calibration_finds_the_day_variation_that_made_the_errors() -> None:
    rng = np.random.default_rng(5)
    mu = np.full((400, 10), 80.0)
    factor = rng.gamma(1 / 0.15**2, 0.15**2, (400, 1))
    y = rng.poisson(mu * factor).astype(float)
    errors = PastErrors(mu, y, np.full(400, 0.1))
    found = calibrated(errors, errors)
    day, interval = found.cv(mu.mean(axis=1), errors.sd)
    assert float(day.mean()) == pytest.approx(0.15, rel=0.12)
    assert float(interval.mean()) < 0.06
    place = mid_place(y, mu, total_cv(day[:, None], interval[:, None]))
    assert float(np.mean(np.abs(place - 0.5) <= 0.4)) == pytest.approx(0.8, abs=0.03)


def test_bands_follow_what_was_learned_when_recent_forecasts_did_better() -> None:
    rng = np.random.default_rng(6)
    mu, sd = np.full((56, 12), 100.0), np.full(56, 0.1)
    factor = np.exp(rng.standard_normal((56, 1)) * np.where(np.arange(56) < 28, 0.25, 0.1)[:, None])
    y = rng.poisson(mu * factor).astype(float)
    better, worse = (calibrated(PastErrors(mu, a, sd), PastErrors(mu, a, sd)) for a in (y, y[::-1]))
    assert better.cv(mu, sd[:, None])[0].mean() < 0.8 * worse.cv(mu, sd[:, None])[0].mean()


def test_the_bands_of_a_doubly_stochastic_queue_cover_what_then_comes() -> None:
    inside, rows = {0.8: 0, 0.95: 0}, 0
    span = (WEEK.plus(-2).days[0], WEEK.plus(-1).days[-1])
    for seed in range(6):
        past = counts(22, 50.0, seed, day_cv=0.12)
        forecast = forecast_days(history(frame_of("phone", past)), span).of("phone")
        actual = past.reindex(forecast.index)
        rows += len(actual)
        inside[0.8] += int(((actual >= forecast["p10"]) & (actual <= forecast["p90"])).sum())
        inside[0.95] += int(((actual >= forecast["p025"]) & (actual <= forecast["p975"])).sum())
    assert 0.72 < inside[0.8] / rows < 0.88
    assert 0.9 < inside[0.95] / rows < 0.99


def test_slots_of_one_day_share_their_surprise_and_days_do_not() -> None:
    base = forecast_contacts(history(frame_of("phone", counts(8, 60.0))), WEEK, origins=0)
    frame = base.frame.drop(columns=["day_cv", "interval_cv"])
    forecast = Forecast(base.grid, frame, (Spread("phone", 0.3),))
    rates = paths(forecast, 2000, seed=1, rates=True) / frame["contacts"].to_numpy()
    day = frame["start"].dt.day_of_week.to_numpy()
    assert np.allclose(rates[:, day == 0], rates[:, day == 0][:, :1])
    assert abs(np.corrcoef(rates[:, day == 0][:, 0], rates[:, day == 1][:, 0])[0, 1]) < 0.08
    assert rates[:, 0].std() == pytest.approx(0.3, rel=0.06)


def test_channels_that_err_together_move_together_in_the_paths() -> None:
    base = forecast_contacts(
        history(frame_of("mail", counts(8, 60.0)), frame_of("phone", counts(8, 60.0, 1))), WEEK, origins=0
    )
    frame = base.frame.drop(columns=["day_cv", "interval_cv"])
    spreads = (Spread("mail", 0.2), Spread("phone", 0.2))
    forecast = Forecast(base.grid, frame, spreads, np.array([[1.0, 0.8], [0.8, 1.0]]))
    rates = paths(forecast, 3000, seed=2, rates=True)
    first = {c: int(np.argmax(frame["channel"].to_numpy() == c)) for c in ("mail", "phone")}
    assert np.corrcoef(rates[:, first["mail"]], rates[:, first["phone"]])[0, 1] == pytest.approx(0.8, abs=0.05)


def test_the_same_seed_gives_the_same_paths() -> None:
    forecast = forecast_contacts(history(frame_of("phone", counts(8, 20.0))), WEEK, origins=0)
    assert np.array_equal(paths(forecast, 5, seed=9), paths(forecast, 5, seed=9))
    assert not np.array_equal(paths(forecast, 5, seed=9), paths(forecast, 5, seed=10))
