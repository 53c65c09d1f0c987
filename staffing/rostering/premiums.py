"""What hours are paid beyond the plain wage: overtime and extra hours in tiers, Sundays and public holidays, nights.

Facts of pay, read by the engine's terms and by the bill alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.hours import usual_h
from staffing.rostering.team import Agent, Contract

FULL_TIME_H = 35.0
OVERTIME = ((0.0, 0.25), (8.0, 0.50))
"""Hours beyond the usual week and the share of the wage on top from there: Code du travail L3121-36."""
EXTRA_HOURS = ((0.0, 0.10), (0.1, 0.25))
"""At part-time, in shares of the contract's hours: Code du travail L3123-29."""
SUNDAYS = {"fr_private_idcc2098": 1.0}
"""Share of the wage on top on Sundays and public holidays, by rule pack: IDCC 2098, avenant du 20 juin 2002 art. 4."""
NIGHTS = {"fr_private_idcc2098": 0.5}
"""Share of the wage on top at night, by rule pack, for work that is at night by exception: same avenant, art. 3. Whose
work is at night by habit has other terms: set the contract's own ``night_share``."""
NIGHT_FROM_MIN, NIGHT_TO_MIN = 1290, 390
"""Night for pay, by the clock: 21:30 to 6:30."""
TIERS = 2
Tiers = tuple[tuple[float, float], ...]


def overtime_tiers(agent: Agent, centre: Centre, week: Week) -> Tiers:
    """(hours of the week from which, share of the wage more from there), ``TIERS`` of them, in order."""
    usual, own = usual_h(agent, centre, week)[1], centre.team.hours_week(agent)
    if own < FULL_TIME_H:
        steps = [(part * own, share) for part, share in EXTRA_HOURS]
    else:
        steps = list(OVERTIME)
    before = 0.0
    found = []
    for hours, share in steps:
        found.append((usual + hours, share - before))
        before = share
    return tuple(found)


def overtime_h(paid: float, tiers: Tiers) -> float:
    """Hours at the plain wage that the premiums on ``paid`` hours of a week come to.

    >>> overtime_h(45.0, ((35.0, 0.25), (43.0, 0.25)))
    3.0
    """
    return sum(share * max(0.0, paid - start) for start, share in tiers)


def day_share(contract: Contract, day: dt.date, holidays: Collection[dt.date]) -> float:
    """Share of the wage on top for hours worked on ``day``, from midnight to midnight."""
    if day.isoweekday() != 7 and day not in holidays:
        return 0.0
    return SUNDAYS.get(contract.rules, 0.0) if contract.sunday_share is None else contract.sunday_share


def night_share(contract: Contract) -> float:
    """Share of the wage on top for work at night."""
    return NIGHTS.get(contract.rules, 0.0) if contract.night_share is None else contract.night_share
