"""The roster engine on folders of the seeded family: cost, bound, gap, first roster, memory; one line each.

    python -m tests.benchmarks.rostering --seconds 60 120 --seed 1 --out OUT [--checker CHECKER.py] FOLDER [FOLDER ...]

Seconds are processor time of this process. Each run has a process of its own, for its memory to be its own.
``OUT/<folder name>.csv`` is what the family's independent checker reads; with its path, its findings stand in the line.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from staffing.rostering.assign import Solve, mean_wage, solve
from staffing.rostering.roster import Progress
from tests.benchmarks.rostering_family import read, write


def run(folder: Path, options: Solve, out: Path) -> dict[str, object]:
    """Solve one folder and write its roster."""
    began, first = time.process_time(), []

    def watch(progress: Progress) -> bool:
        if progress.cost_eur is not None and not first:
            first.append(time.process_time() - began)
        return True

    instance = read(folder)
    solution = solve(instance, options, watch=watch, now=time.process_time)
    spent = time.process_time() - began
    write(instance, solution, folder, out / f"{folder.name}.csv")
    eur, bound = solution.cost_eur, solution.bound_eur
    return {
        "folder": folder.name,
        "given_s": options.seconds,
        "cost": round(eur, 1),
        "bound": round(bound, 1),
        "gap_pct": round(100 * (1 - bound / eur), 2),
        "gap_hours": round((eur - bound) / mean_wage(instance), 1),
        "wage_eur_h": round(mean_wage(instance), 2),
        "first_s": round(first[0], 2),
        "seconds": round(spent, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "status": solution.status,
    }


def checked(checker: Path, folder: Path, roster: Path) -> dict[str, object]:
    """What the independent checker says of a roster."""
    said = subprocess.run(
        [sys.executable, str(checker), str(folder), str(roster)], capture_output=True, text=True, check=False
    )
    found = json.loads(said.stdout)
    return {"violations": found["violations"], "demand_met_pct": round(100 * found["demand_met"], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", nargs="+", type=float, default=[60.0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--checker", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for folder in given.folders:
        for seconds in given.seconds:
            options = Solve(seconds, given.seed, given.workers)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                line = pool.submit(run, folder, options, given.out).result()
            if given.checker is not None:
                line |= checked(given.checker, folder, given.out / f"{folder.name}.csv")
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
