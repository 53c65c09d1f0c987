"""A roster read as shifts: segments of one agent that touch make one shift, of the day and week in which it begins."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid, Spans, Week
from staffing.centre import Centre
from staffing.rostering.roster import COLUMNS, Roster
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek
from staffing.rostering.team import WHOLE_DAY, Agent

A_DAY = pd.Timedelta(days=1)


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


Known = list[tuple[pd.DataFrame, dict[str, tuple[Shift, ...]]]]
_known: Known = []
"""The past roster read last, and its shifts."""
_ahead: Known = []
"""The roster of the week ahead read last, and its shifts."""


def earlier_shifts(past: pd.DataFrame | None) -> dict[str, tuple[Shift, ...]]:
    """``shifts_by_agent`` of a past roster. A year of 200 agents takes a second, and whoever checks a week asks for it:
    so the last is kept, by the very frame."""
    return _kept(past, _known)


def shifts_ahead(later: pd.DataFrame | None) -> dict[str, tuple[Shift, ...]]:
    """The same of the week ahead."""
    return _kept(later, _ahead)


def after_week(shifts: tuple[Shift, ...], week: Week) -> tuple[Shift, ...]:
    """Those that begin in the week after ``week``."""
    days = set(week.plus(1).days)
    return tuple(shift for shift in shifts if shift.start.date() in days)


def _kept(asked: pd.DataFrame | None, known: Known) -> dict[str, tuple[Shift, ...]]:
    if asked is None:
        return {}
    for frame, shifts in known:
        if frame is asked:
            return shifts
    found = shifts_by_agent(asked)
    known[:] = [(asked, found)]
    return found


def rows_beside(centre: Centre, grid: Grid, week: Week) -> pd.DataFrame:
    """Segments of the shifts before the week that reach into it, and of the Monday after it where that is settled:
    agent, start, end, activity."""
    monday, after = grid.at(week.monday, 0), grid.at(week.plus(1).monday, 0)
    past, later = centre.team.past, centre.team.later
    found = []
    if past is not None:
        near = past[(past["end"] > monday - A_DAY) & (past["start"] < monday + A_DAY)]
        found.append(near[(near["end"] > monday) & (shift_starts(near) < monday)])
    if later is not None:
        found.append(later[(later["start"] >= after) & (later["start"] < after + A_DAY)])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def present(roster: Roster, centre: Centre) -> pd.DataFrame:
    """The roster's segments, with those of ``rows_beside``."""
    beside = rows_beside(centre, roster.grid, roster.week)
    return pd.concat([roster.frame, beside], ignore_index=True) if len(beside) else roster.frame


def worked_weeks(roster: Roster, centre: Centre) -> Iterator[WorkedWeek]:
    """The week of every agent of the team, also of those who do not work."""
    now = shifts_by_agent(roster.frame)
    past, later = earlier_shifts(centre.team.past), shifts_ahead(centre.team.later)
    holidays = frozenset(day for day, _ in centre.calendar.holidays)
    monday_s = roster.grid.at(roster.week.monday, 0).timestamp()
    for agent in centre.team.agents:
        earlier = past.get(agent.id, ())
        earlier = earlier[: bisect_left(earlier, monday_s, key=lambda shift: shift.start.timestamp())]
        absent = absent_days(agent, centre, roster.week) | absent_after(agent, centre, roster.week).keys()
        yield WorkedWeek(
            agent, centre.team.contract(agent.contract), roster.week.days, holidays, absent,
            now.get(agent.id, ()), earlier, after_week(later.get(agent.id, ()), roster.week),
        )  # fmt: skip


def absent_days(agent: Agent, centre: Centre, week: Week) -> frozenset[dt.date]:
    """The days of the week on which the agent is away, at whatever hours."""
    return frozenset(away_spans(agent, centre, week))


def absent_after(agent: Agent, centre: Centre, week: Week) -> dict[dt.date, Spans]:
    """The Monday after the week, into which its last night goes, where the agent is away or out of post; and between
    which minutes."""
    monday = week.plus(1).monday
    if not agent.in_post(monday):
        return {monday: (WHOLE_DAY,)}
    return {day: spans for day, spans in away_spans(agent, centre, week.plus(1)).items() if day == monday}


def away_spans(agent: Agent, centre: Centre, week: Week) -> dict[dt.date, Spans]:
    """The days of the week on which the agent is away, and between which clock minutes."""
    mine = [a for a in centre.team.absences if a.agent == agent.id]
    days = ((day, tuple(a.span_min(day) for a in mine if a.covers(day))) for day in week.days)
    return {day: spans for day, spans in days if spans}
