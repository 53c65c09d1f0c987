"""A realistic week beside pyworkforce: 7 days, 12 h open, 30-minute grid, peak 48, lunches inside; in one run here.

python -m tests.benchmarks.peer_week --seconds 20            this engine: gap, paid hours over required, breaches
python tests/benchmarks/peer_week.py --peer                  pyworkforce, where it is installed: its two steps
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import time
from typing import Any

DAYS, SLOTS, PEAK, OPEN_MIN = 7, 24, 48, 480
SHAPE = [1.0, 0.95, 0.92, 0.92, 0.96, 0.7, 0.55]
LENGTHS_H = (5, 6, 7, 8, 9)


def required() -> list[list[int]]:
    """Agents per day and half hour: two peaks."""

    def level(slot: int) -> float:
        hour = 8 + slot / 2
        return 0.35 + 0.65 * math.exp(-(((hour - 10.5) / 2) ** 2)) + 0.5 * math.exp(-(((hour - 15.5) / 2.2) ** 2))

    top = max(level(s) for s in range(SLOTS))
    return [[round(PEAK * share * level(s) / top) for s in range(SLOTS)] for share in SHAPE]


def peer(seconds: float) -> dict[str, Any]:
    """Head-count per shift, then names for them: each blind to the other, no lunch."""
    from pyworkforce.rostering.binary_programming import MinHoursRoster
    from pyworkforce.scheduling import MinRequiredResources

    spans = {f"s{a}_{h}": (a, a + 2 * h) for h in LENGTHS_H for a in range(0, SLOTS - 2 * h + 1, 2)}
    cover = {name: [int(a <= s < b) for s in range(SLOTS)] for name, (a, b) in spans.items()}
    need, began = required(), time.perf_counter()
    counts = MinRequiredResources(
        num_days=DAYS, periods=SLOTS, shifts_coverage=cover, required_resources=need, max_period_concurrency=200,
        max_shift_concurrency=60, max_search_time=seconds, num_search_workers=1,
        cost_dict={n: (b - a) / 2 for n, (a, b) in spans.items()},
    ).solve()  # fmt: skip
    middle = time.perf_counter()
    table = {name: [0] * DAYS for name in spans}
    for row in counts["resources_shifts"]:
        table[row["shift"]][row["day"]] = row["resources"]
    hours = {name: (b - a) // 2 for name, (a, b) in spans.items()}
    names = [
        f"a{i}" for i in range(max(math.ceil(sum(table[n][d] * hours[n] for n in spans for d in range(DAYS)) / 30), 1))
    ]
    named = MinHoursRoster(
        num_days=DAYS, resources=names, shifts=list(spans), shifts_hours=list(hours.values()), min_working_hours=0,
        banned_shifts=[], max_resting=3, required_resources=table, max_search_time=seconds, num_search_workers=1,
    ).solve()  # fmt: skip
    paid, asked = sum(table[n][d] * hours[n] for n in spans for d in range(DAYS)), sum(map(sum, need)) / 2
    return {
        "counts": counts["status"], "counts_s": round(middle - began, 1), "naming": named["status"],
        "naming_s": round(time.perf_counter() - middle, 1),
        "paid_over_required_pct": round(100 * (paid / asked - 1), 1),
    }  # fmt: skip


def ours(seconds: float) -> dict[str, Any]:
    """One run: shifts, lunches and names together, 35 h a week, two per cent more paid hours than required."""
    from forecasts.grid import Grid, Opening
    from staffing.centre import Goals
    from staffing.rostering.assign import Solve, assign
    from staffing.rostering.roster import MEAL
    from staffing.rostering.verify import verify
    from staffing.rostering.worked import shifts_by_agent
    from tests import tiny
    from tests.benchmarks.rostering_weeks import centre_of
    from tests.rostering import small

    opening = Opening(weekdays=(((OPEN_MIN, OPEN_MIN + 30 * SLOTS),),) * DAYS)
    grid, asked = Grid("Europe/Paris", 30), sum(map(sum, required())) / 2
    agents = math.floor(1.02 * asked / 35)
    contract = dataclasses.replace(
        small.DAY_SHIFT, rules="fr_private_idcc2098", meal_min=(30, 60), break_min=0, max_days=6, sundays=True
    )
    team = small.centre(agents, contract=contract, experts=0).team
    made = small.requirement({"front": 1.0}, grid=grid, opening=opening)
    frame = made.frame.copy()
    frame["agents"] = [float(n) for day in required() for n in day]
    need = dataclasses.replace(made, frame=frame)
    centre = dataclasses.replace(centre_of(team, grid, opening), goals=Goals())
    began = time.perf_counter()
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds, 1))
    spent, found = time.perf_counter() - began, verify(roster, need, centre)
    shifts = [shift for mine in shifts_by_agent(roster.frame).values() for shift in mine]
    lunches = sum(any(s.activity == MEAL for s in shift.segments) for shift in shifts)
    assert roster.proof is not None
    return {
        "agents": agents, "seconds": round(spent, 1), "gap_pct": round(100 * roster.proof.gap, 2),
        "breaches": len(found.breaches), "shifts": len(shifts), "lunches": lunches,
        "met_pct": round(100 * found.demand_met, 2),
        "paid_over_required_pct": round(100 * (35 * agents / asked - 1), 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    print(json.dumps(peer(given.seconds) if given.peer else ours(given.seconds)))


if __name__ == "__main__":
    main()
