"""A shift starts earlier or later that day, from where somebody can be spared to where callers are short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from staffing.levers.lever import Offer, Peak, Relief, Segment


@dataclass(frozen=True)
class MoveShifts:
    """A whole shift, meal and breaks inside, moved by one of ``steps_min``; the hours stay, so no wage is added.
    ``eur_each`` is what a changed promise is taken to cost (guess): told seven working days before, it is lawful
    without compensation."""

    name: str = "move_shifts"
    notice_days: int = 9
    article: str = "Code du travail L3121-47; accord of 11 April 2000, 3.2 (7 working days)"
    steps_min: tuple[int, ...] = (-120, -60, 60, 120)
    eur_each: float = 8.0
    TAGS: ClassVar[dict[str, str]] = {
        "steps_min": "guess",
        "eur_each": "guess",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        queues = {q.name: q for q in peak.centre.queues}
        frame = peak.roster.frame.assign(day=peak.roster.frame["start"].dt.date)
        for (agent, day), rows in frame.groupby(["agent", "day"], sort=True):
            if not set(rows["activity"]) & set(queues):
                continue
            told = rows[["agent", "start", "end", "activity"]].itertuples(index=False, name=None)
            shift = [(str(who), start, end, str(word)) for who, start, end, word in told]
            for step in self.steps_min:
                moved = [(who, s + pd.Timedelta(minutes=step), e + pd.Timedelta(minutes=step), word)
                         for who, s, e, word in shift]  # fmt: skip
                if any(word in queues and not _open(peak, word, s, e) for _, s, e, word in moved):
                    continue
                relief = _difference(peak, shift, moved)
                if any(more > 0 and (queue, start) in peak.short for queue, start, more in relief):
                    yield Offer(
                        self.name, str(agent), self.eur_each, relief, tuple(moved), only_one=f"{agent} {day}",
                        clears=((str(agent), shift[0][1], shift[-1][2]),),
                    )  # fmt: skip


def _open(peak: Peak, queue: str, start: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Whether the queue is open in every interval of that time."""
    return all((queue, moment) in peak.beyond for moment in peak.whole(start, end))


def _difference(peak: Peak, before: list[Segment], after: list[Segment]) -> Relief:
    """Agents gained and lost by queue and interval."""
    count: dict[tuple[str, pd.Timestamp], float] = {}
    for segments, sign in ((before, -1.0), (after, 1.0)):
        for agent, start, end, word in segments:
            for moment, share in peak.shares(start, end):
                if (word, moment) in peak.beyond:
                    more = sign * share * peak.pace[agent].get(word, 1.0)
                    count[word, moment] = count.get((word, moment), 0.0) + more
    return tuple((queue, moment, more) for (queue, moment), more in sorted(count.items()) if abs(more) > 1e-9)
