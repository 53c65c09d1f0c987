"""The night from Sunday to Monday: shifts that begin on Sunday go on past the end of the week.

A week plans the nights that begin in it. So the engine is asked, and the bill reads, what the hours after Sunday
midnight need too; whoever covers them spares next week as much. Nobody knows yet what shifts Monday will bring, so what
is left uncovered costs nothing, and no more is needed there than in the night's quietest hour so far: what the morning
needs beyond that comes with Monday's own shifts.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.centre import Centre
from staffing.sizing.requirement import Requirement


def with_last_night(requirement: Requirement, centre: Centre) -> Requirement:
    """``requirement`` with the first hours of next Monday, as far as a Sunday's shift may reach; itself where no queue
    of calls or chats stays open through Sunday midnight.

    Each interval needs what the first day of this week that is open at the same clock time does, and no more than any
    interval of the night before it; an agent missing is worth to callers what one is to those of that day.
    """
    grid, frame, week = requirement.grid, requirement.frame, requirement.week
    length, midnight = pd.Timedelta(minutes=grid.interval_min), sunday_midnight(requirement)
    if (frame["start"] >= midnight).any():
        return requirement
    ahead = pd.date_range(midnight, grid.at(week.plus(1).monday, _longest_min(centre)), freq=length, inclusive="left")
    clock = frame["start"].dt.hour * 60 + frame["start"].dt.minute
    rows, starts = [], []
    for queue in requirement.queues:
        mine = np.flatnonzero((frame["queue"] == queue).to_numpy())
        if queue in requirement.deferrable or not (frame["start"].iloc[mine] == midnight - length).any():
            continue
        first = dict(zip(clock.iloc[mine[::-1]].tolist(), mine[::-1].tolist(), strict=True))  # the first of each clock
        open_ = centre.queue(queue).opening.mask(ahead)
        for start, is_open in zip(ahead, open_, strict=True):
            like = first.get(start.hour * 60 + start.minute)
            if not is_open or like is None:
                break
            rows.append(like)
            starts.append(start)
    if not rows:
        return requirement
    night = frame.iloc[rows].assign(start=starts)
    night["agents"] = night.groupby("queue")["agents"].cummin()
    joined = pd.concat([frame, night], ignore_index=True)
    order = np.lexsort((joined["start"], pd.Categorical(joined["queue"], requirement.queues).codes))
    service = np.concatenate([requirement.service, _last_alone(requirement, rows, night)])[order]
    return dataclasses.replace(requirement, frame=joined.iloc[order].reset_index(drop=True), service=service)


def _last_alone(requirement: Requirement, rows: list[int], night: pd.DataFrame) -> npt.NDArray[np.float32]:
    """[rows, heads] service of the night: of its last agent alone, who brings what the last brings in the rows that it
    is like."""
    service, each = np.full_like(requirement.service[rows], np.nan), np.arange(len(rows))
    heads = dataclasses.replace(requirement, frame=night, service=service).heads
    service[each, heads - 1], service[each, heads] = 0.0, requirement.last_agent[rows]
    return service


def sunday_midnight(requirement: Requirement) -> pd.Timestamp:
    """Sunday midnight: when the next week begins."""
    return requirement.grid.at(requirement.week.plus(1).monday, 0)


def _longest_min(centre: Centre) -> int:
    """Minutes after midnight that a shift begun just before it may last, meal included; by the clock, at most a day."""
    contracts = centre.team.contracts
    longest = max((int(c.shift_max_h * 60) + max(c.meal_min, default=0) for c in contracts), default=0)
    return min(longest, 1440)
