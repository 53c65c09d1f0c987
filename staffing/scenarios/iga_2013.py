"""The audits' sizing questions, with inputs one can see and change: interconnection, merger, silos.

In 2013 an audit held 3 extra level-2 posts to be enough where 9 were asked, and one third of EUR 1.3 M a fair share of
level 1. The audit's own inputs are not public: nothing here verifies its arithmetic. What is computed is which inputs
would make 3, or 9, right. Erlang C by half-hour; contacts follow a two-hump day and a falling week.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from staffing.sizing.heads import agents_for
from staffing.targets import ServiceLevel

TAGS = {
    "level1_eur": "published: EUR 1.3 M a year asked for level 1",
    "prefectures": "guess: about all of them; 14 were interconnected: published",
    "calls_each": "derived: what EUR 1.3 M at about 4.2 EUR a call and 7 % of calls make of a hundred prefectures",
    "share_transferred": "published: 7 % of the prefectures' incoming calls",
    "base_calls": "published: more than 250,000 level-2 calls a year in Metz",
    "silo_calls": "guess: interior's part of the level-2 pool",
    "level2_share": "guess: fitted, the dispute turns on it",
    "aht_s": "guess: 8 minutes",
    "share_in_time": "guess",
    "within_s": "derived: 1 min 15 s was the mean wait of a transfer in 2009",
    "shrinkage": "guess: 35 %",
    "hours_year": "published: 1,607 h",
    "eur_fte": "derived: 54,000 EUR, ANPE's platform 2006-07, as a stand-in",
    "ministry_share": "published: the audit's one third of EUR 1.3 M",
    "caller_share": "guess; the audit left one third to the ministry and the rest to callers and the operator",
    "level1_base": "published: calls answered in 2007",
    "level1_aht_s": "guess: 150 s and the branch's 6 s between calls; 80 % in 20 s at level 1",
}
HUMPS = (10.5, 14.75)


@dataclass(frozen=True)
class Interconnection:
    """Inputs of the 2013 question, all of them editable; ``TAGS`` says of each whether it is published, derived or a
    guess. Open Monday to Friday 8:30 to 18:00 (published, 2016)."""

    level1_eur: float = 1_300_000.0
    prefectures: float = 100.0
    calls_each: float = 45_000.0
    share_transferred: float = 0.07
    base_calls: float = 250_000.0
    silo_calls: float = 60_000.0
    level2_share: float = 0.07
    aht_s: float = 480.0
    share_in_time: float = 0.70
    within_s: float = 75.0
    shrinkage: float = 0.35
    hours_year: float = 1607.0
    eur_fte: float = 54_000.0
    ministry_share: float = 1 / 3
    caller_share: float = 1 / 3
    level1_base: float = 1_150_000.0
    level1_aht_s: float = 156.0

    @property
    def transferred(self) -> float:
        """Calls a year that reach level 1 through the interconnection."""
        return self.prefectures * self.calls_each * self.share_transferred

    @property
    def level2_calls(self) -> float:
        return self.transferred * self.level2_share

    def fte(self, calls_year: float) -> float:
        """Full-time posts of one pool that answers so many calls a year.

        >>> Interconnection().fte(0.0)
        0.0
        """
        load = calls_year / 52 * week_shape() * self.aht_s / 1800.0
        target = ServiceLevel(self.share_in_time, self.within_s)
        agents = np.where(load > 0, agents_for(target, np.maximum(load, 1e-9), self.aht_s), 0)
        return float(agents.sum()) * 0.5 * 52 / (1 - self.shrinkage) / self.hours_year

    def marginal_fte(self, extra_calls: float, base_calls: float | None = None) -> float:
        """Posts that ``extra_calls`` a year add to a pool that answers ``base_calls`` already."""
        base = self.base_calls if base_calls is None else base_calls
        return self.fte(base + extra_calls) - self.fte(base)

    @property
    def level1_fte(self) -> float:
        """Posts that the transferred calls add to level 1."""
        level1 = replace(self, aht_s=self.level1_aht_s, share_in_time=0.8, within_s=20.0)
        return level1.marginal_fte(self.transferred, self.level1_base)

    def break_even_calls(self, posts: float) -> float:
        """Extra level-2 calls a year from which on ``posts`` more are needed (bisection to 20 calls)."""
        low, high = 0.0, 1000.0
        while self.marginal_fte(high) < posts:
            high *= 2
        while high - low > 20:
            middle = (low + high) / 2
            low, high = (low, middle) if self.marginal_fte(middle) >= posts else (middle, high)
        return high

    def break_even_share(self, posts: float) -> float:
        """Share of transferred calls going on to level 2 at which ``posts`` is right."""
        return self.break_even_calls(posts) / self.transferred

    def break_even_prefectures(self, posts: float) -> float:
        """Interconnected prefectures at which ``posts`` is right, everything else as it is."""
        return self.break_even_calls(posts) / (self.level2_calls / self.prefectures)

    def break_even_aht_s(self, posts: float) -> float:
        """Handle time of level 2, everything else as it is, at which ``posts`` is right (bisection to a second)."""
        low, high = 1.0, 60.0
        while replace(self, aht_s=high).marginal_fte(self.level2_calls) < posts:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) / 2
            enough = replace(self, aht_s=middle).marginal_fte(self.level2_calls) >= posts
            low, high = (low, middle) if enough else (middle, high)
        return high

    def answer(self) -> pd.DataFrame:
        """The whole question in one table of ``figure``, ``value``, ``unit``."""
        extra = self.level2_calls
        pooled, cell = self.marginal_fte(extra), self.fte(extra)
        rows = [
            ("calls of the prefectures", self.prefectures * self.calls_each, "calls a year"),
            ("calls transferred to level 1", self.transferred, "calls a year"),
            ("posts added to level 1", self.level1_fte, "FTE"),
            ("of which go on to level 2", extra, "calls a year"),
            ("posts added to the pool", pooled, "FTE"),
            ("posts added to the ministry's own silo", self.marginal_fte(extra, self.silo_calls), "FTE"),
            ("posts of a separate cell", cell, "FTE"),
            ("level 2, pooled, marginal basis", pooled * self.eur_fte, "EUR a year"),
            ("level 2, separate cell", cell * self.eur_fte, "EUR a year"),
            ("level 1, ministry", self.level1_eur * self.ministry_share, "EUR a year"),
            ("level 1, callers", self.level1_eur * self.caller_share, "EUR a year"),
            ("level 1, platform", self.level1_eur * (1 - self.ministry_share - self.caller_share), "EUR a year"),
            ("price of a transferred call that this makes", self.level1_eur / self.transferred, "EUR"),
        ]
        for posts in (3, 9):
            rows += [
                (f"level-2 share at which {posts} posts are right", self.break_even_share(posts),
                 "share of transferred"),
                (f"prefectures at which {posts} posts are right", self.break_even_prefectures(posts), "prefectures"),
                (f"level-2 handle time at which {posts} posts are right", self.break_even_aht_s(posts), "s"),
            ]  # fmt: skip
        return pd.DataFrame(rows, columns=["figure", "value", "unit"])


@dataclass(frozen=True)
class Pools:
    """How many posts the same calls need when they are answered in several places or by several skills."""

    question: Interconnection = field(default_factory=Interconnection)

    def curve(self, calls_year: float, sites: tuple[int, ...] = (1, 2, 3, 5, 9)) -> pd.DataFrame:
        """Posts by number of equal, separate pools; ``ratio`` to a single one (the merger of 9 centres into 1)."""
        fte = [n * self.question.fte(calls_year / n) for n in sites]
        return pd.DataFrame({"sites": sites, "fte": fte, "ratio": np.array(fte) / self.question.fte(calls_year)})

    def silos(self, shares: tuple[float, ...], calls_year: float) -> tuple[float, float]:
        """Posts of one silo per domain, and of one fully cross-trained pool; partial training lies between."""
        apart = sum(self.question.fte(calls_year * share) for share in shares)
        return apart, self.question.fte(calls_year * sum(shares))


def week_shape() -> np.typing.NDArray[np.float64]:
    """Share of a week's calls in each half-hour, Monday to Friday 8:30 to 18:00 [95]; sums to 1.

    Weekdays .225 .20 .185 .18 .165 and two humps at 10:30 and 14:45 (shape: guess, timing: published low evening).
    """
    hours = np.arange(8.5, 18.0, 0.5) + 0.25
    day = 0.35 + np.sum([np.exp(-(((hours - hump) / 1.6) ** 2)) for hump in HUMPS], axis=0)
    weekday = np.array([0.225, 0.20, 0.185, 0.18, 0.165])
    shape = np.outer(weekday / weekday.sum(), day / day.sum()).ravel()
    return np.asarray(shape, dtype=np.float64)
