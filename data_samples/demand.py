"""Generated contacts: a known rate per channel and interval, then a doubly stochastic count drawn from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.calendars import special_days
from forecasts.grid import Grid, Opening, clock_min
from forecasts.history import Event

MONTH = (1.18, 0.98, 1.00, 1.08, 1.05, 1.03, 0.88, 0.75, 1.18, 1.05, 0.98, 0.84)
WEEKDAY = (0.225, 0.20, 0.185, 0.18, 0.165, 0.045, 0.0)
EMAIL_WEEKDAY = (0.20, 0.18, 0.17, 0.17, 0.16, 0.07, 0.05)
GROWTH_YEAR = 0.01
DAY_CV, INTERVAL_CV, DAY_MEMORY = 0.10, 0.05, 0.5
AFTER_HOLIDAY, BRIDGE, SCHOOL = 1.15, 0.75, 0.92
OUTSIDE_SHARE_EMAIL = 0.25


@dataclass(frozen=True)
class Stream:
    """One channel to generate: contacts a year, mean handle time, when they arrive."""

    channel: str
    contacts_year: float
    aht_s: float
    opening: Opening
    email: bool = False
    aht_cv: float = 0.9


@dataclass(frozen=True)
class Truth:
    """What the generator knows and a forecast must find: ``frame`` start, channel, rate (expected contacts given the
    calendar and events), day_factor (the day's shared luck), event (names, | between)."""

    frame: pd.DataFrame = field(repr=False)


def rates(stream: Stream, grid: Grid, first: dt.date, last: dt.date, events: tuple[Event, ...]) -> pd.DataFrame:
    """Expected contacts of one stream on its open intervals: start, rate, event."""
    starts = grid.span(first, last)
    starts = starts[stream.opening.mask(starts)]
    days = np.array([start.date() for start in starts])
    effect, names = _event_effect(stream.channel, days, events)
    unique, where = np.unique(days, return_inverse=True)
    volume = np.array([_day_volume(stream, day, first) for day in unique]) * _calendar(unique)
    shape = np.array([_hour_shape(minute, stream, day) for minute, day in zip(clock_min(starts), days, strict=True)])
    shares = shape / np.bincount(where, weights=shape)[where]
    return pd.DataFrame({"start": starts, "rate": volume[where] * shares * effect, "event": names})


def _day_volume(stream: Stream, day: dt.date, first: dt.date) -> float:
    weekday = EMAIL_WEEKDAY if stream.email else WEEKDAY
    years = (day - first).days / 365.25
    week = stream.contacts_year * 7 / 365.25
    return week * weekday[day.weekday()] * MONTH[day.month - 1] * (1 + GROWTH_YEAR) ** years


def _calendar(days: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Ratio of each day to an ordinary one: after a holiday, a bridge, school holidays weighted by zone."""
    first, last = days[0] - dt.timedelta(days=7), days[-1] + dt.timedelta(days=7)
    holidays = {day for day, _ in special_days("", "", first, last).holidays}
    zones = [set(special_days("", zone, first, last).school_holidays) for zone in "ABC"]
    one = dt.timedelta(days=1)
    ratios = np.ones(len(days))
    for i, day in enumerate(days):
        rest_before = day - one in holidays or (day.weekday() == 0 and day - 3 * one in holidays)
        if rest_before:
            ratios[i] *= AFTER_HOLIDAY
        bridge = (day.weekday() == 0 and day + one in holidays) or (day.weekday() == 4 and day - one in holidays)
        if bridge:
            ratios[i] *= BRIDGE / (AFTER_HOLIDAY if rest_before else 1)
        away = sum(day in zone for zone in zones) / len(zones)
        ratios[i] *= 1 - (1 - SCHOOL) * away
    return ratios


def _hour_shape(minute: int, stream: Stream, day: dt.date) -> float:
    """Two humps at 10:30 and 14:45, low after 18:00; e-mails also at night."""
    hour = minute / 60
    humps = np.exp(-(((hour - 10.5) / 1.9) ** 2)) + 0.85 * np.exp(-(((hour - 14.75) / 2.1) ** 2))
    if not stream.email:
        return float(0.12 + humps)
    working = day.weekday() < 5 and 8 <= hour < 19
    return float(0.05 + humps) if working else OUTSIDE_SHARE_EMAIL * (0.9 if 7 <= hour < 23 else 0.15)


def _event_effect(
    channel: str, days: npt.NDArray[np.object_], events: tuple[Event, ...]
) -> tuple[npt.NDArray[np.float64], list[str]]:
    effect = np.ones(len(days))
    names: list[list[str]] = [[] for _ in days]
    for event in events:
        if event.channels and channel not in event.channels:
            continue
        for i in np.flatnonzero((days >= event.first) & (days <= event.last)):
            effect[i] *= event.effect or 1.0
            names[i].append(event.name)
    return effect, ["|".join(n) for n in names]


def day_factors(days: list[dt.date], rng: np.random.Generator, cv: float = DAY_CV) -> dict[dt.date, float]:
    """The luck of each day: log-normal, mean 1, remembered from one day to the next."""
    sigma = float(np.sqrt(np.log1p(cv**2)))
    value, factors = 0.0, {}
    for day in days:
        value = DAY_MEMORY * value + float(np.sqrt(1 - DAY_MEMORY**2)) * float(rng.normal(0, sigma))
        factors[day] = float(np.exp(value - sigma**2 / 2))
    return factors


def counts(stream: Stream, truth: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Offered, handled, abandoned contacts, mean handle time and wait, drawn from the truth."""
    luck = rng.gamma(1 / INTERVAL_CV**2, INTERVAL_CV**2, len(truth))
    offered = rng.poisson(truth["rate"].to_numpy() * truth["day_factor"].to_numpy() * luck)
    lost = np.zeros(len(truth), dtype=int) if stream.email else rng.binomial(offered, _abandon(truth))
    handled = offered - lost
    noise = rng.normal(0, 1, len(truth)) * stream.aht_cv / np.sqrt(np.maximum(handled, 1))
    hour = clock_min(pd.DatetimeIndex(truth["start"])) / 60
    slow = 1 + 0.04 * np.cos((hour - 9) / 10 * np.pi)
    aht = np.where(handled > 0, np.maximum(stream.aht_s * slow * (1 + 0.6 * noise), 0.3 * stream.aht_s), np.nan)
    wait = np.full(len(truth), np.nan) if stream.email else 600.0 * _abandon(truth) * rng.gamma(4, 0.25, len(truth))
    return pd.DataFrame(
        {
            "start": truth["start"],
            "channel": stream.channel,
            "offered": offered,
            "handled": handled,
            "abandoned": lost,
            "aht_s": np.round(aht),
            "wait_s": np.round(np.where(offered > 0, wait, np.nan)),
        }
    )


def _abandon(truth: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Share giving up: a few per cent, more on heavy days."""
    return np.asarray(np.clip(0.05 * truth["day_factor"].to_numpy() ** 4, 0.005, 0.4))
