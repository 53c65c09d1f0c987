"""One folder in, one Centre out, or every problem at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from forecasts.calendars import SpecialDays, special_days
from forecasts.edits import Edit
from forecasts.grid import Grid, Opening
from forecasts.history import ChannelHours, Event, History
from forecasts.sisters import Borrow
from staffing.centre import Calendar, Centre, Channel, Goals, Queue, Shrinkage, Sink, Transfer
from staffing.gate.findings import Findings
from staffing.gate.history import (
    Record,
    instants,
    onto_grid,
    read_record,
    silent_days,
    tell_holes,
    with_zeros,
    within_hours,
)
from staffing.gate.known import Known
from staffing.gate.people import read_team, tell_nobody_on_sundays
from staffing.gate.schema import FILES, REQUIRED, EditRow, EventRow
from staffing.gate.settings import CentreTable, HoursTable
from staffing.gate.sheet import read_sheet
from staffing.gate.toml import FILE, read_settings
from staffing.problems import BadInput, Problem

YEARS_AHEAD = 3
KEPT = 4
_kept: dict[str, Centre] = {}
"""The centres read last in this process, by digest: the same files are read once."""
_records: dict[str, tuple[Record, tuple[Problem, ...]]] = {}
"""What ``history.csv`` said under the same ``centre.toml``, with its remarks: the longest of the files is not read
again where another one changed."""


def read_centre(folder: Path | str) -> Centre:
    """Read a centre's folder; every file, column and unit is in ``staffing.gate.schema`` and ``settings``.

    Raises BadInput with all problems at once. The ``remarks`` of the answer tell what was read with care
    (encoding, decimal commas, holes, contacts outside opening hours).
    """
    home = Path(folder)
    findings = Findings()
    files = _files(home, findings)
    whole = not findings.problems and (home / FILE).is_file()
    mark = digest(home, files) if whole else ""
    known = read_before(mark)
    if known is not None:
        return known
    centre = _read(home, files, findings)
    if centre.digest == mark:  # else a file changed meanwhile
        _kept[mark] = centre
        while len(_kept) > KEPT:
            _kept.pop(next(iter(_kept)), None)
    return centre


def name_told(folder: Path) -> str:
    """The centre's name as its folder tells it, without reading the rest; nothing where it tells none."""
    try:
        return str(tomllib.loads((folder / FILE).read_text("utf-8")).get("name", ""))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""


def read_before(digest: str) -> Centre | None:
    """The centre of that digest where this process has read it lately."""
    return _kept.get(digest)


def _read(home: Path, files: dict[str, Path], findings: Findings) -> Centre:
    if not home.is_dir():
        raise BadInput(findings.told())
    settings, known = read_settings(home / FILE, findings)
    record = _record(home, files["history.csv"], known, findings) if "history.csv" in files else None
    team = read_team(files, known, findings)
    events = _events(files, known, findings)
    edits = _edits(files, known, findings)
    if settings is None or record is None:
        raise BadInput(findings.told())
    if team is not None:
        tell_nobody_on_sundays(team, settings, findings)
    findings.kept(settings.history.notes)
    grid = Grid(settings.time_zone, settings.interval_min)
    special = _special(settings, record, findings)
    openings = {name: _opening(table, special) for name, table in settings.hours.items()}
    channels = tuple(_channel(name, settings, openings) for name in settings.channels)
    history = _history(record, grid, settings, channels, special, findings)
    if history is None or team is None or findings.problems:
        raise BadInput(findings.told())
    goals = settings.goals.model_dump()
    return Centre(
        settings.name,
        grid,
        history[1],
        _queues(settings, openings),
        team,
        History(grid, history[0], history[2], special.holidays, special.school_holidays, events),
        tuple(Sink(name, sink.cost_eur) for name, sink in settings.sinks.items()),
        tuple(Shrinkage(s.kind, s.share, s.level, s.weekdays, s.from_, s.to) for s in settings.shrinkage),
        Goals(**{("late_after_min" if k == "late_after" else k): v for k, v in goals.items()}),
        _calendar(settings, special),
        settings.retry_share,
        settings.retry_delay_min,
        digest(home, files),
        tuple(findings.remarks),
        edits,
        tuple(settings.posts.items()),
    )


