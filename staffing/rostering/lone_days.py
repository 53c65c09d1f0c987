"""One agent, alone: every limit on their week, and what can be worked on each day with the limits that refuse it.

A rule is asked for its ``permits`` one rule at a time, so that whoever wrote it is named. Meals and breaks matter here
by who refuses them alone: of the many shifts with the same start, end and pay only those refused by fewest limits are
kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

from forecasts.grid import Week, clock_min
from staffing.centre import Centre
from staffing.rostering.clock import Clock
from staffing.rostering.closings import Workable
from staffing.rostering.hours import hours_owed
from staffing.rostering.keeping import shifts_of
from staffing.rostering.last_night import with_last_night
from staffing.rostering.question import shape_of
from staffing.rostering.rules.rule import Rule, Setting, Shape, WeekLimits
from staffing.rostering.shifts import Breaks, Frame, break_counts, break_options, frames
from staffing.rostering.team import Agent, Commitment, Contract
from staffing.rostering.terms import terms_of
from staffing.rostering.timeline import span_of, timeline
from staffing.sizing.requirement import Requirement
from staffing.words import say

LONGEST_DAY_H = 12.0
OTHER_STEP_MIN = 60
"""Shifts of lengths that the contract does not have are looked at in whole hours."""


@dataclass(frozen=True)
class Limit:
    """One thing that limits an agent: ``kind`` rule, hours, days, shift_length, absence, availability, locked,
    commitment or last_week; ``subject`` which one; ``words`` what it says, by language."""

    kind: str
    subject: str
    words: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: str) -> str:
        """What the limit says, ``fr`` or ``en``."""
        return dict(self.words).get(language, self.subject)


def limit_of(kind: str, subject: str) -> Limit:
    """A limit of this kind, in the product's words."""
    words = tuple((language, say(f"roster.limit_{kind}", language, subject=subject)) for language in ("fr", "en"))
    return Limit(kind, subject, words)


@dataclass(frozen=True)
class Option:
    """Shifts of one start, end and pay, in clock minutes of their day, and the limits that refuse them."""

    start_min: int
    end_min: int
    paid_min: int
    refused: frozenset[int]


