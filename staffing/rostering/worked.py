"""A roster read as shifts: segments of one agent that touch make one shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek
from staffing.rostering.team import Agent


def shifts_by_agent(frame: pd.DataFrame) -> dict[str, tuple[Shift, ...]]:
    """The shifts of each agent, in order. Segments that overlap stay in one shift, in order of start."""
    rows = frame.sort_values(["agent", "start", "end"])
    found: dict[str, list[list[Segment]]] = {}
    at = zip(*(pd.DatetimeIndex(rows[edge]).as_unit("ns").asi8.tolist() for edge in ("start", "end")), strict=True)
    until = 0
    segments = map(Segment, rows["start"], rows["end"], rows["activity"])
    for agent, segment, (start, end) in zip(rows["agent"], segments, at, strict=True):
        shifts = found.setdefault(agent, [])
        if not shifts or start > until:
            shifts.append([])
            until = end
        shifts[-1].append(segment)
        until = max(until, end)
    return {agent: tuple(Shift(tuple(s)) for s in shifts) for agent, shifts in found.items()}


def worked_weeks(roster: Roster, centre: Centre) -> Iterator[WorkedWeek]:
    """The week of every agent of the team, also of those who do not work."""
    now = shifts_by_agent(roster.frame)
    past = {} if centre.team.past is None else shifts_by_agent(centre.team.past)
    holidays = frozenset(day for day, _ in centre.calendar.holidays)
    monday = roster.grid.at(roster.week.monday, 0)
    for agent in centre.team.agents:
        earlier = tuple(s for s in past.get(agent.id, ()) if s.start < monday)
        yield WorkedWeek(
            agent, centre.team.contract(agent.contract), roster.week.days, holidays,
            absent_days(agent, centre, roster.week), now.get(agent.id, ()), earlier,
        )  # fmt: skip


def absent_days(agent: Agent, centre: Centre, week: Week) -> frozenset[dt.date]:
    """The days of the week on which the agent is away."""
    return frozenset(d for d in week.days if any(a.agent == agent.id and a.covers(d) for a in centre.team.absences))
