"""Training, meetings and drafting give their hour to callers, and are held another week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak
from staffing.rostering.roster import BREAK, MEAL


@dataclass(frozen=True)
class MoveTraining:
    """Costs no wage; ``eur_h`` is what the delay is taken to cost."""

    name: str = "move_training"
    notice_days: int = 1
    article: str = "no limit in law; the minimum hours of drafting and training are the centre's own"
    eur_h: float = 5.0
    TAGS: ClassVar[dict[str, str]] = {"eur_h": "guess"}

    def offers(self, peak: Peak) -> Iterator[Offer]:
        people = {a.id: a for a in peak.centre.team.agents}
        queues = {q.name for q in peak.centre.queues}
        frame = peak.roster.frame
        for agent, start, end, word in frame[["agent", "start", "end", "activity"]].itertuples(index=False, name=None):
            if word in queues or word in (MEAL, BREAK):
                continue
            for skill in people[agent].skills:
                relief = peak.relief_of((agent, start, end, skill.queue))
                if relief:
                    hours = (end - start).total_seconds() / 3600
                    yield Offer(
                        self.name, agent, hours * self.eur_h, relief, ((agent, start, end, skill.queue),),
                        only_one=f"{agent} {start}", hours=hours,
                    )  # fmt: skip
