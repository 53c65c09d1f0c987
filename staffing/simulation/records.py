"""Calls one by one as a switch recorded them, and what they tell of agents: who was there, how long between calls.

A caller who waits while an agent takes nobody is evidence that this agent was away. So an agent is taken to be present
from the start of one call to the middle of his last one before a gap with such evidence (a call in progress is
finished after he leaves, half of it on average).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import pandas as pd

from staffing.simulation.floor import Floats

COLUMNS = ("arrival_s", "queue", "wait_s", "service_s", "outcome", "agent")
ANSWERED, ABANDONED, LEFT = "answered", "abandoned", "left"
SHIFT_GAP_S = 4 * 3600.0
EVIDENCE_S = 15.0
LEAST_PAUSES = 30
LONGEST_PAUSE_S = 300.0
MISSED_S = 120.0
"""Callers who wait so long in all while a nameless agent takes nobody say that he has left."""


@dataclass(frozen=True, eq=False)
class Records:
    """One row a call, in order of arrival.

    ``frame``: ``arrival_s`` seconds UTC; ``queue``; ``wait_s`` until its ``outcome`` (answered, abandoned, left: sent
    elsewhere before an answer); ``service_s`` and ``agent`` of the answered (NaN and "" otherwise). Raises ValueError
    when waits are missing or negative, or an answered call has no service time.
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        numbers = self.frame[["arrival_s", "wait_s"]].to_numpy(dtype=float)
        if not len(numbers) or not np.isfinite(numbers).all() or (numbers[:, 1] < 0).any():
            raise ValueError("call records need an arrival and a wait of at least 0 s for every call")
        answered = self.frame["outcome"] == ANSWERED
        if not answered.any() or not (self.frame.loc[answered, "service_s"] >= 0).all():
            raise ValueError("call records need answered calls, each with a service time of at least 0 s")

    @property
    def answered(self) -> pd.DataFrame:
        """The answered calls with ``from_s`` and ``to_s``, when their agent spoke."""
        rows = self.frame[self.frame["outcome"] == ANSWERED]
        begun = rows["arrival_s"] + rows["wait_s"]
        return rows.assign(from_s=begun, to_s=begun + rows["service_s"])


