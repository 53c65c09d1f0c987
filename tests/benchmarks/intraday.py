"""How much the morning's contacts lower the error of the rest of the day: revised at 11:00 against not revised.

    python -m tests.benchmarks.intraday [--us-bank bank_calls_5min.csv] [--weeks 8]

Each of the last weeks is forecast from what lay before it; each of its days is revised at 11:00 by its own morning.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

from forecasts.forecast import forecast_contacts
from forecasts.grid import Week
from forecasts.history import History
from forecasts.intraday import revise
from tests.benchmarks.forecasting_series import SETS, bank_series, centre

NOW_MIN = 660


def ratios(history: History, weeks: int) -> dict[str, float]:
    """By channel, sum of absolute errors after 11:00 revised / not revised."""
    last = Week.of(history.frame["start"].max().date())
    errors: dict[str, list[float]] = {}
    for back in range(weeks, 0, -1):
        week = last.plus(-back + 1)
        monday = history.grid.at(week.monday, 0)
        known = history.frame[history.frame["start"] < monday].reset_index(drop=True)
        forecast = forecast_contacts(replace(history, frame=known), week)
        for day in week.days:
            now, end = history.grid.at(day, NOW_MIN), history.grid.at(day + dt.timedelta(days=1), 0)
            truth = history.frame[(history.frame["start"] >= history.grid.at(day, 0)) & (history.frame["start"] < end)]
            morning = truth[truth["start"] < now][["start", "channel", "offered"]].dropna()
            if morning.empty:
                continue
            revised = revise(forecast, morning, now).frame
            both = forecast.frame[["start", "channel", "contacts"]].merge(
                revised[["start", "channel", "contacts"]], on=["start", "channel"], suffixes=("", "_revised")
            )
            both = both.merge(truth[["start", "channel", "offered"]].dropna(), on=["start", "channel"])
            rest = both[both["start"] >= now]
            for channel, rows in rest.groupby("channel"):
                sums = errors.setdefault(str(channel), [0.0, 0.0])
                sums[0] += float((rows["contacts"] - rows["offered"]).abs().sum())
                sums[1] += float((rows["contacts_revised"] - rows["offered"]).abs().sum())
    return {channel: after / before for channel, (before, after) in errors.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--us-bank", default="")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--sets", default=",".join(SETS))
    given = parser.parse_args()
    named = {name: centre(name, 0) for name in given.sets.split(",") if name}
    if given.us_bank:
        named["us bank"] = bank_series(Path(given.us_bank))
    every = []
    for name, history in named.items():
        for channel, ratio in ratios(history, given.weeks).items():
            print(f"{name}/{channel}: {ratio:.3f}")
            every.append(ratio)
    print(f"geometric mean {np.exp(np.log(every).mean()):.3f}, worst {max(every):.3f}")


if __name__ == "__main__":
    main()
