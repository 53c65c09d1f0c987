"""Why an interval is short and what would fix it; why an agent has this week. In figures first, in words on demand."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace

import pandas as pd

from staffing.rostering.beside import alone
from staffing.rostering.changes import Change, Reading, change_sentence, changes_at
from staffing.rostering.conflicts import conflict_of
from staffing.rostering.costs import refused_wishes
from staffing.rostering.hours import hours_owed, open_h, usual_h
from staffing.rostering.ledger import accounts_h, is_late
from staffing.rostering.means import more_means
from staffing.rostering.promises import paid_h
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.reading import by_day
from staffing.rostering.rules.rule import Segment, Shift, WorkedWeek
from staffing.rostering.together import apart
from staffing.rostering.worked import away_spans
from staffing.words import say
from staffing.words.speech import balance


@dataclass(frozen=True)
class Whereabouts:
    """Where a qualified agent is at an instant: ``state`` is serving, other_queue, meal, break, activity, out_of_post,
    absent, unavailable, short_day, resting, hours_full, day_off, before_shift or after_shift; ``detail`` the queue,
    hour, activity, or hours paid of the most that the week may hold."""

    agent: str
    name: str
    state: str
    detail: str

    def sentence(self, language: str) -> str:
        return say(f"why.{self.state}", language, name=self.name, detail=self.detail)


@dataclass(frozen=True)
class Explanation:
    """Why ``queue`` has the agents it has at ``moment``: where everybody qualified is, and lawful changes, best
    first. ``means`` what an hour more on a contract or one more skill would allow; ``trainable`` agents free then on
    queues with too many, who lack the skill. ``names`` of everybody named."""

    queue: str
    moment: pd.Timestamp
    required: float
    scheduled: float
    whereabouts: tuple[Whereabouts, ...]
    changes: tuple[Change, ...]
    trainable: tuple[str, ...]
    means: tuple[Change, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def missing(self) -> float:
        return max(0.0, self.required - self.scheduled)

    def sentences(self, language: str, *, changes: int = 3) -> list[str]:
        """The explanation in words: the balance, where people are by state, the cheapest changes with their price."""
        told = [
            say(
                "why.balance", language, queue=self.queue, day=f"{self.moment:%d/%m}", moment=f"{self.moment:%H:%M}",
                required=self.required,
                scheduled=self.scheduled, missing=self.missing, qualified=len(self.whereabouts),
            )
        ]  # fmt: skip
        by_state = sorted(self.whereabouts, key=lambda w: w.state)
        for state, group in itertools.groupby(by_state, key=lambda w: w.state):
            if state != "serving":
                names = [f"{w.name} ({w.detail})" if w.detail else w.name for w in group]
                shown = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
                told.append(say(f"why.many_{state}", language, count=len(names), names=shown))
        names_of = dict(self.names)
        for change in self.changes[:changes]:
            told.append(change_sentence(change, names_of[change.agent], language))
        if not self.changes:
            told.append(say("why.no_change", language))
        told += [change_sentence(change, names_of[change.agent], language) for change in self.means]
        if self.trainable:
            told.append(say("why.trainable", language, count=len(self.trainable), queue=self.queue))
        return told


def why_short(reading: Reading, queue: str, moment: pd.Timestamp) -> Explanation:
    """Why ``queue`` is short (or not) at ``moment``; ValueError when it needs nobody there."""
    at, need = reading.slot(queue, moment), reading.needs[queue]
    there = [w for w in reading.weeks.values() if w.agent.serves(queue)]
    spare = [
        w.agent.id
        for w in reading.weeks.values()
        if not w.agent.serves(queue)
        and (other := _serving(w, moment)) is not None
        and reading.surplus(other, moment) >= 1
    ]
    means = more_means(reading, queue, moment) if need.required[at] - need.scheduled[at] > 1e-6 else []
    return Explanation(
        queue, moment, float(need.required[at]), float(need.scheduled[at]),
        tuple(_whereabouts(reading, week, queue, moment) for week in there),
        tuple(changes_at(reading, queue, moment)), tuple(spare), tuple(means),
        tuple((w.agent.id, w.agent.name or w.agent.id) for w in reading.weeks.values()),
    )  # fmt: skip


NAMED = 8
"""Names told of those in the same state; the others are counted."""
APART = pd.Timedelta(hours=2)


def costliest(reading: Reading, most: int) -> list[tuple[str, pd.Timestamp]]:
    """The short intervals that cost most, dearest first, those of one queue at least two hours apart."""
    zone, rows = reading.roster.grid.tz, []
    for queue, need in reading.needs.items():
        eur = reading.queue_eur(queue)
        short = (reading.missing(queue) > 1e-6).nonzero()[0]
        rows += [(-float(eur[i]), int(need.starts_s[i]), queue) for i in short]
    found: list[tuple[str, pd.Timestamp]] = []
    for _, start_s, queue in sorted(rows):
        if len(found) >= most:
            break
        moment = pd.Timestamp(start_s, unit="s", tz="UTC").tz_convert(zone)
        if all(queue != q or abs(moment - m) >= APART for q, m in found):
            found.append((queue, moment))
    return found


def _doing(week: WorkedWeek, moment: pd.Timestamp) -> Segment | None:
    return next((s for shift in week.shifts for s in shift.segments if s.start <= moment < s.end), None)


def _serving(week: WorkedWeek, moment: pd.Timestamp) -> str | None:
    doing = _doing(week, moment)
    return None if doing is None else doing.activity


def _whereabouts(reading: Reading, week: WorkedWeek, queue: str, moment: pd.Timestamp) -> Whereabouts:
    state, detail = _state(reading, week, queue, moment)
    return Whereabouts(week.agent.id, week.agent.name or week.agent.id, state, detail)


def _state(reading: Reading, week: WorkedWeek, queue: str, moment: pd.Timestamp) -> tuple[str, str]:
    doing = _doing(week, moment)
    if doing is not None:
        if doing.activity == queue:
            return "serving", ""
        if doing.activity in (MEAL, BREAK):
            return doing.activity, f"{doing.start:%H:%M}-{doing.end:%H:%M}"
        return ("other_queue" if doing.activity in reading.needs else "activity"), doing.activity
    if not week.agent.in_post(moment.date()):
        return "out_of_post", ""
    if moment.date() in week.absent and _away(reading, week, moment):
        return "absent", ""
    if not _available(week, moment):
        return "unavailable", ""
    today = [shift for shift in week.shifts if shift.start.date() == moment.date()]
    if today:
        return _outside(today, moment)
    return _off_day(reading, week, moment.date())


def _away(reading: Reading, week: WorkedWeek, moment: pd.Timestamp) -> bool:
    spans = away_spans(week.agent, reading.centre, reading.roster.week)[moment.date()]
    return any(low <= 60 * moment.hour + moment.minute < high for low, high in spans)


def _available(week: WorkedWeek, moment: pd.Timestamp) -> bool:
    spans, minute = week.agent.presences, moment.hour * 60 + moment.minute
    days = (moment.weekday(), minute), ((moment.weekday() - 1) % 7, minute + 1440)
    return not spans or any(a.weekday == day and a.from_min <= at < a.to_min for a in spans for day, at in days)


def _outside(today: list[Shift], moment: pd.Timestamp) -> tuple[str, str]:
    if moment < today[0].start:
        return "before_shift", f"{today[0].start:%H:%M}"
    return "after_shift", f"{today[-1].end:%H:%M}"


def _off_day(reading: Reading, week: WorkedWeek, day: dt.date) -> tuple[str, str]:
    """Someone free that day: because no shift is as short as the day, their hours are used up, their days are, or by
    choice of the roster."""
    if (there := open_h(week.agent, reading.centre, day)) < week.contract.shift_min_h:
        return "short_day", f"{there:g} / {week.contract.shift_min_h:g} h"
    paid, (_, usual) = paid_h(week.shifts), usual_h(week.agent, reading.centre, reading.roster.week)
    most = usual + week.contract.overtime_max_h
    if paid + week.contract.shift_min_h > most:
        return "hours_full", f"{paid:g} / {most:g} h"
    if len({shift.start.date() for shift in week.shifts}) >= week.contract.max_days:
        return "resting", f"{week.contract.max_days}"
    return "day_off", f"{paid:g} h"


def why_week(reading: Reading, agent: str, language: str) -> list[str]:
    """Why this agent has this week: hours, limits that contradict each other, wishes asked, which were granted, and
    what granting the others would have cost."""
    week = reading.weeks[agent]
    wishes, name = week.agent.wishes, week.agent.name or agent
    owed = hours_owed(week.agent, reading.centre, reading.roster.week)
    told = [say("why.week_hours", language, name=name, paid=paid_h(week.shifts), owed=owed, days=len(week.shifts))]
    told += _account(reading, week, language) + _contradiction(reading, week, language)
    worked = by_day(week)
    for day in worked:
        if day in wishes.days_off or day.weekday() in wishes.weekdays_off:
            told.append(_price_of_day_off(reading, week, day, language))
    granted = [d for d in week.days if (d in wishes.days_off or d.weekday() in wishes.weekdays_off) and d not in worked]
    if granted:
        told.append(say("why.week_day_off", language, days=", ".join(f"{d:%d/%m}" for d in granted)))
    late = [s for s in week.shifts if is_late(s, reading.centre.goals.late_after_min)]
    if late:
        told.append(say("why.week_late", language, count=len(late), asked=_yes(wishes.avoid_late, language)))
    if any(day.weekday() == 5 for day in worked):
        told.append(say("why.week_saturday", language, asked=_yes(wishes.avoid_saturday, language)))
    return told + _shared(reading, week, language) + _ledger(reading, agent, language)


def _account(reading: Reading, week: WorkedWeek, language: str) -> list[str]:
    """What the week makes of the hours account, where the contract keeps one."""
    moved = accounts_h(reading.roster, reading.centre).get(week.agent.id)
    if moved is None:
        return []
    before, after = (balance(hours) for hours in moved)
    most = balance(week.contract.account_h).removeprefix("+")
    return [say("why.week_account", language, before=before, after=after, most=most)]


def _contradiction(reading: Reading, week: WorkedWeek, language: str) -> list[str]:
    """The limits that contradict each other, where the week holds less than the least hours owed."""
    centre, planned = reading.centre, reading.roster.week
    if paid_h(week.shifts) >= usual_h(week.agent, centre, planned)[0]:
        return []
    found = conflict_of(week.agent.id, reading.requirement, centre, planned, rules_for(week.contract))
    return [found.sentence(language)] if found else []


def _yes(asked: bool, language: str) -> str:
    return say("why.against_wish" if asked else "why.no_wish", language)


def _price_of_day_off(reading: Reading, week: WorkedWeek, day: dt.date, language: str) -> str:
    rest = tuple(s for s in week.shifts if s.start.date() != day)
    eur, _ = reading.effect(week.agent.id, rest)
    eur += sum(c.eur for c in refused_wishes(week, reading.centre))  # what granting costs, its own worth aside
    eur -= sum(c.eur for c in refused_wishes(replace(week, shifts=rest), reading.centre))
    eur += week.contract.cost_eur_h * paid_h(tuple(by_day(week)[day]))
    if eur <= week.agent.wishes.weight_eur:
        return say("why.week_refused_hours", language, day=f"{day:%d/%m}")
    return say("why.week_refused", language, day=f"{day:%d/%m}", eur=eur, worth=week.agent.wishes.weight_eur)


def _shared(reading: Reading, week: WorkedWeek, language: str) -> list[str]:
    """What the week owes to others: the team's start, company for a new agent; and the days worked from home."""
    told, weeks, agent = list[str](), tuple(reading.weeks.values()), week.agent
    for cost in apart(weeks, reading.centre):
        if cost.subject == agent.together:
            told.append(say("why.week_team", language, team=agent.together, hours=cost.amount))
    for cost in alone(weeks, reading.centre):
        if cost.subject == agent.id:
            told.append(say("why.week_new", language, hours=cost.amount))
    home = [s.start for s in week.shifts if s.start.weekday() in agent.telework_weekdays]
    if home:
        told.append(say("why.week_home", language, days=", ".join(f"{day:%d/%m}" for day in home)))
    return told


def _ledger(reading: Reading, agent: str, language: str) -> list[str]:
    ledger = next((entry for entry in reading.centre.team.ledgers if entry.agent == agent), None)
    if ledger is None or not ledger.weeks:
        return []
    return [
        say(
            "why.week_ledger", language, weeks=ledger.weeks, late=ledger.late_shifts, saturdays=ledger.saturdays,
            granted=ledger.wishes_granted, asked=ledger.wishes_asked,
        )
    ]  # fmt: skip
