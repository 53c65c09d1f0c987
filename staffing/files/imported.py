"""What an import gives: rows in the form of ``history.csv``, what is noted in them, and what only the owner can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Protocol

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from forecasts.history import COLUMNS, ChannelHours, History
from staffing.files.cells import Faults
from staffing.files.notes import Note, note
from staffing.files.reading import Table
from staffing.problems import BadInput

INTERVALS_MIN = (5, 10, 15, 30, 60)
COUNTS = ("offered", "handled", "abandoned")


@dataclass(frozen=True)
class Answers:
    """What the owner of a file says of it, where the file does not.

    ``wrap_up_s`` after-call work to add to each handled contact; ``counted_at_end`` whether the switch counts a
    contact in the interval where it ends; ``columns`` field -> header, over what the mapper proposes; ``channel`` the
    name for a file that names none.
    """

    wrap_up_s: float | None = None
    counted_at_end: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    channel: str = "phone"


@dataclass(frozen=True)
class Patience:
    """Callers' patience on a queue, from raw waits: mean seconds = total wait / abandonments (the answered are
    censored observations of an exponential; Brown et al. 2005, section 5)."""

    queue: str
    mean_s: float
    abandoned: int
    answered: int


@dataclass(frozen=True)
class Reading:
    """What a profile makes of a table, before checks: one row per channel and interval, starts tz-aware.

    ``frame`` has start, channel, offered and, where known, handled, abandoned, handle_s and waited_s (totals);
    ``interval_min`` when the file says it; ``asks`` the questions this form leaves open; ``summed`` when several rows
    of one channel and interval add up, otherwise the last one wins when ``last_wins``, else they are a problem, told
    by the frame's index, which then holds spreadsheet rows, and by ``start``, the header of their starts;
    ``kinds`` the channels that are not phone, each with its kind.
    """

    frame: pd.DataFrame
    interval_min: int | None = None
    notes: tuple[Note, ...] = ()
    asks: tuple[str, ...] = ()
    summed: bool = False
    last_wins: bool = False
    patience: tuple[Patience, ...] = ()
    tally: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    start: str = "start"


class Profile(Protocol):
    """One form of export, recognised by what is in it. One class in one file of ``staffing.files.profiles``."""

    key: ClassVar[str]

    def confidence(self, table: Table) -> float:
        """How surely this table is of this form, 0..1, from its first rows alone."""
        ...

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        """Its rows; None when a fault leaves nothing to read."""
        ...


@dataclass(frozen=True)
class Imported:
    """A read export.

    ``frame`` has the columns of ``forecasts.history.History`` on the file's own ``interval_min``; ``questions`` are
    the questions still open (``wrap_up_s``, ``counted_at_end``), ``answers`` what its owner said; ``tally`` counts what
    was met on the way; ``kinds`` the channels that are not phone, each with its kind.
    """

    profile: str
    frame: pd.DataFrame
    grid: Grid
    notes: tuple[Note, ...] = ()
    questions: tuple[str, ...] = ()
    patience: tuple[Patience, ...] = ()
    tally: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    answers: Answers = Answers()

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.frame["channel"]))

    def history(self, hours: tuple[ChannelHours, ...]) -> History:
        """The same as a History, once opening hours are known; contacts outside them stay in the frame."""
        return History(self.grid, self.frame, hours)


def checked(profile: str, reading: Reading, grid: Grid, answers: Answers, faults: Faults) -> Imported:
    """A reading on its own interval, means computed, answers applied; raises BadInput with every fault."""
    frame = reading.frame
    if not len(frame) and not faults.problems:
        faults.whole("no rows of contacts", "at least one", "Check that this is the export you meant.")
    if faults.problems:
        raise BadInput(faults.problems)
    interval = reading.interval_min or interval_of(frame["start"], faults)
    if interval > grid.interval_min:
        faults.whole(
            f"intervals of {interval} minutes",
            f"{grid.interval_min} minutes or finer",
            f"Plan by --interval {interval}, or export finer intervals.",
        )
        raise BadInput(faults.problems)
    notes = [*reading.notes, *faults.notes]
    frame = _one_row_each(frame, reading, notes, faults)
    frame = _known(frame, notes, faults)
    if faults.problems:
        raise BadInput(faults.problems)
    out = _with_means(frame, answers)
    notes += _said(reading, answers)
    asked = tuple(question for question in reading.asks if getattr(answers, question) is None)
    own = Grid(grid.tz, interval)
    return Imported(profile, out, own, tuple(notes), asked, reading.patience, reading.tally, reading.kinds, answers)


def joined(readings: Sequence[Reading]) -> Reading:
    """Readings of one form as one; what they all note is noted once."""
    first = readings[0]
    if len(readings) == 1:
        return first
    return replace(
        first,
        frame=pd.concat([reading.frame for reading in readings]),
        notes=tuple(dict.fromkeys(line for reading in readings for line in reading.notes)),
        asks=tuple(dict.fromkeys(question for reading in readings for question in reading.asks)),
        patience=tuple(found for reading in readings for found in reading.patience),
        tally=tuple(counted for reading in readings for counted in reading.tally),
        kinds=tuple(dict.fromkeys(pair for reading in readings for pair in reading.kinds)),
    )


def interval_of(starts: pd.Series, faults: Faults) -> int:
    """The coarsest of 5..60 minutes on whose grid all starts lie; 60 and one fault when none."""
    at = pd.DatetimeIndex(starts)
    minute = np.asarray(at.minute)
    fine = [i for i in INTERVALS_MIN if not (minute % i).any()]
    if not fine or np.asarray(at.second).any():
        faults.whole(
            "starts off any grid", "starts every 5, 10, 15, 30 or 60 minutes", "Export intervals, not single contacts."
        )
        raise BadInput(faults.problems)
    return max(fine)


def _one_row_each(frame: pd.DataFrame, reading: Reading, notes: list[Note], faults: Faults) -> pd.DataFrame:
    """One row per channel and start, by the form's own law: added up, last upload, or a problem."""
    for column in ("handled", "abandoned", "handle_s", "waited_s"):
        if column not in frame.columns:
            frame = frame.assign(**{column: np.nan})
    repeated = frame.duplicated(["channel", "start"], keep=False)
    if not repeated.any():
        return frame
    if reading.summed:
        return _summed(frame)
    if reading.last_wins:
        dropped = int(frame.duplicated(["channel", "start"], keep="last").sum())
        notes.append(note("last_wins", rows=dropped))
        return frame.drop_duplicates(["channel", "start"], keep="last")
    rows = frame.assign(first=frame.assign(row=frame.index).groupby(["channel", "start"])["row"].transform("min"))
    again = rows[frame.duplicated(["channel", "start"])]
    found = [
        f"{channel[:60]}, {start:%Y-%m-%d %H:%M} again (first in row {row})"
        for channel, start, row in zip(again["channel"], again["start"], again["first"], strict=True)
    ]
    expected, fix = "each channel and start once", "Keep the right one of the two rows."
    faults.rows(reading.start, again.index, found, expected, fix)
    return frame


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of one channel and start added up; a sum with an unknown part is unknown."""
    groups = frame.groupby(["channel", "start"], sort=False)
    whole = groups.count().eq(groups.size(), axis=0)
    return groups.sum(min_count=1).where(whole).reset_index()


def _known(frame: pd.DataFrame, notes: list[Note], faults: Faults) -> pd.DataFrame:
    """The rows whose contacts are known; an interval nobody knows is missing, not zero, and both kinds are counted."""
    unknown = frame["offered"].isna()
    if unknown.all():
        faults.whole("no row with a count", "contacts in some interval", "Check the columns.")
    if unknown.any():
        notes.append(note("offered_unknown", rows=int(unknown.sum())))
        frame = frame[~unknown]
    silent = int(frame["handled"].isna().sum())
    if 0 < silent < len(frame):
        notes.append(note("handled_unknown", rows=silent))
    return frame


def _with_means(frame: pd.DataFrame, answers: Answers) -> pd.DataFrame:
    """Totals as means, wrap-up added; in the column order of History."""
    handled = frame["handled"].where(frame["handled"].notna(), frame["offered"])
    aht_s = (frame["handle_s"] / handled).where(handled > 0) + (answers.wrap_up_s or 0.0)
    wait_s = (frame["waited_s"] / frame["offered"]).where(frame["offered"] > 0)
    out = frame.assign(aht_s=aht_s, wait_s=wait_s)[list(COLUMNS)]
    out = out.astype(dict.fromkeys(COLUMNS[2:], float)).sort_values(["channel", "start"], ignore_index=True)
    return out.assign(channel=out["channel"].astype("str"))


def _said(reading: Reading, answers: Answers) -> list[Note]:
    said: list[Note] = []
    if "wrap_up_s" in reading.asks:
        told = answers.wrap_up_s
        said.append(note("wrap_up_unknown") if told is None else note("wrap_up_added", seconds=f"{told:g}"))
    if "counted_at_end" in reading.asks:
        told_end = answers.counted_at_end
        said.append(note({None: "counted_unknown", True: "counted_at_end", False: "counted_at_start"}[told_end]))
    return said
