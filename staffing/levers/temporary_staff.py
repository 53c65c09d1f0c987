"""Temporary staff: new people for the week, who learn while they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from forecasts.distribution import Forecast
from staffing.centre import Centre
from staffing.levers.lever import Offer, Peak, Segment, day_of_work
from staffing.rostering.team import Agent, Skill


@dataclass(frozen=True)
class Hired:
    """A change of the question: one more agent in the team."""

    agent: Agent
    kind: ClassVar[str] = "hired"

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        return replace(centre, team=replace(centre.team, agents=(*centre.team.agents, self.agent))), forecast


@dataclass(frozen=True)
class TemporaryStaff:
    """Up to ``people`` at level 1, Monday to Friday, seven paid hours around the day's middle with 45 minutes of meal.

    They work at ``pace`` of the normal speed (learning; guess) and cost ``eur_h`` (an outsourced hour in France was
    EUR 24 to 27 in 2010), training of ``training_h`` hours included. Level 2 takes months to learn and is not offered.
    """

    name: str = "temporary_staff"
    notice_days: int = 14
    article: str = "Code du travail L1251-6 (temporary rise in activity)"
    people: int = 10
    pace: float = 0.7
    eur_h: float = 27.0
    training_h: float = 14.0

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for queue in (q for q in peak.centre.level_queues(1) if q.kind == "phone"):
            contract = next((a.contract for a in peak.centre.team.agents if a.serves(queue.name)), None)
            days = [(d, s[0][0], s[-1][1]) for d in peak.roster.week.days[:5] if (s := queue.opening.on(d))]
            if contract is None or not days:
                continue
            for number in range(self.people):
                who = f"temporary-{queue.name}-{number + 1}"
                agent = Agent(who, who, 1, (Skill(queue.name, self.pace),), contract)
                hours, segments = 0.0, list[Segment]()
                for day, opens, closes in days:
                    start = opens if number % 2 == 0 else max(opens, closes - 465)
                    end = min(start + 465, closes)
                    segments += day_of_work(peak, who, queue.name, day, (start, end))
                    hours += (end - start - 45) / 60
                relief = tuple(
                    (q, moment, self.pace)
                    for _, a, b, word in segments if word == queue.name
                    for q, moment, _ in peak.relief(queue.name, pd.Timestamp(a), pd.Timestamp(b))
                )  # fmt: skip
                if relief:
                    yield Offer(self.name, who, (hours + self.training_h) * self.eur_h, relief, tuple(segments),
                                Hired(agent), hours=hours)  # fmt: skip