@dataclass(frozen=True)
class LoneAgent:
    """What is known of the agent's week. ``hours`` least and most paid minutes; ``absences`` (subject, from
    which minute of which weekdays);
    ``locked`` shapes by weekday; ``fixed`` activities by weekday (from, to, subject), in minutes of the day;
    ``midnights`` minutes since Monday 0:00 of each day; ``span`` clock minutes of any shift; ``work`` what there is to
    do when, and ``shut`` minutes since Monday 0:00 without any before each minute of the week."""

    interval_min: int
    contract: Contract
    setting: Setting
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...]
    hours: tuple[int, int]
    absences: tuple[tuple[str, dict[int, tuple[int, int]]], ...]
    locked: dict[int, Shape]
    fixed: dict[int, list[tuple[int, int, str]]]
    clock: Clock
    midnights: tuple[int, ...]
    span: tuple[int, int]
    work: Workable
    shut: tuple[int, ...]

    @staticmethod
    def of(agent: Agent, requirement: Requirement, centre: Centre, week: Week, rules: tuple[Rule, ...]) -> LoneAgent:
        requirement = with_last_night(requirement, centre)
        team, contract, line = centre.team, centre.team.contract(agent.contract), timeline(requirement)
        terms = terms_of(agent, centre, week, ())
        clock = Clock(requirement.grid, week, int(clock_min(line.starts).min()))
        absences = tuple(
            (f"{a.first} - {a.last}", {d: a.span_min(day) for d, day in enumerate(week.days) if a.covers(day)})
            for a in team.absences
            if a.agent == agent.id and any(map(a.covers, week.days))
        )
        fixed: dict[int, list[tuple[int, int, str]]] = {}
        for c in team.commitments:
            if c.agent == agent.id and c.start is not None and Week.of(c.start.date()) == week:
                low = clock.minute(day := int(c.start.weekday()), c.start)
                fixed.setdefault(day, []).append((low, low + c.minutes, _subject(c)))
        rows = None if team.locked is None else team.locked[team.locked["agent"] == agent.id].sort_values("start")
        shifts = () if rows is None else shifts_of(rows[rows["start"].dt.date.isin(week.days)])
        locked = {d: shape_of(s, clock, d) for s in shifts for d in (int(s["start"].iloc[0].weekday()),)}
        limits = tuple(_limits(agent, contract, terms.setting, rules, hours_owed(agent, centre, week)))
        limits += tuple(limit_of("absence", subject) for subject, _ in absences)
        limits += tuple(limit_of("commitment", subject) for spans in fixed.values() for *_, subject in spans)
        limits += tuple(limit_of("locked", str(week.days[d])) for d in sorted(locked))
        midnights = tuple(clock.elapsed(day, 0) for day in range(7))
        work = Workable.of(agent, contract, line, requirement.queues, clock)
        span = span_of(line, contract, requirement.grid.interval_min)
        return LoneAgent(
            requirement.grid.interval_min, contract, terms.setting, rules, limits, terms.paid, absences, locked, fixed,
            clock, midnights, span, work, tuple(work.shut_before.tolist()),
        )  # fmt: skip

    def number(self, kind: str, subject: str | None = None) -> int:
        """The first limit of this kind, and of this subject where one is given."""
        return next(i for i, x in enumerate(self.limits) if x.kind == kind and subject in (None, x.subject))

    def opening(self, day: int) -> tuple[bytes, bytes]:
        """What is closed and what there is to do, minute by minute from the midnight of the day to the end of any shift
        of it."""
        first, end = self.midnights[day], self.midnights[day] + self.span[1] + 1
        return self.work.closed[first:end].tobytes(), self.work.desk[first:end].tobytes()

    def first_min(self, day: int) -> int:
        """The clock minute before which nobody starts: later than opening where the clocks change."""
        first = self.clock.first_min(day)
        return first if first > self.clock.low_min else 0

    def is_open(self, day: int, frame: Frame) -> bool:
        """Whether there is something to do throughout its blocks, and its meal is not torn out of that."""
        blocks = [tuple(self.midnights[day] + minute for minute in block) for block in frame.blocks]
        if not all(self.shut[low] == self.shut[high] for low, high in blocks):
            return False
        return len(blocks) < 2 or not self.work.desk.any() or not self.work.torn(blocks[0][1], blocks[1][0])


def _subject(commitment: Commitment) -> str:
    return f"{commitment.activity} {commitment.start:%d/%m %H:%M}"


def _limits(
    agent: Agent, contract: Contract, setting: Setting, rules: tuple[Rule, ...], owed_h: float
) -> Iterator[Limit]:
    """The limits that come before those of single days."""
    if setting.past or setting.later:
        yield limit_of("last_week", agent.id)
    yield limit_of("shift_length", f"{contract.shift_min_h:g}-{contract.shift_max_h:g} h")
    yield limit_of("days", str(contract.max_days))
    for rule in rules:
        yield Limit("rule", rule.key, tuple((language, rule.sentence(language)) for language in ("fr", "en")))
    if agent.availability:
        yield limit_of("availability", agent.id)
    yield limit_of("hours", f"{owed_h:g}")


