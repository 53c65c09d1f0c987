"""Sizing speed beside pyworkforce, as ratios of processor time in one run.

    pip install --no-deps --target PEERS pyworkforce
    python -m tests.benchmarks.sizing_speed PEERS

The same questions to both: agents for 80 % in 20 s at an AHT of 180 s. pyworkforce answers one at a time; it is asked a
sample and its time is scaled up. Versions before 0.5.4 have no Erlang A: that line is then left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from staffing.sizing.gamma import Floats
from staffing.sizing.heads import agents_for
from staffing.targets import AbandonRate, ServiceLevel

TARGET = ServiceLevel(0.8, 20)


def cpu_s(work: Callable[[], object], times: int = 1) -> float:
    """Least processor time of several runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def compare(name: str, load_erl: float, ours: Callable[[Floats], object], theirs: Callable[[float], object]) -> None:
    """Time 10,000 sizings around one load."""
    loads, sample = load_erl * np.random.default_rng(1).uniform(0.9, 1.1, 10_000), 200 if load_erl < 100 else 20
    mine = cpu_s(lambda: ours(loads), 7)
    other = cpu_s(lambda: [theirs(float(load)) for load in loads[:sample]], 3) * len(loads) / sample
    print(f"10,000 {name:8s} at {load_erl:6.0f} erl: ours {mine:.4f} s, theirs {other:.2f} s, ratio {other / mine:.0f}")


def main(peers: str) -> None:
    sys.path.insert(0, peers)
    from pyworkforce import queuing

    def erlang_c(load: float) -> Any:
        peer = queuing.ErlangC(transactions=load * 10, aht=3.0, asa=20 / 60, interval=30)
        return peer.required_positions(service_level=0.8)

    for load in (20.0, 1000.0):
        compare("erlang_c", load, lambda loads: agents_for(TARGET, loads, 180.0), erlang_c)
    if hasattr(queuing, "ErlangA"):

        def erlang_a(load: float) -> Any:
            peer = queuing.ErlangA(transactions=load * 10, aht=3.0, interval=30, patience=3.0)
            return peer.required_positions(asa=20 / 60, service_level=0.8, abandonment=0.05)

        asked = AbandonRate(0.05)
        compare("erlang_a", 20.0, lambda loads: agents_for(asked, loads, 180.0, patience=180.0), erlang_a)
    for load in (20.0, 1000.0, 20_000.0):
        many = load * np.random.default_rng(2).uniform(0.9, 1.1, 1_000_000)
        print(
            f"1,000,000 erlang_c at {load:.0f} erl: {cpu_s(lambda loads=many: agents_for(TARGET, loads, 180.0)):.2f} s"
        )


if __name__ == "__main__":
    main(sys.argv[1])
