"""A real series end to end: import it, hold a week out, plan that week, score it.

    python -m tests.benchmarks.bank_week SERIES.csv [--agents 130] [--aht-s 60] [--seconds 60]

SERIES.csv has the columns start (local time) and calls, at five minutes: the ``bank_calls`` series of the R package
fpp3 is one (GPL-3: not copied here). Its handle time was never published: ``--aht-s`` is a stand-in that makes the
work fit the generated team.
"""

from __future__ import annotations

import argparse
import contextlib
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.grid import Week
from staffing.cli import main as affluence
from staffing.gate.read import read_centre
from staffing.plan import plan_week
from staffing.rostering.assign import Solve
from staffing.rostering.roster import Progress


def run(series: Path, *, agents: int, aht_s: float, seconds: float) -> None:
    """Print forecast error on the last week of the series, need, demand met, breaches."""
    whole = pd.read_csv(series, parse_dates=["start"])
    last = whole["start"].max().normalize()
    monday = last - pd.Timedelta(days=last.weekday())
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder) / "known.csv"
        whole[whole["start"] < monday].to_csv(known, index=False)
        asked = [
            "import", str(known), "--into", f"{folder}/bank", "--column", "start=start", "--column", "offered=calls",
            "--tz", "America/New_York", "--country", "US", "--missing-days", "closed", "--agents", str(agents),
            "--aht-s", str(aht_s), "--language", "en",
        ]  # fmt: skip
        print("affluence", " ".join(asked[:2] + asked[4:]))
        with contextlib.suppress(SystemExit):
            affluence(asked)
        centre = read_centre(Path(folder) / "bank")
    first: list[float] = []

    def watch(progress: Progress) -> bool:
        if progress.roster is not None and not first:
            first.append(progress.seconds)
        return True

    began = time.monotonic()
    plan = plan_week(centre, Week.of(monday.date()), options=Solve(seconds), watch=watch)
    whole["slot"] = whole["start"].dt.floor("30min").dt.tz_localize("America/New_York")
    actual = whole[whole["start"] >= monday].groupby("slot")["calls"].sum()
    frame = plan.forecast.frame.set_index("start").join(actual, how="inner")
    error = frame["contacts"] - frame["calls"]
    inside = (frame["calls"] >= frame["p10"]) & (frame["calls"] <= frame["p90"])
    found = plan.verification
    proof = plan.roster.proof
    print(f"week {plan.week}: {frame['calls'].sum():.0f} calls came, {frame['contacts'].sum():.0f} forecast")
    came = frame["calls"].sum()
    print(
        f"forecast: WAPE {error.abs().sum() / came:.3f}, bias {error.sum() / came:+.3f}, "
        f"inside the 80 % band {np.mean(inside):.0%}"
    )
    print(
        f"need {found.required_hours:.0f} agent-hours, met {found.demand_met:.1%}, paid "
        f"{found.hours['hours_paid'].sum():.0f} h of {found.hours['hours_owed'].sum():.0f} h owed"
    )
    print(
        f"breaches {len(found.breaches)}, first roster {first[0]:.1f} s, "
        f"gap {proof.gap if proof else float('nan'):.2%}, "
        f"whole run {time.monotonic() - began:.0f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("series", type=Path)
    parser.add_argument("--agents", type=int, default=130)
    parser.add_argument("--aht-s", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    run(given.series, agents=given.agents, aht_s=given.aht_s, seconds=given.seconds)