class DayOptions:
    """What can be worked on a day, each with the limits that refuse it."""

    def __init__(self, facts: LoneAgent) -> None:
        self.facts = facts
        self.rule_at = [(facts.number("rule", rule.key), rule) for rule in facts.rules]
        limits = (rule.limit(WeekLimits(), facts.setting) for rule in facts.rules)
        self.longest = [limit.paid_day_max_min for limit in limits]
        self.known: dict[Shape, frozenset[int]] = {}
        self.known_days: dict[tuple[object, ...], list[Option]] = {}
        self.step = min(facts.interval_min, 30)
        self.frames = [list(group) for _, group in itertools.groupby(self._frames(), key=_key)]

    def _frames(self) -> Iterator[Frame]:
        """The contract's shifts, then those of any length, before their breaks."""
        contract, span = self.facts.contract, self.facts.span
        low, high = contract.shift_paid_min
        yield from frames(contract, span, self.step)
        step_h = OTHER_STEP_MIN / 60
        other = replace(contract, shift_min_h=step_h, shift_max_h=LONGEST_DAY_H, shift_step_min=OTHER_STEP_MIN)
        yield from (f for f in frames(other, span, self.step) if not low <= f.shape().paid_min <= high)

    def of(self, day: int) -> list[Option]:
        """The options of ``day``; of shifts alike but for meal and breaks those refused by fewest limits."""
        facts, locked = self.facts, self.facts.locked.get(day)
        pattern = (*facts.opening(day), facts.first_min(day), *facts.fixed.get(day, ()))
        if pattern not in self.known_days:
            self.known_days[pattern] = list(self._any(day))
        if locked is None:
            return [replace(o, refused=o.refused | self._unavailable(day, o)) for o in self.known_days[pattern]]
        other = {facts.number("locked", str(facts.setting.days[day]))}
        found = [replace(o, refused=o.refused | self._unavailable(day, o) | other) for o in self.known_days[pattern]]
        mine = Option(locked.start_min, locked.end_min, locked.paid_min, frozenset(self._unkept(day, locked)))
        return [*found, replace(mine, refused=mine.refused | self._unavailable(day, mine))]

    def _any(self, day: int) -> Iterator[Option]:
        for alike in self.frames:
            start, end, paid = _key(alike[0])
            if start >= self.facts.first_min(day):
                yield from (Option(start, end, paid, refused) for refused in self._fewest(day, alike))

    def _unavailable(self, day: int, option: Option) -> set[int]:
        """Availability, where the option is outside it."""
        spans = self.facts.setting.agent.presences
        mine = [a for a in spans if a.weekday == day]
        inside = any(a.from_min <= option.start_min and option.end_min <= a.to_min for a in mine)
        return {self.facts.number("availability")} if spans and not inside else set()

    def _fewest(self, day: int, alike: list[Frame]) -> list[frozenset[int]]:
        """The sets of limits that refuse these shifts, without those that hold another; looked for from the middle
        placement of the meal on, until one is refused by nothing."""
        fewest: list[frozenset[int]] = []
        middle = (len(alike) - 1) / 2
        for _, frame in sorted(enumerate(alike), key=lambda pair: abs(pair[0] - middle)):
            if not self.facts.is_open(day, frame):
                continue
            for shape in self._shapes(day, frame):
                refused = self._by_rules(shape) | self._unkept(day, shape)
                if not any(known <= refused for known in fewest):
                    fewest = [known for known in fewest if not refused <= known] + [refused]
                if not refused:
                    return fewest
        return fewest

    def _shapes(self, day: int, frame: Frame) -> Iterator[Shape]:
        """The frame with few or more breaks, each as near the middle of its block as the day's activities leave it."""
        spans = self.facts.fixed.get(day, [])
        length = self.facts.contract.break_min or 15
        for count in break_counts(self.facts.contract):
            every = [break_options(block, length, count, min(15, self.step)) for block in frame.blocks]
            if all(every):
                for choose in (lambda options: options[0], lambda options: _beside(options, spans)):
                    yield frame.shape(sum((choose(options) for options in every), ()))
                    if not spans:
                        break

    def _by_rules(self, shape: Shape) -> frozenset[int]:
        """Rules that refuse the shape, and the contract's length of a shift."""
        if shape not in self.known:
            low, high = self.facts.contract.shift_paid_min
            refused = {
                i
                for (i, rule), longest in zip(self.rule_at, self.longest, strict=True)
                if shape.paid_min > longest or not rule.permits(shape, self.facts.setting)
            }
            if not low <= shape.paid_min <= high:
                refused.add(self.facts.number("shift_length"))
            self.known[shape] = frozenset(refused)
        return self.known[shape]

    def _unkept(self, day: int, shape: Shape) -> frozenset[int]:
        """The day's fixed activities that do not lie in the working time of the shape."""
        pauses = (*shape.breaks, *((shape.meal,) if shape.meal else ()))
        return frozenset(
            self.facts.number("commitment", subject)
            for low, high, subject in self.facts.fixed.get(day, ())
            if low < shape.start_min or shape.end_min < high or any(a < high and low < b for a, b in pauses)
        )


def _key(frame: Frame) -> tuple[int, int, int]:
    shape = frame.shape()
    return shape.start_min, shape.end_min, shape.paid_min


def _beside(options: list[Breaks], spans: list[tuple[int, int, str]]) -> Breaks:
    """The first of the options that leaves the spans alone, else the first."""
    free = (o for o in options if all(b <= low or high <= a for a, b in o for low, high, _ in spans))
    return next(free, options[0])
