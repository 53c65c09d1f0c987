"""Overtime: an hour or two more on a day already worked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak


@dataclass(frozen=True)
class Overtime:
    """Paid 25 % more up to eight hours a week (L3121-36), and as much for the State's agents up to fourteen hours a
    month (decree 2002-60, articles 6 and 7), ``hours_each`` at a time, ``week_max_h`` an agent and week; full-time
    agents only (part-time has its own rules)."""

    name: str = "overtime"
    notice_days: int = 1
    article: str = "Code du travail L3121-18, L3121-20, L3121-36; décret 2002-60 art. 6-7 (25 h/mois)"
    hours_each: float = 1.0
    week_max_h: float = 4.0
    premium: float = 0.25
    TAGS: ClassVar[dict[str, str]] = {
        "hours_each": "step of the search",
        "week_max_h": "guess",
        "premium": "published: 25 % (L3121-36; 1.25 in decree 2002-60)",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for day, segment, hours in peak.longer(self.hours_each):
            if peak.centre.team.hours_week(day.agent) < 35:
                continue
            yield Offer(
                self.name, day.agent.id, hours * peak.contract(day.agent).cost_eur_h * (1 + self.premium),
                peak.relief_of(segment), (segment,),
                peak.allowed(day.agent, self.week_max_h), f"{day.agent.id} {day.start.date()}",
                (f"{self.name} {day.agent.id}", self.week_max_h), hours,
            )  # fmt: skip
