"""Genesys Cloud: the historical interaction data export, intervals of 15 minutes in UTC, one row a skill set."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, durations_s, instants, numbers
from staffing.files.imported import Answers, Reading
from staffing.files.media import media
from staffing.files.reading import Table

START, QUEUE, MEDIA = "Interval Start UTC Date", "Queue", "Media Type"
OFFERED, HANDLED, HANDLE_S = "Offered", "Interactions Handled", "Total Handle Time"
NEEDED = (START, QUEUE, MEDIA, OFFERED, HANDLED, HANDLE_S)


class Genesys:
    """Columns by name; ``Total Handle Time`` in seconds holds after-call work. Skill sets and languages of one queue
    and medium are added up."""

    key: ClassVar[str] = "genesys"

    def confidence(self, table: Table) -> float:
        headers = set(table.headers())
        return sum(name in headers for name in NEEDED) / len(NEEDED) if START in headers else 0.0

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.body()
        for name in NEEDED:
            if name not in body.columns:
                faults.whole("no such column", name, "Export it with the standard columns.", name)
        if faults.problems:
            return None
        stamps = body[START].astype("str")
        utc = stamps.mask(stamps.str.fullmatch(r"[\d-]{10}[ T][\d:.]+"), stamps.str.replace(" ", "T") + "Z")
        at = instants(utc.rename(START), grid, faults).at
        frame = pd.DataFrame({"start": at, "channel": _channels(body[QUEUE], body[MEDIA]).to_numpy()})
        frame["offered"] = numbers(body[OFFERED], faults, needed=True, whole=True)
        frame["handled"] = numbers(body[HANDLED], faults, whole=True)
        frame["handle_s"] = pd.Series(durations_s(body[HANDLE_S], faults)).where(frame["handled"].notna())
        return Reading(frame, interval_min=15, summed=True, kinds=media(frame["channel"], body[MEDIA]))


def _channels(queue: pd.Series, media: pd.Series) -> pd.Series:
    """The queue's name, with its medium where the file has several."""
    queue, media = queue.astype("str").fillna("?").str.strip(), media.astype("str").fillna("?").str.strip().str.lower()
    return queue if media.nunique() < 2 else queue + " / " + media


PROFILE = Genesys()
