"""How much of a change of level the forecast still misses, one to four weeks after it.

    python -m tests.benchmarks.level_shifts [--jumps 0.2,-0.2] [--weeks 1,2,3,4] [--cuts 0,9] [--seeds 2]

Five made-up queues (round the clock, office hours, small, restless, growing with seasons), jumps up and down at several
dates. What is missed is the forecast of two weeks over that of the same queue, same noise, without the jump, times the
jump, less one: negative is forecast too low after a rise. Prints the median and the share of runs over 10 % off, and
what a four-week mean would miss.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import replace

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from forecasts.channel import channel_forecast
from forecasts.grid import Grid, always_open
from forecasts.history import ChannelHours, History
from forecasts.panel import panel_of
from tests.benchmarks.forecasting_series import END, Made, named_days, office, queue

DAYS = 14
SHAPES = (
    Made("round the clock", 60.0, always_open(), years=1.2, day_cv=0.1),
    Made("office", 40.0, office(), years=1.0, holiday=0.0),
    Made("small", 3.0, office(6), years=1.0, day_cv=0.1, holiday=0.0),
    Made("restless", 50.0, office(), years=1.2, day_cv=0.2, persistence=0.8, holiday=0.0),
    Made("growing", 80.0, office(6), years=2.0, growth=0.2, season=0.25, month_start=0.1, holiday=0.0),
)


def expected(made: Made, cut_weeks: int, seed: int) -> float:
    """Contacts forecast for the two weeks after the cut, so many weeks before the end of the record."""
    grid = Grid("Europe/Paris", 60)
    days, school = named_days(END - dt.timedelta(days=int(made.years * 365)))
    frame = queue(made, grid, dict(days), frozenset(school), seed)
    history = History(grid, frame, (ChannelHours(made.name, made.opening),), days, school)
    first = END + dt.timedelta(days=1) - dt.timedelta(days=DAYS + 7 * cut_weeks)
    panel = panel_of(history.until(grid.at(first, 0)), made.name, first + dt.timedelta(days=DAYS - 1))
    return float(np.where(panel.is_open[-DAYS:], channel_forecast(panel, first, origins=6).rates, 0.0).sum())


def missed(made: Made, jump: float, weeks: int, cut_weeks: int, seed: int, without: float) -> float:
    """Share of the right volume that is missing (negative) or too much, ``weeks`` after a jump."""
    moved = replace(made, shift=jump, shift_weeks_before_end=cut_weeks + DAYS // 7 + weeks)
    return expected(moved, cut_weeks, seed) / (without * (1 + jump)) - 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jumps", default="0.2,-0.2")
    parser.add_argument("--weeks", default="1,2,3,4")
    parser.add_argument("--cuts", default="0,9")
    parser.add_argument("--seeds", type=int, default=2)
    given = parser.parse_args()
    jumps, weeks = [float(x) for x in given.jumps.split(",")], [int(x) for x in given.weeks.split(",")]
    told: dict[tuple[float, int], list[float]] = {(jump, week): [] for jump in jumps for week in weeks}
    for made in SHAPES:
        mine: dict[tuple[float, int], list[float]] = {key: [] for key in told}
        for cut in (int(x) for x in given.cuts.split(",")):
            for seed in range(given.seeds):
                without = expected(made, cut, seed)
                for jump, week in mine:
                    mine[jump, week].append(missed(made, jump, week, cut, seed, without))
        for key, values in mine.items():
            told[key] += values
            print(f"{made.name:16s} {key[0]:+.0%} {key[1]} weeks: " + " ".join(f"{v:+.3f}" for v in values), flush=True)
    for (jump, week), values in told.items():
        off = float(np.mean(np.abs(values) > 0.1))
        mean4 = (1 + jump * min(week, 4) / 4) / (1 + jump) - 1
        print(
            f"{jump:+.0%} {week} weeks after: median {np.median(values):+.3f}, "
            f"mean absolute {np.mean(np.abs(values)):.3f}, over 10 % off {off:.0%}; four-week mean {mean4:+.3f}"
        )


if __name__ == "__main__":
    main()
