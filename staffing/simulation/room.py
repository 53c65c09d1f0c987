"""From a roster to the room the kernel plays: desks, agents' comings and goings, opening hours."""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from staffing.centre import Centre, Queue
from staffing.rostering.roster import Roster
from staffing.rostering.team import Agent
from staffing.rostering.worked import A_DAY, rows_beside
from staffing.simulation.floor import AWAY, Desk, Floats, Floor, Shift
from staffing.simulation.play import Play
from staffing.sizing.channels import kind_of
from staffing.sizing.size import shrinkage_share

GRACE_S = 600.0
Span = tuple[float, float]
Piece = tuple[float, float, int]
"""From, to (seconds) and desk of a segment, AWAY off the queues."""


@dataclass(frozen=True, eq=False)
class There:
    """An agent's changes of place on one day, and the seconds he is on a queue."""

    shifts: tuple[Shift, ...]
    staffed_s: float


@dataclass(frozen=True, eq=False)
class AgentDay:
    """One agent's shift: luck below a loss's share keeps him away while that loss lasts. ``shares`` lost, rising, and
    what is left of the shift with luck below each (those of more are away too); ``whole`` with luck above all."""

    agent: int
    day: int
    whole: There
    shares: tuple[float, ...]
    left: tuple[There, ...]

    def there(self, luck: float) -> There:
        at = bisect_right(self.shares, luck)
        return self.left[at] if at < len(self.left) else self.whole


@dataclass(frozen=True, eq=False)
class Room:
    """A roster ready to be played; ``floor`` holds everything but the comings and goings of the day."""

    centre: Centre
    agents: tuple[str, ...]
    floor: Floor
    days: tuple[AgentDay, ...]
    horizon_s: float

    @cached_property
    def keys(self) -> dict[int, int]:
        """Agents' numbers by their names, so that an agent's luck does not depend on who else is in the team."""
        return {i: zlib.crc32(name.encode()) for i, name in enumerate(self.agents)}

    def drawn(self, seed: int, replication: int, *, absences: bool) -> tuple[Floor, Floats]:
        """The room of one replication, and each agent's staffed seconds in it."""
        luck: dict[int, Floats] = {}
        shifts: list[Shift] = []
        staffed = np.zeros(len(self.agents))
        for day in self.days:
            there = day.whole
            if absences and day.shares:
                if day.agent not in luck:
                    rng = np.random.default_rng([seed, replication, self.keys[day.agent]])
                    luck[day.agent] = rng.random(8)
                there = day.there(luck[day.agent][day.day])
            shifts += there.shifts
            staffed[day.agent] += there.staffed_s
        shifts.sort(key=lambda shift: shift.at_s)
        return replace(self.floor, shifts=tuple(shifts)), staffed


def room(roster: Roster, centre: Centre, options: Play) -> Room:
    """The room of a roster. Raises ValueError when it names agents or queues that the centre lacks a skill for."""
    starts = centre.grid.week(roster.week)
    length = centre.grid.interval_min * 60.0
    numbers = {q.name: i for i, q in enumerate(centre.queues)}
    desks: dict[tuple[str, tuple[str, ...]], int] = {}
    made: list[Desk] = []
    people = {a.id: a for a in centre.team.agents}
    lost = {level: shrinkage_share(centre, level, starts) for level in {a.level for a in centre.team.agents}}
    names = tuple(people)
    days = []
    for name, rows in _present(roster, centre).groupby("agent", sort=True):
        if name not in people:
            raise ValueError(f"the roster names agent {name}, whom the centre does not know")
        agent = people[str(name)]
        for label in (word for word in rows["activity"].unique() if word in numbers):  # no set: its order varies
            key = (label, tuple(s.queue for s in agent.skills))
            if key not in desks:
                desks[key] = len(made)
                made.append(_desk(label, agent, centre, options))
        places = {q: desks[q, k] for q, k in desks if k == tuple(s.queue for s in agent.skills)}
        days += _days(rows, names.index(agent.id), starts, places, (lost[agent.level], length))
    spans = [_spans(q, starts, length) for q in centre.queues]
    floor = Floor(
        desks=tuple(made), pace=tuple(_pace(people[n], centre) for n in names), shifts=(),
        slots=tuple(q.concurrency if q.kind == "chat" else 1 for q in centre.queues),
        slowdowns=tuple(q.chat_slowdown for q in centre.queues),
        closings=tuple(tuple(end + GRACE_S for _, end in s) if kind_of(q.kind).live else ()
                       for q, s in zip(centre.queues, spans, strict=True)),
        open_s=tuple(tuple(s) if kind_of(q.kind).live else ((-np.inf, np.inf),)
                     for q, s in zip(centre.queues, spans, strict=True)),
    )  # fmt: skip
    return Room(centre, names, floor, tuple(days), len(starts) * length)


