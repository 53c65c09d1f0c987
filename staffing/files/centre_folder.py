"""An import written as a centre's folder, whole and read back through the gate, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from forecasts.grid import Grid
from staffing.centre import Centre
from staffing.files.atomic import half_made
from staffing.files.history_import import write_history
from staffing.files.imported import Imported
from staffing.files.new_centre import Stand, new_centre
from staffing.files.notes import Note
from staffing.gate.read import read_centre
from staffing.problems import BadInput, Problem


def refuse_taken(into: Path) -> None:
    """BadInput when ``into`` is a file or a folder that holds anything."""
    if into.exists() and not (into.is_dir() and not any(into.iterdir())):
        raise BadInput([Problem("--into", None, None, str(into), "a new folder", "Name a folder that does not exist.")])


def write_centre(
    imported: Imported, grid: Grid, stand: Stand, into: Path, language: str
) -> tuple[Centre, tuple[Note, ...]]:
    """The centre now in the new folder ``into``, and every note on the way there.

    The files are written and gated in a hidden folder beside it, which takes its name at the end: a refusal, a full
    disk or a killed process leaves nothing at ``into``, and the next import there sweeps the rest. Raises BadInput.
    """
    made = new_centre(imported, grid, stand, language)
    try:
        home = into.absolute().parent
        above = next(p for p in (home, *home.parents) if p.exists())
        with half_made(above / into.name, folder=True) as half:
            write_history(imported, half / "history.csv")
            _written(half / "centre.toml", made.toml)
            _written(half / "agents.csv", made.agents)
            centre = read_centre(half)
            home.mkdir(parents=True, exist_ok=True)
            half.rename(into)
    except OSError as error:
        raise unwritten(into, error) from error
    return centre, (*imported.notes, *made.notes)


def unwritten(into: Path, error: OSError) -> BadInput:
    """BadInput for a place that cannot be written: a full disk, no permission, a folder already there."""
    found = error.strerror or type(error).__name__
    return BadInput([Problem(str(into), None, None, found, "room and leave to write", "Nothing was left behind.")])


def _written(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
