"""A roster read as shifts: segments of one agent that touch make one shift, of the day and week in which it begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek
from staffing.rostering.team import Agent


def shifts_by_agent(frame: pd.DataFrame) -> dict[str, tuple[Shift, ...]]:
    """The shifts of each agent, in order. Segments that overlap stay in one shift, in order of start."""
    if frame.empty:
        return {}
    agents, ids = pd.factorize(frame["agent"], sort=True)
    starts, start_ns = _instants(frame["start"])
    ends, end_ns = _instants(frame["end"])
    activities, words = pd.factorize(frame["activity"])
    order = np.lexsort((end_ns, start_ns, agents)).tolist()
    found: dict[str, list[list[Segment]]] = {}
    last, until = -1, 0
    names, said = list(ids), list(words)  # plain lists: to ask a column of text for one row takes microseconds
    who, at, to, did = agents.tolist(), start_ns.tolist(), end_ns.tolist(), [said[i] for i in activities.tolist()]
    for row in order:
        if who[row] != last:
            last = who[row]
            shifts = found[names[last]] = []
        if not shifts or at[row] > until:
            shifts.append([])
            until = to[row]
        shifts[-1].append(Segment(starts[row], ends[row], did[row]))
        until = max(until, to[row])
    return {agent: tuple(Shift(tuple(s)) for s in shifts) for agent, shifts in found.items()}


def shift_starts(frame: pd.DataFrame) -> pd.Series:
    """[n] when the shift of each row begins, by the frame's index: a week owns the shifts that begin in it, whole, also
    the segments past its last midnight."""
    agents, (start, end) = pd.factorize(frame["agent"])[0], (_instant_ns(frame[name]) for name in ("start", "end"))
    order = np.lexsort((end, start, agents))
    until = pd.Series(end[order]).groupby(agents[order]).cummax().to_numpy()
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(agents[order]) != 0) | (start[order][1:] > until[:-1])
    begins = np.empty_like(order)
    begins[order] = order[first][np.cumsum(first) - 1]
    return frame["start"].take(begins).set_axis(frame.index)


def _instants(column: pd.Series) -> tuple[list[pd.Timestamp], npt.NDArray[np.int64]]:
    """[n] the instants of a column, each clock time made once, and their nanoseconds since 1970."""
    rows, different = pd.factorize(pd.DatetimeIndex(column))
    made = list(different)
    return [made[row] for row in rows.tolist()], _instant_ns(column)


def _instant_ns(column: pd.Series) -> npt.NDArray[np.int64]:
    return pd.DatetimeIndex(column).as_unit("ns").asi8


@dataclass(frozen=True, eq=False)
class Earlier(Sequence[Shift]):
    """An agent's shifts of earlier weeks, read when somebody asks: months of them take seconds for a whole team, and
    few rules look further back than last week. ``rows`` of ``past`` are the agent's; shifts from ``monday`` on are none
    of it."""

    past: pd.DataFrame
    rows: npt.NDArray[np.int64]
    monday: pd.Timestamp

    @cached_property
    def shifts(self) -> tuple[Shift, ...]:
        """All of them, in order."""
        found = shifts_by_agent(self.past.iloc[self.rows])
        return tuple(s for shifts in found.values() for s in shifts if s.start < self.monday)

    @overload
    def __getitem__(self, at: int) -> Shift: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Shift]: ...
    def __getitem__(self, at: int | slice) -> Shift | Sequence[Shift]:
        return self.shifts[at]

    def __len__(self) -> int:
        return len(self.shifts)


def worked_weeks(roster: Roster, centre: Centre) -> Iterator[WorkedWeek]:
    """The week of every agent of the team, also of those who do not work."""
    now = shifts_by_agent(roster.frame)
    past = pd.DataFrame({"agent": []}) if centre.team.past is None else centre.team.past
    rows = past.groupby("agent", observed=True).indices
    holidays = frozenset(day for day, _ in centre.calendar.holidays)
    monday = roster.grid.at(roster.week.monday, 0)
    for agent in centre.team.agents:
        earlier = Earlier(past, np.asarray(rows[agent.id]), monday) if agent.id in rows else ()
        yield WorkedWeek(
            agent, centre.team.contract(agent.contract), roster.week.days, holidays,
            absent_days(agent, centre, roster.week), now.get(agent.id, ()), earlier,
        )  # fmt: skip


def absent_days(agent: Agent, centre: Centre, week: Week) -> frozenset[dt.date]:
    """The days of the week on which the agent is away."""
    return frozenset(d for d in week.days if any(a.agent == agent.id and a.covers(d) for a in centre.team.absences))
