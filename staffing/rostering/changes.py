"""Small changes to a finished roster: what each would cover, what it costs, and whether it stays lawful.

A change is one agent's week written anew. It is lawful when the rules, read by clock times, find nothing in the new
week that they did not find in the old one. Its price is what the engine would pay: wages, overtime, and what the other
intervals lose.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import DAY_MIN
from staffing.centre import Centre
from staffing.rostering.premiums import Tiers, day_share, night_share, overtime_h, overtime_tiers
from staffing.rostering.promises import night_h, paid_h
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.reading import at_clock
from staffing.rostering.rules.rule import Breach, Segment, Shift, WorkedWeek
from staffing.rostering.verify import breaches_of, coverage_of, seconds_of
from staffing.rostering.worked import worked_weeks
from staffing.sizing.requirement import Requirement

Floats = npt.NDArray[np.float64]
EDGE = pd.Timedelta(hours=1)
STEPS = tuple(pd.Timedelta(minutes=15 * quarter) for quarter in range(-8, 9) if quarter)
"""How far a meal or a break may be moved."""
TOLERATED = 0.1
"""Shortage beyond this share of the need is paid at the deep price."""


@dataclass(frozen=True)
class Change:
    """One agent's week anew. ``kind`` is switch, move_meal, move_break, extend or extra_shift, or one of
    ``means.py``, which ``detail`` tells more of; ``moment`` the instant
    asked about; ``eur`` net price of the whole change (negative: it pays); ``covers`` agents gained there;
    ``paid_h`` hours paid more."""

    kind: str
    agent: str
    queue: str
    moment: pd.Timestamp
    shifts: tuple[Shift, ...]
    eur: float
    covers: float
    paid_h: float
    detail: str = ""


@dataclass(frozen=True)
class Need:
    """One queue's intervals: ``starts_s`` [n] UTC seconds, ``required`` and ``scheduled`` [n] agents.

    ``eur`` [n] is the price of one agent missing in each interval (the deep price comes on top beyond ``TOLERATED``),
    ``surplus_eur`` of one too many, ``least_eur`` of one below the ``least`` promised.
    """

    starts_s: npt.NDArray[np.int64]
    required: Floats
    scheduled: Floats
    eur: Floats
    deep_eur: Floats
    surplus_eur: float
    least: float
    least_eur: float

    def cost_eur(self, scheduled: Floats) -> Floats:
        """[n] what shortage and surplus cost with so many agents."""
        missing = np.maximum(self.required - scheduled, 0.0)
        deep = np.maximum(missing - TOLERATED * self.required, 0.0)
        over = np.maximum(scheduled - self.required, 0.0)
        unkept = np.maximum(self.least - scheduled, 0.0)
        return self.eur * missing + self.deep_eur * deep + self.surplus_eur * over + self.least_eur * unkept

    def step_eur(self, change: Floats, span: slice) -> float:
        """What ``change`` [n] more agents, all inside ``span``, add to the cost."""
        part = replace(
            self, required=self.required[span], scheduled=self.scheduled[span], eur=self.eur[span],
            deep_eur=self.deep_eur[span],
        )  # fmt: skip
        return float((part.cost_eur(part.scheduled + change[span]) - part.cost_eur(part.scheduled)).sum())


class Reading:
    """A roster with its coverage, read once, for many questions."""

    def __init__(self, roster: Roster, requirement: Requirement, centre: Centre) -> None:
        self.roster, self.requirement, self.centre = roster, requirement, centre
        self.weeks = {week.agent.id: week for week in worked_weeks(roster, centre)}
        self.length_s = 60 * requirement.grid.interval_min
        self.prices = requirement.worth(centre.goals.callers_share)
        self.needs = self._needs()
        self._old: dict[str, frozenset[Breach]] = {}
        self._paid_h: dict[str, float] = {}
        self._tiers: dict[str, Tiers] = {}

    def _needs(self) -> dict[str, Need]:
        coverage = coverage_of(self.roster, self.requirement, self.centre)
        return {q: self._need(q, coverage[coverage["queue"] == q]) for q in self.requirement.queues}

    def with_weeks(self, agents: Collection[str], roster: Roster, centre: Centre) -> Reading:
        """The reading of ``roster`` and ``centre``, in which nothing but the weeks of ``agents`` is new."""
        new, team = copy.copy(self), centre.team
        new.roster, new.centre = roster, centre
        past = None if team.past is None else team.past[team.past["agent"].isin(agents)]
        few = replace(team, agents=tuple(a for a in team.agents if a.id in agents), past=past)
        mine = replace(roster, frame=roster.frame[roster.frame["agent"].isin(agents)])
        new.weeks = self.weeks | {w.agent.id: w for w in worked_weeks(mine, replace(centre, team=few))}
        new.needs, new._old, new._paid_h, new._tiers = new._needs(), {}, {}, {}
        return new

    def _need(self, queue: str, rows: pd.DataFrame) -> Need:
        goals = self.centre.goals
        factor = goals.expert_factor if self.centre.queue(queue).level == 2 else 1.0
        worth = self.prices.xs(queue).reindex(pd.DatetimeIndex(rows["start"])).to_numpy(dtype=float)
        hours = np.asarray(self.requirement.grid.interval_h * factor * worth, dtype=np.float64)
        return Need(
            seconds_of(rows["start"]),
            rows["required"].to_numpy(dtype=float),
            rows["scheduled"].to_numpy(dtype=float),
            goals.shortage_eur_h * hours,
            goals.shortage_deep_eur_h * hours,
            goals.surplus_eur_h * self.requirement.grid.interval_h,
            self.centre.queue(queue).min_agents,
            goals.min_staff_eur_h * self.requirement.grid.interval_h,
        )

    def slot(self, queue: str, moment: pd.Timestamp) -> int:
        """Row of the interval that holds ``moment``; ValueError when the queue has no requirement there."""
        starts = self.needs[queue].starts_s
        at = int(np.searchsorted(starts, moment.timestamp(), side="right")) - 1
        if at < 0 or moment.timestamp() >= starts[at] + self.length_s:
            raise ValueError(f"{queue} needs nobody at {moment.isoformat()}")
        return at

    def surplus(self, queue: str, moment: pd.Timestamp) -> float:
        """Agents beyond the need (negative: missing); 0 when the queue is closed."""
        try:
            at = self.slot(queue, moment)
        except (KeyError, ValueError):
            return 0.0
        need = self.needs[queue]
        return float(need.scheduled[at] - need.required[at])

    def effect(self, agent: str, shifts: tuple[Shift, ...]) -> tuple[float, dict[str, Floats]]:
        """EUR the centre pays more with this agent's week anew (wage, overtime, shortage, surplus), and the agents
        added per queue and interval."""
        week, eur, added = self.weeks[agent], 0.0, {}
        new, old = other_shifts(shifts, week.shifts)
        now, before = ({s for shift in side for s in shift.segments} for side in (new, old))
        for queue in sorted({s.activity for s in now ^ before} & self.needs.keys()):
            need, change = self.needs[queue], self._presence(week, now - before, before - now, queue)
            there = np.flatnonzero(change)
            if len(there):
                added[queue] = change
                eur += need.step_eur(change, slice(int(there[0]), int(there[-1]) + 1))
        paid = self._paid(agent)
        eur += self._week_eur(agent, paid + paid_h(new) - paid_h(old), shifts) - self._week_eur(
            agent, paid, week.shifts
        )
        return eur + self._premium_eur(week, new) - self._premium_eur(week, old), added

    def _presence(self, week: WorkedWeek, now: set[Segment], before: set[Segment], queue: str) -> Floats:
        """[n] agents that the segments ``now`` bring to each interval of the queue, less those of ``before``."""
        pace = next((s.proficiency for s in week.agent.skills if s.queue == queue), 1.0)
        starts, length = self.needs[queue].starts_s, self.length_s
        change = np.zeros(len(starts))
        for sign, segments in ((pace, now), (-pace, before)):
            for segment in segments:
                if segment.activity == queue:
                    low, high = int(segment.start.timestamp()), int(segment.end.timestamp())
                    span = slice(*np.searchsorted(starts, (low - length + 1, high)))
                    inside = np.minimum(high, starts[span] + length) - np.maximum(low, starts[span])
                    change[span] += sign * inside / length
        return np.where(abs(change) > 1e-12, change, 0.0)

    def _paid(self, agent: str) -> float:
        if agent not in self._paid_h:
            self._paid_h[agent] = paid_h(self.weeks[agent].shifts)
        return self._paid_h[agent]

    def _week_eur(self, agent: str, paid: float, shifts: tuple[Shift, ...]) -> float:
        """Wage and overtime of ``paid`` hours, and the sixth day."""
        if agent not in self._tiers:
            self._tiers[agent] = overtime_tiers(self.weeks[agent].agent, self.centre, self.roster.week)
        days = len({shift.start.date() for shift in shifts}) if len(shifts) > 5 else 0
        wage = self.weeks[agent].contract.cost_eur_h
        return wage * (paid + overtime_h(paid, self._tiers[agent])) + self.centre.goals.sixth_day_eur * (days > 5)

    def _premium_eur(self, week: WorkedWeek, shifts: tuple[Shift, ...]) -> float:
        """What these shifts are paid on top, by their days and their nights."""
        at_night = night_share(week.contract)
        premium = at_night * night_h(shifts) if at_night else 0.0
        for shift in shifts:
            share = day_share(week.contract, shift.start.date(), week.holidays)
            premium += share * paid_h((shift,)) if share else 0.0
        return week.contract.cost_eur_h * premium

    def lawful(self, agent: str, shifts: tuple[Shift, ...]) -> bool:
        """Whether the new week breaks nothing that the old one did not."""
        week = self.weeks[agent]
        if agent not in self._old:
            self._old[agent] = frozenset(breaches_of((week,), self.centre))
        return not set(breaches_of((replace(week, shifts=shifts),), self.centre)) - self._old[agent]

    def after(self, change: Change) -> Reading:
        """The reading of the roster with the change made; only what the change touches is read again."""
        _, added = self.effect(change.agent, change.shifts)
        new = copy.copy(self)
        new.roster = self.with_change(change)
        new.weeks = self.weeks | {change.agent: replace(self.weeks[change.agent], shifts=change.shifts)}
        new.needs = {
            q: replace(n, scheduled=n.scheduled + added[q]) if q in added else n for q, n in self.needs.items()
        }
        new._old, new._paid_h = dict(self._old), dict(self._paid_h)
        new._old.pop(change.agent, None)
        new._paid_h.pop(change.agent, None)
        return new

    @property
    def shortage_h(self) -> float:
        """Agent-hours missing."""
        missing = sum(float(np.maximum(n.required - n.scheduled, 0.0).sum()) for n in self.needs.values())
        return missing * self.requirement.grid.interval_h

    def with_change(self, change: Change) -> Roster:
        """The roster with the change made."""
        rows = [
            (change.agent, s.start, s.end, s.activity)
            for shift in change.shifts
            for s in shift.segments
            if s.end > s.start
        ]
        mine = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
        others = self.roster.frame[self.roster.frame["agent"] != change.agent][list(mine.columns)]
        frame = pd.concat([others, mine]).sort_values(["agent", "start"], ignore_index=True)
        return replace(self.roster, frame=frame, proof=None)


def other_shifts(one: tuple[Shift, ...], two: tuple[Shift, ...]) -> tuple[tuple[Shift, ...], tuple[Shift, ...]]:
    """Shifts of each that are not the other's very own: a change hands on those that it leaves alone."""
    ones, twos = {id(s) for s in one}, {id(s) for s in two}
    return tuple(s for s in one if id(s) not in twos), tuple(s for s in two if id(s) not in ones)


