"""Any table with a header: columns proposed by their names, French or English, and overruled by the owner."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, Floats, durations_s, instants, numbers, text, unit_of
from staffing.files.handle_times import plausible
from staffing.files.imported import Answers, Reading
from staffing.files.mapper import Proposal, propose
from staffing.files.media import EMAIL, media
from staffing.files.notes import Note, note
from staffing.files.parts import parts_of, twice
from staffing.files.reading import CUT, Table
from staffing.files.stamps import stamps, totals, written_down
from staffing.problems import Problem

SHOWN = 5
LONG = "Rename them. Or export one row per queue and interval."
DURATIONS = ("aht_s", "talk_s", "wrap_s", "wait_s")


class AnyTable:
    """Offered is read, or handled + abandoned; handle time is read, or talk + wrap-up. The rest of the columns are
    named in a note, never guessed."""

    key: ClassVar[str] = "table"

    def confidence(self, table: Table) -> float:
        if table.events:
            return 0.0
        return 0.5 if propose(parts_of(table)[0].table.headers()).enough else 0.1

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.body()
        _beyond_header(table, faults)
        named = propose(list(body.columns), answers.columns)
        _told_twice(table, named, faults)
        for field, header in answers.columns.items():
            if header not in body.columns:
                faults.whole(
                    f"no column {header!r}", f"a column for {field}", f"Have: {', '.join(body.columns)}."[:300]
                )
        if not named.enough:
            faults.whole(
                f"columns {', '.join(body.columns)}"[:300],
                "a start (or date and time) and contacts offered",
                "Say which column is which, like offered=Calls.",
            )
        if faults.problems:
            return None
        notes = [note("columns_read", columns=", ".join(f"{f} = {h}" for f, h in named.columns.items()))]
        if (added := totals(body, named.columns)).any():
            notes.append(note("total_rows", rows=int(added.sum())))
            body = body[~added]
        body = _merged(body, named, notes)
        channel = _channel(body, named, answers, faults)
        starts = stamps(body, named.columns)
        read = instants(starts, grid, faults, within=channel)
        frame = pd.DataFrame({"start": read.at, "channel": channel.to_numpy()}, index=body.index)
        kinds = _kinds(frame, named)
        asks = _counts(frame, body, named, faults, notes) + _times(frame, body, named, faults, notes, dict(kinds))
        if read.doubled:
            notes.append(note("doubled_hour", rows=read.doubled))
        if named.unused:
            notes.append(note("columns_unused", columns=", ".join(named.unused)[:300]))
        return Reading(frame, None, tuple(notes), asks, kinds=kinds, start=str(starts.name))


def _beyond_header(table: Table, faults: Faults) -> None:
    """Cells under no heading are a fault of their rows: a decimal comma between commas makes them, and shifts a row."""
    width = max((i + 1 for i, name in enumerate(table.headers()) if name), default=0)
    cells = table.cells.iloc[1:].notna()
    rows = cells.index[cells.iloc[:, width:].any(axis=1)]
    more = f" ({len(rows) - SHOWN} more rows)" if len(rows) > SHOWN else ""
    for row in rows[:SHOWN]:
        found = f"{int(cells.columns[cells.loc[row]].max()) + 1} cells"
        faults.problems.append(Problem(table.file, int(row) + 1, None, found, f"{width}, as in the header", CUT + more))


def _told_twice(table: Table, named: Proposal, faults: Faults) -> None:
    """A heading that is read may not stand over two columns: which of them was meant?"""
    places = twice(table)
    for header in named.columns.values():
        if header in places:
            found = f"{len(places[header])} columns"
            faults.whole(found, "each heading once, or a queue's name above each", LONG, header)


def _merged(body: pd.DataFrame, named: Proposal, notes: list[Note]) -> pd.DataFrame:
    """Days and queues that are written once for several rows, as merged cells leave them, on each of their rows."""
    for header in (named.columns[field] for field in ("date", "channel") if field in named.columns and len(body)):
        filled = written_down(body[header])
        if rows := int((filled.notna() & body[header].isna()).sum()):
            notes.append(note("written_down", column=header, rows=rows))
            body = body.assign(**{header: filled})
    return body


def _channel(body: pd.DataFrame, named: Proposal, answers: Answers, faults: Faults) -> pd.Series:
    """Each row's queue; where the file names queues, a row without one may be a total and is no queue of its own."""
    if "channel" not in named.columns:
        return pd.Series(answers.channel, index=body.index, dtype="str")
    names = text(body[named.columns["channel"]])
    if names.notna().any():
        nameless = names.isna().to_numpy(dtype=bool)
        faults.cells(body[named.columns["channel"]], nameless, "a queue's name", "Name it, or leave out totals.")
    return names.fillna(answers.channel)


