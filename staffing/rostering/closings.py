"""Minutes in which a shift may work: a queue of the agent's is open, or it is closed and there is other work to do.

Nobody works on a closed queue. Whoever has hours off the queues (``off_queue_h``) may be at that work meanwhile: in
closings at midday, or in the contract's own ``off_queue_hours``. Everybody else needs a meal as long as the closing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from forecasts.grid import DAY_MIN
from staffing.centre import Centre
from staffing.rostering.clock import Clock
from staffing.rostering.hours import usual_h
from staffing.rostering.instance import Bools, Ints
from staffing.rostering.rules.rule import Shape
from staffing.rostering.shifts import Candidates
from staffing.rostering.team import Agent, Commitment, Contract
from staffing.rostering.timeline import Timeline, timeline
from staffing.sizing.requirement import Requirement

MIDDAY_MIN = 300
"""Shorter closings lie inside a day of work: longer than any meal, shorter than any night."""
LESS_EUR_H = 2.0
"""How much less than an hour too many on a queue."""
DAYS = 9
"""Of minutes: the week, and what its last shifts may reach into."""


@dataclass(frozen=True, eq=False)
class Workable:
    """``closed`` [m] minutes since Monday 0:00 in which no queue of the agent's is open; ``desk`` [m] those of them
    which work off the queues may fill."""

    closed: Bools
    desk: Bools

    @staticmethod
    def of(agent: Agent, contract: Contract, line: Timeline, queues: tuple[str, ...], clock: Clock) -> Workable:
        mine = [q for q, name in enumerate(queues) if agent.serves(name)]
        open_at = line.elapsed[line.open[:, mine].any(axis=1)]
        closed = np.ones(DAYS * DAY_MIN, dtype=bool)
        closed[(open_at[:, None] + np.arange(clock.grid.interval_min)).ravel()] = False
        return Workable(closed, closed & _off_queue(contract, closed, clock))

    @cached_property
    def closed_before(self) -> Ints:
        """[m + 1] closed minutes before each."""
        return _before(self.closed)

    @cached_property
    def shut_before(self) -> Ints:
        """[m + 1] minutes before each in which there is nothing to do."""
        return _before(self.closed & ~self.desk)

    def torn(self, low: Ints | int, high: Ints | int) -> Bools:
        """Whether meals from ``low`` to ``high`` have work off the queues on both sides in one closing: they had better
        lie beside all of it."""
        closed = self.closed_before
        return np.asarray(closed[high + 1] - closed[low - 1] == high - low + 2)

    def barred(self, candidates: Candidates, midnights: Ints) -> Bools:
        """[D, C] shifts of days that begin ``midnights`` [D] minutes after Monday 0:00 that work when there is nothing
        to do, or are torn."""
        found = worked_in(self.closed & ~self.desk, candidates, midnights) > 0
        if self.desk.any():
            c, at = candidates, midnights[:, None]
            meal = np.flatnonzero(c.shift[:, 4] >= 0)
            low, high = c.block[c.shift[meal, 3], 1], c.block[c.shift[meal, 4], 0]
            found[:, meal] |= self.torn(at + low, at + high)
        return np.asarray(found)


def worked_in(minutes: Bools, candidates: Candidates, midnights: Ints) -> Ints:
    """[D, C] how many of these ``minutes`` [m] of the week the blocks of each shift hold on each day."""
    c, before, at = candidates, _before(minutes), midnights[:, None]
    block = before[at + c.block[:, 1]] - before[at + c.block[:, 0]]
    block = np.append(block, np.zeros((len(block), 1), dtype=np.int64), axis=1)
    return np.asarray(block[:, c.shift[:, 3]] + block[:, c.shift[:, 4]])


@dataclass(frozen=True, eq=False)
class Desk:
    """Work off the queues of one agent who may be at it while they are ``closed`` [m] (as in ``Workable``); ``aside``
    the blocks that the contract sets aside this week. ``eur_h`` steers the search: an hour of it then is worth less
    than an hour too many on a queue, so that meals come first into a closing."""

    closed: Bools
    aside: tuple[Commitment, ...]
    eur_h: float

    def idle(self, midnight: int, shape: Shape, taken: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """The spans, in minutes after ``midnight``, in which a shift of that day works while the queues are closed,
        its pauses and what is ``taken`` left out."""
        found = self.closed[midnight + shape.start_min : midnight + shape.end_min].copy()
        for low, high in (*shape.breaks, *((shape.meal,) if shape.meal else ()), *taken):
            found[max(0, low - shape.start_min) : max(0, high - shape.start_min)] = False
        edges = np.flatnonzero(np.diff(found.astype(np.int8), prepend=0, append=0)).reshape(-1, 2) + shape.start_min
        return [(low, high) for low, high in edges.tolist()]


@dataclass(frozen=True)
class TooLong:
    """Closings, as clock times and ``minutes``, that no shift of a contract spans: they are longer than its
    ``longest_min`` meal."""

    spans: tuple[str, ...]
    minutes: tuple[int, ...]
    longest_min: int

    @property
    def told(self) -> dict[str, str]:
        """Its values for a sentence."""
        return {
            "spans": ", ".join(self.spans),
            "longest": str(self.longest_min),
            "minutes": str(max(self.minutes)),
        }


def too_long(agent: Agent, requirement: Requirement, centre: Centre, line: Timeline | None = None) -> TooLong | None:
    """The closings at midday that keep an agent from the hours owed: the queues are closed for longer than the longest
    meal on offer, there is no work off them then, and with one stretch between two closings a day the hours cannot be
    reached. None where there are none. ``line`` the requirement's, where it is at hand."""
    contract, week = centre.team.contract(agent.contract), requirement.week
    clock = Clock(requirement.grid, week, 0)
    work = Workable.of(agent, contract, timeline(requirement) if line is None else line, requirement.queues, clock)
    longest, found = max(contract.meal_min, default=0), dict[str, int]()
    apart, monday = work.closed.copy(), requirement.grid.at(week.monday, 0)
    for low, high in _middays(work.closed):
        if high - low <= longest or work.desk[low:high].all():
            apart[low:high] = False
        else:
            opens, closes = (monday + pd.Timedelta(minutes=minute) for minute in (high, low))
            found[f"{closes:%H:%M}-{opens:%H:%M}"] = high - low
    if not found or _reach_h(contract, apart, clock) >= usual_h(agent, centre, week)[0]:
        return None
    return TooLong(tuple(found), tuple(found.values()), longest)


