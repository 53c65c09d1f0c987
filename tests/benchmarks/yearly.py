"""Weeks of the year that differ every year and that nobody told: error with so many years on record.

    python -m tests.benchmarks.yearly [--years 2,3] [--seeds 3] [--cases "tax weeks"]

Made-up office queue, each year's peak a tenth larger or smaller than the others. Forecasts two weeks from the first
Monday on or after each day named. Prints the error of day totals over their volume (WAPE); ``calm`` has no peak at all
and says what worsens without one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from forecasts.channel import channel_forecast
from forecasts.grid import Grid
from forecasts.history import ChannelHours, History
from forecasts.panel import panel_of
from tests.benchmarks.forecasting_series import END, Made, named_days, office, queue

DAYS = 14
YEARS_MADE = 4.2


@dataclass(frozen=True)
class Case:
    """``ratio`` of volume on a day, and the days of a year (month, day) from whose next Monday to forecast."""

    name: str
    ratio: Callable[[dt.date], float]
    cuts: tuple[tuple[int, int], ...]


def tax(day: dt.date) -> float:
    """Three weeks of declarations before 25 May, the last the busiest."""
    before = (dt.date(day.year, 5, 25) - day).days
    return {0: 1.9, 1: 1.6, 2: 1.35}.get(before // 7, 1.0) if before >= 0 else 1.0


def september(day: dt.date) -> float:
    """Half as much again from the first Monday of September, fading over ten weeks."""
    first = dt.date(day.year, 9, 1)
    weeks = (day - first - dt.timedelta(days=(7 - first.weekday()) % 7)).days // 7
    return 1 + 0.5 * max(0.0, 1 - weeks / 10) if weeks >= 0 else 1.0


def half_days(day: dt.date) -> float:
    """Half days from 22 December to 2 January."""
    return 0.5 if (day.month, day.day) >= (12, 22) or (day.month, day.day) <= (1, 2) else 1.0


def august(day: dt.date) -> float:
    """A fifth of the contacts for two weeks from the second Monday of August, the line being shut."""
    first = dt.date(day.year, 8, 8)
    days = (day - first - dt.timedelta(days=(7 - first.weekday()) % 7)).days
    return 0.2 if 0 <= days < 14 else 1.0


CASES = (
    Case("tax weeks", tax, ((5, 4), (5, 18))),
    Case("september", september, ((8, 28), (9, 8))),
    Case("year's end", half_days, ((12, 20), (1, 3))),
    Case("august", august, ((8, 8), (8, 22))),
    Case("calm", lambda day: 1.0, ((5, 4), (9, 8), (12, 20))),
)


def errors(case: Case, years: float, seed: int, cut: tuple[int, int]) -> tuple[float, float]:
    """Absolute error and volume of two weeks, from the first Monday on or after a day of the last year made."""
    made = Made("queue", 40.0, office(), years=YEARS_MADE, day_cv=0.08, holiday=0.0, season=0.1)
    rng = np.random.default_rng(500 + seed)
    grid = Grid("Europe/Paris", 60)
    days, school = named_days(END - dt.timedelta(days=int(made.years * 365)))
    frame = queue(made, grid, dict(days), frozenset(school), seed)
    size = {year: float(np.exp(rng.normal(0.0, 0.1))) for year in range(END.year - 5, END.year + 1)}
    day = frame["start"].dt.date
    ratio = {d: case.ratio(d) ** size[d.year] for d in set(day)}
    frame["offered"] = np.round(frame["offered"] * day.map(ratio))
    year = END.year if dt.date(END.year, *cut) + dt.timedelta(days=DAYS + 7) <= END else END.year - 1
    first = dt.date(year, *cut)
    first += dt.timedelta(days=(7 - first.weekday()) % 7)
    frame = frame[day >= first - dt.timedelta(days=int(365.25 * years))]
    history = History(grid, frame, (ChannelHours(made.name, made.opening),), days, school)
    last = first + dt.timedelta(days=DAYS - 1)
    panel = panel_of(history.until(grid.at(first, 0)), made.name, last)
    starts = grid.span(first, last)
    rows = channel_forecast(panel, first, origins=6).rows(starts[made.opening.mask(starts)])
    rows["actual"] = history.of(made.name)["offered"].reindex(rows["start"]).to_numpy()
    rows = rows.dropna()
    day_totals = rows.groupby(rows["start"].dt.date)[["contacts", "actual"]].sum()
    off = (day_totals["contacts"] - day_totals["actual"]).abs()
    return float(off.sum()), float(day_totals["actual"].sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--years", default="2,3")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--cases", default="")
    given = parser.parse_args()
    for case in CASES:
        if given.cases and case.name not in given.cases.split(","):
            continue
        for years in (float(x) for x in given.years.split(",")):
            text = []
            for cut in case.cuts:
                e = np.sum([errors(case, years, seed, cut) for seed in range(given.seeds)], axis=0)
                text.append(f"from {cut[1]:02d}/{cut[0]:02d} {e[0] / e[1]:.3f}")
            print(f"{case.name:12s} {years:g} years: " + "  ".join(text), flush=True)


if __name__ == "__main__":
    main()
