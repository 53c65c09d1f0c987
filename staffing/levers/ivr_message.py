"""A recorded message answers part of the calls before anybody picks up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak
from staffing.levers.overflow import carried
from staffing.scenarios.changes import Volume


@dataclass(frozen=True)
class IvrMessage:
    """``share`` of a phone channel's calls end with the message, a day at a time, for the price of writing it. An IVR
    alone settled a third of a reform's first calls (215,075 of 639,696, January 2019); on plain days it does far less,
    so the default is cautious (guess)."""

    name: str = "ivr_message"
    notice_days: int = 0
    article: str = "no surcharge on State numbers (ESSOC law, article 28)"
    share: float = 0.08
    eur_day: float = 60.0
    TAGS: ClassVar[dict[str, str]] = {
        "share": "guess: a third of a reform's first calls was published, plain days give far less",
        "eur_day": "guess",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for channel in (c for c in peak.centre.channels if c.kind == "phone"):
            for day in peak.roster.week.days:
                _, relief = carried(peak, channel.name, day, (0, 1440), self.share)
                if relief:
                    yield Offer(
                        self.name, channel.name, self.eur_day, relief, only_one=f"{channel.name} {day} (0, 780)",
                        change=Volume((channel.name,), day, day, factor=1 - self.share),
                    )  # fmt: skip
