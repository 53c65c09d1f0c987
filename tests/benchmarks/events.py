"""How well events told by the user are forecast: letters whose contacts rise and fade, flat campaigns, single days.

    python -m tests.benchmarks.events [--seeds 4] [--times 2,4,8]

Made-up office queue, a year and more on record, the event seen so many times before and once again in the two weeks
forecast; sizes stray by a fifth from time to time. Prints the error of day totals over their volume (WAPE) on the days
of the event and on the other days, coming (it begins in the first week) and running (it began two days before).
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from forecasts.channel import channel_forecast
from forecasts.grid import Grid, Opening, always_open
from forecasts.history import ChannelHours, Event, History
from forecasts.panel import panel_of
from tests.benchmarks.forecasting_series import END, Made, named_days, office, queue

DAYS = 14
OFFICE = office()


@dataclass(frozen=True)
class Case:
    """What happens on each day of an event (ratio of volume), counted in open days, and how many civil days it is told
    to last."""

    name: str
    course: tuple[float, ...]
    told_days: int
    opening: Opening = OFFICE


FADING = (1.9, 1.65, 1.45, 1.3, 1.15)
CASES = (
    Case("letter", FADING, 7),
    Case("letter, seven days open", (1.9, 1.7, 1.5, 1.4, 1.3, 1.2, 1.1), 7, always_open()),
    Case("letter, late peak", (1.3, 1.9, 1.6, 1.3, 1.1), 7),
    Case("two weeks' mailing", (1.6, 1.7, 1.6, 1.5, 1.4, 1.3, 1.25, 1.2, 1.1, 1.1), 14),
    Case("flat campaign", (1.5,) * 5, 7),
    Case("single day", (1.8,), 1),
)


def scene(case: Case, times: int, seed: int, *, running: bool) -> tuple[History, dt.date, dict[dt.date, float]]:
    """A history with its events, the first day to forecast, and the ratio of each day that an event moves."""
    made = Made("queue", 40.0, case.opening, years=1.2, day_cv=0.08, holiday=0.0)
    rng = np.random.default_rng(1000 + seed)
    grid = Grid("Europe/Paris", 60)
    days, school = named_days(END - dt.timedelta(days=int(made.years * 365)))
    frame = queue(made, grid, dict(days), frozenset(school), seed)
    first = END + dt.timedelta(days=1 - DAYS - 7 * int(rng.integers(0, 6)))
    begins = [first + dt.timedelta(days=-4 if running else int(rng.integers(0, 3)))]
    gap_weeks = 48 // times
    for i in range(times):
        begins.append(begins[0] - dt.timedelta(days=7 * gap_weeks * (i + 1) + int(rng.integers(-1, 2))))
    ratio: dict[dt.date, float] = {}
    closed = {d for d, _ in days} if made.holiday == 0.0 else set()
    for begin in begins:
        size = float(np.exp(rng.normal(0.0, 0.2)))
        span = [begin + dt.timedelta(days=i) for i in range(case.told_days)]
        open_days = [d for d in span if case.opening.on(d) and d not in closed]
        ratio |= {d: 1 + (r - 1) * size for d, r in zip(open_days, case.course, strict=False)}
    factor = np.array([ratio.get(d, 1.0) for d in frame["start"].dt.date])
    frame["offered"] = np.round(frame["offered"] * factor)
    events = tuple(Event("letter", b, b + dt.timedelta(days=case.told_days - 1)) for b in begins)
    hours = (ChannelHours(made.name, made.opening),)
    return History(grid, frame, hours, days, school, events), first, ratio


def errors(case: Case, times: int, seed: int, *, running: bool) -> list[float]:
    """Absolute error and volume on the event's days, then on the others."""
    history, first, ratio = scene(case, times, seed, running=running)
    cut, last = history.grid.at(first, 0), first + dt.timedelta(days=DAYS - 1)
    panel = panel_of(history.until(cut), "queue", last)
    starts = history.grid.span(first, last)
    rows = channel_forecast(panel, first, origins=6).rows(starts[history.opening("queue").mask(starts)])
    rows["actual"] = history.of("queue")["offered"].reindex(rows["start"]).to_numpy()
    rows = rows.dropna()
    day = rows.groupby(rows["start"].dt.date)[["contacts", "actual"]].sum()
    on = np.array([d in ratio for d in day.index])
    off = (day["contacts"] - day["actual"]).abs()
    return [float(x) for part in (on, ~on) for x in (off[part].sum(), day["actual"][part].sum())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--times", default="2,4,8")
    parser.add_argument("--cases", default="")
    given = parser.parse_args()
    for case in CASES:
        if given.cases and case.name not in given.cases.split(";"):
            continue
        for times in (int(x) for x in given.times.split(",")):
            text = []
            for running in (False, True):
                e = np.sum([errors(case, times, s, running=running) for s in range(given.seeds)], axis=0)
                on = f"{e[0] / e[1]:.3f}" if e[1] else "-"
                text.append(f"{'running' if running else 'coming'} {on} others {e[2] / e[3]:.3f}")
            print(f"{case.name:24s} seen {times} times: " + "  ".join(text), flush=True)


if __name__ == "__main__":
    main()
