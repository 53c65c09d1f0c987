"""Bad or scarce input: refused, or treated in a way that the notes tell."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecasts.forecast import forecast_contacts
from forecasts.grid import Opening
from forecasts.history import Event
from forecasts.series import forecast_series, grid_of, opening_of
from forecasts.sisters import Borrow
from staffing.words.heard import heard
from tests.benchmarks.level_shifts import SHAPES, expected
from tests.forecasts.made import GRID, WEEK, always_open, counts, frame_of, history, truth


def ahead(past: pd.Series, **options: object) -> pd.DataFrame:
    return forecast_series(past, 7, **options)  # type: ignore[arg-type]


def error(forecast: pd.DataFrame, rate: float) -> float:
    right = truth(pd.DatetimeIndex(forecast.index), rate)
    return float(np.abs(forecast["contacts"] - right).sum() / right.sum())


def test_one_absurd_interval_is_named_and_does_not_move_the_forecast() -> None:
    past = counts(12, 40.0)
    broken = past.copy()
    broken.iloc[-30] = 40_000.0
    forecast = ahead(broken)
    assert any("spike" in note and "40000" in note for note in forecast.attrs["notes"])
    assert np.allclose(forecast["contacts"], ahead(past)["contacts"], rtol=0.05)


def test_all_zeros_forecast_zero_and_say_so() -> None:
    forecast = ahead(counts(8, 10.0) * 0)
    assert (forecast["contacts"] < 0.05).all()
    assert any("zero" in note for note in forecast.attrs["notes"])


def test_three_days_of_history_still_give_a_week_and_say_so() -> None:
    past = counts(2, 40.0)
    past = past[past.index >= GRID.at(WEEK.plus(-1).days[2], 0)]
    forecast = ahead(past, opening=history(frame_of("x", past)).opening("x"))
    assert len(forecast) == 50 and error(forecast, 40.0) < 0.25
    assert any("days of history" in note for note in forecast.attrs["notes"])


def test_a_queue_of_mostly_zeros_keeps_its_mean() -> None:
    past = counts(30, 0.15, opening=always_open())
    forecast = ahead(past)
    assert forecast["contacts"].sum() == pytest.approx(truth(pd.DatetimeIndex(forecast.index), 0.15).sum(), rel=0.25)


def test_gaps_are_unknown_not_zero() -> None:
    past = counts(12, 40.0)
    holes = past[np.random.default_rng(1).random(len(past)) > 0.2]
    holes = holes[(holes.index < GRID.at(WEEK.plus(-5).monday, 0)) | (holes.index >= GRID.at(WEEK.plus(-4).monday, 0))]
    assert error(ahead(holes), 40.0) < 0.06


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda s: s.set_axis(s.index.tz_localize(None)), "tz-aware"),
        (lambda s: pd.concat([s, s.iloc[:3]]), "twice"),
        (lambda s: s.set_axis(s.index + pd.Timedelta(minutes=7)), "off the"),
        (lambda s: s.where(s.index != s.index[5], -4.0), "negative"),
        (lambda s: s.where(s.index != s.index[5], np.inf), "infinite"),
        (lambda s: s * np.nan, "no counts"),
        (lambda s: s.to_frame("calls"), "a pandas Series, got a DataFrame"),
    ],
)
def test_what_is_no_series_of_counts_is_refused(broken: object, message: str) -> None:
    assert callable(broken)
    with pytest.raises(ValueError, match=message):
        ahead(broken(counts(6, 20.0)))


def test_a_past_of_which_nothing_is_left_is_refused_not_forecast_as_zero() -> None:
    past = counts(8, 20.0)
    crisis = Event("crisis", past.index[0].date(), past.index[-1].date(), leave_out=True)
    for options in ({"events": (crisis,)}, {"opening": Opening(weekdays=((),) * 6 + (((540, 600),),))}):
        with pytest.raises(ValueError, match="no count in its opening hours") as refused:
            ahead(past, **options)
        assert heard(str(refused.value), "fr").startswith("le canal series")


def test_fractional_counts_are_taken_as_rates_and_named() -> None:
    assert any("fractional" in note for note in ahead(counts(8, 20.0) + 0.5).attrs["notes"])


@pytest.mark.parametrize("minutes", [15, 30])
def test_finer_grids_carry_the_same_volume(minutes: int) -> None:
    starts = pd.date_range("2026-01-05", "2026-03-01 23:59", freq=f"{minutes}min", tz="Europe/Paris")
    past = pd.Series(np.random.default_rng(0).poisson(6.0, len(starts)).astype(float), index=starts)
    assert grid_of(starts).interval_min == minutes
    assert ahead(past)["contacts"].to_numpy().mean() == pytest.approx(6.0, rel=0.03)


def test_growing_volume_is_not_forecast_low() -> None:
    past = counts(40, 100.0, growth_week=0.01)
    forecast = ahead(past)
    right = truth(pd.DatetimeIndex(forecast.index), 100.0 * 1.005)
    assert float(forecast["contacts"].sum() / right.sum()) == pytest.approx(1.0, abs=0.03)


def test_a_level_that_jumped_two_weeks_ago_is_followed_and_named() -> None:
    past = counts(30, 60.0, day_cv=0.05)
    moved = past.where(past.index < GRID.at(WEEK.plus(-2).monday, 0), past * 1.5)
    forecast = ahead(moved)
    right = truth(pd.DatetimeIndex(forecast.index), 90.0)
    assert float(forecast["contacts"].sum() / right.sum()) == pytest.approx(1.0, abs=0.07)
    assert any("since about" in note for note in forecast.attrs["notes"])


@pytest.mark.parametrize("level", [0.05, 0.4, 3.0])
def test_a_change_of_level_is_told_once_and_by_its_size(level: float) -> None:
    past = counts(52, 60.0, day_cv=0.08)
    moved = past.where(past.index < GRID.at(WEEK.plus(-10).monday, 0), (past * level).round())
    (note,) = (n for n in ahead(moved, origins=0).attrs["notes"] if "since about" in n)
    told = float(note.split("volume ")[1].split("%")[0]) / 100
    assert 1 + told == pytest.approx(level, rel=0.1, abs=0.01)


def test_hours_read_off_a_series_are_those_of_its_last_weeks() -> None:
    """Saturdays given up a quarter ago and an hour added six weeks ago, in a year of record."""
    past = counts(52, 40.0, opening=Opening(weekdays=(((480, 1140),),) * 6 + ((),)))
    index = pd.DatetimeIndex(past.index)
    saturday, late = index.day_of_week == 5, index.hour == 18
    old = (saturday & (index >= GRID.at(WEEK.plus(-13).monday, 0))) | (
        late & (index < GRID.at(WEEK.plus(-6).monday, 0))
    )
    assert opening_of(past[~old], GRID).weekdays == (((480, 1140),),) * 5 + ((), ())
    assert opening_of(past, GRID).weekdays == (((480, 1140),),) * 6 + ((),)
    assert opening_of(past[:33], GRID).weekdays == (((480, 1140),),) * 3 + ((),) * 4


@pytest.mark.parametrize("level", [1.2, 0.8])
def test_a_fifth_more_or_less_for_two_weeks_is_missed_by_less_than_a_tenth(level: float) -> None:
    past = counts(52, 60.0, day_cv=0.08)
    plain = float(ahead(past, origins=0)["contacts"].sum())
    moved = past.where(past.index < GRID.at(WEEK.plus(-2).monday, 0), (past * level).round())
    assert float(ahead(moved, origins=0)["contacts"].sum()) / (plain * level) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(("first", "last", "level"), [(-10, 0, 1.5), (-14, -5, 1.0)])
def test_a_jump_of_ten_days_that_goes_on_lasts_and_a_storm_that_ended_does_not(
    first: int, last: int, level: float
) -> None:
    past = counts(30, 60.0, day_cv=0.05)
    age = np.asarray((past.index.normalize() - past.index[-1].normalize()).days)
    forecast = ahead(past.where((age < first) | (age > last), past * 1.5), origins=0)
    right = truth(pd.DatetimeIndex(forecast.index), 60.0 * level)
    assert float(forecast["contacts"].sum() / right.sum()) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("last_day", [0.6, 0.8])
def test_a_drop_of_two_weeks_lasts_whatever_its_last_half_day_brought(last_day: float) -> None:
    saturdays = Opening(weekdays=(((480, 1080),),) * 5 + (((480, 720),), ()))
    past = counts(40, 60.0, opening=saturdays, day_cv=0.1)
    level = np.where(past.index.date < past.index[-1].date(), 0.6, last_day)
    fallen = past.where(past.index < GRID.at(WEEK.plus(-2).monday, 0), (past * level).round())
    forecast = ahead(fallen, origins=0)
    right = truth(pd.DatetimeIndex(forecast.index), 36.0)
    assert float(forecast["contacts"].sum() / right.sum()) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("seed", [0, 2])
def test_a_small_queue_that_fell_by_two_fifths_is_not_forecast_at_its_old_level(seed: int) -> None:
    """Its last three days, still low, were taken for the end of a lull of ten."""
    small = SHAPES[2]
    fallen = dataclasses.replace(small, shift=-0.4, shift_weeks_before_end=4)
    assert expected(fallen, 0, seed) / (expected(small, 0, seed) * 0.6) == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("saturday", [(), ((480, 720),)])
def test_a_week_of_working_days_two_fifths_lower_in_a_small_queue_is_a_new_level(
    saturday: tuple[tuple[int, int], ...],
) -> None:
    """Five days on record are an office's week: as days of the calendar they were too few to be no passing lull."""
    hours = Opening(weekdays=(((480, 1080),),) * 5 + (saturday, ()))
    past = counts(40, 8.0, opening=hours, day_cv=0.1)
    fewer = np.random.default_rng(9).binomial(past.to_numpy().astype(int), 0.6).astype(float)
    forecast = ahead(past.where(past.index < GRID.at(WEEK.plus(-1).monday, 0), fewer), origins=0)
    right = truth(pd.DatetimeIndex(forecast.index), 4.8)
    assert float(forecast["contacts"].sum() / right.sum()) == pytest.approx(1.0, abs=0.2)