def _record(home: Path, path: Path, known: Known, findings: Findings) -> Record | None:
    mark = digest(home, {"history.csv": path}) if (home / FILE).is_file() else ""
    if mark in _records:
        record, remarks = _records[mark]
        findings.remarks += remarks
        return record
    problems, remarked = len(findings.problems), len(findings.remarks)
    read = read_record(path, known, findings)
    if read is not None and mark and len(findings.problems) == problems:
        _records[mark] = read, tuple(findings.remarks[remarked:])
        while len(_records) > KEPT:
            _records.pop(next(iter(_records)), None)
    return read


def _files(home: Path, findings: Findings) -> dict[str, Path]:
    """The folder's files by their plain name; ``.csv.gz`` stands for ``.csv``."""
    found: dict[str, Path] = {}
    for name in FILES:
        here = [p for p in (home / name, home / f"{name}.gz") if p.is_file()]
        if len(here) > 1:
            findings.wrong(
                name, None, None, found=f"{name} and {name}.gz", expected="one of the two", fix="Remove the old one."
            )
        if here:
            found[name] = here[0]
        elif name in REQUIRED and home.is_dir():
            findings.wrong(
                name,
                None,
                None,
                found="no such file",
                expected=f"{name} in the centre's folder",
                fix=f"Its header is: {','.join(FILES[name].model_fields)}.",
            )
    if not home.is_dir():
        findings.wrong(
            str(home), None, None, found="no such folder", expected="a centre's folder", fix="Check the path."
        )
    return found


