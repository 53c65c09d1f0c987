"""The most demand that any lawful roster of a family folder can meet, beside what one that asks for nothing else does.

    python -m tests.benchmarks.rostering_met --seconds 60 --seed 1 FOLDER [FOLDER ...]

Every missing agent-slot costs one euro and nothing else costs anything: the bound is how many must be missing.
Where the most is under 99 %, the people's hours are too few or lie wrongly: no roster, whatever its goals, meets 99 %.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from pathlib import Path

import numpy as np

from staffing.rostering.assign import Solve, solve
from staffing.rostering.instance import Instance
from staffing.rostering.roster import silent
from tests.benchmarks.rostering_family import read

FREE = ("wage_eur_h", "overtime_eur_h", "late_eur", "anchor_eur_h", "wish_eur_h")
OR_BARRED = ("days_eur", "day_eur", "day_eur_h", "off_eur")


def only_demand(instance: Instance) -> Instance:
    """The same people, rules and demand; what is barred stays barred."""
    people, worth = instance.people, np.ones_like(instance.demand.worth)
    worth[..., -1] = 0.0
    nothing = {name: np.zeros_like(getattr(people, name)) for name in FREE}
    barred = {name: np.where(np.isinf(getattr(people, name)), np.inf, 0.0) for name in OR_BARRED}
    return dataclasses.replace(
        instance,
        demand=dataclasses.replace(instance.demand, worth=worth),
        people=dataclasses.replace(people, **nothing, **barred),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for folder in given.folders:
        instance = only_demand(read(folder))
        needed = float(instance.demand.width[..., :-1].sum())
        found = solve(instance, Solve(given.seconds, given.seed), watch=silent, now=time.process_time)
        missing = {"most_met_pct": found.bound_eur, "met_pct": found.cost_eur}
        shares = {name: round(100 * (1 - eur / needed), 2) for name, eur in missing.items()}
        print(json.dumps({"folder": folder.name, "needed": needed, **shares}), flush=True)


if __name__ == "__main__":
    main()
