"""A home folder with the sample week already planned: forecast without trials and a short solve, through the rooms."""

from __future__ import annotations

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from forecasts.forecast import forecast_contacts
from forecasts.grid import Week
from staffing.gate.read import read_centre
from staffing.plan import Plan, before
from staffing.rostering.assign import Solve, assign
from staffing.rostering.verify import verify
from staffing.sizing.size import size
from staffing.store.database import open_database
from staffing.store.plans import save_plan

SAMPLES = Path(__file__).parent.parent.parent / "data_samples"
WEEK = Week.parse("2026-W49")


def planned_home(home: Path, sample: str = "medium") -> Plan:
    """Fill ``home`` (what ``AFFLUENCE_HOME`` names) with the sample's folder and a plan of its week."""
    made, plan = planned(sample)
    shutil.copytree(made, home, dirs_exist_ok=True)
    return plan


@lru_cache(maxsize=2)
def planned(sample: str) -> tuple[Path, Plan]:
    """Such a home, made once."""
    home = Path(tempfile.mkdtemp())
    folder = home / "centres" / f"sample-{sample}"
    shutil.copytree(SAMPLES / sample, folder)
    centre = before(read_centre(folder), WEEK)
    aht_s = {channel.name: channel.aht_s for channel in centre.channels}
    forecast = forecast_contacts(centre.history, WEEK, origins=1, aht_s=aht_s)
    requirement = size(forecast, centre, WEEK)
    roster = assign(requirement, centre, WEEK, options=Solve(seconds=2.0, seed=1))
    plan = Plan(centre, WEEK, "as expected", forecast, requirement, roster, verify(roster, requirement, centre))
    database = open_database(home / "affluence.sqlite")
    save_plan(database, plan, folder)
    database.close()
    return home, plan
