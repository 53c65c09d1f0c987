"""Requirement: how many agents each queue needs in each open interval, and what one too few costs callers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid, Week

COLUMNS = ("start", "queue", "agents", "load_erl", "model", "service_level", "arrivals", "aht_s", "occupancy")

WORTH_RANGE = (0.5, 2.0)
"""Least and most that an interval's missing agent costs beside the queue's mean."""


@dataclass(frozen=True)
class Requirement:
    """Agents needed, per queue and open interval of one week.

    ``frame`` is long, sorted by (queue, start), one row per open interval: ``agents`` to be scheduled on the queue,
    shrinkage included (float: deferrable work and the queues of a pool need parts of an agent, of which only the
    pool's sum is whole before shrinkage; never rounded up queue by queue); ``load_erl`` offered load; ``model`` the
    formula used; ``service_level`` predicted at that head count; ``arrivals`` contacts per interval, with those that
    came to work that may wait while its queue was closed before it (after the last interval: at the last); ``aht_s``
    handle time with pacing; ``occupancy`` 0..1.
    ``service`` [rows, heads] is the service level reached with 0, 1, 2... scheduled agents, in the frame's row order,
    while the others of the queue's pool have theirs (rows without a live target hold NaN): what a missing agent costs
    is read from it.
    ``deferrable`` names the queues whose rows may be moved within their deadline.
    """

    week: Week
    grid: Grid
    frame: pd.DataFrame
    service: npt.NDArray[np.float32]
    deferrable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [c for c in COLUMNS if c not in self.frame.columns]
        if missing:
            raise ValueError(f"requirement lacks the columns {', '.join(missing)}")
        if self.frame[["agents", "load_erl"]].isna().any(axis=None):
            raise ValueError("a requirement has no gaps: NaN found")
        if len(self.service) != len(self.frame):
            raise ValueError(f"service has {len(self.service)} rows, the frame {len(self.frame)}")

    @cached_property
    def queues(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.frame["queue"]))

    def of(self, queue: str) -> pd.DataFrame:
        """One queue's rows, indexed by start."""
        return self.frame[self.frame["queue"] == queue].set_index("start").drop(columns="queue")

    @property
    def last_agent(self) -> npt.NDArray[np.float64]:
        """[rows] service level that the last agent needed brings; NaN without a live target."""
        row, heads = np.arange(len(self.frame)), self.heads
        return np.asarray(self.service[row, heads] - self.service[row, heads - 1], dtype=float)

    @property
    def heads(self) -> npt.NDArray[np.int64]:
        """[rows] people with the last agent needed, within the columns of ``service``."""
        need = np.ceil(self.frame["agents"].to_numpy(dtype=float) - 1e-9).astype(np.int64)
        return np.clip(need, 1, self.service.shape[1] - 1)

    def worth(self, share: float = 1.0) -> pd.Series[float]:
        """What an agent missing in an interval costs, relative to the queue's mean interval; indexed by (queue, start).

        Read from ``service``: the callers who would no longer be answered in time without the last agent needed. The
        mean over a queue's agent-hours is about 1, no interval beyond ``WORTH_RANGE``; ``share`` 0..1 of the way from
        the same price everywhere; 1 where nothing is promised to the minute.
        """
        need = self.frame["agents"].to_numpy(dtype=float)
        lost = self.last_agent * self.frame["arrivals"].to_numpy(dtype=float)
        out = np.ones(len(need))
        for queue in self.queues:
            mine = (self.frame["queue"] == queue).to_numpy() & np.isfinite(lost) & (need > 0)
            mean = float(np.average(lost[mine], weights=need[mine])) if mine.any() else 0.0
            if mean > 0:
                out[mine] = np.clip(lost[mine] / mean, *WORTH_RANGE)
        index = pd.MultiIndex.from_frame(self.frame[["queue", "start"]])
        return pd.Series(1.0 + share * (out - 1.0), index=index)

    @property
    def agent_hours(self) -> float:
        """Agents summed over intervals, in hours."""
        return float(self.frame["agents"].sum()) * self.grid.interval_h
