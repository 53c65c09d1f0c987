"""Hand-made rooms and callers for the kernel."""

from __future__ import annotations

import numpy as np

from staffing.simulation.floor import Contacts, Floor, Log, alone, everybody_there


def stationary(load_erl: float, aht_s: float, count: int, *, patience_s: float = np.inf, seed: int = 1) -> Contacts:
    """``count`` Poisson callers on one queue, exponential handle times and patience."""
    rng = np.random.default_rng(seed)
    arrival = np.cumsum(rng.exponential(aht_s / load_erl, count))
    patience = rng.exponential(patience_s, count) if np.isfinite(patience_s) else np.full(count, np.inf)
    return alone(arrival, np.zeros(count, dtype=np.int64), rng.exponential(aht_s, count), patience)


def one_desk(agents: int) -> Floor:
    """``agents`` on one queue, from the first second to the last."""
    return everybody_there([(0,)] * agents, 1)


def in_time(log: Log, within_s: float) -> float:
    """Share of all contacts answered within so many seconds."""
    return float(np.mean((log.answer_s - log.arrival_s) <= within_s + 1e-9))
