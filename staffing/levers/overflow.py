"""One contact type goes to another site or a provider for half-days, paid by the contact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.levers.lever import Offer, Peak, Relief
from staffing.scenarios.changes import Volume


def carried(peak: Peak, channel: str, day: dt.date, span: tuple[int, int], share: float) -> tuple[float, Relief]:
    """Contacts that ``share`` of a channel's day span is, and the agents it relieves where some are missing."""
    own, length = peak.expected[channel], peak.centre.grid.interval_min * 60.0
    own = own[(own["day"] == day) & (own["clock"] >= span[0]) & (own["clock"] < span[1])]
    queue = peak.centre.queue(peak.centre.channel(channel).queue)
    relief = tuple(
        (queue.name, start, share * contacts * (aht + queue.pacing_s) / length)
        for start, contacts, aht in zip(own["start"], own["contacts"], own["aht_s"], strict=True)
        if (queue.name, start) in peak.short
    )
    return share * float(own["contacts"].sum()), relief


@dataclass(frozen=True)
class Overflow:
    """A provider takes ``share`` of one channel's calls for half a day at ``eur_contact`` (3.5 to 4.96 EUR a call were
    the 3939's own, 2006-08). CAF sent up to 35 % of calls to a provider limited to simple questions."""

    name: str = "overflow"
    notice_days: int = 5
    article: str = "contract with the provider"
    share: float = 0.35
    eur_contact: float = 4.5
    channels: tuple[str, ...] = ()
    TAGS: ClassVar[dict[str, str]] = {
        "share": "published: up to 35 % of a CAF's calls (2017)",
        "eur_contact": "derived: the 3939 paid 3.5 to 4.96 EUR a call, 2006-08",
        "channels": "the channels that may go; none named: phone with under a fifth handed on",
    }

    def offers(self, peak: Peak) -> Iterator[Offer]:
        simple = self.channels or tuple(
            c.name for c in peak.centre.channels if c.kind == "phone" and sum(t.share for t in c.transfers) < 0.2
        )
        for channel in simple:
            for day in peak.roster.week.days:
                for span in ((0, 780), (780, 1440)):
                    contacts, relief = carried(peak, channel, day, span, self.share)
                    if relief:
                        yield Offer(
                            self.name, channel, contacts * self.eur_contact, relief,
                            change=Volume((channel,), day, day, *span, factor=1 - self.share),
                            only_one=f"{channel} {day} {span}",
                        )  # fmt: skip
