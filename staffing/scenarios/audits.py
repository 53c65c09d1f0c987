"""The audits' questions by name, each an answer in one table of ``figure``, ``value``, ``unit`` for inputs one can see.

A question is a frozen dataclass whose fields are its inputs, ``TAGS`` says of each whether it is published, derived or
a guess, ``ABOVE_0`` names those without which it has no answer, ``answer()`` is the table. None of them verifies an
audit's arithmetic: its inputs are not public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from staffing.rostering.rules.pause import Pause
from staffing.rostering.rules.work_sequence import WorkSequence
from staffing.scenarios.announced import AnnouncedWait
from staffing.scenarios.iga_2013 import TAGS, Interconnection, Pools
from staffing.simulation.floor import alone, everybody_there
from staffing.simulation.kernel import run
from staffing.sizing.heads import agents_for
from staffing.targets import ServiceLevel

FIGURES = ["figure", "value", "unit"]
BLOCK_H = 10.0


class Question(Protocol):
    """One of the audits' questions."""

    TAGS: ClassVar[dict[str, str]]
    ABOVE_0: ClassVar[tuple[str, ...]]

    def answer(self) -> pd.DataFrame:
        """Columns figure, value, unit."""
        ...


def unanswerable(asked: Question) -> tuple[tuple[str, str], ...]:
    """The inputs that leave the question without an answer, each with what it should be.

    >>> unanswerable(Interconnected(level2_share=0.0, shrinkage=1.0))
    (('level2_share', 'a number above 0'), ('shrinkage', 'a share below 1'))
    """
    wrong = [(n, "a number above 0") for n in asked.ABOVE_0 if not np.all(np.asarray(getattr(asked, n)) > 0)]
    return (*wrong, *((("shrinkage", "a share below 1"),) if getattr(asked, "shrinkage", 0.0) >= 1 else ()))


@dataclass(frozen=True)
class Interconnected(Interconnection):
    """Prefectures hand a share of their calls to level 1: what it adds at both levels, who pays, which inputs make 3,
    or 9, posts right."""

    TAGS: ClassVar[dict[str, str]] = TAGS
    ABOVE_0: ClassVar[tuple[str, ...]] = (
        "prefectures", "calls_each", "share_transferred", "level2_share", "aht_s", "share_in_time", "hours_year",
        "level1_aht_s",
    )  # fmt: skip


@dataclass(frozen=True)
class Merger:
    """Several equal centres become fewer: posts needed for the same calls, the same promise."""

    calls_year: float = 450_000.0
    ABOVE_0: ClassVar[tuple[str, ...]] = ("calls_year",)
    TAGS: ClassVar[dict[str, str]] = {
        "calls_year": "guess: the true level-2 volume of 2007 was not found; 9 centres merged into 1: published (2010)"
    }

    def answer(self) -> pd.DataFrame:
        curve = Pools().curve(self.calls_year)
        pairs = zip(curve["sites"].tolist(), curve["fte"].tolist(), strict=True)
        rows = [(f"posts in {sites} centres", float(fte), "FTE") for sites, fte in pairs]
        return pd.DataFrame(
            [*rows, ("nine centres over one", float(curve["ratio"].iloc[-1]), "ratio")], columns=FIGURES
        )


@dataclass(frozen=True)
class InHouse:
    """The same calls answered by civil servants or by a provider: two sets of rules, two ways to pay.

    The rules are those of the packs: the branch's breaks and its seconds between calls, the State's pause.
    """

    calls_year: float = 1_150_000.0
    aht_s: float = 150.0
    pacing_s: float = 6.0
    eur_provider_h: float = 25.5
    eur_fte: float = 48_900.0
    shrinkage: float = 0.30
    breaks_provider: float = WorkSequence.short_break_min / WorkSequence.short_min
    breaks_own: float = Pause.pause_min / (60 * Pause.from_h)
    ABOVE_0: ClassVar[tuple[str, ...]] = ("calls_year", "aht_s")
    TAGS: ClassVar[dict[str, str]] = {
        "calls_year": "published: answered in 2007 (Senate a08-104-6)",
        "aht_s": "guess: under 180 s",
        "pacing_s": "published: 6 s between calls with data entry, private providers only (avenant of 20 June 2002, 7)",
        "eur_provider_h": "published: 24 to 27 EUR an hour in France (Les Echos, October 2010)",
        "eur_fte": "derived: EUR 8,798,000 for 180 posts, the 3939 in 2006-07",
        "shrinkage": "guess: leave, training and meetings, the same under both",
        "breaks_provider": "published: 10 min of paid break in 2 h (avenant of 20 June 2002, 6)",
        "breaks_own": "published: 20 min within 6 h (decree 2000-815, article 3)",
    }

    def answer(self) -> pd.DataFrame:
        def pool(aht_s: float, breaks: float) -> Interconnection:
            lost = 1 - (1 - self.shrinkage) * (1 - breaks)
            return Interconnection(aht_s=aht_s, share_in_time=0.8, within_s=20.0, shrinkage=lost)

        own = pool(self.aht_s, self.breaks_own)
        private = pool(self.aht_s + self.pacing_s, self.breaks_provider)
        posts, hired = own.fte(self.calls_year), private.fte(self.calls_year)
        hours = hired * private.hours_year
        own_eur, private_eur = posts * self.eur_fte, hours * self.eur_provider_h
        rows = [
            ("posts in-house", posts, "FTE"), ("posts at the provider", hired, "FTE"),
            ("cost in-house, full basis", own_eur, "EUR a year"), ("cost at the provider", private_eur, "EUR a year"),
            ("a call in-house", own_eur / self.calls_year, "EUR"),
            ("a call at the provider", private_eur / self.calls_year, "EUR"),
            ("provider's price at which both cost the same", own_eur / hours, "EUR an hour"),
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=FIGURES)


