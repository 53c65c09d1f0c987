"""What shifts cost more at night: the engine's face of the night premium (``costs.nights`` reads a finished week)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from staffing.rostering.clock import Clock
from staffing.rostering.instance import Floats
from staffing.rostering.premiums import NIGHT_FROM_MIN, NIGHT_TO_MIN, night_share
from staffing.rostering.shifts import Candidates
from staffing.rostering.team import Contract


def night_eur(contract: Contract, c: Candidates, clock: Clock, days: tuple[int, ...]) -> Floats | None:
    """[D, C] EUR of premium on the work of each shift that lies at night by the clock; None where there is none."""
    share, at = night_share(contract), clock.grid.at
    minutes = np.zeros((len(days), len(c.block) + 1))
    for d, day in enumerate(days):
        for evening in (clock.week.days[day] + dt.timedelta(days=ahead) for ahead in (-1, 0, 1)):
            low = clock.minute(day, at(evening, NIGHT_FROM_MIN))
            high = clock.minute(day, at(evening + dt.timedelta(days=1), NIGHT_TO_MIN))
            minutes[d, :-1] += np.clip(np.minimum(c.block[:, 1], high) - np.maximum(c.block[:, 0], low), 0, None)
    at_night = minutes[:, c.shift[:, 3]] + minutes[:, c.shift[:, 4]]  # no second block: the last column, nothing
    return np.asarray(share * contract.cost_eur_h * at_night / 60) if share and at_night.any() else None
