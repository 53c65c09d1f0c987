"""From a roster to the room the kernel plays: desks, agents' comings and goings, opening hours."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from staffing.centre import Centre, Queue
from staffing.rostering.roster import Roster
from staffing.rostering.team import Agent
from staffing.simulation.floor import AWAY, Desk, Floats, Floor, Shift
from staffing.simulation.play import Play
from staffing.sizing.channels import kind_of
from staffing.sizing.size import shrinkage_share

GRACE_S = 600.0
Span = tuple[float, float]


@dataclass(frozen=True, eq=False)
class AgentDay:
    """One agent's day: his changes of place, the seconds he is on a queue, and the chance that he does not come."""

    agent: int
    day: int
    shifts: tuple[Shift, ...]
    staffed_s: float
    missing_share: float


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
            if absences and day.missing_share > 0:
                if day.agent not in luck:
                    rng = np.random.default_rng([seed, replication, self.keys[day.agent]])
                    luck[day.agent] = rng.random(8)
                if luck[day.agent][day.day] < day.missing_share:
                    continue
            shifts += day.shifts
            staffed[day.agent] += day.staffed_s
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
    names = tuple(people)
    days = []
    for name, rows in roster.frame.groupby("agent", sort=True):
        if name not in people:
            raise ValueError(f"the roster names agent {name}, whom the centre does not know")
        agent = people[str(name)]
        for label in (word for word in rows["activity"].unique() if word in numbers):  # no set: its order varies
            key = (label, tuple(s.queue for s in agent.skills))
            if key not in desks:
                desks[key] = len(made)
                made.append(_desk(label, agent, centre, options))
        days += _days(rows, agent, names.index(agent.id), starts, {q: desks[q, k] for q, k in desks if
                      k == tuple(s.queue for s in agent.skills)}, centre)  # fmt: skip
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
    rows: pd.DataFrame, agent: Agent, number: int, starts: pd.DatetimeIndex, desks: dict[str, int], centre: Centre
) -> list[AgentDay]:
    """The agent's segments day by day; a shift past midnight belongs to the day it starts on."""
    from_s = ((rows["start"] - starts[0]) / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    to_s = ((rows["end"] - starts[0]) / pd.Timedelta(seconds=1)).to_numpy(dtype=float)
    words = rows["activity"].tolist()
    new_shift = np.concatenate([[True], from_s[1:] - to_s[:-1] > 4 * 3600])
    out = []
    for part in np.split(np.arange(len(rows)), np.flatnonzero(new_shift)[1:]):
        shifts, place, staffed = [], AWAY, 0.0
        for i in part:
            desk = desks.get(words[i], AWAY)
            if i > part[0] and from_s[i] > to_s[i - 1] and place != AWAY:
                shifts.append(Shift(float(to_s[i - 1]), number, AWAY))
                place = AWAY
            if desk != place:
                shifts.append(Shift(float(from_s[i]), number, desk))
                place = desk
            staffed += float(to_s[i] - from_s[i]) if desk != AWAY else 0.0
        if place != AWAY:
            shifts.append(Shift(float(to_s[part[-1]]), number, AWAY))
        when = pd.DatetimeIndex([rows["start"].iloc[int(part[0])]])
        share = float(shrinkage_share(centre, agent.level, when)[0])
        out.append(
            AgentDay(number, min(int((when[0].date() - starts[0].date()).days), 7), tuple(shifts), staffed, share)
        )
    return out


def _spans(queue: Queue, starts: pd.DatetimeIndex, length_s: float) -> list[Span]:
    """Runs of open intervals, seconds after the week's first instant."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], queue.opening.mask(starts).astype(int), [0]])))
    return [(float(a) * length_s, float(b) * length_s) for a, b in zip(edges[::2], edges[1::2], strict=True)]