@dataclass(frozen=True)
class Presence:
    """Somebody ready to take calls of ``queues`` from ``from_s`` to ``to_s`` (seconds UTC)."""

    agent: str
    from_s: float
    to_s: float
    queues: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What records tell: ``ring_s`` that passes before even an idle agent answers, ``pause_s`` between two calls of an
    agent while callers wait (ring and wrap-up), and who was ``present``."""

    ring_s: float
    pause_s: float
    present: tuple[Presence, ...]

    @property
    def agent_hours(self) -> float:
        return sum(p.to_s - p.from_s for p in self.present) / 3600


def told_by(records: Records, present: tuple[Presence, ...] | None = None) -> Told:
    """Ring, pause and presence from the records; ``present`` when it is known. Calls that name no agent are given to
    nameless ones first, as few as could have taken them."""
    ring_s = float(np.quantile(records.answered["wait_s"], 0.1))
    if (records.answered["agent"] == "").any():
        if present is not None:
            return Told(ring_s, 0.0, present)
        records = _nameless(records, ring_s)
    gaps = _gaps(records, ring_s)
    covered = gaps[(gaps["waited_s"] >= 0.9 * gaps["gap_s"]) & (gaps["gap_s"] < LONGEST_PAUSE_S)]["gap_s"]
    longest, pause_s = EVIDENCE_S, 0.0
    if len(covered) >= LEAST_PAUSES:
        longest = 3 * float(covered.median()) + EVIDENCE_S
        pause_s = float(covered[covered <= longest].mean())
    return Told(ring_s, pause_s, _present(gaps, served_by(records), longest, ring_s) if present is None else present)


def _nameless(records: Records, ring_s: float) -> Records:
    """Each answered call without an agent given to one: of those who are free in its queue, whoever is free longest
    and was not missed meanwhile; else to somebody new. While callers wait, as many are there as talk."""
    calls, names = records.answered, records.frame["agent"].astype("str").copy()
    for queue, rows in calls[calls["agent"] == ""].groupby("queue"):
        rows = rows.sort_values("from_s", kind="stable")
        waiting = _Waiting(records.frame[records.frame["queue"] == queue], ring_s)
        missed = [waiting.until(rows[name].to_numpy(dtype=float)).tolist() for name in ("from_s", "to_s")]
        free: deque[tuple[float, float, str]] = deque()
        talking: list[tuple[float, float, str]] = []
        for row, from_s, to_s, by_then, after in zip(rows.index, rows["from_s"], rows["to_s"], *missed, strict=True):
            while talking and talking[0][0] <= from_s:
                free.append(heappop(talking))
            while free and by_then - free[0][1] > MISSED_S:
                free.popleft()
            names[row] = free.popleft()[2] if free else f"{queue}-{row}"
            heappush(talking, (to_s, after, names[row]))
    return Records(records.frame.assign(agent=names))


def _gaps(records: Records, ring_s: float) -> pd.DataFrame:
    """One row per answered call in order of agent and time: ``gap_s`` until the agent's next call (inf: the last of a
    shift), ``waited_s`` of it while callers of his queues waited longer than a ring."""
    calls = records.answered.sort_values(["agent", "from_s"], kind="stable", ignore_index=True)
    until = calls.groupby("agent")["from_s"].shift(-1)
    gap = (until - calls["to_s"]).clip(lower=0.0)
    calls["gap_s"] = gap.where(gap < SHIFT_GAP_S, np.inf).fillna(np.inf)
    calls["waited_s"] = 0.0
    served = served_by(records)
    for queues in set(served.values()):
        mine = calls["agent"].map(served) == queues
        waiting = _Waiting(records.frame[records.frame["queue"].isin(queues)], ring_s)
        inner = (mine & np.isfinite(calls["gap_s"])).to_numpy()
        start = calls.loc[inner, "to_s"].to_numpy(dtype=float)
        end = start + calls.loc[inner, "gap_s"].to_numpy(dtype=float)
        calls.loc[inner, "waited_s"] = waiting.until(end) - waiting.until(start)
    return calls


def served_by(records: Records) -> dict[str, tuple[str, ...]]:
    """The queues each agent serves: those of at least one in fifty of his calls."""
    counts = records.answered.groupby(["agent", "queue"]).size()
    shares = counts / counts.groupby("agent").transform("sum")
    kept = shares[shares >= 0.02].index.to_frame(index=False)
    return {str(agent): tuple(sorted(rows["queue"])) for agent, rows in kept.groupby("agent")}


class _Waiting:
    """How long somebody waited beyond a ring, up to any instant."""

    def __init__(self, calls: pd.DataFrame, ring_s: float) -> None:
        start = calls["arrival_s"].to_numpy(dtype=float) + ring_s
        end = calls["arrival_s"].to_numpy(dtype=float) + calls["wait_s"].to_numpy(dtype=float)
        order = np.argsort(start[end > start])
        start, end = start[end > start][order], np.maximum.accumulate(end[end > start][order])
        new = np.append(True, start[1:] > end[:-1]) if len(start) else np.zeros(0, dtype=bool)
        first = np.flatnonzero(new)
        self.start, self.end = start[first], end[np.append(first[1:], len(start)) - 1] if len(first) else end
        self.before = np.concatenate([[0.0], np.cumsum(self.end - self.start)])

    def until(self, at_s: Floats) -> Floats:
        """Seconds with somebody waiting before each instant."""
        if not len(self.start):
            return np.zeros(len(at_s))
        spell = np.searchsorted(self.start, at_s, side="right")
        last = np.maximum(spell - 1, 0)
        ahead = np.where(spell > 0, np.maximum(self.end[last] - at_s, 0.0), 0.0)
        return np.asarray(self.before[spell] - ahead)


def _present(
    gaps: pd.DataFrame, served: dict[str, tuple[str, ...]], longest_s: float, ring_s: float
) -> tuple[Presence, ...]:
    away = (gaps["gap_s"] > longest_s) & ((gaps["waited_s"] > EVIDENCE_S) | np.isinf(gaps["gap_s"]))
    spell = np.concatenate([[0], np.cumsum(away.to_numpy())[:-1]])
    out = []
    for _, rows in gaps.groupby(spell):
        last = rows.iloc[-1]
        agent, leaves = str(last["agent"]), float(last["from_s"] + last["to_s"]) / 2
        out.append(Presence(agent, float(rows["from_s"].iloc[0]) - ring_s, leaves, served[agent]))
    return tuple(out)
