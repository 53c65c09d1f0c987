"""What shifts cost more by their hours: at night, and past the midnight before or after a Sunday or public holiday.

The engine's face of both premiums; ``costs.nights`` and ``costs.sundays`` read a finished week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import numpy as np

from staffing.rostering.clock import Clock
from staffing.rostering.instance import Floats
from staffing.rostering.premiums import NIGHT_FROM_MIN, NIGHT_TO_MIN, day_share, night_share
from staffing.rostering.shifts import Candidates
from staffing.rostering.team import Contract

DAY = dt.timedelta(days=1)


def hours_eur(
    contract: Contract, c: Candidates, clock: Clock, days: tuple[int, ...], holidays: Collection[dt.date]
) -> Floats | None:
    """[D, C] EUR of premium on the hours of each shift beyond what its day gives them all (``People.day_eur_h``); None
    where there is none."""
    share, at = night_share(contract), clock.grid.at
    on_top = np.zeros((len(days), len(c.shift)))
    for d, day in enumerate(days):
        date = clock.week.days[day]
        for evening in (date - DAY, date, date + DAY) if share else ():
            low, high = at(evening, NIGHT_FROM_MIN), at(evening + DAY, NIGHT_TO_MIN)
            on_top[d] += share * _worked_min(c, clock.minute(day, low), clock.minute(day, high))
        today, tomorrow = (day_share(contract, there, holidays) for there in (date, date + DAY))
        if today != tomorrow:
            midnights = clock.minute(day, at(date + DAY, 0)), clock.minute(day, at(date + 2 * DAY, 0))
            on_top[d] += (tomorrow - today) * _worked_min(c, *midnights)
    return np.asarray(contract.cost_eur_h * on_top / 60) if on_top.any() else None


def _worked_min(c: Candidates, low: int, high: int) -> Floats:
    """[C] minutes of work inside [low, high) of each shift's day."""
    inside = np.clip(np.minimum(c.block[:, 1], high) - np.maximum(c.block[:, 0], low), 0, None)
    minutes = np.append(inside, 0).astype(float)  # no second block: the last, nothing
    return np.asarray(minutes[c.shift[:, 3]] + minutes[c.shift[:, 4]])
