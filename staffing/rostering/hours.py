"""Hours an agent owes in a week: the contract's, less paid absence and public holidays that are not worked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.rules.modulation import Modulation
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Absence, Agent, Contract, out_of_post

ONE_DAY = dt.timedelta(days=1)
WORKING_DAYS = 5
"""A week's hours are credited over Monday to Friday, a fifth each."""

PART_TIME_LEAST_H = {"fr_private_idcc2098": 24.0}
"""Least weekly hours of a contract unless the agent asked for fewer, by rule pack: Code du travail L3123-27. The
branch's older 23 h (IDCC 2098 art. 23.1), with the guarantees of L3123-19, are a contract's ``part_time_least_h``."""


RTT_DAYS = {
    "fr_private_idcc2098": ((37.0, 14), (39.0, 23)),
    "fr_state_2000_815": ((36.5, 9), (37.0, 12), (37.5, 15)),
}
"""Days off a year that make up for weekly hours beyond 35, from so many hours on, by rule pack: IDCC 2098, accord of
11 April 2000, 2.7.4 (36 h on four days would give 6); order of 19 April 2002, art. 3-6."""


def rtt_days(contract: Contract) -> int:
    """Days off a year that a contract of more than 35 h brings.

    >>> [rtt_days(Contract("c", "fr_state_2000_815", hours, 30.0)) for hours in (35.0, 36.5, 37.25, 39.0)]
    [0, 9, 12, 15]
    """
    return max((days for hours, days in RTT_DAYS.get(contract.rules, ()) if hours <= contract.hours_week), default=0)


def hours_owed(agent: Agent, centre: Centre, week: Week) -> float:
    """Hours of work owed in ``week``.

    Each absent day from Monday to Friday takes off its credit (``Absence.credit_h``, a fifth of the week unless told),
    and a credit told for one day alone counts on any day. So does a public holiday on which every queue the agent
    serves is closed: it costs no pay (Code du travail L3133-3; the same use in the civil service).
    """
    hours = centre.team.hours_week(agent)
    absences = [a for a in centre.team.absences if a.agent == agent.id]
    credit = sum(_credit_h(agent, centre, absences, day) for day in week.days)
    return max(0.0, hours - credit)


def open_h(agent: Agent, centre: Centre, day: dt.date) -> float:
    """Hours from the first opening to the last closing of what the agent serves that day, with the nights that it
    begins or ends; 0 when all is closed."""
    before, here, after = (
        [span for queue in centre.queues if agent.serves(queue.name) for span in queue.opening.on(date)]
        for date in (day - ONE_DAY, day, day + ONE_DAY)
    )
    if not here:
        return 0.0
    first, last = min(opens for opens, _ in here), max(closes for _, closes in here)
    if first == 0:
        first -= max((DAY_MIN - opens for opens, closes in before if closes == DAY_MIN), default=0)
    if last == DAY_MIN:
        last += max((closes for opens, closes in after if opens == 0), default=0)
    return (last - first) / 60


def in_post(centre: Centre, week: Week) -> Centre:
    """The centre whose agents are away before their first day and after their last, as far as these lie in the week."""
    away = (absence for agent in centre.team.agents for absence in out_of_post(agent, week))
    absences = tuple(dict.fromkeys((*centre.team.absences, *away)))
    return replace(centre, team=replace(centre.team, absences=absences))


def usual_h(agent: Agent, centre: Centre, week: Week, *, owed: float | None = None) -> tuple[float, float]:
    """(least, most) hours of an ordinary week: those owed (as the centre knows them unless told), moved by the
    contract's ``flex_h`` either way.

    Where the contract keeps an account (modulation), what stands on it narrows the week: who is ahead by all that
    ``account_h`` allows can only be owed less, and beyond that gives hours back as fast as ``flex_h`` lets them, down
    to the least that the branch lets a modulated week hold.
    """
    contract = centre.team.contract(agent.contract)
    owed = hours_owed(agent, centre, week) if owed is None else owed
    down = up = contract.flex_h
    if contract.account_h > 0:
        ahead = account_before_h(agent, centre)
        up = max(-down, min(up, contract.account_h - ahead))
        up = max(up, min(0.0, owed * (least_modulated_h(contract) / centre.team.hours_week(agent) - 1)))
        down = max(-contract.flex_h, min(down, contract.account_h + ahead))
    return max(0.0, owed - down), max(0.0, owed + up)


def least_modulated_h(contract: Contract) -> float:
    """The least hours of a whole week under an account, by the contract's rules; 0 where none says."""
    return max((rule.least_h for rule in rules_for(contract) if isinstance(rule, Modulation)), default=0.0)


def account_before_h(agent: Agent, centre: Centre) -> float:
    """Hours on the agent's account before the week: ahead of those owed, below 0 behind them."""
    return next((ledger.account_h for ledger in centre.team.ledgers if ledger.agent == agent.id), 0.0)


def account_moved_h(agent: Agent, paid: float, centre: Centre, week: Week, *, owed: float | None = None) -> float:
    """Hours that a week of ``paid`` hours moves the agent's account by: 0 without one; overtime is paid, not kept.
    ``owed`` as in ``usual_h``."""
    if centre.team.contract(agent.contract).account_h <= 0:
        return 0.0
    owed = hours_owed(agent, centre, week) if owed is None else owed
    return min(paid, usual_h(agent, centre, week, owed=owed)[1]) - owed


def credit_counts(absence: Absence, day: dt.date) -> bool:
    """Whether a credit told counts on a day of the absence: Monday to Friday, and for one day alone on that day."""
    return day.weekday() < WORKING_DAYS or absence.first == absence.last


def _credit_h(agent: Agent, centre: Centre, absences: list[Absence], day: dt.date) -> float:
    fifth = centre.team.hours_week(agent) / WORKING_DAYS if day.weekday() < WORKING_DAYS else 0.0
    here = [a for a in absences if a.covers(day) and credit_counts(a, day)]
    credits = [fifth if a.credit_h is None else a.credit_h for a in here]
    if not credits and _idle_holiday(agent, centre, day):
        credits = [fifth]
    return max(credits, default=0.0)


def _idle_holiday(agent: Agent, centre: Centre, day: dt.date) -> bool:
    holiday = any(day == date for date, _ in centre.calendar.holidays)
    return holiday and not any(q.opening.on(day) for q in centre.queues if agent.serves(q.name))