def test_no_days_to_forecast_are_refused() -> None:
    for days in (0, 1.5):
        with pytest.raises(ValueError, match="whole number, at least 1"):
            forecast_series(counts(8, 20.0), days)  # type: ignore[arg-type]


def test_a_fixed_offset_reads_like_the_zone_it_stands_for() -> None:
    past = counts(3, 20.0)
    offset = past.tz_convert(dt.timezone(dt.timedelta(hours=2)))
    assert np.allclose(ahead(offset, origins=0)["contacts"], ahead(past, origins=0)["contacts"])
    odd = past.tz_convert(dt.timezone(dt.timedelta(hours=5, minutes=30)))
    with pytest.raises(ValueError, match="tz_convert the series"):
        ahead(odd)


@pytest.mark.parametrize(
    ("last", "effect", "message"),
    [(0, 0.0, "ratio above 0"), (0, -1.0, "ratio above 0"), (0, float("nan"), "ratio above 0"), (-1, 2.0, "before")],
)
def test_an_event_that_cannot_be_is_refused(last: int, effect: float, message: str) -> None:
    day = WEEK.days[1]
    with pytest.raises(ValueError, match=message):
        Event("letter", day, day + dt.timedelta(days=last), effect=effect)


def test_an_event_never_seen_takes_its_given_effect_and_one_without_is_named() -> None:
    past = history(frame_of("phone", counts(12, 40.0)))
    days = WEEK.days
    plain = forecast_contacts(past, WEEK).of("phone")["contacts"]
    told = history(frame_of("phone", counts(12, 40.0)), events=(Event("letter", days[1], days[1], effect=1.8),))
    told_rows = forecast_contacts(told, WEEK)
    on_day = plain.index.date == days[1]
    assert (told_rows.of("phone")["contacts"] / plain)[on_day].to_numpy() == pytest.approx(1.8, rel=0.01)
    untold = history(frame_of("phone", counts(12, 40.0)), events=(Event("reform", days[1], days[1]),))
    assert any("reform was never seen" in note for note in forecast_contacts(untold, WEEK).notes)


