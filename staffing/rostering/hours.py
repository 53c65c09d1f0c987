"""Hours an agent owes in a week: the contract's, less paid absence and public holidays that are not worked."""

from __future__ import annotations

import datetime as dt

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.team import Absence, Agent

WORKING_DAYS = 5
"""A week's hours are credited over Monday to Friday, a fifth each."""


def hours_owed(agent: Agent, centre: Centre, week: Week) -> float:
    """Hours of work owed in ``week``.

    Each absent day from Monday to Friday takes off its credit (``Absence.credit_h``, a fifth of the week unless told),
    and so does a public holiday on which every queue the agent serves is closed: it costs no pay (Code du travail
    L3133-3; the same use in the civil service).
    """
    hours = centre.team.hours_week(agent)
    absences = [a for a in centre.team.absences if a.agent == agent.id]
    credit = sum(_credit_h(agent, centre, absences, day) for day in week.days[:WORKING_DAYS])
    return max(0.0, hours - credit)


def _credit_h(agent: Agent, centre: Centre, absences: list[Absence], day: dt.date) -> float:
    fifth = centre.team.hours_week(agent) / WORKING_DAYS
    credits = [fifth if a.credit_h is None else a.credit_h for a in absences if a.covers(day)]
    if not credits and _idle_holiday(agent, centre, day):
        credits = [fifth]
    return max(credits, default=0.0)


def _idle_holiday(agent: Agent, centre: Centre, day: dt.date) -> bool:
    holiday = any(day == date for date, _ in centre.calendar.holidays)
    return holiday and not any(q.opening.on(day) for q in centre.queues if agent.serves(q.name))
