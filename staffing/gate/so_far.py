"""The contacts of a running day, in the form of ``history.csv``: what the forecast of its rest is revised by."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd

from forecasts.grid import Grid, Week
from staffing.centre import Centre
from staffing.gate.findings import Findings
from staffing.gate.history import instants
from staffing.gate.kinds import clock_minute
from staffing.gate.schema import HistoryRow
from staffing.gate.sheet import read_sheet
from staffing.problems import BadInput


@dataclass(frozen=True)
class SoFar:
    """``actuals`` with start (tz-aware), channel, offered contacts, and the instant ``now`` they reach."""

    actuals: pd.DataFrame
    now: pd.Timestamp


def read_so_far(path: Path, centre: Centre, week: Week, clock: str = "") -> SoFar:
    """The file's rows and the instant ``clock`` (HH:MM) of its last day; without it the end of its last interval.

    Raises BadInput with every problem: no file, a row that is no count, an unknown channel, a start off the centre's
    grid, a channel and start twice, a last day outside the ``week``.
    """
    findings = Findings()
    minute = _minute(clock, findings)
    if not path.is_file():
        findings.wrong(
            path.name, None, None, found="no such file", expected="the contacts so far", fix="Check the path."
        )
    sheet = read_sheet(path, HistoryRow, findings, aliases={"queue": "channel"}) if path.is_file() else None
    sheet = None if sheet is None else sheet.sound
    starts = [] if sheet is None else instants(sheet, "start", centre.grid.tz, findings)
    if sheet is None or not starts or None in starts:
        raise BadInput(findings.told())
    frame = pd.DataFrame({"channel": sheet.columns["channel"], "offered": sheet.columns["offered"]})
    frame.insert(0, "start", pd.DatetimeIndex(cast("list[dt.datetime]", starts), tz=centre.grid.tz))
    _check(sheet.file, sheet.rows, frame, centre, findings)
    latest = int(frame["start"].argmax())
    if frame["start"].iloc[latest].date() not in week.days:
        findings.wrong(
            sheet.file,
            sheet.rows[latest],
            "start",
            found=str(frame["start"].iloc[latest]),
            expected=f"a day of {week}",
            fix="Give the contacts of a day of the week asked, or ask for its week.",
        )
    if findings.problems:
        raise BadInput(findings.told())
    last = frame["start"].max()
    ended = last + pd.Timedelta(minutes=centre.grid.interval_min)
    return SoFar(frame, ended if minute is None else centre.grid.at(last.date(), minute))


def _minute(clock: str, findings: Findings) -> int | None:
    """The minute of the day asked for as HH:MM; None when nothing was asked or it is no clock time."""
    if not clock:
        return None
    try:
        return clock_minute(clock)
    except ValueError as error:
        findings.wrong(
            "--until", None, None, found=repr(clock), expected=str(error), fix="Write the clock time, like 11:00."
        )
        return None


def _check(file: str, rows: tuple[int, ...], frame: pd.DataFrame, centre: Centre, findings: Findings) -> None:
    names = [channel.name for channel in centre.channels]
    grid: Grid = centre.grid
    off = pd.DatetimeIndex(frame["start"]) != grid.floor(pd.DatetimeIndex(frame["start"]))
    again = frame.duplicated(["channel", "start"])
    for i, row in enumerate(rows):
        channel, start = frame["channel"].iloc[i], frame["start"].iloc[i]
        if channel not in names:
            findings.wrong(
                file,
                row,
                "channel",
                found=repr(channel),
                expected=f"one of {', '.join(names)}",
                fix="Add the channel to centre.toml or correct the name.",
            )
        if off[i]:
            findings.wrong(
                file,
                row,
                "start",
                found=str(start),
                expected=f"hours on the {grid.interval_min}-minute grid",
                fix="Give the start of each interval, not the time of each contact.",
            )
        if again.iloc[i]:
            findings.wrong(
                file,
                row,
                "start",
                found=f"{start.isoformat()} again",
                expected="each channel and start once",
                fix="Keep the right one of the two rows.",
            )
