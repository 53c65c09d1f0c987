"""The need that a plan's roster was made for, from the files beside it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.grid import Week
from staffing import __version__
from staffing.centre import Centre
from staffing.sizing.requirement import COLUMNS, Requirement


def need_beside(roster: Path, centre: Centre, week: Week, scenario: str) -> Requirement | None:
    """The requirement beside ``roster``; None unless a plan of this very folder, week, scenario and version wrote it.

    Only what a missing agent costs can be read from its ``service``: the last agent's, none of the other heads'.
    """
    folder = roster if roster.is_dir() else roster.parent
    try:
        facts = json.loads((folder / "plan.json").read_text("utf-8"))
        told = (facts["digest"], facts["week"], facts["scenario"], facts["versions"]["affluence"])
        if told != (centre.digest, str(week), scenario, __version__):
            return None
        frame = pd.read_csv(folder / "requirement.csv", keep_default_na=False, na_values=[""])
        start = pd.to_datetime(frame["start"], utc=True).dt.tz_convert(centre.grid.tz).dt.as_unit("us")
        last = frame["last_agent"].to_numpy(dtype=float)
        heads = np.maximum(np.ceil(frame["agents"].to_numpy(dtype=float) - 1e-9).astype(int), 1)
        service = np.full((len(frame), int(heads.max()) + 1), np.nan, dtype=np.float32)
        rows = np.arange(len(frame))
        service[rows, heads - 1], service[rows, heads] = 0.0, last
        queues = {queue.name for queue in centre.queues}
        if not set(frame["queue"]) <= queues:
            return None
        return Requirement(week, centre.grid, frame.assign(start=start)[list(COLUMNS)], service)
    except (OSError, ValueError, KeyError, TypeError):
        return None