def test_an_event_seen_before_has_its_effect_learned_again() -> None:
    past = counts(30, 60.0)
    events = []
    for back in (20, 14, 9, 4):
        day = WEEK.plus(-back).days[2]
        events.append(Event("mailing", day, day))
        past = past.where(past.index.date != day, past * 1.6)
    events.append(Event("mailing", WEEK.days[2], WEEK.days[2]))
    rows = forecast_contacts(history(frame_of("phone", past), events=tuple(events)), WEEK).of("phone")["contacts"]
    right = truth(pd.DatetimeIndex(rows.index), 60.0)
    on_day = rows.index.date == WEEK.days[2]
    assert float(rows[on_day].sum() / right[on_day].sum()) == pytest.approx(1.6, rel=0.08)
    assert float(rows[~on_day].sum() / right[~on_day].sum()) == pytest.approx(1.0, rel=0.04)


def test_a_letter_s_contacts_rise_and_fade_as_they_did_after_the_letters_before() -> None:
    past, events = counts(44, 60.0), []
    course = (2.0, 1.7, 1.5, 1.3, 1.1)
    for back in (36, 30, 23, 17, 9, 0):
        monday = WEEK.plus(-back).monday + dt.timedelta(days=back % 5)
        span = [monday + dt.timedelta(days=i) for i in range(7)]
        events.append(Event("letter", span[0], span[-1]))
        moved = dict(zip((day for day in span if day.weekday() < 5), course, strict=True))
        past = past * [moved.get(day, 1.0) for day in past.index.date]
    rows = forecast_contacts(history(frame_of("phone", past.round()), events=tuple(events)), WEEK).of("phone")
    right = pd.Series(truth(pd.DatetimeIndex(rows.index), 60.0), rows.index)
    found = rows["contacts"].groupby(rows.index.date).sum() / right.groupby(rows.index.date).sum()
    assert found.to_list() == pytest.approx(course, rel=0.1)


