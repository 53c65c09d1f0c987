"""What a queue is asked (Stream) and what sizing answers (Sized): the seam between the flow and the kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.centre import Queue
from staffing.sizing.gamma import Floats
from staffing.sizing.options import Sizing
from staffing.sizing.patience import Patience
from staffing.sizing.rates import Bools


@dataclass(frozen=True)
class Stream:
    """One queue's week. Arrays run over all intervals of the week, open or not: ``contacts`` per interval, ``aht_s``
    with pacing; ``live`` agents already occupied by live work that shares this queue's agents; ``least`` agents that
    are there whatever the target asks."""

    queue: Queue
    grid: Grid
    starts: pd.DatetimeIndex
    open_: Bools
    contacts: Floats
    aht_s: Floats
    patience: Patience
    options: Sizing
    live: Floats
    least: Floats

    @property
    def interval_s(self) -> float:
        return self.grid.interval_min * 60.0

    @property
    def load_erl(self) -> Floats:
        return self.contacts * self.aht_s / self.interval_s

    @property
    def hands(self) -> int:
        """Contacts an agent holds at once."""
        return self.queue.concurrency if self.queue.kind == "chat" else 1

    @property
    def full_aht_s(self) -> Floats:
        """Handle time of each contact, seconds, while an agent has all hands full."""
        return self.aht_s * (1 + self.queue.chat_slowdown * (self.hands - 1))

    @property
    def days(self) -> np.typing.NDArray[np.int64]:
        """Civil day of each interval, 0 = Monday."""
        return np.asarray(self.starts.day_of_week, dtype=np.int64)

    def with_handle_time(self, aht_s: Floats) -> Stream:
        """The same stream with another handle time."""
        return replace(self, aht_s=aht_s)

    def spans(self) -> list[slice]:
        """Runs of consecutive open intervals: each starts with an empty queue."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.open_.astype(int), [0]])))
        return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True)
class Sized:
    """Agents present (before shrinkage) in each interval of the week and what callers then meet; NaN: no such promise.

    ``even_load_erl`` is the load on all hands at which the stationary formula gives the same service: it prices one
    agent more or fewer. ``capped`` marks intervals where the occupancy cap, not the target, decides. ``pool``: the
    agents are a share of a pool's, and the other fields tell what the pool's callers meet.
    """

    agents: Floats
    service_level: Floats
    asa_s: Floats
    abandon: Floats
    occupancy: Floats
    model: np.typing.NDArray[np.str_]
    even_load_erl: Floats
    capped: Bools
    pool: Pool | None = None


@dataclass(frozen=True)
class Pool:
    """The pool a queue belongs to: all its contacts as one ``stream`` under this queue's promise, and all its
    ``agents``."""

    stream: Stream
    agents: Floats
