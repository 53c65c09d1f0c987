"""import_history(): a file somebody already has in, rows in the form of ``history.csv`` out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid
from forecasts.history import COLUMNS
from staffing.files.atomic import replacing
from staffing.files.cells import Faults, Floats
from staffing.files.imported import Answers, Imported, Reading, checked, joined
from staffing.files.notes import Note, note
from staffing.files.parts import Part, parts_of
from staffing.files.profiles import profile, profiles
from staffing.files.reading import LIMITS, Limits, Table, read_tables, refuse, texts, under
from staffing.problems import BadInput

CHUNK = 100_000
KNOWN = "a known export, or when and how many contacts came: a row per queue and interval, or a row per call"
LEAST_CONFIDENCE, ENOUGH = 0.3, 0.5
TITLES = 30
"""A header is looked for in so many rows."""
OF_CALLS = {"queue", "wait", "service", "outcome", "agent", "wrap", "direction"}
"""Columns that only a list of calls is told by."""
SEEN = 50
"""Rows that tell of what form a table is."""


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
    """The table from its header on: titles above it are left out where a later row is a known header. A heading that
    stands a row higher than the others, as merged cells leave it, is taken from there."""
    if detect(table)[0].confidence >= ENOUGH:
        return table
    for row in range(1, min(TITLES, len(table.cells) - 1)):
        above, own = texts(table.cells.iloc[row - 1]), texts(table.cells.iloc[row])
        top = replace(table, cells=table.cells.iloc[: row + SEEN], titles=row, above=above)
        for heads in (own, tuple(mine or higher for mine, higher in zip(own, above, strict=True))):
            if detect(replace(top, cells=under(top.cells.iloc[row:], heads)))[0].confidence >= ENOUGH:
                return replace(top, cells=under(table.cells.iloc[row:], heads))
    return table


def tables_of(path: Path, limits: Limits = LIMITS) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """What an export holds, from its header on: its table, or those sheets of a workbook that have the header of the
    first one known, each content once; and the names of the sheets left out."""
    found = [headed(table) for table in read_tables(path, limits)]
    first = next((table for table in found if detect(table)[0].confidence >= ENOUGH), found[0])
    kept: list[Table] = []
    for table in found:
        if table.headers() == first.headers() and not any(table.cells.equals(other.cells) for other in kept):
            kept.append(table)
    return tuple(kept), tuple(table.sheet for table in found if not any(table is other for other in kept))


def import_history(
    path: Path, grid: Grid, *, answers: Answers | None = None, form: str | None = None, limits: Limits = LIMITS
) -> Imported:
    """Contacts per channel and interval from an export, its form detected unless given by its profile's key.

    Times without an offset are read in ``grid.tz``; the frame keeps the file's own interval, which must not be
    coarser than the grid's. Raises BadInput with every problem found.
    """
    (tables, unread), told = tables_of(path, limits), answers or Answers()
    parts = [part for table in tables for part in parts_of(table, told.columns)]
    key = form or ("calls" if OF_CALLS & set(told.columns) else detect(parts[0].table)[0].profile)
    if not told.columns and profile(key).confidence(parts[0].table) < LEAST_CONFIDENCE:
        headers = ", ".join(parts[0].table.headers())[:200]
        refuse(
            path.name,
            f"columns {headers}",
            KNOWN,
            "Say which column is which, like --column start=HEADER --column offered=HEADER.",
        )
    faults = Faults(path.name, tables[0].separator)
    readings = _read(parts, key, grid, told, faults)
    if len(tables) > 1 and not faults.problems and _meet(readings):
        named = [replace(part, channel=" ".join(filter(None, (part.table.sheet, part.channel)))) for part in parts]
        parts, faults.notes = named, []
        readings = _read(parts, key, grid, told, faults)
    if faults.problems or not readings:
        raise BadInput(faults.problems)
    faults.notes += _left_out(tables, unread)
    if len({part.channel for part in parts}) > 1:
        read = "queues_by_name" if parts[0].name_alone else "queues_apart"
        faults.notes.append(note(read, queues=", ".join(part.channel for part in parts)[:300]))
    return checked(key, joined(readings), grid, told, faults)


def _read(parts: Sequence[Part], key: str, grid: Grid, told: Answers, faults: Faults) -> list[Reading]:
    """Each part as its profile reads it, under its own channel's name."""
    readings = []
    for part in parts:
        mine = replace(faults, file=part.table.place)  # the same lists
        reading = profile(key).read(part.table, grid, replace(told, channel=part.channel or told.channel), mine)
        readings += [] if reading is None else [reading]
    return readings


def _meet(readings: Sequence[Reading]) -> bool:
    """Whether sheets tell of one channel at the same times: then each is a queue of its own, else a time of its own."""
    keys = [reading.frame[["channel", "start"]].drop_duplicates() for reading in readings]
    return 2 * int(pd.concat(keys).duplicated().sum()) >= min(len(mine) for mine in keys)


def _left_out(tables: Sequence[Table], unread: Sequence[str]) -> list[Note]:
    """Lines above the headers, and sheets that were not read."""
    titles = sum(table.titles for table in tables)
    told = [note("title_lines", rows=titles)] if titles else []
    return told + ([note("sheets_unread", sheets=", ".join(unread)[:300])] if unread else [])


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
