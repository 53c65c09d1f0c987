"""Verification: a roster read by clock times, by code that knows nothing of the engine that made it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from staffing.rostering.rules.rule import Breach


@dataclass(frozen=True)
class Verification:
    """What an independent reading finds.

    ``coverage`` long, sorted by (queue, start): start, queue, required, scheduled, shortage (agents; scheduled counts
    the minutes truly on the queue times proficiency, so it can be fractional; shortage >= 0). ``hours`` one row an
    agent: agent, hours_paid, hours_owed, shifts, late_shifts, saturdays, sundays.
    """

    breaches: tuple[Breach, ...]
    coverage: pd.DataFrame
    hours: pd.DataFrame
    required_hours: float
    shortage_hours: float
    surplus_hours: float

    @property
    def demand_met(self) -> float:
        """Share of required agent-hours that is scheduled, 0..1."""
        return 1.0 - self.shortage_hours / self.required_hours if self.required_hours > 0 else 1.0
