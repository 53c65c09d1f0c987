"""Agents who know another queue go where callers are short, from where somebody can be spared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from staffing.levers.lever import Offer, Peak
from staffing.sizing.channels import kind_of


@dataclass(frozen=True)
class OtherQueue:
    """Cross-skilled agents: an interval's agent moves from a queue with one to spare to one that is short, as many as
    can be spared. ``eur_each`` is what a switch is taken to cost."""

    name: str = "other_queue"
    notice_days: int = 0
    article: str = "no limit in law"
    eur_each: float = 1.0
    TAGS: ClassVar[dict[str, str]] = {"eur_each": "guess"}

    def offers(self, peak: Peak) -> Iterator[Offer]:
        spare = peak.beyond
        live = [q.name for q in peak.centre.queues if kind_of(q.kind).live]
        people = {a.id: a for a in peak.centre.team.agents}
        step = pd.Timedelta(minutes=peak.centre.grid.interval_min)
        rows = peak.roster.frame[peak.roster.frame["activity"].isin(live)]
        for agent, start, end, word in rows[["agent", "start", "end", "activity"]].itertuples(index=False, name=None):
            for moment in peak.whole(start, end):
                if spare.get((word, moment), 0.0) < 1.0:
                    continue
                for skill in people[agent].skills:
                    if skill.queue != word and skill.queue in live and (skill.queue, moment) in peak.short:
                        yield Offer(
                            self.name, agent, self.eur_each, ((skill.queue, moment, skill.proficiency),),
                            ((agent, moment, moment + step, skill.queue),), only_one=f"{agent} {moment}",
                            budget=(f"{word} {moment}", spare[word, moment] // 1), hours=1.0,
                        )  # fmt: skip
