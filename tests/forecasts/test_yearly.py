"""Weeks of the year that come back are forecast though nobody told them; what came once, or in noise, is not."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from forecasts.channel import channel_forecast
from forecasts.grid import Week
from forecasts.panel import panel_from
from forecasts.yearly import yearly_columns
from tests.forecasts.made import GRID, OFFICE, WEEK, counts, truth

YEARS = 108
LAST_YEAR, YEAR_BEFORE = Week.parse("2025-W24"), Week.parse("2024-W24")
DAYS = tuple(dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(1000))


def foretold(factor: float, *weeks: Week) -> float:
    """Contacts forecast for WEEK over what usual weeks bring, when so many more came in some weeks and the next."""
    moved = {day for week in weeks for day in (*week.days, *week.plus(1).days)}
    past = counts(YEARS, 60.0, day_cv=0.05)
    past = (past * np.where([day in moved for day in past.index.date], factor, 1.0)).round()
    panel = panel_from(past, GRID, OFFICE, WEEK.days[-1], channel="phone")
    starts = GRID.week(WEEK)
    usual = truth(starts[OFFICE.mask(starts)], 60.0)
    rates = channel_forecast(panel, WEEK.monday, origins=0).rates
    return float(np.where(panel.is_open[-7:], rates, 0.0).sum() / usual.sum())


@pytest.mark.parametrize("factor", [1.6, 0.3])
def test_two_weeks_that_differed_in_both_years_are_forecast_to_differ_again(factor: float) -> None:
    assert foretold(factor, LAST_YEAR, YEAR_BEFORE) == pytest.approx(factor, rel=0.12)


def test_two_weeks_that_differed_in_one_year_of_two_are_forecast_as_usual() -> None:
    assert foretold(1.6, LAST_YEAR) == pytest.approx(1.0, abs=0.08)


def test_noise_has_no_weeks_of_the_year_and_a_window_is_found_where_it_was_laid() -> None:
    rows = np.arange(900)
    z = np.random.default_rng(0).normal(0.0, 0.1, len(rows))
    precision = np.eye(len(rows)) / 0.01
    assert yearly_columns(DAYS, rows, z, precision.copy(), 0.1).shape == (1000, 0)
    laid = np.array([day.month == 6 and 3 <= day.day < 17 for day in DAYS])
    found = yearly_columns(DAYS, rows, z + 0.5 * laid[:900], precision.copy(), 0.1)[:, 0] > 0
    assert laid.sum() == 42 and (found != laid).sum() <= 3
    short = rows[:600]
    assert yearly_columns(DAYS, short, z[:600] + 0.5 * laid[:600], precision[:600, :600].copy(), 0.1).shape[1] == 0


def test_the_inverse_comes_to_know_of_the_windows() -> None:
    rows = np.arange(900)
    z = np.random.default_rng(1).normal(0.0, 0.1, len(rows))
    z += 0.5 * np.array([day.month == 6 and day.day < 15 for day in DAYS])[:900]
    known = np.eye(len(rows)) / 0.01
    columns = yearly_columns(DAYS, rows, z, known, 0.1)[rows]
    assert known == pytest.approx(np.linalg.inv(0.01 * np.eye(len(rows)) + 0.1 * columns @ columns.T), abs=1e-6)
