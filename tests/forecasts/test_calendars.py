"""Special days against the official calendars."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecasts.calendars import marks, special_days
from forecasts.history import Event
from forecasts.series import forecast_series
from tests.forecasts.made import OFFICE, counts, truth

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


def test_moselle_has_thirteen_public_holidays_and_the_rest_of_france_eleven() -> None:
    """Code du travail L3133-1 (11) and L3134-13 (Good Friday and 26 December beside them)."""
    france, moselle = (dict(special_days(sub, "", *YEAR).holidays) for sub in ("", "57"))
    assert len(france) == 11
    assert set(moselle) - set(france) == {dt.date(2026, 4, 3), dt.date(2026, 12, 26)}


def test_school_holidays_differ_by_zone_and_hold_the_summer() -> None:
    """Winter holidays 2026: zone A from 7 February, B from 14, C from 21 (arrêté du 7 décembre 2022)."""
    first = {z: min(d for d in special_days("", z, *YEAR).school_holidays if d.month == 2) for z in "ABC"}
    assert first["A"] < first["B"] < first["C"]
    assert dt.date(2026, 8, 1) in special_days("", "B", *YEAR).school_holidays


def test_ascension_makes_a_bridge_and_the_easter_tuesday_is_a_day_after() -> None:
    days = tuple(dt.date(2026, 4, 1) + dt.timedelta(days=i) for i in range(60))
    special = marks(days, special_days("", "", *YEAR).holidays, ())
    column = {
        name: {d for d, x in zip(days, special.values[:, j], strict=True) if x} for j, name in enumerate(special.names)
    }
    assert column["bridge"] == {dt.date(2026, 5, 15)}
    assert dt.date(2026, 4, 7) in column["day after"]
    assert dt.date(2026, 4, 30) in column["eve"]


def test_an_event_marks_its_days_on_its_channels_alone() -> None:
    days = tuple(dt.date(2026, 3, 1) + dt.timedelta(days=i) for i in range(10))
    event = Event("letter", days[2], days[3], channels=("phone",), effect=1.5)
    outage = Event("outage", days[5], days[5], leave_out=True)
    phone = marks(days, (), (), (event, outage), channel="phone")
    mail = marks(days, (), (), (event, outage), channel="mail")
    assert phone.given.tolist() == [1, 1, 1.5, 1.5, 1, 1, 1, 1, 1, 1] and np.all(mail.given == 1)
    assert phone.left_out.nonzero()[0].tolist() == [5] == mail.left_out.nonzero()[0].tolist()


@pytest.mark.parametrize(("subdivision", "zone"), [("99", ""), ("", "D")])
def test_an_unknown_place_is_refused(subdivision: str, zone: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|zones"):
        special_days(subdivision, zone, *YEAR)


def test_bills_of_the_fifth_and_the_twentieth_are_learnt_and_wait_for_a_working_day() -> None:
    past = counts(60, 60.0, day_cv=0.06)
    working = [day.date() for day in pd.date_range(past.index[0].date(), periods=480) if day.day_of_week < 5]
    due = {
        next(day for day in working if day >= dt.date(year, month, number)): size
        for year in (2025, 2026)
        for month in range(1, 13)
        for number, size in ((5, 1.6), (20, 1.4))
        if working[0] <= dt.date(year, month, number) <= dt.date(2026, 7, 20)
    }
    billed = (past * [due.get(day, 1.0) for day in past.index.date]).round()
    ahead = forecast_series(billed, 35, opening=OFFICE)["contacts"]
    days = ahead.groupby(ahead.index.date).sum()
    usual = pd.Series(truth(pd.DatetimeIndex(ahead.index), 60.0), ahead.index).groupby(ahead.index.date).sum()
    found = (days / usual).to_dict()
    assert found[dt.date(2026, 6, 22)] == pytest.approx(1.4, abs=0.15), "the 20th is a Saturday"
    assert found[dt.date(2026, 7, 6)] == pytest.approx(1.6, abs=0.2), "the 5th is a Sunday"
    assert all(ratio == pytest.approx(1.0, abs=0.15) for day, ratio in found.items() if day not in due)
