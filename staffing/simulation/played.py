"""Played: what a roster is worth against uncertain volume, before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from forecasts.grid import Week
from staffing.centre import Centre, Queue
from staffing.simulation.floor import Floats
from staffing.simulation.tally import (
    ANSWERED,
    GAVE_UP,
    LONGEST_S,
    OFFERED,
    PENDING,
    TURNED,
    WAIT,
    WAIT_EDGES_S,
    limit,
    parts,
    served,
)
from staffing.sizing.channels import kind_of
from staffing.targets import AverageWait

DAYS = (
    "day", "queue", "level", "offered", "expected", "low", "high", "target", "p_met", "p_met_low", "p_met_high",
    "answer_rate", "asa_s", "gave_up", "turned_away", "pending",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Played:
    """A week played ``replications`` times. Shares 0..1, waits in seconds.

    ``counts`` [replications, names, queues, intervals] as in ``tally.NAMES``; ``waits`` [queues + 1, bins];
    ``busy_s``, ``staffed_s``, ``overrun_s`` [agents] per replication, on average. ``reached`` says whether the asked
    precision was; ``half_width`` the widest 95 % interval of the week's live queues.
    """

    centre: Centre
    week: Week
    seed: int
    replications: int
    precision: float
    half_width: float
    counts: npt.NDArray[np.float32]
    wait_bins: Floats
    agents_worked: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        return self.half_width <= self.precision

    @property
    def starts(self) -> pd.DatetimeIndex:
        return self.centre.grid.week(self.week)

    @cached_property
    def days(self) -> pd.DataFrame:
        """One row per day and queue with contacts: service ``expected`` (ratio of means) between ``low`` and ``high``
        (95 %), the ``target`` it is held to, ``p_met`` the share of replications that meet it (Wilson 95 %), all in
        what the target measures (``in_seconds``: a mean wait); ``served`` tells it as a share of contacts, of which
        more is better (``tally.served``)."""
        _, day = np.unique(self.starts.date, return_inverse=True)
        dates = list(dict.fromkeys(self.starts.date))
        by_day = np.stack([self.counts[..., day == d].sum(axis=-1) for d in range(len(dates))], axis=-1)
        return self._table(by_day, dates, "day")

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """The same, one row per queue for the whole week."""
        return self._table(self.counts.sum(axis=-1, keepdims=True), [str(self.week)], "day")

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """One row per queue and interval with contacts: ``start`` in place of ``day``."""
        return self._table(self.counts, list(self.starts), "day").rename(columns={"day": "start"})

    def weakest(self, count: int = 5) -> pd.DataFrame:
        """The intervals of live queues that fall furthest below their target, weighed by contacts; of a mean wait, the
        share that is too long."""
        rows = self.intervals[self.intervals["pending"] == 0].copy()
        worse = np.where(rows["more_is_better"], rows["target"] - rows["expected"], rows["expected"] - rows["target"])
        worse = np.where(rows["in_seconds"], worse / np.maximum(rows["expected"], 1e-9), worse)
        rows["lost"] = np.maximum(worse, 0.0) * rows["offered"]
        rows = rows[rows["lost"] > 0].sort_values("lost", ascending=False, kind="stable")
        return rows.head(count).reset_index(drop=True)

    @cached_property
    def waits(self) -> pd.DataFrame:
        """Waits of the answered by queue, and the whole wait of ``transferred`` callers (both levels together)."""
        names = [*(q.name for q in self.centre.queues), "transferred"]
        levels = [*(q.level for q in self.centre.queues), 0]
        middle = (WAIT_EDGES_S[:-1] + np.minimum(WAIT_EDGES_S[1:], LONGEST_S)) / 2
        middle[0] = 0.0
        rows = []
        for name, level, bins in zip(names, levels, self.wait_bins, strict=True):
            total = bins.sum()
            if total:
                at = np.searchsorted(np.cumsum(bins) / total, [0.5, 0.9, 0.95])
                rows.append((name, level, total / self.replications, float(bins @ middle) / total, *middle[at]))
        return pd.DataFrame(rows, columns=["queue", "level", "answered", "mean_s", "p50_s", "p90_s", "p95_s"])

    @property
    def agents(self) -> pd.DataFrame:
        """One row per agent: ``hours`` on queues, ``occupancy``, ``overrun_min`` worked past the end of segments."""
        return self.agents_worked

    @property
    def judged(self) -> tuple[Queue, ...]:
        """The queues by which a week is judged: the live ones, where more agents are felt at once; every queue of a
        centre that has none such."""
        return tuple(q for q in self.centre.queues if kind_of(q.kind).live) or self.centre.queues

    def p_target(self) -> float:
        """Share of replications in which every queue judged meets its target over the whole week."""
        met = np.ones(self.replications, dtype=bool)
        for number, queue in enumerate(self.centre.queues):
            if queue in self.judged:
                met &= met_target(queue, self.counts[:, :, number].sum(axis=-1).T)
        return float(met.mean())

    @property
    def mean_service(self) -> float:
        """Share ``served`` of the queues judged over the week, weighed by contacts; 0 where nothing came."""
        rows = self.weeks[self.weeks["queue"].isin({q.name for q in self.judged})]
        return float(np.average(rows["served"], weights=rows["offered"])) if len(rows) else 0.0

    def service(self, queue: str) -> Floats:
        """Share ``served`` of a queue over the week in each replication [replications]; NaN where nothing came."""
        number = [q.name for q in self.centre.queues].index(queue)
        above, below = served(self.centre.queue(queue).target, self.counts[:, :, number].sum(axis=-1).T)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(above / below)

    def _table(self, counts: npt.NDArray[np.floating], spans: list[object], label: str) -> pd.DataFrame:
        """Rows of (queue, span) from counts [replications, names, queues, spans]."""
        frames = []
        for number, queue in enumerate(self.centre.queues):
            own = counts[:, :, number].astype(float)
            mean = own.mean(axis=0)
            expected, half = ratio(*parts(queue.target, np.moveaxis(own, 1, 0)))
            share, wide = ratio(*served(queue.target, np.moveaxis(own, 1, 0)))
            met = met_target(queue, np.moveaxis(own, 1, 0)).mean(axis=0)
            low, high = wilson(met, len(own))
            bar, more = limit(queue.target)
            in_seconds, offered = isinstance(queue.target, AverageWait), mean[OFFERED]
            with np.errstate(invalid="ignore", divide="ignore"):
                frame = pd.DataFrame(
                    {
                        label: spans, "queue": queue.name, "level": queue.level, "offered": offered,
                        "expected": expected, "low": np.maximum(expected - half, 0.0),
                        "high": np.minimum(expected + half, np.inf if in_seconds else 1.0), "target": bar,
                        "p_met": met, "p_met_low": low, "p_met_high": high,
                        "answer_rate": mean[ANSWERED] / offered, "asa_s": mean[WAIT] / mean[ANSWERED],
                        "gave_up": mean[GAVE_UP] / offered, "turned_away": mean[TURNED], "pending": mean[PENDING],
                        "more_is_better": more, "in_seconds": in_seconds, "served": share,
                        "served_low": np.maximum(share - wide, 0.0), "served_high": np.minimum(share + wide, 1.0),
                    }
                )  # fmt: skip
            frames.append(frame[offered > 0])
        table: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return table


def ratio(above: Floats, below: Floats) -> tuple[Floats, Floats]:
    """Ratio of means over replications (first axis) and the half-width of its 95 % interval (delta method, Student)."""
    count = len(above)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = above.mean(axis=0) / below.mean(axis=0)
        spread = (above - value * below).std(axis=0, ddof=1) / below.mean(axis=0)
    return np.asarray(value), np.asarray(stats.t.ppf(0.975, count - 1) * spread / np.sqrt(count))


def met_target(queue: Queue, counts: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Whether each of [names, ...] counts meets the queue's target; nothing offered is nothing missed."""
    above, below = parts(queue.target, counts)
    bar, more = limit(queue.target)
    return np.asarray(above >= bar * below - 1e-9 if more else above <= bar * below + 1e-9)


def wilson(share: Floats, count: int) -> tuple[Floats, Floats]:
    """95 % interval of a share seen in ``count`` trials (Wilson 1927).

    >>> [round(float(x), 3) for x in wilson(np.array(1.0), 20)]
    [0.839, 1.0]
    """
    z2 = 1.959964**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = np.sqrt(z2 * (share * (1 - share) / count + z2 / (4 * count**2))) / (1 + z2 / count)
    return np.asarray(middle - half), np.asarray(np.minimum(middle + half, 1.0))