def paint(shift: Shift, start: dt.datetime, end: dt.datetime, activity: str) -> Shift:
    """The shift with [start, end), inside it or touching it, spent on ``activity``; equal neighbours joined."""
    pieces = [Segment(start, end, activity)]
    for s in shift.segments:
        pieces += [Segment(s.start, min(s.end, start), s.activity), Segment(max(s.start, end), s.end, s.activity)]
    joined: list[Segment] = []
    for piece in sorted((p for p in pieces if p.start < p.end), key=lambda p: p.start):
        if joined and joined[-1].end == piece.start and joined[-1].activity == piece.activity:
            joined[-1] = Segment(joined[-1].start, piece.end, piece.activity)
        else:
            joined.append(piece)
    return Shift(tuple(joined))


def changes_at(reading: Reading, queue: str, moment: pd.Timestamp) -> list[Change]:
    """Lawful changes that put one more qualified agent on ``queue`` in the interval of ``moment``, best first.

    One agent gives at most one change of each kind.
    """
    found: dict[tuple[str, str], Change] = {}
    for change in _priced(reading, queue, moment):
        key = change.agent, change.kind
        if key not in found and reading.lawful(change.agent, change.shifts):
            found[key] = change
    return sorted(found.values(), key=_order)


def best_change_at(
    reading: Reading, queue: str, moment: pd.Timestamp, weigh: Callable[[Change], float]
) -> Change | None:
    """The lawful change there with the least weight, where ``weigh`` gives any below 0; None where there is none.

    Reading the law takes longest, so it is asked last and no further than the first that keeps it.
    """
    weighed = [(weigh(change), *_order(change), i, change) for i, change in enumerate(_priced(reading, queue, moment))]
    for *_, change in sorted(row for row in weighed if row[0] < 0):
        if reading.lawful(change.agent, change.shifts):
            return change
    return None


