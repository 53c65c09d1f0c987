"""Repair: keep a roster and change what must change, with the fewest people touched.

A day of absence is handled where it hurts: the costliest short interval is looked at, the lawful change of one agent
that pays most is made, and so on until no change is worth disturbing anyone (``Goals.change_eur`` each). Bigger
changes go to ``assign`` with ``keep``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.centre import Centre
from staffing.files.roster_text import Change as DayChange
from staffing.files.roster_text import Piece, activity_name, day_text, parts, span
from staffing.files.roster_text import changes as day_changes
from staffing.rostering.away import credited, from_day, since_now, without
from staffing.rostering.changes import Change, Reading, best_change_at, change_sentence
from staffing.rostering.notice import Notice, hours_moved, notices
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.rule import Shift
from staffing.rostering.team import Absence
from staffing.rostering.worked import shifts_by_agent
from staffing.sizing.requirement import Requirement
from staffing.words import say

LITTLE = 1e-6
MOST_CHANGES = 40
FIRST_SHARE = 0.25
"""Of the price of disturbing somebody, asked of their first change; all of it is asked of their changes together."""
MOST_OFFERS = 3
Rewritten = tuple[float, float, str]
"""From and to in seconds since 1970, UTC, and what is done there now ("": nothing)."""
ANY_EUR = 1e9
"""More than any change costs."""
INTERVALS_LOOKED_AT = 6
"""How many of the costliest short intervals are tried in vain before the repair ends."""


@dataclass(frozen=True)
class Recovery:
    """One changed day of one agent who is asked: as it was, as it is, and what is lost without it when all else
    stays: ``hours`` more missing, ``eur`` more to pay (pay and shortage). An hour missing may have moved to where it
    costs less: then it pays without taking any back."""

    day: DayChange
    hours: float
    eur: float


@dataclass(frozen=True)
class Offer:
    """A lawful change that was not made, for it brings less than disturbing somebody costs; the shortage ``hours``
    it would take back. It stands beside the changes that were made and touches nothing that they wrote."""

    change: Change
    hours: float


@dataclass(frozen=True)
class Repair:
    """The roster anew, the changes made in order, and what they were for; ``recoveries`` tells the changed days of
    those asked, ``offers`` what more could be had, what pays best first.

    ``before`` the old roster, ``bare`` with the absences and nothing done; ``absences`` those asked about, one a day
    and credited with the hours they took, as ``centre`` knows them too; ``freed_hours`` paid hours that they take
    away; ``short_before``, ``short_absent`` and ``short_after`` shortage hours of ``before``, ``bare`` and ``roster``.
    """

    before: Roster
    bare: Roster
    roster: Roster
    centre: Centre
    absences: tuple[Absence, ...]
    changes: tuple[Change, ...]
    freed_hours: float
    short_before: float
    short_absent: float
    short_after: float
    recoveries: tuple[Recovery, ...]
    offers: tuple[Offer, ...]

    @property
    def touched(self) -> tuple[str, ...]:
        """Agents whose shifts change, beside the absent."""
        return asked(self.changes)

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
        """Of the people asked to change, who would be told on ``told`` later than their contract's rules owe: a
        replacement at short notice is an exceptional circumstance (with the accord of 11 April 2000 three working days,
        with compensation). Another queue or another break within the same hours of work is no change of hours, and owes
        no notice."""
        holidays = {day for day, _ in self.centre.calendar.holidays}
        days = [(r.day.agent, r.day.day) for r in self.recoveries if hours_moved(r.day)]
        return notices(days, told, self.centre.team.rules, holidays, exceptional=exceptional)

    def sentences(self, language: str, told: dt.date | None = None) -> list[str]:
        """What the absence costs, what is recovered, each changed day, and with ``told`` each short notice."""
        if self.freed_hours <= 0:
            return [say("why.repair_nothing", language)]
        lines = [
            say(
                "why.repair", language, freed=self.freed_hours, added=self.short_absent - self.short_before,
                left=self.short_after - self.short_before, recovered=self.recovered, touched=len(self.touched),
            )
        ]  # fmt: skip
        names = {agent.id: agent.name or agent.id for agent in self.centre.team.agents}
        for r in self.recoveries:
            was, now = (text or say("why.repair_off", language) for text in differing(r.day, language))
            name, day = names[r.day.agent], f"{r.day.day:%d/%m}"
            hours, eur = (round(value, places) + 0.0 for value, places in ((r.hours, 2), (r.eur, 0)))  # no "-0"
            values = {"name": name, "day": day, "was": was, "now": now, "hours": hours, "eur": eur}
            lines.append(say("why.repair_day", language, **values))
        late = () if told is None else self.notices(told)
        named = [dataclasses.replace(notice, agent=names[notice.agent]) for notice in late]
        return [*lines, *self.more(language), *(notice.say(language) for notice in named)]

    def more(self, language: str) -> list[str]:
        """What more could be recovered and at what price, where something is still missing."""
        if self.short_after <= self.short_before + LITTLE:
            return []
        if not self.offers:
            return [say("why.repair_no_other" if self.changes else "why.repair_no_more", language)]
        lines = [say("why.repair_more", language, worth=self.centre.goals.change_eur)]
        for offer in self.offers:
            agent = self.centre.team.agent(offer.change.agent)
            change = change_sentence(offer.change, agent.name or agent.id, language)
            day = f"{offer.change.moment:%d/%m %H:%M}"
            lines.append(say("why.repair_offer", language, day=day, change=change, hours=offer.hours))
        return lines


def asked(changes: Iterable[Change]) -> tuple[str, ...]:
    """Whose weeks they are, in order."""
    return tuple(dict.fromkeys(change.agent for change in changes))


def replan(
    roster: Roster,
    requirement: Requirement,
    centre: Centre,
    *,
    absences: tuple[Absence, ...],
    now: pd.Timestamp | None = None,
    told: bool = False,
    most_touched: int = 10,
) -> Repair:
    """The published roster with new absences, repaired.

    Nothing before ``now`` changes. Absences begin then at the earliest, in the middle of a shift too, unless their
    hours are ``told``: then what they say was not worked today was not. At most ``most_touched`` others are asked to
    change.
    """
    before = Reading(roster, requirement, centre)
    if now is not None:
        planned = {agent: week.shifts for agent, week in before.weeks.items()}
        absences = tuple(from_day(absences, now.date()) if told else since_now(absences, planned, now))
    bare = without(roster, absences, now)
    away = {absence.agent for absence in absences} & before.weeks.keys()
    planned = {agent: before.weeks[agent].shifts for agent in away}
    stands = shifts_by_agent(bare.frame[bare.frame["agent"].isin(away)])
    noted = tuple(credited(absences, planned, stands, roster.week, now=now))
    absent = dataclasses.replace(
        centre, team=dataclasses.replace(centre.team, absences=(*centre.team.absences, *noted))
    )
    gone = before.with_weeks(away, bare, absent)
    freed = sum(paid_h(planned[agent]) - paid_h(gone.weeks[agent].shifts) for agent in away)
    reading, changes = gone, list[Change]()
    while len(changes) < MOST_CHANGES and reading.shortage_h > before.shortage_h + LITTLE:
        change = _best(reading, before, {c.agent for c in changes}, now, most_touched)
        if change is None:
            break
        changes.append(change)
        reading = reading.after(change)
    reading, left, let_off = _worth_it(reading, gone, changes)
    made = {agent: tuple(_rewritten(gone.weeks[agent].shifts, reading.weeks[agent].shifts)) for agent in asked(left)}
    offers = tuple(_offers(reading, let_off, made, _costliest(reading, before, now), now))
    return Repair(
        roster, bare, reading.roster, absent, noted, left, freed, before.shortage_h, gone.shortage_h,
        reading.shortage_h, tuple(_recoveries(reading, gone, left)), offers,
    )  # fmt: skip


def _recoveries(reading: Reading, gone: Reading, changes: tuple[Change, ...]) -> Iterator[Recovery]:
    """The changed days of those asked, one after the other in the order of the changes."""
    for first in {change.agent: change for change in reversed(changes)}.values():
        was, now = ({s.start.date(): s for s in r.weeks[first.agent].shifts} for r in (gone, reading))
        for day in sorted(was.keys() | now.keys()):
            if was.get(day) == now.get(day):
                continue
            days = {d: s for d, s in {**now, day: was.get(day)}.items() if s is not None}
            undone = dataclasses.replace(first, shifts=tuple(days[d] for d in sorted(days)))
            hours = reading.after(undone).shortage_h - reading.shortage_h
            eur, _ = reading.effect(first.agent, undone.shifts)
            texts = (_text(days.get(day), reading.requirement.grid) for days in (was, now))
            yield Recovery(DayChange(first.agent, day, *texts), hours, eur)


def _text(shift: Shift | None, grid: Grid) -> str:
    return (
        ""
        if shift is None
        else day_text((Piece(pd.Timestamp(s.start), pd.Timestamp(s.end), s.activity) for s in shift.segments), grid)
    )


def _rewritten(was: tuple[Shift, ...], now: tuple[Shift, ...]) -> Iterator[Rewritten]:
    """The spans in which a week differs from what it was, and what is done there now."""
    old, new = ([(*s.span_s, s.activity) for shift in shifts for s in shift.segments] for shifts in (was, now))
    cuts = sorted({moment for low, high, _ in (*old, *new) for moment in (low, high)})
    for low, high in pairwise(cuts):
        before, after = (next((w for a, b, w in done if a <= low and high <= b), "") for done in (old, new))
        if before != after:
            yield low, high, after


def _lets_stand(change: Change, made: Mapping[str, tuple[Rewritten, ...]]) -> bool:
    """Whether its week still does what the repair has just written into it."""
    done = [(*s.span_s, s.activity) for shift in change.shifts for s in shift.segments]
    for low, high, activity in made.get(change.agent, ()):
        inside = [(min(b, high) - max(a, low), word) for a, b, word in done if a < high and low < b]
        if any(word != activity for _, word in inside) or bool(activity) != (sum(s for s, _ in inside) == high - low):
            return False
    return True


def _offers(
    reading: Reading,
    let_off: tuple[Change, ...],
    made: Mapping[str, tuple[Rewritten, ...]],
    hurt: Iterator[tuple[str, pd.Timestamp]],
    now: pd.Timestamp | None,
) -> Iterator[Offer]:
    """What those would bring who were let off; where nobody was, the lawful changes where most is still missing that
    pay best or cost least, and let stand what was ``made``. Who would have to be called in at a loss is looked for only
    where nothing else is lawful."""
    offered = set[tuple[str, str, dt.date]]()

    def won_h(change: Change) -> float:
        return reading.shortage_h - reading.after(change).shortage_h

    def weigh(change: Change) -> float:
        possible = (now is None or _later(reading, change, now)) and _lets_stand(change, made)
        possible = possible and won_h(change) > LITTLE
        return change.eur - ANY_EUR if possible else 0.0

    def found() -> Iterator[Change | None]:
        for change in let_off:
            yield dataclasses.replace(change, eur=reading.effect(change.agent, change.shifts)[0])
        if offered:
            return
        places = list(hurt)
        for queue, moment in places:
            yield best_change_at(reading, queue, moment, weigh, dear=False)
        if places and not offered:
            yield best_change_at(reading, *places[0], weigh)

    for change in found():
        if change is None:
            continue
        hours = won_h(change)
        key = change.agent, change.kind, change.moment.date()
        if hours > LITTLE and key not in offered:
            offered.add(key)
            yield Offer(change, hours)
        if len(offered) == MOST_OFFERS:
            return


def differing(day: DayChange, language: str) -> tuple[str, str]:
    """A changed day before and after: its hours where they change, else the parts of it that do."""
    if span(day.before) != span(day.after):
        return span(day.before), span(day.after)
    labels = {activity: activity_name(activity, language) for activity in (MEAL, BREAK)}
    return parts(day.before, day.after, labels), parts(day.after, day.before, labels)


def _short_h(reading: Reading) -> float:
    """Agent-hours missing from the need, or hours of the people promised where these are more."""
    return sum(float(reading.missing(queue).sum()) for queue in reading.needs) * reading.requirement.grid.interval_h


def _worth_it(
    reading: Reading, gone: Reading, changes: list[Change]
) -> tuple[Reading, tuple[Change, ...], tuple[Change, ...]]:
    """(the reading without the changes of those who, all in all, bring less than it is worth to disturb them or no
    hour at all, the changes left, one of each who is let off); who brings least is let off first, until nobody brings
    too little."""
    worth, let_off = reading.centre.goals.change_eur, list[Change]()

    def undone(agent: str) -> Reading:
        theirs = next(change for change in changes if change.agent == agent)
        return reading.after(dataclasses.replace(theirs, shifts=gone.weeks[agent].shifts))

    def brings_eur(agent: str) -> float:
        hours = _short_h(undone(agent)) - _short_h(reading)
        return reading.effect(agent, gone.weeks[agent].shifts)[0] if hours > LITTLE else 0.0

    while changes:
        eur, _, agent = min((brings_eur(a), i, a) for i, a in enumerate(asked(reversed(changes))))
        if eur >= worth:
            break
        mine = [change for change in changes if change.agent == agent]
        paid = sum(change.paid_h for change in mine)
        let_off.append(dataclasses.replace(mine[0], shifts=reading.weeks[agent].shifts, paid_h=paid))
        reading = undone(agent)
        changes = [change for change in changes if change.agent != agent]
    return reading, tuple(changes), tuple(let_off)


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
        found = best_change_at(reading, queue, moment, weigh, dear=False)
        if found is not None:
            return found
    return None


def _costliest(reading: Reading, before: Reading, now: pd.Timestamp | None) -> Iterator[tuple[str, pd.Timestamp]]:
    """Intervals that are short and have fewer agents than before, those that cost most more first."""
    zone, rows = reading.requirement.grid.tz, []
    for queue, need in reading.needs.items():
        more = reading.queue_eur(queue) - before.queue_eur(queue)
        fewer = need.scheduled < np.minimum(before.needs[queue].scheduled, need.required) - LITTLE
        if queue in reading.promised:
            fewer |= reading.missing(queue) > before.missing(queue) + LITTLE
        worse = fewer & (more > LITTLE)
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