@dataclass(frozen=True)
class LongerHours:
    """Opening longer, and demand that follows: posts and EUR for each further call."""

    calls_year: float = 1_150_000.0
    more_hours: float = 0.30
    elasticity: float = 0.206 / 0.30
    aht_s: float = 156.0
    eur_fte: float = 48_900.0
    ABOVE_0: ClassVar[tuple[str, ...]] = ("calls_year", "more_hours", "elasticity", "aht_s")
    TAGS: ClassVar[dict[str, str]] = {
        "calls_year": "published: answered in 2007",
        "more_hours": "published: opening hours +30 % in May 2008, with a cheaper tariff",
        "elasticity": "derived: calls rose by 20.6 % (Senate l08-542-2), the tariff's part unknown",
        "aht_s": "guess",
        "eur_fte": "derived: the 3939 in 2006-07",
    }

    def answer(self) -> pd.DataFrame:
        pool = Interconnection(aht_s=self.aht_s, share_in_time=0.8, within_s=20.0)
        calls = self.calls_year * (1 + self.elasticity * self.more_hours)
        before = pool.fte(self.calls_year)
        # The week is longer: the same calls an hour, over more hours.
        span = 1 + self.more_hours
        after = pool.fte(calls / span) * span
        rows = [
            ("calls a year", calls, "calls"), ("posts before", before, "FTE"), ("posts after", after, "FTE"),
            ("a further call, marginal basis", (after - before) * self.eur_fte / (calls - self.calls_year), "EUR"),
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=FIGURES)