def _order(change: Change) -> tuple[float, str, str]:
    return change.eur, change.agent, change.kind


def _priced(reading: Reading, queue: str, moment: pd.Timestamp) -> list[Change]:
    """Changes that cover the interval of ``moment``, lawful or not, best first."""
    at = reading.slot(queue, moment)
    start = pd.Timestamp(reading.needs[queue].starts_s[at], unit="s", tz="UTC").tz_convert(reading.roster.grid.tz)
    span = start, start + pd.Timedelta(seconds=reading.length_s)
    found = []
    for agent, week in reading.weeks.items():
        if not week.agent.serves(queue) or start.date() in week.absent:
            continue
        for kind, idea in _ideas(reading, week, queue, span):
            shifts = tuple(sorted(idea, key=lambda shift: shift.start))
            eur, added = reading.effect(agent, shifts)
            covers = float(added[queue][at]) if queue in added else 0.0
            if covers > 0:
                new, old = other_shifts(shifts, week.shifts)
                found.append(Change(kind, agent, queue, moment, shifts, eur, covers, paid_h(new) - paid_h(old)))
    return sorted(found, key=_order)


_Idea = tuple[str, tuple[Shift, ...]]
_Span = tuple[pd.Timestamp, pd.Timestamp]


def _ideas(reading: Reading, week: WorkedWeek, queue: str, span: _Span) -> Iterator[_Idea]:
    """Weeks in which the agent serves ``queue`` during ``span``, lawful or not."""
    start = span[0]
    today = [shift for shift in week.shifts if shift.start.date() == start.date()]
    if not today:
        yield from (("extra_shift", (*week.shifts, extra)) for extra in _copies(reading, week, queue, span))
    for shift in today:
        others = tuple(s for s in week.shifts if s is not shift)
        for kind, new in _same_day(reading, shift, queue, span):
            yield kind, (*others, new)


