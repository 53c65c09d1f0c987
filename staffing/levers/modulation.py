"""Modulation: a heavier week now, a lighter one later, at the plain wage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak


@dataclass(frozen=True)
class Modulation:
    """Weeks of 20 to 42 h, 42 h in at most 12 weeks (branch agreement of 11 April 2000, article 3), for agents whose
    contract keeps an hours account, as far as it allows; a change is told seven working days before. The hours are
    given back later: ``price_share`` of the wage is what that costs here."""

    name: str = "modulation"
    notice_days: int = 9
    article: str = "accord du 11 avril 2000, article 3 (IDCC 2098)"
    week_max_h: float = 42.0
    hours_each: float = 1.0
    price_share: float = 0.35
    rules: str = "fr_private_idcc2098"
    TAGS: ClassVar[dict[str, str]] = {
        "week_max_h": "published: 42 h (accord of 11 April 2000, article 3)",
        "hours_each": "step of the search",
        "price_share": "guess",
        "rules": "the pack whose agreement it is",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        ahead_h = {ledger.agent: ledger.account_h for ledger in peak.centre.team.ledgers}
        for day, segment, hours in peak.longer(self.hours_each):
            contract, owed = peak.contract(day.agent), peak.centre.team.hours_week(day.agent)
            account_h = contract.account_h - ahead_h.get(day.agent.id, 0.0)
            room = min(self.week_max_h, owed + account_h) - peak.week_h[day.agent.id]
            if contract.rules != self.rules or owed < 35 or contract.account_h <= 0 or room < hours:
                continue
            yield Offer(
                self.name, day.agent.id, hours * contract.cost_eur_h * self.price_share,
                peak.relief_of(segment), (segment,),
                peak.allowed(day.agent, self.week_max_h - owed), f"{day.agent.id} {day.start.date()}",
                (f"{self.name} {day.agent.id}", room), hours,
            )  # fmt: skip
