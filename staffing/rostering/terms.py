"""What each agent's week may be and what it costs: contract, law, absences, wishes, as the engine's numbers."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, replace

import numpy as np

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre, Goals
from staffing.rostering.hours import usual_h
from staffing.rostering.instance import Bools, People
from staffing.rostering.ledger import refusal_weight
from staffing.rostering.premiums import TIERS, Tiers, day_share, overtime_tiers
from staffing.rostering.promises import paid_h
from staffing.rostering.rests import days_off_together
from staffing.rostering.roster import Reason
from staffing.rostering.rules.rule import Rule, Setting, Shift, WeekLimits
from staffing.rostering.team import WHOLE_DAY, Agent, Ledger, Team
from staffing.rostering.worked import absent_after, after_week, away_spans, earlier_shifts, shifts_ahead


@dataclass(frozen=True)
class Terms:
    """One agent's limits and prices for the week. ``paid`` minutes (low, high) after credits; ``overtime``
    tiers; ``away`` weekdays on which the agent is away all day; ``out`` the (weekday, from, until) of those on which
    they are back before midnight, minutes of the clock (weekday 7: the next Monday)."""

    agent: Agent
    setting: Setting
    limits: WeekLimits
    paid: tuple[int, int]
    overtime: Tiers
    wage_eur_h: float
    away: frozenset[int] = frozenset()
    out: tuple[tuple[int, int, int], ...] = ()


def terms_of(agent: Agent, centre: Centre, week: Week, rules: tuple[Rule, ...]) -> Terms:
    """The limits every rule leaves this agent, and the hours owed less the credit of absent working days."""
    team, contract = centre.team, centre.team.contract(agent.contract)
    spans = away_spans(agent, centre, week)
    after = week.plus(1).monday
    holidays = frozenset(d for d, _ in centre.calendar.holidays if week.monday <= d <= after)
    past, later = past_shifts(team, agent), _later_shifts(team, agent, week)
    setting = Setting(week.days, holidays, agent, contract, past, frozenset(spans), later)
    limits = WeekLimits()
    for rule in rules:
        limits = rule.limit(limits, setting)
    next_monday = absent_after(agent, centre, week).get(after, ())
    days = [*(spans.get(date, ()) for date in week.days), next_monday]
    resting = frozenset(day for day, gone in enumerate(days) if WHOLE_DAY in gone)
    since = {day: min((low for low, high in gone if high == DAY_MIN), default=0) for day, gone in enumerate(days)}
    out = tuple((day, *span) for day, gone in enumerate(days) for span in gone if span[1] < DAY_MIN)
    limits = _gone(limits.resting(resting), since)
    away = resting - {7}
    low, usual = usual_h(agent, centre, week)
    high = usual + contract.overtime_max_h
    step = contract.shift_step_min
    low_min, high_min = int(low * 60 // step) * step, -int(-high * 60 // step) * step
    if low_min == int(-(-low * 60 // step)) * step:
        high_min = int(high * 60 // step) * step
    paid = max(low_min, limits.paid_min_min), min(high_min, limits.paid_max_min)
    return Terms(agent, setting, limits, paid, overtime_tiers(agent, centre, week), contract.cost_eur_h, away, out)


def _gone(limits: WeekLimits, since_min: dict[int, int]) -> WeekLimits:
    """The limits of who leaves at a clock minute of some weekdays (0: of none): shifts are over by then, also the one
    from the evening before."""
    ends = list(limits.last_end_min)
    for day, minute in since_min.items():
        if minute:
            if day < len(ends):
                ends[day] = min(ends[day], minute)
            if day:
                ends[day - 1] = min(ends[day - 1], 1440 + minute)
    return replace(limits, last_end_min=tuple(ends))


def without_day(terms: Terms, day: int) -> Terms:
    """The same terms with no shift on that weekday."""
    return replace(terms, limits=replace(terms.limits, closed=terms.limits.closed | {day}))


def past_shifts(team: Team, agent: Agent) -> tuple[tuple[dt.datetime, dt.datetime, int], ...]:
    """Earlier shifts of an agent as (start, end, paid minutes); segments that touch make one shift."""
    return _told(earlier_shifts(team.past).get(agent.id, ()))


def _later_shifts(team: Team, agent: Agent, week: Week) -> tuple[tuple[dt.datetime, dt.datetime, int], ...]:
    """The same of the week ahead."""
    return _told(after_week(shifts_ahead(team.later).get(agent.id, ()), week))


def _told(shifts: tuple[Shift, ...]) -> tuple[tuple[dt.datetime, dt.datetime, int], ...]:
    return tuple((shift.start, shift.end, round(60 * paid_h((shift,)))) for shift in shifts)


def work_day_sets(limits: WeekLimits, days: tuple[int, ...]) -> Bools:
    """[M, D] the largest sets of ``days`` (weekdays) that hold no run longer than ``run_max``, those of the
    weeks beside counted,
    and that leave days off in a row where the weekly rest is longer than one day off gives.

    >>> work_day_sets(WeekLimits(run_max=6, run_before=5), (0, 1, 2, 3, 4, 5)).astype(int).tolist()
    [[1, 0, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1]]
    """
    lawful: list[tuple[int, ...]] = []
    together = days_off_together(limits.rest_min, limits.week_rest_min)
    for off in itertools.chain.from_iterable(itertools.combinations(days, k) for k in range(len(days) + 1)):
        run, good = limits.run_before, True
        for day in range(7):
            run = run + 1 if day in days and day not in off else 0
            good &= run <= limits.run_max or run == 0
        good &= run + limits.run_after <= limits.run_max or run == 0
        if together > 1:
            free = [day not in days or day in off for day in range(7)]
            good &= any(all(free[d : d + together]) for d in range(8 - together))
        if good and not any(set(o) <= set(off) for o in lawful):
            lawful.append(off)
    sets = [[day not in off for day in days] for off in lawful] or [[False] * len(days)]
    return np.array(sorted(sets, reverse=True), dtype=bool)


def people(terms: tuple[Terms, ...], centre: Centre, days: tuple[int, ...]) -> People:
    """The arrays of ``People`` for these agents."""
    goals, ledgers = centre.goals, {ledger.agent: ledger for ledger in centre.team.ledgers}
    worked = np.arange(8)
    days_eur = [
        np.where(worked > min(t.limits.days_max, _most_days(t, centre)), np.inf, goals.sixth_day_eur * (worked > 5))
        for t in terms
    ]
    wish = [t.agent.wishes for t in terms]
    starts = [_wished_start(t) for t in terms]
    return People(
        paid_low=np.array([t.paid[0] for t in terms]),
        paid_high=np.array([t.paid[1] for t in terms]),
        wage_eur_h=np.array([t.wage_eur_h for t in terms]),
        overtime_from=np.array([[h * 60 for h, _ in t.overtime] for t in terms]).reshape(-1, TIERS),
        overtime_eur_h=np.array([[s * t.wage_eur_h for _, s in t.overtime] for t in terms]).reshape(-1, TIERS),
        days_eur=np.array(days_eur),
        day_eur=np.array([_day_eur(t, goals, ledgers.get(t.agent.id), days) for t in terms]),
        day_eur_h=np.array([_day_eur_h(t, days) for t in terms]).reshape(len(terms), len(days)),
        off_eur=np.zeros((len(terms), len(days))),
        late_eur=np.array([_late_eur(t, goals, ledgers.get(t.agent.id)) for t in terms]),
        late_after=goals.late_after_min,
        anchor_eur_h=np.full(len(terms), float(goals.start_shift_eur_h)),
        wish_eur_h=np.array([goals.start_shift_eur_h if w.start_min is not None else 0.0 for w in wish]),
        wish_start=np.array(starts),
        rest=np.array([t.limits.rest_min for t in terms]),
        week_rest=np.array([t.limits.week_rest_min for t in terms]),
        week_from=np.array([t.limits.week_from_min for t in terms], dtype=np.int64),
        week_end=np.array([7 * 1440 + t.limits.monday_min for t in terms], dtype=np.int64),
        work_days=tuple(work_day_sets(t.limits, days) for t in terms),
    )


def _most_days(t: Terms, centre: Centre) -> int:
    return centre.team.contract(t.agent.contract).max_days


def _wished_start(t: Terms) -> int:
    return 0 if t.agent.wishes.start_min is None else t.agent.wishes.start_min


def _share(count: int, ledger: Ledger | None) -> float:
    """1 plus what an agent had a week of late; so the next one costs more."""
    return 1.0 + (count / ledger.weeks if ledger and ledger.weeks else 0.0)


def _late_eur(t: Terms, goals: Goals, ledger: Ledger | None) -> float:
    wish = _wish_eur(t, ledger) if t.agent.wishes.avoid_late else 0.0
    return goals.late_eur * _share(ledger.late_shifts if ledger else 0, ledger) + wish


def _wish_eur(t: Terms, ledger: Ledger | None) -> float:
    return t.agent.wishes.weight_eur * refusal_weight(ledger)


def _day_eur(t: Terms, goals: Goals, ledger: Ledger | None, days: tuple[int, ...]) -> list[float]:
    eur, wishes = [], t.agent.wishes
    for day in days:
        date = t.setting.days[day]
        if day in t.limits.closed:
            eur.append(float("inf"))
            continue
        cost = _wish_eur(t, ledger) * (date in wishes.days_off or day in wishes.weekdays_off)
        if day == 5:
            cost += goals.saturday_eur * _share(ledger.saturdays if ledger else 0, ledger)
            cost += _wish_eur(t, ledger) * wishes.avoid_saturday
        eur.append(cost)
    return eur


def _day_eur_h(t: Terms, days: tuple[int, ...]) -> list[float]:
    """What a paid hour costs more on each day."""
    dates = (t.setting.days[day] for day in days)
    return [t.wage_eur_h * day_share(t.setting.contract, date, t.setting.holidays) for date in dates]


def impossible(t: Terms, days_open: int) -> Reason | None:
    """Why no week can satisfy this agent's limits, when the hours alone show it. Hours owed beyond what the rules let
    a week hold are no reason: the week may hold fewer."""
    low, high = t.paid
    if (least := t.limits.paid_min_min) > high:
        return Reason("contradictory_hours", t.agent.id, f"at least {least / 60:g} h and at most {high / 60:g} h paid")
    if low > 0 and days_open == 0:
        return Reason("no_possible_day", t.agent.id, f"{low / 60:g} h to work and no day on which to work them")
    return None
