"""What a lever is: it looks at a week and makes offers; each offer is something one could decide, with its price."""

from __future__ import annotations

import dataclasses
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import clock_min
from staffing.centre import Centre
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.meal_time import MealTime
from staffing.rostering.team import Agent, Contract
from staffing.scenarios.changes import Change
from staffing.sizing.requirement import Requirement

Segment = tuple[str, pd.Timestamp, pd.Timestamp, str]
Relief = tuple[tuple[str, pd.Timestamp, float], ...]
"""(queue, interval, agents more, or fewer below zero)."""
DAY_MAX_H = 10.0
WEEK_MAX_H = 48.0


@dataclass(frozen=True)
class Offer:
    """One thing to decide: all of it or nothing.

    ``relief`` is what it adds where callers wait, and takes elsewhere; ``eur`` its extra cost. Carried out as
    ``segments`` added to the roster (they replace what the agent did then, and all that stood in ``clears``) or as a
    ``change`` of the question. Offers of one ``only_one`` group exclude each other; ``hours`` count against ``budget``
    (key, limit).
    """

    lever: str
    subject: str
    eur: float
    relief: Relief
    segments: tuple[Segment, ...] = ()
    change: Change | None = None
    only_one: str = ""
    budget: tuple[str, float] | None = None
    hours: float = 0.0
    clears: tuple[tuple[str, pd.Timestamp, pd.Timestamp], ...] = ()


@dataclass(frozen=True)
class HoursAllowed:
    """A change of the question: weeks of a ``contract`` may go ``hours`` beyond what they usually reach, and its shifts
    as far as the law lets a day go."""

    contract: str
    hours: float
    kind: ClassVar[str] = "hours_allowed"

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        contracts = tuple(self._longer(c) if c.name == self.contract else c for c in centre.team.contracts)
        return dataclasses.replace(centre, team=dataclasses.replace(centre.team, contracts=contracts)), forecast

    def _longer(self, contract: Contract) -> Contract:
        overtime, longest = max(contract.overtime_max_h, self.hours), max(contract.shift_max_h, DAY_MAX_H)
        return dataclasses.replace(contract, overtime_max_h=overtime, shift_max_h=longest)


@dataclass(frozen=True)
class Day:
    """One agent's shift on a day, in the roster as it stands."""

    agent: Agent
    start: pd.Timestamp
    end: pd.Timestamp
    paid_h: float
    queue: str


