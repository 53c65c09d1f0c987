"""Whole days that cannot be, or that nobody could expect: named, and deaf to them every model and backtest."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecasts.backtest import trials
from forecasts.channel import channel_forecast
from forecasts.history import Event
from forecasts.models import MODELS
from forecasts.panel import Panel, panel_from
from staffing.words.heard import heard
from tests.forecasts.made import GRID, OFFICE, WEEK, counts

DAYS = 7
SCHOOL = tuple(WEEK.plus(-1).days)


def panel(past: pd.Series, events: tuple[Event, ...] = (), school: tuple[dt.date, ...] = ()) -> Panel:
    return panel_from(past, GRID, OFFICE, WEEK.days[-1], school_holidays=school, events=events, channel="phone")


def times(past: pd.Series, factor: float, *days: dt.date) -> pd.Series:
    return past.where(~np.isin(past.index.date, days), past * factor)


@pytest.mark.parametrize(("factor", "weekday"), [(30.0, 1), (5.0, 2), (3.0, 4), (0.0, 1)])
def test_no_model_learns_from_one_absurd_day_of_the_last_week(factor: float, weekday: int) -> None:
    past, day = counts(30, 40.0, day_cv=0.05), WEEK.plus(-1).days[weekday]
    clean = channel_forecast(panel(past), WEEK.monday, origins=0)
    odd = channel_forecast(panel(times(past, factor, day), school=SCHOOL), WEEK.monday, origins=0)
    for name, model in MODELS.items():
        ratio = model(odd.ground)[-DAYS:-2].sum() / model(clean.ground)[-DAYS:-2].sum()
        assert ratio == pytest.approx(1.0, abs=0.04), name
    (note,) = [n for n in odd.notes if "the day is set aside" in n]
    assert str(day) in note and f"{times(past, factor, day)[past.index.date == day].sum():.0f} contacts" in note


@pytest.mark.parametrize(("factors", "kept"), [((10.0, 4.0), True), ((30.0, 30.0), False), ((0.02, 4.0), False)])
def test_a_storm_of_two_days_teaches_and_a_fault_of_two_days_does_not(factors: tuple[float, ...], kept: bool) -> None:
    past, days = counts(30, 40.0, day_cv=0.05), WEEK.plus(-3).days[1:3]
    for factor, day in zip(factors, days, strict=True):
        past = times(past, factor, day)
    storm = panel(past)
    rows = [storm.row(day) for day in days]
    assert np.isfinite(storm.counts[rows]).any() == kept
    assert sum("set aside" in note for note in storm.notes) == (0 if kept else 2)


@pytest.mark.parametrize("days", [4, 5, 12, 20])
def test_weeks_without_any_contact_in_a_busy_queue_are_a_hole_in_the_record(days: int) -> None:
    """A feed that writes zeros for the last week asked for a week without agents."""
    past = counts(30, 40.0, day_cv=0.05)
    silent = sorted(set(past.index.date))[-days:]
    broken = channel_forecast(panel(times(past, 0.0, *silent)), WEEK.monday, origins=2)
    clean = channel_forecast(panel(past), WEEK.monday, origins=2)
    assert broken.rates[:5].sum() == pytest.approx(clean.rates[:5].sum(), rel=0.05)
    (note,) = [n for n in broken.notes if "no contact at all" in n]
    assert f"from {silent[0]} to {silent[-1]}" in note
    assert heard(note, "fr").startswith(f"phone : pas un seul contact du {silent[0]} au {silent[-1]}")


def test_two_months_without_a_contact_and_holidays_with_none_are_believed() -> None:
    past = counts(30, 40.0)
    days = sorted(set(past.index.date))
    gone = channel_forecast(panel(times(past, 0.0, *days[-40:])), WEEK.monday, origins=0)
    assert gone.rates[:5].sum() < 50
    holidays = tuple((day, "feast") for day in days[-40:-35])
    kept = panel_from(times(past, 0.0, *days[-40:-35]), GRID, OFFICE, WEEK.days[-1], holidays, channel="phone")
    assert kept.notes == () and np.nansum(kept.counts[[kept.row(day) for day, _ in holidays]]) == 0


def test_the_backtest_does_not_score_an_absurd_day() -> None:
    past, day = counts(30, 40.0), WEEK.plus(-2).days[2]
    told = trials(panel(times(past, 30.0, day)), origins=3, lead_days=0)
    actual = np.concatenate([t.actual for t in told])
    assert np.isfinite(actual).any(axis=1).sum() == 14 and np.nanmax(actual) < 200


def test_an_absurd_day_in_two_weeks_of_record_is_named() -> None:
    past, day = counts(2, 40.0), WEEK.plus(-1).days[1]
    assert any(str(day) in note for note in panel(times(past, 30.0, day)).notes)


@pytest.mark.parametrize("days", [4, 8])
def test_a_level_that_moved_for_many_days_is_not_odd(days: int) -> None:
    past = counts(30, 40.0)
    last = sorted(set(past.index.date))[-days:]
    moved = panel(times(past, 5.0, *last))
    assert moved.notes == () and np.nansum(moved.counts[-14:]) > 4 * np.nansum(panel(past).counts[-14:]) * days / 10


def test_a_day_told_by_an_event_and_a_peak_that_comes_back_are_kept() -> None:
    past = counts(40, 40.0)
    day = WEEK.plus(-1).days[1]
    told = panel(times(past, 6.0, day), events=(Event("letter", day, day),))
    assert not any("set aside" in note for note in told.notes)
    paydays = tuple(WEEK.plus(-back).days[2] for back in range(2, 40, 4))
    assert not any("set aside" in note for note in panel(times(past, 6.0, *paydays)).notes)


def test_weeks_moved_by_an_hour_are_named_and_a_change_of_volume_is_not() -> None:
    past = counts(30, 40.0, opening=OFFICE)
    hour = np.asarray(past.index.hour)
    past = (past * np.where((hour == 10) | (hour == 15), 2.0, 1.0)).round()
    late = past.index >= GRID.at(WEEK.plus(-6).monday, 0)
    moved = pd.concat([past[~late], past[late].set_axis(past[late].index + pd.Timedelta(hours=1))])
    assert any("moved by +1 h" in note for note in panel(moved).notes)
    assert not any("moved by" in note for note in panel(past.where(~late, past * 1.5)).notes)
