"""Calabrio (Teleopti): the forecast file, no header, local times: what was expected stands in for a history."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, Floats, durations_s, instants, numbers, text
from staffing.files.imported import INTERVALS_MIN, Answers, Reading
from staffing.files.media import media
from staffing.files.notes import note
from staffing.files.reading import Table

NAMES = ("skill", "start", "end", "volume", "task_s", "after_work_s", "agents")
LEAST = NAMES.index("after_work_s") + 1
STAMP = r"\d{8} \d{1,2}:\d{2}(:\d{2})?"


class CalabrioForecast:
    """Skill, start, end, volume, task and after-work time in seconds, and perhaps agents. Volumes are expectations:
    they are rounded so that their running sum stays true."""

    key: ClassVar[str] = "calabrio_forecast"

    def confidence(self, table: Table) -> float:
        cells = table.cells.head(50)
        if not LEAST <= cells.shape[1] <= len(NAMES) or table.events:
            return 0.0
        sound = [cells[i].astype("str").str.strip().str.fullmatch(STAMP).fillna(False) for i in (1, 2)]
        return float((sound[0] & sound[1]).mean()) * 0.95

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.cells.iloc[:, : len(NAMES)].set_axis(list(NAMES[: table.cells.shape[1]]), axis=1)
        body.index = body.index + 1
        channel = text(body["skill"]).fillna("?")
        start, end = (instants(body[name], grid, faults, within=channel) for name in ("start", "end"))
        volume = numbers(body["volume"], faults, needed=True)
        each_s = sum(durations_s(body[name], faults, needed=True) for name in ("task_s", "after_work_s"))
        if faults.problems:
            return None
        lengths = np.unique(np.asarray((end.at - start.at).total_seconds() / 60))
        if len(lengths) != 1 or lengths[0] not in INTERVALS_MIN:
            told = ", ".join(f"{minutes:g}" for minutes in lengths[:5])
            faults.whole(f"intervals of {told} minutes", "one interval of 5 to 60 minutes", "Export each apart.", "end")
            return None
        frame = pd.DataFrame({"start": start.at, "channel": channel.to_numpy(), "volume": volume, "each_s": each_s})
        frame = frame.set_axis(body.index).sort_values(["channel", "start"], kind="stable")
        frame["offered"] = frame.groupby("channel")["volume"].transform(lambda v: whole(v.to_numpy(dtype=float)))
        frame["handle_s"] = frame["each_s"] * frame["offered"]
        notes = [note("forecast_as_history")]
        if start.doubled:
            notes.append(note("doubled_hour", rows=start.doubled))
        kinds = media(channel.unique(), channel.unique())
        return Reading(frame[["start", "channel", "offered", "handle_s"]], int(lengths[0]), tuple(notes), kinds=kinds)


def whole(volumes: Floats) -> Floats:
    """Whole numbers whose running sum is never more than a half away from that of ``volumes``.

    >>> whole(np.array([0.4, 0.4, 0.4, 2.6])).tolist()
    [0.0, 1.0, 0.0, 3.0]
    """
    return np.asarray(np.diff(np.floor(np.cumsum(volumes) + 0.5), prepend=0.0))


PROFILE = CalabrioForecast()
