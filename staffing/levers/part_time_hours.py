"""Part-time agents work more, within a tenth or a third of their hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.levers.lever import Offer, Peak


@dataclass(frozen=True)
class PartTimeHours:
    """A tenth more by default (L3123-28), a third by agreement (L3123-20), paid 10 % more up to a tenth and 25 %
    beyond (L3123-29), never reaching 35 h (L3123-9); may be refused when told less than three days before."""

    name: str = "part_time_hours"
    notice_days: int = 3
    article: str = "Code du travail L3123-9, L3123-20, L3123-28, L3123-29"
    share: float = 1 / 3
    hours_each: float = 1.0
    below_h: float = 35.0

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for day, segment, hours in peak.longer(self.hours_each):
            owed = peak.centre.team.hours_week(day.agent)
            room = min(owed * self.share, self.below_h - 0.5 - owed, self.below_h - 0.5 - peak.week_h[day.agent.id])
            if owed >= self.below_h or room < hours:
                continue
            premium = 0.10 if room <= owed / 10 else 0.25
            yield Offer(
                self.name, day.agent.id, hours * peak.contract(day.agent).cost_eur_h * (1 + premium),
                peak.relief(segment[3], segment[1], segment[2]), (segment,),
                peak.allowed(day.agent, owed * self.share), f"{day.agent.id} {day.start.date()}",
                (f"{self.name} {day.agent.id}", room), hours,
            )  # fmt: skip
