"""What a working-time rule is: two faces that share no code, and one limit set between them.

``permits`` and ``limit`` are how the engine respects the rule while it searches; ``breaches`` reads a finished week
by clock times. ``tests/rostering/test_two_faces.py`` enumerates small weeks under each face and demands equal answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Protocol

from staffing.rostering.team import Agent, Contract


@dataclass(frozen=True)
class Shape:
    """A possible shift as the engine sees it, in clock minutes after the midnight of its day (past 1440: next day).

    ``meal`` unpaid, ``breaks`` paid; paid = end - start - meal.
    """

    start_min: int
    end_min: int
    meal: tuple[int, int] | None = None
    breaks: tuple[tuple[int, int], ...] = ()

    @property
    def paid_min(self) -> int:
        return self.end_min - self.start_min - (self.meal[1] - self.meal[0] if self.meal else 0)


@dataclass(frozen=True)
class Setting:
    """What a rule may know of the week being planned: the seven days, which of them and of the Monday after them are
    public holidays, the agent, the contract, and earlier shifts as (start, end, paid_min), oldest first, tz-aware
    instants; ``later`` are those of the week ahead where it is settled already."""

    days: tuple[dt.date, ...]
    holidays: frozenset[dt.date]
    agent: Agent
    contract: Contract
    past: tuple[tuple[dt.datetime, dt.datetime, int], ...] = ()
    absent: frozenset[dt.date] = frozenset()
    later: tuple[tuple[dt.datetime, dt.datetime, int], ...] = ()


MONDAY_MIN = 480
"""The longest rest of a week counts until then on the next Monday: when work begins there nobody knows yet."""


@dataclass(frozen=True)
class WeekLimits:
    """What binds between the shifts of one agent's week; each rule narrows it and never widens it.

    Times in minutes. ``paid_max_min`` of the week; ``rest_min`` between the end of one shift and the start of the
    next; ``week_rest_min`` the longest rest the week must hold, between ``week_from_min`` after Monday 00:00 and
    ``monday_min`` of the next; ``days_max`` shifts a week; ``run_max`` consecutive days worked, counting the
    ``run_before`` days already worked last week and the ``run_after`` that the next begins with; ``closed`` weekdays
    (0..6, 7 the next Monday) on which no shift may start; ``first_start_min`` the earliest start counted from Monday
    00:00; ``paid_day_max_min`` of a shift, ``paid_on_max_min`` of one that starts on each weekday, ``last_end_min`` the
    latest end of such a shift, in minutes after its midnight.
    """

    paid_min_min: int = 0
    paid_max_min: int = 7 * 1440
    paid_day_max_min: int = 1440
    rest_min: int = 0
    week_rest_min: int = 0
    week_from_min: int = 0
    monday_min: int = MONDAY_MIN
    days_max: int = 7
    run_max: int = 7
    run_before: int = 0
    run_after: int = 0
    closed: frozenset[int] = frozenset()
    first_start_min: int = -(10**6)
    paid_on_max_min: tuple[int, ...] = (1440,) * 7
    last_end_min: tuple[int, ...] = (3 * 1440,) * 7

    def resting(self, days: Collection[int]) -> WeekLimits:
        """The same without any work on these weekdays, not even after the midnight of a shift from the day before."""
        ends = tuple(min(end, 1440) if day + 1 in days else end for day, end in enumerate(self.last_end_min))
        return replace(self, closed=self.closed | set(days), last_end_min=ends)


@dataclass(frozen=True)
class Segment:
    """One row of a roster. ``start`` and ``end`` are tz-aware ``pandas.Timestamp`` (a ``datetime``): their difference
    is elapsed time, where plain datetimes of one zone subtract wall clocks and are an hour off over a clock change."""

    start: dt.datetime
    end: dt.datetime
    activity: str

    @cached_property
    def span_s(self) -> tuple[float, float]:
        """Start and end in seconds since 1970, UTC."""
        return self.start.timestamp(), self.end.timestamp()

    @property
    def seconds(self) -> float:
        """Elapsed between start and end."""
        start, end = self.span_s
        return end - start


@dataclass(frozen=True)
class Shift:
    """Touching segments of one agent, in order, as worked."""

    segments: tuple[Segment, ...]

    @property
    def start(self) -> dt.datetime:
        return self.segments[0].start

    @property
    def end(self) -> dt.datetime:
        return self.segments[-1].end


@dataclass(frozen=True)
class WorkedWeek:
    """A finished week of one agent, as the checker reads it; ``past`` are the shifts before Monday, oldest first,
    ``later`` those of the week ahead where it is settled already."""

    agent: Agent
    contract: Contract
    days: tuple[dt.date, ...]
    holidays: frozenset[dt.date]
    absent: frozenset[dt.date]
    shifts: tuple[Shift, ...]
    past: tuple[Shift, ...] = ()
    later: tuple[Shift, ...] = ()


@dataclass(frozen=True)
class Breach:
    """A rule broken: by whom, when, what was found against which limit, under which article."""

    rule: str
    agent: str
    start: dt.datetime | None
    found: str
    limit: str
    article: str


class Rule(Protocol):
    """A working-time rule. Frozen dataclass; its limits are its fields."""

    key: ClassVar[str]

    @property
    def article(self) -> str: ...

    def permits(self, shape: Shape, setting: Setting) -> bool:
        """Whether the engine may use this shift at all; asked once for all agents of a contract."""
        ...

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        """The same limits, narrowed by what this rule asks between shifts."""
        ...

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        """What a finished week breaks, read by clock times alone."""
        ...

    def sentence(self, language: str) -> str:
        """The rule in one sentence, ``fr`` or ``en``."""
        ...
