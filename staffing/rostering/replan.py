"""Repair: keep a roster and change what must change, with the fewest people touched.

A day of absence is handled where it hurts: the costliest short interval is looked at, the lawful change of one agent
that pays most is made, and so on until no change is worth disturbing anyone (``Goals.change_eur`` each). Bigger
changes go to ``assign`` with ``keep``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.files.roster_text import Change as DayChange
from staffing.files.roster_text import changes as day_changes
from staffing.rostering.changes import Change, Reading, best_change_at
from staffing.rostering.notice import Notice, notices
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift
from staffing.rostering.team import Absence
from staffing.sizing.requirement import Requirement
from staffing.words import say

LITTLE = 1e-6
MOST_CHANGES = 40
FIRST_SHARE = 0.25
"""Of the price of disturbing somebody, asked of their first change; all of it is asked of their changes together."""
INTERVALS_LOOKED_AT = 6
"""How many of the costliest short intervals are tried in vain before the repair ends."""


@dataclass(frozen=True)
class Repair:
    """The roster anew, the changes made in order, and what they were for.

    ``before`` the old roster; ``freed_hours`` agent-hours of work that the absences take away; ``short_before``
    shortage hours of the old roster, ``short_absent`` with the absences and nothing done, ``short_after`` with the
    changes.
    """

    before: Roster
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

    @property
    def days(self) -> tuple[DayChange, ...]:
        """Agent-days that differ, the absent's among them, each as it was and as it is."""
        return day_changes(self.before.frame, self.roster.frame, self.roster.grid)

    def notices(self, told: dt.date, *, exceptional: bool = True) -> tuple[Notice, ...]:
        """Of the people asked to change, who would be told on ``told`` later than owed: a replacement at short notice
        is the exceptional circumstance that the accord has in mind (three working days, with compensation)."""
        holidays = {day for day, _ in self.centre.calendar.holidays}
        asked = [(d.agent, d.day) for d in self.days if d.agent in self.touched]
        return notices(asked, told, holidays, exceptional=exceptional)

    def sentences(self, language: str, told: dt.date | None = None) -> list[str]:
        """What the absence costs, what is recovered, each changed day, and with ``told`` each short notice."""
        lines = [
            say(
                "why.repair", language, freed=self.freed_hours, added=self.short_absent - self.short_before,
                left=self.short_after - self.short_before, recovered=self.recovered, touched=len(self.touched),
            )
        ]  # fmt: skip
        names = {agent.id: agent.name or agent.id for agent in self.centre.team.agents}
        for d in self.days:
            if d.agent in self.touched:
                was, now = (text or say("why.repair_off", language) for text in (d.before, d.after))
                lines.append(
                    say("why.repair_day", language, name=names[d.agent], day=f"{d.day:%d/%m}", was=was, now=now)
                )
        late = () if told is None else self.notices(told)
        return lines + [notice.say(language) for notice in late]


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
    before = Reading(roster, requirement, centre)
    bare, freed = _without(before, absences, now)
    gone = before.with_weeks({absence.agent for absence in absences}, bare, absent)
    reading, changes = gone, list[Change]()
    while len(changes) < MOST_CHANGES and reading.shortage_h > before.shortage_h + LITTLE:
        change = _best(reading, before, {c.agent for c in changes}, now, most_touched)
        if change is None:
            break
        changes.append(change)
        reading = reading.after(change)
    reading, left = _worth_it(reading, gone, changes)
    return Repair(
        roster, reading.roster, absent, left, freed, before.shortage_h, gone.shortage_h, reading.shortage_h,
    )  # fmt: skip


def _worth_it(reading: Reading, gone: Reading, changes: list[Change]) -> tuple[Reading, tuple[Change, ...]]:
    """The reading without the changes of those who, all in all, bring less than it is worth to disturb them; those
    who bring least are let off first."""
    worth = reading.centre.goals.change_eur
    for agent in reversed(list(dict.fromkeys(change.agent for change in changes))):
        shifts = gone.weeks[agent].shifts
        eur, _ = reading.effect(agent, shifts)
        if eur < worth:
            mine = [change for change in changes if change.agent == agent]
            reading = reading.after(dataclasses.replace(mine[0], shifts=shifts))
            changes = [change for change in changes if change.agent != agent]
    return reading, tuple(changes)


def _without(before: Reading, absences: tuple[Absence, ...], now: pd.Timestamp | None) -> tuple[Roster, float]:
    """The roster without the shifts of the absent, and the hours they held."""
    away = {absence.agent for absence in absences} & before.weeks.keys()

    def goes(agent: str, shift: Shift) -> bool:
        day = shift.start.date()
        late = now is None or shift.start >= now
        return late and any(a.agent == agent and a.covers(day) for a in absences)

    lost = {
        (agent, s.start)
        for agent in away
        for shift in before.weeks[agent].shifts
        if goes(agent, shift)
        for s in shift.segments
    }
    frame = before.roster.frame
    gone = np.array([key in lost for key in zip(frame["agent"], frame["start"], strict=True)], dtype=bool)
    hours = float((frame["end"] - frame["start"])[gone].dt.total_seconds().sum()) / 3600
    return dataclasses.replace(before.roster, frame=frame[~gone].reset_index(drop=True), proof=None), hours


def _best(
    reading: Reading, before: Reading, touched: set[str], now: pd.Timestamp | None, most_touched: int
) -> Change | None:
    """The change that pays most at one of the costliest hurt intervals; None when none pays for the disturbance."""
    first = FIRST_SHARE * reading.centre.goals.change_eur

    def weigh(change: Change) -> float:
        if now is not None and not _later(reading, change, now):
            return 0.0
        if change.agent in touched:
            return change.eur
        return change.eur + first if len(touched) < most_touched else 0.0

    for queue, moment in _costliest(reading, before, now):
        found = best_change_at(reading, queue, moment, weigh)
        if found is not None:
            return found
    return None


def _costliest(reading: Reading, before: Reading, now: pd.Timestamp | None) -> Iterator[tuple[str, pd.Timestamp]]:
    """Intervals that are short and have fewer agents than before, those that cost most more first."""
    zone, rows = reading.roster.grid.tz, []
    for queue, need in reading.needs.items():
        more = need.cost_eur(need.scheduled) - need.cost_eur(before.needs[queue].scheduled)
        worse = (need.scheduled < np.minimum(before.needs[queue].scheduled, need.required) - LITTLE) & (more > LITTLE)
        rows += [(-more[i], queue, int(need.starts_s[i])) for i in np.flatnonzero(worse)]
    since = -math.inf if now is None else now.timestamp()
    for _, queue, start_s in [row for row in sorted(rows) if row[2] >= since][:INTERVALS_LOOKED_AT]:
        yield queue, pd.Timestamp(start_s, unit="s", tz="UTC").tz_convert(zone)


def _later(reading: Reading, change: Change, now: pd.Timestamp) -> bool:
    """Whether the change leaves everything before ``now`` as it was."""

    def past(shifts: tuple[Shift, ...]) -> set[tuple[object, ...]]:
        found = {(s.start, min(s.end, now), s.activity) for shift in shifts for s in shift.segments if s.start < now}
        return set(found)

    return past(change.shifts) == past(reading.weeks[change.agent].shifts)
