"""Series to forecast: made-up centres, noisy in the ways real ones are, and any real hourly series given by path.

The generator shares no code with the models: arrivals are doubly stochastic (autocorrelated day factor, storms, slow
drift by random walk, Poisson), holidays fall to the quiet day's shape with a size of their own, weekday habits drift,
volume grows or jumps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import holidays
import numpy as np
import pandas as pd

from forecasts.calendars import special_days
from forecasts.grid import Grid, Opening, always_open
from forecasts.history import COLUMNS, ChannelHours, History

CLOSED: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Made:
    """How one queue behaves; volumes in contacts per open hour."""

    name: str
    volume: float
    opening: Opening
    years: float = 2.0
    growth: float = 0.0
    shift: float = 0.0
    shift_weeks_before_end: int = 20
    season: float = 0.1
    day_cv: float = 0.1
    persistence: float = 0.5
    holiday: float = 0.45
    school: float = 0.0
    storms_per_year: float = 0.0
    month_start: float = 0.0
    missing: float = 0.005


def office(days: int = 5, opens: int = 480, closes: int = 1140) -> Opening:
    return Opening(weekdays=(((opens, closes),),) * days + (CLOSED,) * (7 - days))


SUNDAY_TO_FRIDAY = Opening(
    weekdays=(((420, 1440),), ((420, 1440),), ((420, 1440),), ((420, 1440),), ((420, 840),), CLOSED, ((420, 1440),))
)

INSURER = tuple(
    Made(f"insurer{i}", volume, always_open(), **extra)
    for i, (volume, extra) in enumerate(
        [
            (90.0, {"growth": 0.12, "season": 0.25, "school": 0.15, "storms_per_year": 6.0}),
            (45.0, {"day_cv": 0.15, "season": 0.2, "storms_per_year": 10.0}),
            (30.0, {"growth": -0.05, "month_start": 0.15}),
            (18.0, {"shift": 0.3, "shift_weeks_before_end": 30}),
            (12.0, {"growth": 0.2, "day_cv": 0.2, "persistence": 0.8}),
            (6.0, {"season": 0.3, "school": 0.3}),
            (2.5, {"day_cv": 0.12}),
            (0.6, {"season": 0.2}),
        ]
    )
)
BANK = (
    Made("bank calls", 220.0, SUNDAY_TO_FRIDAY, years=1.0, month_start=0.2, holiday=0.3, day_cv=0.08),
    Made("bank advice", 35.0, SUNDAY_TO_FRIDAY, years=1.0, month_start=0.1, holiday=0.3, day_cv=0.14, growth=0.15),
)
PUBLIC = (
    Made("level one", 600.0, office(6), growth=0.03, season=0.15, school=-0.08, holiday=0.0, day_cv=0.1),
    Made("labour", 40.0, office(), shift=-0.25, shift_weeks_before_end=9, holiday=0.0, day_cv=0.12),
    Made("young", 60.0, office(), years=0.25, day_cv=0.09, holiday=0.0),
    Made("rising", 80.0, office(), years=0.7, growth=0.6, day_cv=0.08, holiday=0.0),
)
SETS: dict[str, tuple[Made, ...]] = {"insurer": INSURER, "sunday bank": BANK, "public": PUBLIC}
END = dt.date(2025, 6, 15)


def centre(name: str, seed: int = 0) -> History:
    """One made-up set as an hourly History ending on 15 June 2025 (spring holidays lie in the tested weeks)."""
    made = SETS[name]
    grid = Grid("Asia/Jerusalem" if name == "sunday bank" else "Europe/Paris", 60)
    longest = END - dt.timedelta(days=int(max(m.years for m in made) * 365))
    if name == "sunday bank":
        national = holidays.country_holidays("IL", years=range(longest.year, END.year + 1))
        days, school = tuple(sorted((d, n) for d, n in national.items())), ()
    else:
        days, school = named_days(longest)
    frames = [queue(m, grid, dict(days), frozenset(school), seed * 100 + i) for i, m in enumerate(made)]
    hours = tuple(ChannelHours(m.name, m.opening) for m in made)
    frame = pd.concat(frames, ignore_index=True).sort_values(["channel", "start"], ignore_index=True)
    return History(grid, frame, hours, days, school)


def named_days(first: dt.date) -> tuple[tuple[tuple[dt.date, str], ...], tuple[dt.date, ...]]:
    """Public and school holidays (zone B) from a day until after the end of the record."""
    special = special_days("", "B", first, END + dt.timedelta(days=100))
    return special.holidays, special.school_holidays


def queue(made: Made, grid: Grid, named: dict[dt.date, str], school: frozenset[dt.date], seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = END - dt.timedelta(days=int(made.years * 365))
    starts = grid.span(first, END)
    starts = starts[made.opening.mask(starts)]
    day = np.asarray((starts.tz_localize(None).normalize() - pd.Timestamp(first)).days)
    level = _daily_level(made, first, int(day.max()) + 1, named, school, rng)
    weekday = np.asarray(starts.day_of_week)
    quiet = 5 if made.opening.weekdays[6] else 4
    is_holiday = np.array([d in named for d in (first + dt.timedelta(days=int(i)) for i in range(int(day.max()) + 1))])
    shape_day = np.where(is_holiday[day], quiet, weekday)
    rate = made.volume * level[day] * _shape(rng, starts.hour.to_numpy(), shape_day)
    counts = rng.poisson(rate * rng.gamma(1 / 0.05**2, 0.05**2, len(rate))).astype(float)
    kept = rng.random(len(counts)) >= made.missing
    if made.holiday == 0.0:
        kept &= ~is_holiday[day]
    out = pd.DataFrame({"start": starts, "channel": made.name, "offered": counts, "aht_s": 300.0})[kept]
    for column in ("handled", "abandoned", "wait_s"):
        out[column] = np.nan
    return out[list(COLUMNS)]


def _shape(rng: np.random.Generator, hour: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """Two humps a day, each weekday with its own size and lean; mean about 1."""
    size = np.array([1.25, 1.1, 1.02, 1.0, 0.98, 0.62, 0.5]) * rng.normal(1, 0.05, 7)
    morning, evening = rng.normal(10.5, 0.5, 7), rng.normal(16.0, 0.7, 7)
    lean = rng.uniform(0.7, 1.1, 7)
    a = np.exp(-0.5 * ((hour - morning[weekday]) / 2.3) ** 2)
    b = lean[weekday] * np.exp(-0.5 * ((hour - evening[weekday]) / 3.0) ** 2)
    return size[weekday] * (0.12 + a + b) / 0.75


def _daily_level(
    made: Made, first: dt.date, n: int, named: dict[dt.date, str], school: frozenset[dt.date], rng: np.random.Generator
) -> np.ndarray:
    days = [first + dt.timedelta(days=i) for i in range(n)]
    t = np.arange(n) - n
    log = np.log1p(made.growth) * t / 365.25
    log += made.season * np.sin(2 * np.pi * (np.array([d.timetuple().tm_yday for d in days]) / 365.25 + rng.random()))
    log += np.cumsum(rng.normal(0, 0.008, n))
    log[n - 7 * made.shift_weeks_before_end :] += np.log1p(made.shift)
    noise = np.zeros(n)
    for i in range(1, n):
        noise[i] = made.persistence * noise[i - 1] + rng.normal(0, made.day_cv * np.sqrt(1 - made.persistence**2))
    log += noise
    for i, d in enumerate(days):
        log[i] += np.log(max(made.holiday, 0.05) / 0.55) * (d in named) + np.log1p(made.school) * (d in school)
        log[i] += 0.1 * ((d - dt.timedelta(days=1)) in named and d not in named)
        log[i] += made.month_start * ((d.day <= 3) - 0.3 * (10 <= d.day <= 20))
    for at in np.nonzero(rng.random(n) < made.storms_per_year / 365)[0]:
        log[at : at + 3] += rng.exponential(0.5) * np.array([1.0, 0.5, 0.2])[: len(log[at : at + 3])]
    return np.exp(log)


def bank_series(path: Path, *, hourly: bool = True) -> History:
    """The US bank's 5-minute record as an hourly History (New York, weekdays 7:00-21:00, US holidays)."""
    table = pd.read_csv(path, parse_dates=["start"])
    table = table[table["start"].dt.hour < 21]
    counts = table.groupby(table["start"].dt.floor("h" if hourly else "15min"))["calls"].sum()
    starts = pd.DatetimeIndex(counts.index).tz_localize("America/New_York")
    frame = pd.DataFrame(
        {"start": starts, "channel": "us bank", "offered": counts.to_numpy(dtype=float), "aht_s": 200.0}
    )
    for column in ("handled", "abandoned", "wait_s"):
        frame[column] = np.nan
    named = holidays.country_holidays("US", years=[2003])
    grid = Grid("America/New_York", 60 if hourly else 15)
    return History(
        grid, frame[list(COLUMNS)], (ChannelHours("us bank", office(5, 420, 1260)),), tuple(sorted(named.items()))
    )
