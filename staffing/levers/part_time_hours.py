"""Part-time agents work more, within a tenth or a third of their hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak


@dataclass(frozen=True)
class PartTimeHours:
    """A tenth more (L3123-28), ``agreed_share`` where ``rules`` are the branch that agreed it (L3123-20, IDCC 2098);
    paid 10 % more up to a tenth and 25 % beyond (L3123-29), never reaching ``below_h`` (L3123-9); may be refused when
    told less than three days before (L3123-10). Each hour is offered at either pay, as many as each has room for."""

    name: str = "part_time_hours"
    notice_days: int = 3
    article: str = "Code du travail L3123-9, L3123-10, L3123-20, L3123-28, L3123-29"
    agreed_share: float = 1 / 3
    rules: str = "fr_private_idcc2098"
    hours_each: float = 1.0
    below_h: float = 35.0
    first_premium: float = 0.10
    more_premium: float = 0.25
    TAGS: ClassVar[dict[str, str]] = {
        "agreed_share": "published: a third by branch agreement, else a tenth",
        "rules": "the pack whose agreement it is",
        "hours_each": "step of the search",
        "below_h": "published: L3123-9",
        "first_premium": "published: 10 % up to a tenth (L3123-29)",
        "more_premium": "published: 25 % beyond (L3123-29)",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for day, segment, hours in peak.longer(self.hours_each):
            owed, contract = peak.centre.team.hours_week(day.agent), peak.contract(day.agent)
            if owed >= self.below_h:
                continue
            most = owed * (1 + (self.agreed_share if contract.rules == self.rules else 0.1))
            room = min(most, self.below_h - 0.5) - peak.week_h[day.agent.id]
            tenth = min(room, owed * 1.1 - peak.week_h[day.agent.id])
            for part, premium, left in (("tenth", self.first_premium, tenth),
                                        ("third", self.more_premium, room - max(tenth, 0.0))):  # fmt: skip
                if left >= hours:
                    yield Offer(
                        self.name, day.agent.id, hours * contract.cost_eur_h * (1 + premium),
                        peak.relief_of(segment), (segment,),
                        peak.allowed(day.agent, most - owed), f"{day.agent.id} {day.start.date()}",
                        (f"{self.name} {part} {day.agent.id}", left), hours,
                    )  # fmt: skip