def _kinds(frame: pd.DataFrame, named: Proposal) -> tuple[tuple[str, str], ...]:
    """Channels that are no phone, by their name or by what the counted column says."""
    counted = named.columns.get("offered") or named.columns.get("handled", "")
    names = frame["channel"].drop_duplicates()
    return media(names, [counted] * len(names))


def _counts(
    frame: pd.DataFrame, body: pd.DataFrame, named: Proposal, faults: Faults, notes: list[Note]
) -> tuple[str, ...]:
    columns = named.columns
    for field in ("handled", "abandoned"):
        frame[field] = numbers(body[columns[field]], faults, whole=True) if field in columns else np.nan
    if "offered" in columns:
        frame["offered"] = numbers(body[columns["offered"]], faults, needed=True, whole=True)
        if "answer_rate" in columns and "handled" not in columns:
            frame["handled"] = (frame["offered"] * _rate(body[columns["answer_rate"]], faults)).round()
            notes.append(note("rate_rounded", column=columns["answer_rate"]))
    else:
        frame["offered"] = _blank_as_zero(frame["handled"]) + _blank_as_zero(frame["abandoned"])
        nothing = frame["handled"].isna() & frame["abandoned"].isna()
        frame["offered"] = frame["offered"].mask(nothing)
        notes.append(note("offered_summed"))
    return ("counted_at_end",)


def _blank_as_zero(counts: pd.Series) -> pd.Series:
    """Blanks as zero in a column that never writes a zero; in another they are unknown."""
    return counts if (counts == 0).any() else counts.fillna(0.0)


def _rate(column: pd.Series, faults: Faults) -> Floats:
    """A share from 0.85, 85 or 85 %, told apart on the whole column."""
    share = numbers(column.astype("str").str.replace("%", "", regex=False).rename(str(column.name)), faults)
    return share / 100 if np.nanmax(share, initial=0.0) > 1.0 else share


def _times(
    frame: pd.DataFrame, body: pd.DataFrame, named: Proposal, faults: Faults, notes: list[Note], kinds: dict[str, str]
) -> tuple[str, ...]:
    headers = {field: named.columns[field] for field in DURATIONS if field in named.columns}
    read = {field: durations_s(body[header], faults) for field, header in headers.items()}
    handled = frame["handled"].where(frame["handled"].notna(), frame["offered"])
    live = (frame["channel"].map(kinds) != EMAIL).to_numpy(dtype=bool)
    times = plausible(read, headers, handled.to_numpy(dtype=float), live)
    notes += times.notes
    notes += [note("unit_read", column=h, seconds=f"{unit_of(h):g}") for h in headers.values() if unit_of(h) != 1]
    total_s = {f: v if f in times.totals else v * handled.to_numpy(dtype=float) for f, v in times.seconds.items()}
    if "wait_s" in read:
        frame["waited_s"] = times.seconds["wait_s"] * frame["offered"]
    if "aht_s" in read:
        frame["handle_s"] = total_s["aht_s"]
        return ()
    if "talk_s" in read:
        frame["handle_s"] = total_s["talk_s"] + total_s.get("wrap_s", np.zeros(len(frame)))
        return () if "wrap_s" in read else ("wrap_up_s",)
    return ()


PROFILE = AnyTable()