def test_days_left_out_do_not_teach() -> None:
    past, day = counts(12, 60.0), WEEK.plus(-1).days[1]
    outage = past.where(past.index.date != day, 0.0)
    event = Event("outage", day, day, leave_out=True)
    rows = forecast_contacts(history(frame_of("phone", outage), events=(event,)), WEEK).of("phone")["contacts"]
    clean = forecast_contacts(history(frame_of("phone", past)), WEEK).of("phone")["contacts"]
    assert np.allclose(rows, clean, rtol=0.06)


def test_a_new_queue_borrows_its_sisters_week_at_its_own_size() -> None:
    old = frame_of("old", counts(20, 80.0))
    new = frame_of("new", counts(1, 20.0, 3))
    forecast = forecast_contacts(history(old, new), WEEK)
    rows = forecast.of("new")["contacts"]
    right = truth(pd.DatetimeIndex(rows.index), 20.0)
    assert float(np.abs(rows - right).sum() / right.sum()) < 0.08
    assert any("old's" in note for note in forecast.notes)


def test_a_queue_that_never_took_a_contact_needs_a_sister_and_a_share() -> None:
    past = history(frame_of("old", counts(12, 80.0)), frame_of("new", counts(1, 20.0)))
    empty = past.until(GRID.at(WEEK.plus(-1).monday, 0))
    week = WEEK.plus(-1)
    with pytest.raises(ValueError, match=r"no history.*Borrow, in centre\.toml sister.*one of old"):
        forecast_contacts(empty, week, aht_s={"new": 300.0})
    forecast = forecast_contacts(empty, week, borrow=(Borrow("new", "old", 0.25),), aht_s={"new": 300.0})
    assert not any("fractional" in note for note in forecast.notes)
    rows = forecast.of("new")
    assert rows["contacts"].sum() == pytest.approx(truth(pd.DatetimeIndex(rows.index), 20.0).sum(), rel=0.06)
