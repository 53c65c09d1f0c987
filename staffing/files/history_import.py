"""import_history(): a file somebody already has in, rows in the form of ``history.csv`` out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid
from forecasts.history import COLUMNS
from staffing.files.atomic import replacing
from staffing.files.cells import Faults, Floats
from staffing.files.imported import Answers, Imported, checked
from staffing.files.notes import note
from staffing.files.profiles import profile, profiles
from staffing.files.reading import LIMITS, Limits, Table, read_table, refuse
from staffing.problems import BadInput

CHUNK = 100_000
LEAST_CONFIDENCE, ENOUGH = 0.3, 0.5
TITLES = 30
"""A header is looked for in so many rows."""


@dataclass(frozen=True)
class Guess:
    """How surely a table is of a profile's form, 0..1."""

    profile: str
    confidence: float


def detect(table: Table) -> tuple[Guess, ...]:
    """Every profile's confidence in a table, surest first."""
    guesses = [Guess(p.key, p.confidence(table)) for p in profiles()]
    return tuple(sorted(guesses, key=lambda guess: (-guess.confidence, guess.profile)))


def headed(table: Table) -> Table:
    """The table from its header on: titles above it are left out where a later row is a known header."""
    if detect(table)[0].confidence >= ENOUGH:
        return table
    for row in range(1, min(TITLES, len(table.cells) - 1)):
        lower = replace(table, cells=table.cells.iloc[row:])
        if detect(lower)[0].confidence >= ENOUGH:
            return lower
    return table


def import_history(
    path: Path, grid: Grid, *, answers: Answers | None = None, form: str | None = None, limits: Limits = LIMITS
) -> Imported:
    """Contacts per channel and interval from an export, its form detected unless given by its profile's key.

    Times without an offset are read in ``grid.tz``; the frame keeps the file's own interval, which must not be
    coarser than the grid's. Raises BadInput with every problem found.
    """
    whole = read_table(path, limits)
    table = headed(whole)
    told = answers or Answers()
    key = form or detect(table)[0].profile
    found = profile(key)
    if not told.columns and found.confidence(table) < LEAST_CONFIDENCE:
        headers = ", ".join(table.headers())[:200]
        refuse(path.name, f"columns {headers}", "a known export, or told columns", "Say which column is which.")
    faults = Faults(path.name, table.separator)
    if above := len(whole.cells) - len(table.cells):
        faults.notes.append(note("title_lines", rows=above))
    reading = found.read(table, grid, told, faults)
    if reading is None:
        raise BadInput(faults.problems)
    return checked(key, reading, grid, told, faults)


def write_history(imported: Imported, path: Path) -> None:
    """Write ``history.csv`` as the centre folder has it: ISO 8601 starts with offset, one row an interval."""
    frame = imported.frame
    channels, names = pd.factorize(frame["channel"])
    texts = [
        iso_starts(pd.DatetimeIndex(frame["start"])),
        np.array([_quoted(n) for n in names], dtype="object")[channels],
    ]
    texts += [_written(frame[column].to_numpy(dtype=float)) for column in COLUMNS[2:]]
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        out.write(",".join(COLUMNS) + "\n")
        for first in range(0, len(frame), CHUNK):
            rows = zip(*(text[first : first + CHUNK] for text in texts), strict=True)
            out.write("\n".join(map(",".join, rows)) + "\n")


def _written(values: Floats) -> npt.NDArray[np.object_]:
    """Ten digits of each number, every distinct one written once; empty where unknown."""
    codes, distinct = pd.factorize(values)
    return np.array([*(f"{value:.10g}" for value in distinct), ""], dtype="object")[codes]


def _quoted(text: str) -> str:
    """A text as a CSV cell."""
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def iso_starts(at: pd.DatetimeIndex) -> npt.NDArray[np.object_]:
    """Each instant as ``2026-12-01T08:30:00+01:00``, every distinct one written once.

    >>> list(iso_starts(pd.DatetimeIndex(["2026-12-01 07:30"], tz="UTC").tz_convert("Europe/Paris")))
    ['2026-12-01T08:30:00+01:00']
    """
    codes, distinct = pd.factorize(at)
    once = pd.DatetimeIndex(distinct)
    clock = once.tz_localize(None)
    ahead_min = np.asarray((clock - once.tz_convert("UTC").tz_localize(None)).total_seconds() // 60)
    offsets = {m: f"{'-' if m < 0 else '+'}{int(abs(m)) // 60:02d}:{int(abs(m)) % 60:02d}" for m in set(ahead_min)}
    clocks = np.datetime_as_string(clock.to_numpy(), unit="s")
    return np.array([t + offsets[m] for t, m in zip(clocks, ahead_min, strict=True)], dtype="object")[codes]
