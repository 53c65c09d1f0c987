"""Live work planned while its queue is closed: worth a remark, and no breach of anything.

Nobody calls then, so the hours are lost to the queue; e-mail and call-backs may be worked off at any hour. Up to half
an hour beside the opening hours is setting up, or finishing with the last caller.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from staffing.centre import Centre, Queue
from staffing.sizing.channels import kind_of

BESIDE_MIN = 30


@dataclass(frozen=True)
class ClosedWork:
    """``agent`` is planned on the live ``queue`` from ``start`` to ``end``, all of it outside its opening hours."""

    agent: str
    queue: str
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def told(self) -> dict[str, str]:
        """Its values for a sentence."""
        hours = {"start": f"{self.start:%H:%M}", "end": f"{self.end:%H:%M}"}
        return {"agent": self.agent, "queue": self.queue, "day": self.start.date().isoformat(), **hours}


def closed_work(frame: pd.DataFrame, centre: Centre) -> tuple[ClosedWork, ...]:
    """Such work in a roster's frame, by agent and time; segments of one agent and queue that touch are one."""
    live = {q.name: q for q in centre.queues if kind_of(q.kind).live}
    found: list[ClosedWork] = []
    mine = frame[frame["activity"].isin(live)].sort_values(["agent", "start"])
    for agent, start, end, queue in mine[["agent", "start", "end", "activity"]].itertuples(index=False, name=None):
        for low, high in _outside(live[queue], start, end, centre):
            last = found[-1] if found else None
            if last is not None and (last.agent, last.queue, last.end) == (agent, queue, low):
                found[-1] = ClosedWork(agent, queue, last.start, high)
            else:
                found.append(ClosedWork(agent, queue, low, high))
    return tuple(work for work in found if not _beside(work, live[work.queue], centre))


def _outside(
    queue: Queue, start: pd.Timestamp, end: pd.Timestamp, centre: Centre
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """The parts of [start, end) in which the queue is closed."""
    at = start
    for low, high in _open(queue, start, end, centre):
        if at < min(low, end):
            yield at, min(low, end)
        at = max(at, high)
    if at < end:
        yield at, end


def _open(
    queue: Queue, start: pd.Timestamp, end: pd.Timestamp, centre: Centre
) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """When the queue is open on the civil days that [start, end] touches."""
    days = [start.date() + dt.timedelta(days=i) for i in range((end.date() - start.date()).days + 1)]
    return [(centre.grid.at(day, a), centre.grid.at(day, b)) for day in days for a, b in sorted(queue.opening.on(day))]


def _beside(work: ClosedWork, queue: Queue, centre: Centre) -> bool:
    """Whether it is short and touches hours in which the queue is open."""
    if work.end - work.start > pd.Timedelta(minutes=BESIDE_MIN):
        return False
    return any(work.end == low or work.start == high for low, high in _open(queue, work.start, work.end, centre))
