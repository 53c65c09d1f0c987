"""The corridor: a centre and a week in, a plan out."""

from __future__ import annotations

from dataclasses import dataclass

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.roster import Roster
from staffing.rostering.verify import Verification
from staffing.sizing.requirement import Requirement


@dataclass(frozen=True)
class Plan:
    """One week planned: what was asked, what each room answered, and what an independent reading says of it."""

    centre: Centre
    week: Week
    scenario: str
    forecast: Forecast
    requirement: Requirement
    roster: Roster
    verification: Verification