def digest(home: Path, files: dict[str, Path]) -> str:
    """SHA-256 over the bytes of every file that was read, in order of name."""
    total = hashlib.sha256()
    for name, path in sorted({FILE: home / FILE, **files}.items()):
        total.update(f"{name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _events(files: dict[str, Path], known: Known, findings: Findings) -> tuple[Event, ...]:
    sheet = read_sheet(files["events.csv"], EventRow, findings) if "events.csv" in files else None
    if sheet is None:
        return ()
    sheet = sheet.sound
    for row, values in sheet.each():
        if values["last"] < values["first"]:
            findings.wrong(
                sheet.file,
                row,
                "last",
                found=f"{values['last']} before {values['first']}",
                expected="a last day on or after the first",
                fix="Swap or correct the days.",
            )
        for channel in values["channels"]:
            if known.missing(channel, "channels"):
                findings.wrong(
                    sheet.file,
                    row,
                    "channels",
                    found=repr(channel),
                    expected=f"of {', '.join(known.names['channels'])}",
                    fix="Correct the name, or leave the cell empty for all channels.",
                )
    return tuple(Event(**values) for _, values in sheet.each())


def _edits(files: dict[str, Path], known: Known, findings: Findings) -> tuple[Edit, ...]:
    sheet = read_sheet(files["edits.csv"], EditRow, findings) if "edits.csv" in files else None
    if sheet is None:
        return ()
    sheet, zone = sheet.sound, known.time_zone
    for row, values in sheet.each():
        if values["channel"] is not None and known.missing(values["channel"], "channels"):
            findings.wrong(
                sheet.file,
                row,
                "channel",
                found=repr(values["channel"]),
                expected=f"of {', '.join(known.names['channels'])}",
                fix="Correct the name, or leave the cell empty for all channels.",
            )
    if zone is None:
        return ()
    spans = zip(instants(sheet, "first", zone, findings), instants(sheet, "until", zone, findings), strict=True)
    edits = []
    for (row, values), (begin, end) in zip(sheet.each(), spans, strict=True):
        if begin is None or end is None:
            continue
        starts, ends = pd.Timestamp(begin).tz_convert(zone), pd.Timestamp(end).tz_convert(zone)
        try:
            edits.append(
                Edit(values["act"], values["value"], starts, ends, values["reason"], channel=values["channel"] or "")
            )
        except ValueError as error:
            findings.wrong(
                sheet.file, row, "value", found=str(values["value"]), expected=str(error), fix="Correct the edit."
            )
    return tuple(edits)


def _special(settings: CentreTable, record: Record, findings: Findings) -> SpecialDays:
    """Public and school holidays from the first recorded year to three years past the last."""
    first, last = record.days
    calendar = settings.calendar
    try:
        days = special_days(
            calendar.subdivision,
            calendar.school_zone,
            first.replace(month=1, day=1),
            dt.date(last.year + YEARS_AHEAD, 12, 31),
            country=calendar.country,
        )
    except ValueError as error:
        findings.wrong(
            FILE,
            None,
            "calendar",
            found=f"{calendar.country} {calendar.subdivision} {calendar.school_zone}",
            expected=str(error),
            fix='For Moselle write country = "FR", subdivision = "57", school_zone = "B".',
        )
        return SpecialDays((), ())
    own = {h.day: h.name or "holiday" for h in calendar.holidays}
    return SpecialDays(tuple(sorted({**dict(days.holidays), **own}.items())), days.school_holidays)


def _calendar(settings: CentreTable, special: SpecialDays) -> Calendar:
    calendar = settings.calendar
    return Calendar(calendar.country, calendar.subdivision, calendar.school_zone, special.holidays)


def _opening(table: HoursTable, special: SpecialDays) -> Opening:
    closed = set(table.closed) | ({day for day, _ in special.holidays} if table.closed_on_holidays else set())
    return Opening(table.weekdays, frozenset(closed), tuple((other.day, other.hours) for other in table.other))


def _channel(name: str, settings: CentreTable, openings: dict[str, Opening]) -> Channel:
    table = settings.channels[name]
    hours = table.hours or settings.queues[table.queue].hours
    transfers = tuple(Transfer(**transfer.model_dump()) for transfer in table.transfers)
    borrow = None if table.sister is None else Borrow(name, table.sister, table.sister_share)
    return Channel(name, table.kind, table.queue, openings[hours], table.aht_s, transfers, table.label or name, borrow)


def _queues(settings: CentreTable, openings: dict[str, Opening]) -> tuple[Queue, ...]:
    return tuple(
        Queue(
            name,
            table.level,
            table.kind,
            openings[table.hours],
            table.target.target(),
            **table.model_dump(exclude={"level", "kind", "hours", "target", "label"}),
            label=table.label or name,
        )
        for name, table in settings.queues.items()
    )


def _history(
    record: Record,
    grid: Grid,
    settings: CentreTable,
    channels: tuple[Channel, ...],
    special: SpecialDays,
    findings: Findings,
) -> tuple[pd.DataFrame, tuple[Channel, ...], tuple[ChannelHours, ...]] | None:
    """The history's frame on the centre's grid, and the channels with the days found closed."""
    zeros = settings.history.missing_intervals == "zero"
    frame = onto_grid(record, grid, findings, zeros=zeros)
    if settings.history.missing_days == "closed":
        channels = tuple(_closed_when_silent(channel, frame, grid) for channel in channels)
    openings = {c.name: c.opening for c in channels}
    silent = frozenset(c.name for c in channels if not record.whole or (c.borrow and c.borrow.share))
    frame = within_hours(frame, openings, silent, frozenset(day for day, _ in special.holidays), findings)
    if findings.problems:
        return None
    seen = set(frame["channel"].unique())
    recorded = {name: opening for name, opening in openings.items() if name in seen}
    if zeros:
        frame = with_zeros(frame, recorded, grid)
    tell_holes(frame, recorded, grid, findings)
    return frame, channels, tuple(ChannelHours(name, opening) for name, opening in openings.items())


def _closed_when_silent(channel: Channel, frame: pd.DataFrame, grid: Grid) -> Channel:
    opening = channel.opening
    closed = opening.closed | silent_days(frame, channel.name, opening, grid)
    return replace(channel, opening=replace(opening, closed=closed))