def _same_day(reading: Reading, shift: Shift, queue: str, span: _Span) -> Iterator[tuple[str, Shift]]:
    start, end = span
    doing = [s for s in shift.segments if s.start < end and start < s.end]
    if shift.end <= start or end <= shift.start:
        low, high = (shift.end, end) if shift.end <= start else (start, shift.start)
        if high - low <= pd.Timedelta(hours=2):
            yield "extend", paint(shift, low, high, queue)
    elif any(s.activity in reading.needs and s.activity != queue for s in doing):
        new = shift
        for s in doing:
            if s.activity in reading.needs:
                new = paint(new, max(s.start, start), min(s.end, end), queue)
        yield "switch", new
    for s in doing:
        if s.activity in (MEAL, BREAK):
            kind = "move_meal" if s.activity == MEAL else "move_break"
            yield from ((kind, new) for new in _moved(reading, shift, s, queue, span))


def _moved(reading: Reading, shift: Shift, rest: Segment, queue: str, span: _Span) -> Iterator[Shift]:
    """The shift with ``rest`` elsewhere, up to two hours earlier or later, in steps of fifteen minutes, an hour off
    both ends of the shift."""
    length, freed = rest.end - rest.start, paint(shift, rest.start, rest.end, queue)
    working = [s for s in freed.segments if s.activity in reading.needs]
    first, last = shift.start + EDGE, shift.end - EDGE
    for step in STEPS:
        low, high = rest.start + step, rest.start + step + length
        if low < first or high > last or (low < span[1] and span[0] < high):
            continue
        held = (min(s.end, high) - max(s.start, low) for s in working if s.start < high and low < s.end)
        if sum(held, pd.Timedelta(0)) == length:
            yield paint(freed, low, high, rest.activity)


def _copies(reading: Reading, week: WorkedWeek, queue: str, span: _Span) -> Iterator[Shift]:
    """The agent's other shifts of this week, at the same clock times on the day of ``span``, where they cover it."""
    day = span[0].date()
    for shift in week.shifts:
        if not _clock_min(shift, shift.start) <= 60 * span[0].hour + span[0].minute < _clock_min(shift, shift.end):
            continue
        moved = []
        for s in shift.segments:
            low, high = (at_clock(span[0], day, _clock_min(shift, moment)) for moment in (s.start, s.end))
            on = s.activity in reading.needs and low < span[1] and span[0] < high
            moved.append(Segment(low, high, queue if on else s.activity))
        new = Shift(tuple(moved))
        if new.start <= span[0] and span[1] <= new.end:
            yield new


def _clock_min(shift: Shift, moment: dt.datetime) -> int:
    """Clock minutes since the midnight before the shift."""
    return DAY_MIN * (moment.date() - shift.start.date()).days + 60 * moment.hour + moment.minute
