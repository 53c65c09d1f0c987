"""Rows of ``absences.csv`` taken out of a centre's folder again."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection
from pathlib import Path

from staffing.files.atomic import write_texts
from staffing.gate.sheet import plain_table

FILE = "absences.csv"


def take_out(folder: Path, gone: Collection[tuple[str, dt.date, dt.date]]) -> tuple[tuple[str, dt.date, dt.date], ...]:
    """The absences (agent, first, last day) that stood in the file and no longer do; without a row left the file goes.

    ValueError for a file that cannot be read whole.
    """
    path = folder / FILE
    if not gone or not path.is_file():
        return ()
    header, rows = plain_table(path)
    named = {(agent, first.isoformat(), last.isoformat()): (agent, first, last) for agent, first, last in gone}
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    keys = [(cell.get("agent", ""), cell.get("first", ""), cell.get("last", "")) for cell in cells]
    left = [row for row, key in zip(rows, keys, strict=True) if key not in named]
    if not left:
        path.unlink()
    elif len(left) < len(rows):
        told = io.StringIO()
        csv.writer(told, lineterminator="\n").writerows([header, *left])
        write_texts({path: told.getvalue()})
    return tuple(named[key] for key in keys if key in named)
