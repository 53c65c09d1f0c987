"""Overtime: an hour or two more on a day already worked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.levers.lever import Offer, Peak


@dataclass(frozen=True)
class Overtime:
    """Paid 25 % more up to eight hours a week (L3121-36), ``hours_each`` at a time, ``week_max_h`` an agent and week;
    full-time agents only (part-time has its own rules)."""

    name: str = "overtime"
    notice_days: int = 1
    article: str = "Code du travail L3121-18, L3121-20, L3121-36"
    hours_each: float = 1.0
    week_max_h: float = 4.0
    premium: float = 0.25

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for day, segment, hours in peak.longer(self.hours_each):
            if peak.centre.team.hours_week(day.agent) < 35:
                continue
            yield Offer(
                self.name, day.agent.id, hours * peak.contract(day.agent).cost_eur_h * (1 + self.premium),
                peak.relief(segment[3], segment[1], segment[2]), (segment,),
                peak.allowed(day.agent, self.week_max_h), f"{day.agent.id} {day.start.date()}",
                (f"{self.name} {day.agent.id}", self.week_max_h), hours,
            )  # fmt: skip
