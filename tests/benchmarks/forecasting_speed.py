"""Seconds of processor a forecast takes: one channel alone, and ten channels with their backtest.

    python -m tests.benchmarks.forecasting_speed [--channels 10] [--origins 8]

Two years of hours, open around the clock (a smaller opening is quicker), made up; two weeks ahead; one thread.
Prints each time, and what each past origin costs beside the fit.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import pandas as pd

from forecasts.series import forecast_series

WEEKS = 104


def made(seed: int) -> pd.Series:
    """Two years of hourly counts whose days stray by a tenth."""
    starts = pd.date_range("2024-01-01", periods=24 * 7 * WEEKS, freq="h", tz="Europe/Paris")
    rng = np.random.default_rng(seed)
    day = np.exp(0.1 * rng.standard_normal(7 * WEEKS + 1))[np.asarray((starts - starts[0]).days)]
    hour, quiet = np.asarray(starts.hour), np.where(np.asarray(starts.day_of_week) >= 5, 0.5, 1.0)
    return pd.Series(rng.poisson(60 * day * quiet * (1 - 0.6 * np.cos(2 * np.pi * hour / 24))).astype(float), starts)


def cpu_s(channels: int, origins: int) -> float:
    """Processor seconds to forecast so many channels two weeks ahead."""
    series = [made(seed) for seed in range(channels)]
    began = time.process_time()
    for counts in series:
        forecast_series(counts, 14, origins=origins)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--channels", type=int, default=10)
    parser.add_argument("--origins", type=int, default=8)
    given = parser.parse_args()
    cpu_s(1, 0)  # Imports and caches.
    alone, tried = cpu_s(1, 0), cpu_s(1, 6)
    print(f"one channel, fit and two weeks: {alone:.2f} s; with six past origins: {tried:.2f} s")
    print(f"an origin costs {(tried - alone) / 6 / alone:.2f} of a fit")
    whole = cpu_s(given.channels, given.origins)
    print(f"{given.channels} channels with {given.origins} past origins: {whole:.1f} s")


if __name__ == "__main__":
    main()