def _reach_h(contract: Contract, apart: Bools, clock: Clock) -> float:
    """At most so many hours a week in shifts that lie between the minutes ``apart`` [m]."""
    shortest, longest = contract.shift_paid_min
    days = []
    for day in range(7):
        midnight = clock.elapsed(day, 0)
        edges = np.flatnonzero(np.diff(apart[midnight : midnight + 2 * DAY_MIN].astype(np.int8), prepend=1, append=1))
        stretch = min(longest, int((edges[1::2] - edges[::2])[edges[::2] < DAY_MIN].max(initial=0)))
        days.append(stretch if stretch >= shortest else 0)
    return sum(sorted(days)[-contract.max_days :]) / 60


def _off_queue(contract: Contract, closed: Bools, clock: Clock) -> Bools:
    """[m] minutes in which the contract's work off the queues may be done: its own hours, on days on which a queue
    opens, or closings at midday."""
    found = np.zeros(len(closed), dtype=bool)
    if not contract.off_queue_h:
        return found
    if not contract.off_queue_hours:
        for low, high in _middays(closed):
            found[low:high] = True
        return found
    for day in range(7):
        midnight = clock.elapsed(day, 0)
        if not closed[midnight : midnight + DAY_MIN].all():
            for opens, closes in contract.off_queue_hours:
                found[midnight + opens : midnight + closes] = True
    return found


def _middays(closed: Bools) -> list[tuple[int, int]]:
    """Closings (from, to) between two openings that lie inside a day of work."""
    edges = np.flatnonzero(np.diff(closed.astype(np.int8))) + 1
    starts = edges[0 if not closed[0] else 1 :]  # the first closing, then the opening after it, and so on
    pairs = starts[: len(starts) // 2 * 2].reshape(-1, 2)
    return [(int(low), int(high)) for low, high in pairs if high - low < MIDDAY_MIN]


def _before(minutes: Bools) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(minutes)])
