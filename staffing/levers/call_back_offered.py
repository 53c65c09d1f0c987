"""Callers of a crowded half-day are offered to be called back later, and some accept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak, Relief
from staffing.levers.overflow import carried
from staffing.scenarios.changes import CalledBack, waits


@dataclass(frozen=True)
class CallBackOffered:
    """``share`` of a phone channel's callers accept (guess) and are called ``after_min`` later (45 minutes is what the
    administration's own line promised in 2021); ``eur_contact`` is what each postponed answer is taken to cost."""

    name: str = "call_back"
    notice_days: int = 0
    article: str = "no limit in law; the promise binds"
    share: float = 0.15
    after_min: int = 120
    eur_contact: float = 0.5
    TAGS: ClassVar[dict[str, str]] = {
        "share": "guess",
        "after_min": "guess: 45 minutes were promised in 2021, past the crowded half-day is later",
        "eur_contact": "guess",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for channel in (c for c in peak.centre.channels if c.kind == "phone"):
            for day in peak.roster.week.days:
                for from_min in range(480, 1080, 120):
                    span = (from_min, from_min + 120)
                    contacts, eased = carried(peak, channel.name, day, span, self.share)
                    if not eased:
                        continue
                    change = CalledBack((channel.name,), day, day, *span, share=self.share, after_min=self.after_min)
                    later = self._later(peak, eased)
                    yield Offer(
                        self.name, channel.name, contacts * self.eur_contact, (*eased, *later), change=change,
                        only_one=f"{channel.name} {day} call back {from_min}",
                    )  # fmt: skip

    def _later(self, peak: Peak, eased: Relief) -> Relief:
        """The same work ``after_min`` later, where the queue is still open."""
        return tuple(
            (queue, start + wait, -part * agents)
            for queue, start, agents in eased
            for wait, part in waits(self.after_min, peak.centre.grid.interval_min)
            if (queue, start + wait) in peak.beyond
        )
