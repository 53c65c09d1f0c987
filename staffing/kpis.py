"""What a plan promises, by queue and day: contacts, hours needed and scheduled, service expected."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.rostering.verify import Verification
from staffing.sizing.requirement import Requirement

COLUMNS = (
    "day", "queue", "contacts", "required_hours", "scheduled_hours", "shortage_hours", "demand_met", "service_level",
)  # fmt: skip


def service_at(requirement: Requirement, scheduled: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Service level predicted for each row of the requirement with so many agents scheduled [rows], read between
    whole agents; NaN where the queue has no live target."""
    service = requirement.service.astype(float)
    last = service.shape[1] - 1
    heads = np.clip(scheduled, 0, last)
    low = np.minimum(heads.astype(int), max(last - 1, 0))
    rows, part = np.arange(len(service)), heads - low
    return np.asarray(service[rows, low] * (1 - part) + service[rows, np.minimum(low + 1, last)] * part)


def kpis(requirement: Requirement, verification: Verification) -> pd.DataFrame:
    """One row per queue and day: ``day`` local civil day, hours in agent-hours, ``demand_met`` the share of required
    agent-hours that is scheduled, ``service_level`` the share predicted in time, weighted by contacts (NaN for work
    that may wait). Raises ValueError when requirement and coverage speak of different intervals."""
    rows = requirement.frame.merge(
        verification.coverage[["start", "queue", "scheduled", "shortage"]],
        on=["start", "queue"], how="left", validate="one_to_one",
    )  # fmt: skip
    if rows["scheduled"].isna().any():
        raise ValueError("the coverage lacks intervals of the requirement")
    hours = requirement.grid.interval_h
    rows["service"] = service_at(requirement, rows["scheduled"].to_numpy(dtype=float))
    rows["in_time"] = rows["service"] * rows["arrivals"]
    rows["live"] = rows["arrivals"].where(rows["service"].notna(), 0.0)
    rows["day"] = rows["start"].dt.date
    sums = rows.groupby(["queue", "day"], sort=False)[
        ["arrivals", "agents", "scheduled", "shortage", "in_time", "live"]
    ].sum()
    table = pd.DataFrame(
        {
            "contacts": sums["arrivals"],
            "required_hours": sums["agents"] * hours,
            "scheduled_hours": sums["scheduled"] * hours,
            "shortage_hours": sums["shortage"] * hours,
        }
    )
    required = table["required_hours"]
    table["demand_met"] = (1 - table["shortage_hours"] / required).where(required > 0, 1.0)
    table["service_level"] = (sums["in_time"] / sums["live"]).where(sums["live"] > 0)
    return table.reset_index()[list(COLUMNS)]