@dataclass(frozen=True)
class CrossTraining:
    """Five domain silos against agents who know a second domain, at a busy half hour played call by call.

    Where the first should be: the pair of domains (an agent of each learns the other) whose training raises the
    share answered in time most, with what chance alone would make of it: other pairs may be as good.
    """

    calls_year: float = 250_000.0
    shares: tuple[float, ...] = (0.31, 0.25, 0.23, 0.14, 0.07)
    aht_s: float = 480.0
    busy: float = 1.3
    share_in_time: float = 0.70
    within_s: float = 75.0
    hours: float = 150.0
    seed: int = 1
    ABOVE_0: ClassVar[tuple[str, ...]] = ("calls_year", "shares", "aht_s", "busy", "share_in_time", "hours")
    TAGS: ClassVar[dict[str, str]] = {
        "calls_year": "published: more than 250,000 level-2 calls a year in Metz",
        "shares": "guess: labour, interior, justice, housing, consumer as in the reference centre; "
        "a third, a fifth known (Lyon 1996)",
        "aht_s": "guess: 8 minutes",
        "busy": "guess: a busy half hour over the mean one",
        "share_in_time": "guess",
        "within_s": "derived: 1 min 15 s was the mean wait of a transfer in 2009",
        "hours": "how long the busy half hour is played",
        "seed": "of the play",
    }

    @property
    def loads(self) -> np.typing.NDArray[np.float64]:
        """Erlangs of each domain in that half hour."""
        calls_h = self.calls_year / 52 / 47.5 * self.busy * np.asarray(self.shares)
        return np.asarray(calls_h * self.aht_s / 3600, dtype=np.float64)

    def answer(self) -> pd.DataFrame:
        target = ServiceLevel(self.share_in_time, self.within_s)
        heads = np.asarray(agents_for(target, self.loads, self.aht_s), dtype=np.int64)
        pool = int(agents_for(target, float(self.loads.sum()), self.aht_s))
        # As many as halfway between silos and one pool: too few for silos.
        cut = heads - (np.arange(len(heads)) < (int(heads.sum()) - pool) // 2).astype(np.int64)
        pairs = [(i, j) for i in range(len(cut)) for j in range(i + 1, len(cut))]
        alone_h = self.hourly(cut, ())
        trained = {pair: self.hourly(cut, (pair, pair[::-1])) for pair in pairs}
        gains = {pair: float(hourly[0].sum() / hourly[1].sum()) for pair, hourly in trained.items()}
        first = max(gains, key=lambda pair: gains[pair])
        gain, noise = apart(trained[first], alone_h)
        near = sum(apart(trained[first], trained[pair])[0] <= apart(trained[first], trained[pair])[1]
                   for pair in pairs if pair != first)  # fmt: skip
        posts = Pools(
            Interconnection(aht_s=self.aht_s, share_in_time=self.share_in_time, within_s=self.within_s)
        ).silos(self.shares, self.calls_year)
        rows = [
            ("posts in silos, the year round", posts[0], "FTE"),
            ("posts in one pool, the year round", posts[1], "FTE"),
            ("agents in silos", float(heads.sum()), "agents"), ("agents in one pool", float(pool), "agents"),
            ("answered in time, silos with fewer agents", self.in_time(cut, ()), "share"),
            (f"one pair trained, domains {first[0] + 1} and {first[1] + 1} (best)", gains[first], "share"),
            ("what that pair gains", 100 * gain, "points"),
            ("give or take, 95 % sure", 100 * noise, "points"),
            ("other pairs that cannot be told from the best", float(near), "pairs"),
            ("one pair trained, worst place", min(gains.values()), "share"),
            ("one agent a domain knows the next", self.in_time(cut, self.ring(1)), "share"),
            ("two agents a domain know the next", self.in_time(cut, self.ring(2)), "share"),
            ("everybody knows everything", self.in_time(cut, None), "share"),
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=FIGURES)

    def ring(self, each: int) -> tuple[tuple[int, int], ...]:
        """``each`` agents of every domain know the next one, the last the first (a chain: Jordan & Graves 1995)."""
        count = len(self.shares)
        return tuple((i, (i + 1) % count) for i in range(count) for _ in range(each))

    def in_time(self, heads: np.typing.NDArray[np.int64], trained: tuple[tuple[int, int], ...] | None) -> float:
        """Share answered in time, see ``hourly``."""
        in_time, calls = self.hourly(heads, trained)
        return float(in_time.sum() / calls.sum())

    def hourly(
        self, heads: np.typing.NDArray[np.int64], trained: tuple[tuple[int, int], ...] | None
    ) -> tuple[np.typing.NDArray[np.float64], np.typing.NDArray[np.float64]]:
        """Calls answered in time and calls, by ten hours of the play, with ``heads`` agents a domain; for each
        ``trained`` pair one agent more of the first domain knows the second (None: all know all); the same callers
        every time."""
        count, rng = len(heads), np.random.default_rng(self.seed)
        calls = rng.poisson(self.loads / self.aht_s * 3600 * self.hours)
        queue = np.repeat(np.arange(count), calls)
        arrival = rng.uniform(0, 3600 * self.hours, len(queue))
        work = rng.exponential(self.aht_s, len(queue))
        order = np.argsort(arrival)
        skills: list[tuple[int, ...]] = [(q,) for q, n in enumerate(heads) for _ in range(n)]
        if trained is None:
            skills = [(s[0], *(p for p in range(count) if p != s[0])) for s in skills]
        else:
            starts = np.concatenate([[0], np.cumsum(heads)])
            used = np.zeros(count, dtype=np.int64)
            for one, other in trained:
                agent = int(starts[one] + used[one] % heads[one])
                skills[agent] = (*skills[agent], other)
                used[one] += 1
        callers = alone(arrival[order], queue[order], work[order], np.full(len(order), np.inf))
        log = run(everybody_there(skills, count), callers)
        block = (log.arrival_s // (3600 * BLOCK_H)).astype(np.int64)
        in_time = log.answer_s - log.arrival_s <= self.within_s
        return np.bincount(block, weights=in_time).astype(float), np.bincount(block).astype(float)


def apart(
    one: tuple[np.typing.NDArray[np.float64], np.typing.NDArray[np.float64]],
    other: tuple[np.typing.NDArray[np.float64], np.typing.NDArray[np.float64]],
) -> tuple[float, float]:
    """How much larger a share is than another on the same callers, and the half-width of its 95 % interval, from
    (counts, of how many) by block."""
    difference = (one[0] - other[0]) / one[1].mean()
    return float(difference.mean()), float(1.96 * difference.std(ddof=1) / np.sqrt(len(difference)))


QUESTIONS: dict[str, type[Question]] = {
    "interconnection": Interconnected,
    "merger": Merger,
    "cross_training": CrossTraining,
    "in_house": InHouse,
    "longer_hours": LongerHours,
    "announced_wait": AnnouncedWait,
}
