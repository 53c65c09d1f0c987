"""The target is relaxed knowingly: callers of one queue wait longer this week, and everybody knows it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak
from staffing.scenarios.changes import NewTarget
from staffing.sizing.size import size
from staffing.targets import ServiceLevel


@dataclass(frozen=True)
class TargetRelaxed:
    """A queue answers ``share_less`` fewer in time for a week. ``eur_point`` is what each point of service is worth to
    the centre: a choice, not a fact."""

    name: str = "target_relaxed"
    notice_days: int = 0
    article: str = "the commitment to the public (85 % answered, May 2023) still stands"
    share_less: float = 0.10
    eur_point: float = 400.0
    TAGS: ClassVar[dict[str, str]] = {
        "share_less": "guess",
        "eur_point": "guess",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for queue in peak.centre.queues:
            if not isinstance(queue.target, ServiceLevel) or not any(q == queue.name for q, _ in peak.short):
                continue
            target = ServiceLevel(queue.target.share - self.share_less, queue.target.within_s, queue.target.counting)
            queues = tuple(dataclasses.replace(q, target=target) if q.name == queue.name else q
                           for q in peak.centre.queues)  # fmt: skip
            eased = size(peak.forecast, dataclasses.replace(peak.centre, queues=queues), peak.roster.week)
            less = peak.requirement.of(queue.name)["agents"] - eased.of(queue.name)["agents"]
            moments = [m for q, m in peak.short if q == queue.name]
            relief = tuple((queue.name, m, max(0.0, float(less[m]))) for m in moments)
            yield Offer(
                self.name, queue.name, 100 * self.share_less * self.eur_point, relief,
                change=NewTarget(queue.name, target.share, target.within_s),
            )  # fmt: skip