@dataclass(frozen=True, eq=False)
class Peak:
    """The week a lever looks at: ``today`` decides which notices can still be given."""

    centre: Centre
    forecast: Forecast
    requirement: Requirement
    roster: Roster
    today: dt.date

    @cached_property
    def beyond(self) -> dict[tuple[str, pd.Timestamp], float]:
        """Agents scheduled beyond the need by queue and interval; below zero where some are missing."""
        from staffing.rostering.verify import coverage_of

        frame = coverage_of(self.roster, self.requirement, self.centre)
        more = frame["scheduled"] - frame["required"]
        return {(q, s): float(v) for q, s, v in zip(frame["queue"], frame["start"], more, strict=True)}

    @cached_property
    def short(self) -> dict[tuple[str, pd.Timestamp], float]:
        """Agents missing, where any are."""
        return {place: -more for place, more in self.beyond.items() if more < 0}

    @cached_property
    def spare(self) -> dict[tuple[str, pd.Timestamp], float]:
        """Agents who can be spared, where nobody is missing."""
        return {place: more for place, more in self.beyond.items() if more >= 0}

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """All shifts of the roster."""
        people = {a.id: a for a in self.centre.team.agents}
        queues = {q.name for q in self.centre.queues}
        out = []
        frame = self.roster.frame.assign(day=self.roster.frame["start"].dt.date)
        for (agent, _), rows in frame.groupby(["agent", "day"], sort=True):
            served = rows[rows["activity"].isin(queues)]
            if not len(served):
                continue
            paid = rows[rows["activity"] != MEAL]
            hours = float((paid["end"] - paid["start"]).dt.total_seconds().sum()) / 3600
            label = str(served["activity"].iloc[-1])
            out.append(Day(people[str(agent)], rows["start"].min(), rows["end"].max(), hours, label))
        return tuple(out)

    @cached_property
    def week_h(self) -> dict[str, float]:
        """Paid hours of each agent in the roster."""
        hours: dict[str, float] = {}
        for day in self.days:
            hours[day.agent.id] = hours.get(day.agent.id, 0.0) + day.paid_h
        return hours

    def contract(self, agent: Agent) -> Contract:
        return self.centre.team.contract(agent.contract)

    def allowed(self, agent: Agent, hours: float) -> HoursAllowed:
        """The decision that lets the agent's contract go so far beyond its hours."""
        return HoursAllowed(agent.contract, hours)

    def notice_days(self) -> int:
        """Days left before the week."""
        return (self.roster.week.monday - self.today).days

    @cached_property
    def _starts(self) -> tuple[tuple[pd.Timestamp, ...], list[int]]:
        """Starts of the week's intervals, and the same as nanoseconds."""
        starts = tuple(self.centre.grid.week(self.roster.week))
        return starts, [s.value for s in starts]

    def begun(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, ...]:
        """The intervals of the week that begin in that time."""
        starts, at_ns = self._starts
        return starts[bisect_left(at_ns, start.value) : bisect_left(at_ns, end.value)]

    def whole(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[pd.Timestamp, ...]:
        """The intervals of the week that lie whole in that time."""
        return self.begun(start, end - pd.Timedelta(minutes=self.centre.grid.interval_min - 1))

    def shares(self, start: pd.Timestamp, end: pd.Timestamp) -> tuple[tuple[pd.Timestamp, float], ...]:
        """The intervals of the week that lie in that time, and the share of each that does."""
        step = pd.Timedelta(minutes=self.centre.grid.interval_min)
        return tuple(
            (moment, float((min(end, moment + step) - max(start, moment)) / step))
            for moment in self.begun(start - step + pd.Timedelta(minutes=1), end)
        )

    @cached_property
    def expected(self) -> dict[str, pd.DataFrame]:
        """The week's forecast by channel: ``start``, ``day``, ``clock`` minutes, ``contacts``, ``aht_s``."""
        frame = self.forecast.frame[["channel", "start", "contacts", "aht_s"]]
        at = pd.DatetimeIndex(frame["start"])
        frame = frame.assign(day=np.asarray(at.date), clock=clock_min(at))
        return {c.name: frame[frame["channel"] == c.name] for c in self.centre.channels}

    def relief(self, queue: str, start: pd.Timestamp, end: pd.Timestamp, pace: float = 1.0) -> Relief:
        """One more agent of that ``pace`` on a queue in that time, where somebody is missing."""
        return tuple((queue, m, share * pace) for m, share in self.shares(start, end) if (queue, m) in self.short)

    def relief_of(self, segment: Segment) -> Relief:
        """The same of an agent of the team at his own pace."""
        agent, start, end, queue = segment
        return self.relief(queue, start, end, self.pace[agent][queue])

    @cached_property
    def pace(self) -> dict[str, dict[str, float]]:
        """Share of normal speed of each agent on each of his queues."""
        return {a.id: {s.queue: s.proficiency for s in a.skills} for a in self.centre.team.agents}

    def longer(self, hours: float, *, latest_min: int = 1260) -> Iterator[tuple[Day, Segment, float]]:
        """Each shift longer by ``hours`` before or after, where it helps and 10 h a day, 48 h a week and 11 h of rest
        stay kept (L3121-18, L3121-20, L3131-1; decree 2000-815 article 3)."""
        span = pd.Timedelta(hours=hours)
        by_agent: dict[str, list[Day]] = {}
        for day in self.days:
            by_agent.setdefault(day.agent.id, []).append(day)
        for day in self.days:
            if day.paid_h + hours > DAY_MAX_H or self.week_h[day.agent.id] + hours > WEEK_MAX_H:
                continue
            for start, end in ((day.end, day.end + span), (day.start - span, day.start)):
                rest = pd.Timedelta(hours=11)
                others = [d for d in by_agent[day.agent.id] if d is not day]
                if any(start < o.end + rest and end > o.start - rest for o in others):
                    continue
                for skill in day.agent.skills:
                    segment = (day.agent.id, start, end, skill.queue)
                    if self.relief_of(segment):
                        yield day, segment, hours


def day_of_work(peak: Peak, agent: str, queue: str, day: dt.date, span: tuple[int, int]) -> tuple[Segment, ...]:
    """A day on one queue between two clock minutes: a break of 15 minutes in each half, 45 minutes of meal between, so
    that nobody works three hours in a row and who is there at midday eats then (IDCC 2098, accord of 20 June 2002,
    articles 5 and 6)."""
    (start, end), midday = span, MealTime()
    meal = 210
    if start < midday.before_min and midday.after_min < end:
        meal = min(max(start + meal, midday.from_min), midday.to_min - 45) - start
    first, second = meal // 30 * 15, meal + 150
    words = (
        (first, queue), (first + 15, BREAK), (meal, queue), (meal + 45, MEAL), (second, queue), (second + 15, BREAK),
        (end - start, queue),
    )  # fmt: skip
    segments, last = [], 0
    for until, word in words:
        until = min(until, end - start)
        if last < until:
            at = peak.centre.grid.at
            segments.append((agent, at(day, start + last), at(day, start + until), word))
        last = max(last, until)
    return tuple(segments)


class Lever(Protocol):
    """A way to carry a peak. ``notice_days`` must be left before the week; ``article`` is its legal limit; ``TAGS``
    says of each other field, its capacities and prices, whether it is published, derived or a guess."""

    TAGS: ClassVar[dict[str, str]]

    @property
    def name(self) -> str: ...

    @property
    def notice_days(self) -> int: ...

    @property
    def article(self) -> str: ...

    def offers(self, peak: Peak) -> Iterator[Offer]:
        """What can be decided with this lever in that week."""
        ...
