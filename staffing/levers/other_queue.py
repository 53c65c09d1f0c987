"""Agents who know another queue, or hold e-mail that may wait, go where callers are short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from staffing.levers.lever import Offer, Peak
from staffing.sizing.channels import kind_of


@dataclass(frozen=True)
class OtherQueue:
    """Cross-skilled agents and deferred e-mail: an interval's agent moves from a queue with one to spare, or from
    deferrable work, to one that is short. ``eur_each`` is what a switch is taken to cost."""

    name: str = "other_queue"
    notice_days: int = 0
    article: str = "no limit in law"
    eur_each: float = 1.0

    def offers(self, peak: Peak) -> Iterator[Offer]:
        spare = peak.beyond
        live = {q.name: kind_of(q.kind).live for q in peak.centre.queues}
        people = {a.id: a for a in peak.centre.team.agents}
        step = pd.Timedelta(minutes=peak.centre.grid.interval_min)
        rows = peak.roster.frame[peak.roster.frame["activity"].isin(live)]
        for agent, start, end, word in rows[["agent", "start", "end", "activity"]].itertuples(index=False, name=None):
            for moment in peak.whole(start, end):
                if live[word] and spare.get((word, moment), 1.0) < 1.0:
                    continue
                for skill in people[agent].skills:
                    if skill.queue != word and (skill.queue, moment) in peak.short:
                        yield Offer(
                            self.name, agent, self.eur_each, ((skill.queue, moment, skill.proficiency),),
                            ((agent, moment, moment + step, skill.queue),), only_one=f"{agent} {moment}",
                            budget=(f"{word} {moment}", max(spare.get((word, moment), 1.0), 1.0) // 1), hours=1.0,
                        )  # fmt: skip
