"""Amazon Connect: the historical metrics file of its forecasting, the last upload of an interval counting."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, durations_s, instants, numbers, text
from staffing.files.imported import Answers, Reading
from staffing.files.media import media
from staffing.files.reading import Table

NEEDED = ("QueueName", "ChannelType", "TimeStamp", "IntervalDuration", "IncomingContactVolume", "AverageHandleTime")
HANDLED = "ContactsHandled"
MINUTES = {"15mins": 15, "30mins": 30, "15min": 15, "30min": 30, "daily": 1440}


class AmazonConnect:
    """Columns by name; the mean handle time holds after-contact work. One file has one interval, 15 or 30 minutes;
    ``daily`` cannot be rostered and is refused."""

    key: ClassVar[str] = "amazon_connect"

    def confidence(self, table: Table) -> float:
        headers = set(table.headers())
        return sum(name in headers for name in NEEDED) / len(NEEDED)

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.body()
        for name in NEEDED:
            if name not in body.columns:
                faults.whole("no such column", name, "Export it with the standard columns.", name)
        if faults.problems:
            return None
        interval = _interval(body["IntervalDuration"], faults)
        queue, kind = body["QueueName"].astype("str").str.strip(), body["ChannelType"].astype("str").str.strip()
        channel = queue if kind.nunique() < 2 else queue + " / " + kind.str.lower()
        read = instants(body["TimeStamp"], grid, faults, within=channel)
        offered = numbers(body["IncomingContactVolume"], faults, needed=True, whole=True)
        frame = pd.DataFrame({"start": read.at, "channel": channel.to_numpy(), "offered": offered})
        if HANDLED in body.columns:
            frame["handled"] = numbers(body[HANDLED], faults, whole=True)
        else:
            frame["handled"] = np.nan
        answered = frame["handled"].where(frame["handled"].notna(), frame["offered"])
        frame["handle_s"] = durations_s(body["AverageHandleTime"], faults) * answered
        return Reading(frame, interval_min=interval, last_wins=True, kinds=media(frame["channel"], kind))


def _interval(column: pd.Series, faults: Faults) -> int | None:
    minutes = text(column).str.lower().map(MINUTES)
    faults.cells(column, minutes.isna().to_numpy(), "15mins or 30mins", "Export by interval.")
    found = sorted({int(m) for m in minutes.dropna()})
    if found == [1440] or len(found) > 1:
        told = ", ".join(f"{m} minutes" for m in found)
        faults.whole(told, "one interval of 15 or 30 minutes", "Export the intervals alone.", str(column.name))
        return None
    return found[0] if found else None


PROFILE = AmazonConnect()
