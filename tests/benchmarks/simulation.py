"""Kernel against SimPy on one two-level week of 50,000 calls, and 41 whole replications of such a week.

Run: python -m tests.benchmarks.simulation. One core, CPU seconds; the ratio is the figure to keep.
"""

from __future__ import annotations

import time

import numpy as np

from staffing.simulation.floor import AWAY, Desk, Floor, Shift
from staffing.simulation.kernel import run
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from tests.simulation import weeks
from tests.simulation.oracle import Room
from tests.simulation.test_kernel import staggered, two_levels

WEEK_S = 5 * 11 * 3600.0


def against_simpy(seed: int = 1) -> tuple[float, float, bool]:
    """CPU seconds of the kernel and of SimPy, and whether every caller is answered at the same instant."""
    callers = two_levels(seed, 50_000, WEEK_S)
    place = [0] * 52 + [1] * 18 + [2] * 4
    takes = [((0, 2), (1,), (1, 0))[p] for p in place]
    spans = staggered(len(takes), 15, WEEK_S, seed)
    shifts = sorted(
        (Shift(at, a, place[a] if i == 0 else AWAY) for a in range(len(takes)) for span in spans[a]
         for i, at in enumerate(span)), key=lambda s: s.at_s)  # fmt: skip
    desks = (Desk(0, (0, 2)), Desk(1, (1,)), Desk(1, (1, 0)))
    floor = Floor(desks, ((1.0,) * 3,) * len(takes), tuple(shifts), (1, 1, 1))
    begun = time.process_time()
    ours = run(floor, callers).answer_s
    kernel_s = time.process_time() - begun
    begun = time.process_time()
    theirs = Room(callers, takes, spans).play()
    return kernel_s, time.process_time() - begun, bool(np.allclose(ours, theirs, atol=1e-6, equal_nan=True))


def replications(count: int = 41) -> tuple[float, float]:
    """CPU seconds of ``count`` replications, draws and counting included, and contacts in each."""
    centre, forecast = weeks.centre(115, 32), weeks.forecast(520.0, day_cv=0.1)
    options = Play(at_least=count, at_most=count, precision=1e-9)
    begun = time.process_time()
    played = simulate(weeks.roster(centre), forecast, centre, options=options)
    seconds = time.process_time() - begun
    return seconds, float(played.counts[:, 0].sum()) / count


def main() -> None:
    kernel_s, simpy_s, same = against_simpy()
    print(f"kernel {kernel_s:.2f} s, SimPy {simpy_s:.2f} s: {simpy_s / kernel_s:.1f} times; same answers: {same}")
    seconds, contacts = replications()
    print(f"41 replications of {contacts:,.0f} contacts: {seconds:.1f} s")


if __name__ == "__main__":
    main()
