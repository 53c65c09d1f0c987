"""Recorded calls told again, over rooms from calm to overrun: how far service and abandonment are from what happened.

Run: python -m tests.benchmarks.replay [seed]. The records come from SimPy processes (``tests.simulation.recorded``):
breaks, wrap-up and ringing are nowhere in them; with agents named in each call, and without. Points, plays of one seed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from forecasts.grid import Grid
from staffing.files.call_records import read_records
from staffing.simulation.records import told_by
from staffing.simulation.replay import Replaying, replay
from tests.simulation.recorded import SwitchRoom

ROOMS: dict[str, tuple[dict[str, float], list[tuple[str, ...]]]] = {
    "calm": ({"a": 60.0}, [("a",)] * 11),
    "busy": ({"a": 60.0}, [("a",)] * 6),
    "tight": ({"a": 60.0}, [("a",)] * 4),
    "small": ({"a": 20.0}, [("a",)] * 3),
    "large": ({"a": 240.0}, [("a",)] * 22),
    "skills": ({"a": 60.0, "b": 40.0}, [("a",)] * 5 + [("a", "b")] * 6 + [("b",)] * 3),
}
SPREADS = (0.8, 1.5, 2.0)
DAYS = 4


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    worst = {True: (0.0, 0.0), False: (0.0, 0.0)}
    for name, (queues, takes) in ROOMS.items():
        for spread in SPREADS:
            table = SwitchRoom(queues, takes, days=DAYS, seed=seed, spread=spread).table
            for named in (True, False):
                with tempfile.TemporaryDirectory() as folder:
                    path = Path(folder) / "calls.csv"
                    (table if named else table.assign(agent="")).to_csv(path, index=False)
                    records = read_records(path, Grid("Europe/Paris", 15))
                told = told_by(records)
                found = replay(records, told, Replaying(times=10))
                service, abandon = 100 * found.service_apart, 100 * found.abandon_apart
                was = found.frame.iloc[-1]
                print(
                    f"{name:7s} spread {spread} {'named  ' if named else 'unnamed'} service {was['in_time']:.1%} "
                    f"{service:+.1f}, gave up {was['gave_up']:.1%} {abandon:+.1f}; {told.agent_hours:.0f} h for "
                    f"{len(takes) * DAYS * 6.5:.0f}, pause {told.pause_s:.0f} s",
                    flush=True,
                )
                worst[named] = max(worst[named][0], abs(service)), max(worst[named][1], abs(abandon))
    for named, (service, abandon) in worst.items():
        print(f"worst {'with' if named else 'without'} agents: service {service:.1f}, abandonment {abandon:.1f} points")


if __name__ == "__main__":
    main()
