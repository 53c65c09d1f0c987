"""Repair: keep a roster and change what must change, with the fewest people touched.

A day of absence is handled where it hurts: the costliest short interval is looked at, the lawful change of one agent
that pays most is made, and so on until no change is worth disturbing anyone (``Goals.change_eur`` each). Bigger
changes go to ``assign`` with ``keep``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.changes import Change, Reading, changes_at
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift
from staffing.rostering.team import Absence
from staffing.rostering.worked import shifts_by_agent
from staffing.sizing.requirement import Requirement

INTERVALS_LOOKED_AT = 6
"""How many of the costliest short intervals are tried in vain before the repair ends."""


@dataclass(frozen=True)
class Repair:
    """The roster anew, the changes made in order, and what they were for.

    ``freed_hours`` agent-hours of work that the absences take away; ``short_before`` shortage hours of the old roster,
    ``short_absent`` with the absences and nothing done, ``short_after`` with the changes.
    """

    roster: Roster
    centre: Centre
    changes: tuple[Change, ...]
    freed_hours: float
    short_before: float
    short_absent: float
    short_after: float

    @property
    def touched(self) -> tuple[str, ...]:
        """Agents whose shifts change, beside the absent."""
        return tuple(dict.fromkeys(change.agent for change in self.changes))

    @property
    def recovered(self) -> float:
        """Share of the shortage hours added by the absences that the changes take back, 0..1 and more."""
        added = self.short_absent - self.short_before
        return (self.short_absent - self.short_after) / added if added > 0 else 1.0


def replan(
    roster: Roster,
    requirement: Requirement,
    centre: Centre,
    *,
    absences: tuple[Absence, ...],
    now: pd.Timestamp | None = None,
    most_touched: int = 10,
) -> Repair:
    """The published roster with new absences, repaired.

    Nothing before ``now`` changes. An absent agent's shifts that begin on an absent day (from ``now`` on) are taken
    out; at most ``most_touched`` others are asked to change.
    """
    absent = dataclasses.replace(
        centre, team=dataclasses.replace(centre.team, absences=(*centre.team.absences, *absences))
    )
    bare, freed = _without(roster, absences, now)
    before, gone = Reading(roster, requirement, centre), Reading(bare, requirement, absent)
    reading, changes = gone, list[Change]()
    hurt = _hurt_queues(before, gone)
    while len({c.agent for c in changes}) < most_touched:
        change = _best(reading, hurt, {c.agent for c in changes}, now)
        if change is None:
            break
        changes.append(change)
        reading = reading.after(change)
    return Repair(
        reading.roster, absent, tuple(changes), freed, before.shortage_h, gone.shortage_h, reading.shortage_h,
    )  # fmt: skip


def _without(roster: Roster, absences: tuple[Absence, ...], now: pd.Timestamp | None) -> tuple[Roster, float]:
    """The roster without the shifts of the absent, and the hours they held."""

    def goes(agent: str, shift: Shift) -> bool:
        day = shift.start.date()
        late = now is None or shift.start >= now
        return late and any(a.agent == agent and a.covers(day) for a in absences)

    lost = {
        (agent, s.start)
        for agent, shifts in shifts_by_agent(roster.frame).items()
        for shift in shifts
        if goes(agent, shift)
        for s in shift.segments
    }
    frame = roster.frame
    gone = np.array([key in lost for key in zip(frame["agent"], frame["start"], strict=True)], dtype=bool)
    hours = float((frame["end"] - frame["start"])[gone].dt.total_seconds().sum()) / 3600
    return dataclasses.replace(roster, frame=frame[~gone].reset_index(drop=True), proof=None), hours


def _hurt_queues(before: Reading, gone: Reading) -> dict[str, set[int]]:
    """The intervals, by queue, that the absences make shorter."""
    found = {}
    for queue, need in gone.needs.items():
        was = before.needs[queue]
        worse = need.cost_eur(need.scheduled) > was.cost_eur(was.scheduled) + 1e-6
        found[queue] = {int(i) for i in np.flatnonzero(worse)}
    return found


def _best(reading: Reading, hurt: dict[str, set[int]], touched: set[str], now: pd.Timestamp | None) -> Change | None:
    """The change that pays most at one of the costliest hurt intervals; None when none pays for the disturbance."""
    worth = reading.centre.goals.change_eur
    for queue, moment in _costliest(reading, hurt, now):
        found = [(c.eur + (0.0 if c.agent in touched else worth), c) for c in changes_at(reading, queue, moment)]
        found = [(eur, c) for eur, c in found if eur < 0 and (now is None or _later(reading, c, now))]
        if found:
            return min(found, key=lambda pair: (pair[0], pair[1].agent))[1]
    return None


def _costliest(
    reading: Reading, hurt: dict[str, set[int]], now: pd.Timestamp | None
) -> Iterator[tuple[str, pd.Timestamp]]:
    zone, rows = reading.roster.grid.tz, []
    for queue, need in reading.needs.items():
        cost = need.cost_eur(need.scheduled)
        missing = need.required - need.scheduled
        rows += [(-cost[i], queue, int(need.starts_s[i])) for i in hurt[queue] if missing[i] > 1e-6]
    for _, queue, start_s in sorted(rows)[:INTERVALS_LOOKED_AT]:
        moment = pd.Timestamp(start_s, unit="s", tz="UTC").tz_convert(zone)
        if now is None or moment >= now:
            yield queue, moment


def _later(reading: Reading, change: Change, now: pd.Timestamp) -> bool:
    """Whether the change leaves everything before ``now`` as it was."""

    def past(shifts: tuple[Shift, ...]) -> set[tuple[object, ...]]:
        found = {(s.start, min(s.end, now), s.activity) for shift in shifts for s in shift.segments if s.start < now}
        return set(found)

    return past(change.shifts) == past(reading.weeks[change.agent].shifts)
