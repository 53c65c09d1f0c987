"""Agents on e-mail and other work that may wait go to callers; the work is done later, within its promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from staffing.levers.lever import Offer, Peak
from staffing.sizing.channels import kind_of


@dataclass(frozen=True)
class EmailDeferral:
    """An interval on a queue whose work may wait is given to one where callers are short. No more hours go than the
    roster has on that work beyond its need, which is laid out so that each piece is done by its deadline. ``eur_h`` is
    what an hour of delay is taken to cost."""

    name: str = "email_deferral"
    notice_days: int = 0
    article: str = "no limit in law; the promise of each queue stands"
    eur_h: float = 2.0
    TAGS: ClassVar[dict[str, str]] = {"eur_h": "guess"}

    def offers(self, peak: Peak) -> Iterator[Offer]:
        spare_h = {q.name: self._spare_h(peak, q.name) for q in peak.centre.queues if not kind_of(q.kind).live}
        people = {a.id: a for a in peak.centre.team.agents}
        step, hours = pd.Timedelta(minutes=peak.centre.grid.interval_min), peak.centre.grid.interval_h
        rows = peak.roster.frame[peak.roster.frame["activity"].isin(spare_h)]
        for agent, start, end, word in rows[["agent", "start", "end", "activity"]].itertuples(index=False, name=None):
            if spare_h[word] < hours:
                continue
            for moment in peak.whole(start, end):
                for skill in people[agent].skills:
                    if (skill.queue, moment) in peak.short and skill.queue not in spare_h:
                        yield Offer(
                            self.name, agent, hours * self.eur_h, ((skill.queue, moment, skill.proficiency),),
                            ((agent, moment, moment + step, skill.queue),), only_one=f"{agent} {moment}",
                            budget=(f"{self.name} {word}", spare_h[word]), hours=hours,
                        )  # fmt: skip

    def _spare_h(self, peak: Peak, queue: str) -> float:
        """Hours of the week rostered on a queue beyond its need."""
        return sum(more for (name, _), more in peak.beyond.items() if name == queue) * peak.centre.grid.interval_h