def _present(roster: Roster, centre: Centre) -> pd.DataFrame:
    """The segments of the roster, and what nights that began in the week before bring to its Monday."""
    monday, known = centre.grid.at(roster.week.monday, 0), {agent.id for agent in centre.team.agents}
    reaching = rows_beside(centre, centre.grid, roster.week)
    reaching = reaching[(reaching["start"] < monday + A_DAY) & reaching["agent"].isin(known)]
    reaching = reaching.assign(start=reaching["start"].where(reaching["start"] >= monday, monday))
    return pd.concat([reaching, roster.frame]).sort_values(["agent", "start"]) if len(reaching) else roster.frame


def _desk(label: str, agent: Agent, centre: Centre, options: Play) -> Desk:
    numbers = {q.name: i for i, q in enumerate(centre.queues)}
    takes, spare = [numbers[label]], []
    if options.routing == "skills":
        known = [centre.queue(s.queue) for s in agent.skills if s.queue in numbers and s.queue != label]
        takes += [numbers[q.name] for q in sorted(known, key=lambda q: -q.level) if kind_of(q.kind).live]
        spare += [numbers[q.name] for q in known if not kind_of(q.kind).live]
    return Desk(numbers[label], tuple(takes), tuple(spare), options.reserve)


def _pace(agent: Agent, centre: Centre) -> tuple[float, ...]:
    known = {s.queue: s.proficiency for s in agent.skills}
    return tuple(known.get(q.name, 1.0) for q in centre.queues)


def _days(
    rows: pd.DataFrame, number: int, starts: pd.DatetimeIndex, desks: dict[str, int], losses: tuple[Floats, float]
) -> list[AgentDay]:
    """The agent's segments shift by shift; a shift past midnight belongs to the day it starts on. ``losses``: share
    lost in each interval of the week, and the seconds of one."""
    from_s = ((rows["start"] - starts[0]) / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    to_s = ((rows["end"] - starts[0]) / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    places = [desks.get(word, AWAY) for word in rows["activity"]]
    new_shift = np.concatenate([[True], from_s[1:] - to_s[:-1] > 4 * 3600])
    out = []
    for part in np.split(np.arange(len(rows)), np.flatnonzero(new_shift)[1:]):
        pieces = [(float(from_s[i]), float(to_s[i]), places[i]) for i in part]
        when = rows["start"].iloc[int(part[0])]
        shares = _shares(pieces, *losses)
        left = tuple(_there(_without(pieces, share, *losses), number) for share in shares)
        day = min(int((when.date() - starts[0].date()).days), 7)
        out.append(AgentDay(number, day, _there(pieces, number), shares, left))
    return out


def _shares(pieces: list[Piece], lost: Floats, length_s: float) -> tuple[float, ...]:
    """The different shares lost while somebody is there, rising, those of nothing left out."""
    first, last = int(pieces[0][0] // length_s), int(np.ceil(pieces[-1][1] / length_s))
    return tuple(float(share) for share in np.unique(lost[first:last]) if share > 0)


def _without(pieces: list[Piece], share: float, lost: Floats, length_s: float) -> list[Piece]:
    """The pieces without the intervals in which at least that share is lost."""
    out = []
    for begin, end, desk in pieces:
        at = begin
        while at < end:
            interval = min(int(at // length_s), len(lost) - 1)
            until = min(end, (interval + 1) * length_s) if interval < len(lost) - 1 else end
            if lost[interval] < share:
                out.append((at, until, desk))
            at = until
    return out


def _there(pieces: list[Piece], number: int) -> There:
    """Changes of place of an agent with these pieces of a day."""
    shifts, place, staffed, last = list[Shift](), AWAY, 0.0, 0.0
    for begin, end, desk in pieces:
        if begin > last and place != AWAY:
            shifts.append(Shift(last, number, AWAY))
            place = AWAY
        if desk != place:
            shifts.append(Shift(begin, number, desk))
            place = desk
        staffed += end - begin if desk != AWAY else 0.0
        last = end
    if place != AWAY:
        shifts.append(Shift(last, number, AWAY))
    return There(tuple(shifts), staffed)


def _spans(queue: Queue, starts: pd.DatetimeIndex, length_s: float) -> list[Span]:
    """Runs of open intervals, seconds after the week's first instant."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], queue.opening.mask(starts).astype(int), [0]])))
    return [(float(a) * length_s, float(b) * length_s) for a, b in zip(edges[::2], edges[1::2], strict=True)]
