"""The audits' question of an announced wait: who leaves sooner, who stays, who is called back, and what is gained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from staffing.simulation.draws import tries
from staffing.simulation.floor import Announcement, Contacts, everybody_there
from staffing.simulation.kernel import run

HOUR_S = 3600.0
REST_H = 2.0
"""Hours without a call between two mornings, in which all that is left is done."""


@dataclass(frozen=True)
class AnnouncedWait:
    """A crowded hour and two calm ones, played call by call: nothing said, the wait announced, a call-back offered too.

    The same callers each time; those who give up call again. What they do on hearing a wait is a guess to be replaced
    by one's own records.
    """

    calls_h: float = 480.0
    crowd: float = 1.4
    calm: float = 0.75
    aht_s: float = 156.0
    agents: int = 21
    patience_s: float = 180.0
    retry_share: float = 0.4
    retry_delay_min: float = 20.0
    heeds: float = 0.5
    reassured: float = 0.3
    offer_s: float = 60.0
    accepts: float = 0.15
    back_min: float = 45.0
    within_s: float = 20.0
    mornings: int = 40
    seed: int = 1
    ABOVE_0: ClassVar[tuple[str, ...]] = ("calls_h", "aht_s", "agents", "patience_s", "mornings")
    TAGS: ClassVar[dict[str, str]] = {
        "calls_h": "derived: 1,150,000 calls answered in 2007 over 52 weeks of 60 hours, times 1.3",
        "crowd": "guess: the first hour over calls_h",
        "calm": "guess: the next two hours over calls_h",
        "aht_s": "guess: 150 s and the branch's 6 s between calls",
        "agents": "guess: enough for the mean hour",
        "patience_s": "guess",
        "retry_share": "guess",
        "retry_delay_min": "guess",
        "heeds": "guess: share of those who would give up anyway that leaves on hearing the wait",
        "reassured": "guess: how much more patient the others become",
        "offer_s": "guess: the wait from which a call-back is offered",
        "accepts": "guess: share that accepts",
        "back_min": "published: called back within 45 minutes (DILA, June 2021)",
        "within_s": "guess",
        "mornings": "how many are played",
        "seed": "of the play",
    }

    def answer(self) -> pd.DataFrame:
        callers = self.callers()
        told = Announcement(self.aht_s, self.heeds, self.reassured)
        offered = replace(told, offer_s=self.offer_s, accepts=self.accepts, back_s=60 * self.back_min)
        ways = (("nothing said", None), ("wait announced", told), ("wait announced and call-back offered", offered))
        rows = []
        for name, said in ways:
            rows += [(f"{figure}, {name}", value, unit) for figure, value, unit in self.played(callers, said)]
        return pd.DataFrame(rows, columns=["figure", "value", "unit"])

    def callers(self) -> Contacts:
        """Every caller of all mornings, with the draws that belong to each."""
        rng = np.random.default_rng(self.seed)
        arrival = []
        for morning in range(self.mornings):
            begins = morning * (3 + REST_H) * HOUR_S
            for hour, factor in enumerate((self.crowd, self.calm, self.calm)):
                count = rng.poisson(self.calls_h * factor)
                arrival.append(begins + HOUR_S * (hour + rng.random(count)))
        at = np.sort(np.concatenate(arrival))
        n = len(at)
        return Contacts(
            at, np.zeros(n, dtype=np.int64), rng.exponential(self.aht_s, n), rng.exponential(self.patience_s, n),
            np.full(n, -1), tries(rng.random(n), self.retry_share), rng.exponential(60 * self.retry_delay_min, n),
            rng.random(n),
        )  # fmt: skip

    def played(self, callers: Contacts, said: Announcement | None) -> list[tuple[str, float, str]]:
        """Figures of one way to treat those who wait."""
        floor = everybody_there([(0,)] * self.agents, 1, announced=(said,))
        log, first = run(floor, callers), len(callers.arrival_s)
        answered = np.isfinite(log.answer_s)
        reached = np.bincount(log.parent, weights=answered, minlength=first)[:first] > 0
        waits = log.answer_s - log.arrival_s
        back = log.called_back & answered
        line = answered & ~back
        lost = log.gave_up & ~log.left_at_once
        return [
            ("answered in time", float(np.mean(waits[line] <= self.within_s)), "share of the answered in line"),
            ("callers reached in the end", float(reached.mean()), "share"),
            ("gave up after waiting", 1000 * float(lost.sum()) / first, "per 1,000 callers"),
            ("left at once", 1000 * float(log.left_at_once.sum()) / first, "per 1,000 callers"),
            ("called back", 1000 * float(back.sum()) / first, "per 1,000 callers"),
            ("called again by themselves", 1000 * float(len(log.parent) - first) / first, "per 1,000 callers"),
            ("mean wait of the answered in line", float(waits[line].mean()), "s"),
            ("waited in vain", float(log.patience_s[lost].sum()) / 3600 / first * 1000, "h per 1,000 callers"),
        ]  # fmt: skip
