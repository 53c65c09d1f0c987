"""The price of confidence: agent-hours and EUR for each step of being surer that the target holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.sizing.options import Sizing
from staffing.sizing.size import size

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class PriceOfConfidence:
    """``frame`` one row a confidence: ``confidence``, ``agent_hours``, ``more_hours`` than the expected contacts need,
    ``eur`` those hours at the mean wage of the team."""

    frame: pd.DataFrame
    wage_eur_h: float


def price_of_confidence(
    forecast: Forecast, centre: Centre, week: Week, *, levels: tuple[float, ...] = LEVELS, options: Sizing | None = None
) -> PriceOfConfidence:
    """What each step of confidence in ``levels`` (0..1) costs, in agent-hours and EUR of the week. Every level is sized
    anew (``at_confidence``); ValueError as in ``size``.

    >>> from tests import tiny
    >>> even = Sizing(method="stationary")
    >>> told = price_of_confidence(tiny.forecast(60.0), tiny.centre(), tiny.WEEK, levels=(0.5, 0.9), options=even)
    >>> told.frame[["confidence", "more_hours", "eur"]].to_numpy().tolist()
    [[0.5, 0.0, 0.0], [0.9, 42.5, 1062.5]]
    """
    chosen = replace(options or Sizing(), confidence=None)
    hours = [size(forecast, centre, week, options=replace(chosen, confidence=q)).agent_hours for q in levels]
    plain = size(forecast, centre, week, options=chosen).agent_hours
    wage = mean_wage(centre)
    rows = {
        "confidence": levels, "agent_hours": hours, "more_hours": [h - plain for h in hours],
        "eur": [(h - plain) * wage for h in hours],
    }  # fmt: skip
    return PriceOfConfidence(pd.DataFrame(rows), wage)


def mean_wage(centre: Centre) -> float:
    """EUR of one paid hour, over the hours the team owes."""
    team = centre.team
    hours = np.array([team.hours_week(agent) for agent in team.agents])
    wages = np.array([team.contract(agent.contract).cost_eur_h for agent in team.agents])
    return float(np.average(wages, weights=hours)) if hours.sum() > 0 else 0.0
