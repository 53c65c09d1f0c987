"""What published weeks leave behind: rests, consecutive days and the fairness ledger read them and no draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.files.roster_text import AgentDay, agent_days
from staffing.rostering.hours import account_after_h
from staffing.rostering.promises import paid_h
from staffing.rostering.team import Ledger
from staffing.rostering.worked import shifts_by_agent
from staffing.store.database import Database
from staffing.store.publication import published_rosters
from staffing.store.rights import LOCAL, Act, User, require


def carried(database: Database, centre: Centre, week: Week, *, weeks: int = 12, by: User = LOCAL) -> Centre:
    """The centre as the published weeks before ``week`` leave it; unchanged while none of them is published.

    A published week replaces what the folder tells of it. An agent's ledger counts the published weeks in which they
    work; wishes stay as the folder told them, for a roster does not say which were asked.
    """
    require(by, Act.READ)
    before = [week.plus(-i) for i in range(weeks, 0, -1)]
    found = {w: published_rosters(database, centre.name, w, by=by) for w in before}
    published = {w: rosters[-1].frame for w, rosters in found.items() if rosters}
    if not published:
        return centre
    frames, past = list(published.values()), centre.team.past
    if past is not None:
        frames.insert(0, past[[Week.of(start.date()) not in published for start in past["start"]]])
    joined = pd.concat(frames).sort_values(["agent", "start"], ignore_index=True)
    return replace(centre, team=replace(centre.team, past=joined, ledgers=_ledgers(published, centre)))


def _ledgers(published: Mapping[Week, pd.DataFrame], centre: Centre) -> tuple[Ledger, ...]:
    told = {ledger.agent: ledger for ledger in centre.team.ledgers}
    shifts: dict[str, list[AgentDay]] = {}
    accounts = _accounts(published, centre)
    for frame in published.values():
        for shift in agent_days(frame):
            shifts.setdefault(shift.agent, []).append(shift)
    ledgers = []
    for agent in centre.team.agents:
        mine = shifts.get(agent.id, [])
        counted = replace(
            told.get(agent.id, Ledger(agent.id)),
            weeks=len({Week.of(shift.day) for shift in mine}),
            late_shifts=sum(_end_min(shift) > centre.goals.late_after_min for shift in mine),
            saturdays=sum(shift.day.weekday() == 5 for shift in mine),
            account_h=accounts.get(agent.id, 0.0),
        )
        ledgers.append(counted)
    return tuple(ledgers)


def _accounts(published: Mapping[Week, pd.DataFrame], centre: Centre) -> dict[str, float]:
    """Hours ahead after the published weeks, by agent, on top of what the folder tells."""
    found = {ledger.agent: ledger.account_h for ledger in centre.team.ledgers}
    for week, frame in published.items():
        shifts = shifts_by_agent(frame)
        for agent in centre.team.agents:
            moved = account_after_h(agent, paid_h(shifts.get(agent.id, ())), centre, week)
            found[agent.id] = found.get(agent.id, 0.0) + moved
    return found


def _end_min(shift: AgentDay) -> int:
    """Clock minute of the shift's end, past 1440 on the next day."""
    end = shift.pieces[-1].end
    return int(end.hour * 60 + end.minute + DAY_MIN * (end.date() - shift.day).days)
