"""``history.csv`` onto the centre's grid: clock changes, duplicates, finer intervals, holes, wrong units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from forecasts.grid import Grid, Opening, clock_min
from forecasts.history import COLUMNS
from staffing.gate.findings import Findings
from staffing.gate.known import Known
from staffing.gate.schema import HistoryRow
from staffing.gate.sheet import Sheet, read_sheet
from staffing.gate.units import tell_units, tell_wait_unit
from staffing.sizing.channels import kind_of

FINER = (5, 10, 15, 30, 60)
OUTSIDE_SHARE = 0.2
OUTSIDE_DAYS = 56
"""Hours that changed leave older contacts outside them; those of the last weeks tell a wrong clock or wrong hours."""
CHANCE = 1e-6
DAYS_NAMED = 3


@dataclass(frozen=True)
class Record:
    """What ``history.csv`` says, before opening hours are known: the frame of ``History`` on the file's own grid of
    ``interval_min``; not ``whole`` where rows were refused and left out."""

    frame: pd.DataFrame
    interval_min: int
    whole: bool = True

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last civil day recorded."""
        starts = self.frame["start"]
        return starts.min().date(), starts.max().date()


def read_record(path: Path, known: Known, findings: Findings) -> Record | None:
    """The sound rows of ``history.csv`` with tz-aware starts, or None when there are none or their grid is wrong."""
    read = read_sheet(path, HistoryRow, findings, aliases={"queue": "channel"})
    if read is None or not len(read):
        return None
    channels = _channels(read, known, findings)
    if known.time_zone is None:
        return None
    starts = instants(read, "start", known.time_zone, findings)
    frame = pd.DataFrame({c: read.columns[c] for c in COLUMNS[2:]}, dtype=float)
    places = {start: place for place, start in enumerate(dict.fromkeys(starts))}
    once = pd.DatetimeIndex(cast("list[dt.datetime]", list(places)), tz=known.time_zone)
    frame.insert(0, "start", once.take(np.array([places[start] for start in starts])))
    frame.insert(1, "channel", channels)
    frame["row"] = read.rows
    sound = ~frame["row"].isin(read.failed) & frame["start"].notna() & frame["channel"].notna()
    whole = not read.failed and bool(sound.all())
    frame = frame if whole else frame[sound].reset_index(drop=True)
    interval = _interval(read.file, frame, known.interval_min, findings)
    _repeats(read.file, frame, findings)
    _units(read.file, frame, known, findings)
    if interval is None:
        return None
    ordered = frame.sort_values(["channel", "start"], ignore_index=True)
    return Record(ordered[list(COLUMNS)], interval, whole)


def _channels(sheet: Sheet, known: Known, findings: Findings) -> list[str | None]:
    """The channel of each row, by its name or by that of the one queue it enters; None where it is not known."""
    entering: dict[str, list[str]] = {}
    for name, channel in known.channels.items():
        entering.setdefault(channel.queue, []).append(name)
    given = known.names.get("channels", ())
    names: dict[str, str] = {**{q: c[0] for q, c in entering.items() if len(c) == 1}, **{c: c for c in given}}
    hidden = len(known.channels) < len(given)  # a wrong table does not tell which queue its channel enters
    channels = [None if c is None else names.get(c) for c in sheet.columns["channel"]]
    for row, told, channel_of_row in zip(sheet.rows, sheet.columns["channel"], channels, strict=True):
        if told is None or channel_of_row is not None or not known.missing(told, "channels"):
            continue
        if hidden and not known.missing(told, "queues"):
            continue
        findings.wrong(
            sheet.file,
            row,
            "channel",
            found=repr(told),
            expected=f"one of {', '.join(given)}",
            fix="Add the channel to centre.toml or correct the name.",
        )
    return channels


def instants(sheet: Sheet, column: str, time_zone: str, findings: Findings) -> list[dt.datetime | None]:
    """A column of instants in the centre's zone; the skipped hour and a doubled hour without offset are refused."""
    zone, utc = ZoneInfo(time_zone), dt.UTC
    read: list[dt.datetime | None] = []
    exact: dict[dt.datetime, dt.datetime] = {}
    for row, value in zip(sheet.rows, sheet.columns[column], strict=True):
        if value is None or value.tzinfo is not None:
            read.append(None if value is None else exact.get(value) or exact.setdefault(value, value.astimezone(utc)))
            continue
        first, second = value.replace(tzinfo=zone), value.replace(tzinfo=zone, fold=1)
        at = first.astimezone(utc)
        if first.utcoffset() == second.utcoffset():
            read.append(at)
            continue
        read.append(None)
        doubled = at.astimezone(zone).replace(tzinfo=None) == value
        findings.wrong(
            sheet.file,
            row,
            column,
            found=value.isoformat(" ", "minutes"),
            expected="an offset in the hour the clock change doubles" if doubled else "an hour that exists",
            fix=f"Write {value.isoformat('T', 'minutes')}+02:00 or +01:00."
            if doubled
            else "The clock jumps over this hour; check the time zone of the export.",
        )
    return read


def _interval(file: str, frame: pd.DataFrame, centre: int | None, findings: Findings) -> int | None:
    """The file's own interval: the coarsest of 5, 10, 15, 30, 60 minutes that all its starts keep to, no coarser than
    the steps between them; None where they keep to none that the ``centre``'s is made of, or nothing can be told."""
    if centre is None or not len(frame):
        return None
    minutes = (frame["start"].dt.hour * 60 + frame["start"].dt.minute).to_numpy()
    seconds = frame["start"].dt.second.to_numpy()
    fine = [i for i in FINER if not (minutes % i).any() and not seconds.any()]
    if not fine or (centre % max(fine) and max(fine) % centre):
        off = int(np.flatnonzero((minutes % centre != 0) | (seconds != 0))[0])
        findings.wrong(
            file,
            int(frame["row"].iloc[off]),
            "start",
            found=str(frame["start"].iloc[off]),
            expected=f"starts on a grid of 5, 10, 15, 30 or 60 minutes that divides {centre}",
            fix="Give the start of each interval, not the time of each contact.",
        )
        return None
    if max(fine) > centre:
        findings.wrong(
            file,
            None,
            "start",
            found=f"intervals of {max(fine)} minutes",
            expected=f"{centre} minutes or finer",
            fix=f"Set interval_min = {max(fine)} in centre.toml or export finer intervals.",
        )
        return None
    return max(fine)


def _repeats(file: str, frame: pd.DataFrame, findings: Findings) -> None:
    """The same channel and start twice is never summed and never dropped."""
    seen = frame.groupby(["channel", "start"])["row"].transform("min")
    again = frame.assign(first=seen)[frame["row"] != seen]
    for row, first, start in zip(again["row"], again["first"], again["start"], strict=True):
        findings.wrong(
            file,
            int(row),
            "start",
            found=f"{start.isoformat()} again (first in row {int(first)})",
            expected="each channel and start once",
            fix="Keep the right one of the two rows.",
        )


def _units(file: str, frame: pd.DataFrame, known: Known, findings: Findings) -> None:
    """Handle times and waits in another unit, counts that cannot be."""
    for name, rows in frame.groupby("channel"):
        channel = known.channels.get(str(name))
        if channel is not None and kind_of(channel.kind).live:
            tell_wait_unit(file, str(name), rows, findings)
        if channel is not None:
            tell_units(file, str(name), rows, channel.aht_s, findings)
        counted = rows[rows["handled"].notna()]
        if len(counted) and counted["handled"].sum() > 1.05 * counted["offered"].sum():
            findings.wrong(
                file,
                None,
                "handled",
                found=f"{counted['handled'].sum():g} handled of {counted['offered'].sum():g} offered on {name}",
                expected="no more handled than offered",
                fix="Check whether the two columns are swapped.",
            )


def onto_grid(record: Record, grid: Grid, findings: Findings, *, zeros: bool) -> pd.DataFrame:
    """The record aggregated to the centre's interval.

    An interval of which a part is missing is missing itself, unless missing parts are known to be ``zeros``.
    """
    if record.interval_min == grid.interval_min:
        return record.frame
    frame = record.frame
    parts = grid.interval_min // record.interval_min
    late = frame["start"].dt.minute % grid.interval_min
    coarse = frame.assign(start=frame["start"] - pd.to_timedelta(late, unit="min"))
    weight = coarse["handled"].where(coarse["handled"].notna(), coarse["offered"])
    coarse["aht_s"] = coarse["aht_s"] * weight
    coarse["wait_s"] = coarse["wait_s"] * coarse["offered"]
    coarse["weight"] = weight.where(coarse["aht_s"].notna())
    coarse["waited"] = coarse["offered"].where(coarse["wait_s"].notna())
    groups = coarse.groupby(["channel", "start"], sort=True)
    summed = groups[[*COLUMNS[2:], "weight", "waited"]].sum(min_count=1)
    whole = (groups.size() == parts) | zeros
    for column in ("handled", "abandoned"):
        summed[column] = summed[column].where(groups[column].count() == groups.size())
    summed["aht_s"] = (summed["aht_s"] / summed["weight"]).where(summed["weight"] > 0)
    summed["wait_s"] = (summed["wait_s"] / summed["waited"]).where(summed["waited"] > 0)
    findings.remark(
        "history.csv",
        "start",
        found=f"intervals of {record.interval_min} minutes",
        expected=f"{grid.interval_min} minutes; added up, {int((~whole).sum())} incomplete ones taken as missing",
    )
    return summed[whole].reset_index()[list(COLUMNS)]


def within_hours(
    frame: pd.DataFrame,
    hours: dict[str, Opening],
    silent: frozenset[str],
    holidays: frozenset[dt.date],
    findings: Findings,
) -> pd.DataFrame:
    """The rows of open intervals; contacts outside opening hours are reported with their days, apart those on public
    ``holidays``, and refused when they are many.

    Channels without any row are refused, but for those that may be ``silent``: they borrow a share of a sister's, or
    rows were refused.
    """
    inside = np.zeros(len(frame), dtype=bool)
    for name, opening in hours.items():
        here = (frame["channel"] == name).to_numpy()
        if not here.any() and name in silent:
            continue
        if not here.any():
            findings.wrong(
                "history.csv",
                None,
                "channel",
                found=f"no row of {name}",
                expected="rows of every channel of centre.toml",
                fix="Export its history, or give it a sister and a sister_share in centre.toml, or take it out.",
            )
            continue
        inside[here] = opening.mask(pd.DatetimeIndex(frame["start"][here]))
        rows = frame[here]
        late = (rows["start"] > rows["start"].max() - pd.Timedelta(days=OUTSIDE_DAYS)).to_numpy()
        offered = rows["offered"].to_numpy()
        outside, lately = float(offered[~inside[here]].sum()), float(offered[late & ~inside[here]].sum())
        if lately > OUTSIDE_SHARE * offered[late].sum():
            findings.wrong(
                "history.csv",
                None,
                "start",
                found=f"{lately / offered[late].sum():.0%} of the contacts of {name} outside its hours",
                expected="contacts in opening hours",
                fix="Check time_zone and [hours] in centre.toml.",
            )
        elif outside:
            _tell_outside(name, rows[~inside[here]], holidays, findings)
    return frame[inside].reset_index(drop=True)


def _tell_outside(name: str, rows: pd.DataFrame, holidays: frozenset[dt.date], findings: Findings) -> None:
    """A remark on a channel's rows outside its hours: their days, the first few by name, public holidays apart."""
    by_day = rows["offered"].groupby(rows["start"].dt.date).sum()
    by_day = by_day[by_day > 0]
    public = np.array([day in holidays for day in by_day.index], dtype=bool)
    if public.any():
        contacts, count, days = by_day[public].sum(), public.sum(), _named(by_day.index[public])
        findings.remark(
            "history.csv",
            "start",
            found=f"{contacts:g} contacts of {name} on {count} public holidays ({days})",
            expected="none; left out",
            fix="closed_on_holidays = false opens them.",
        )
    if not public.all():
        contacts, count, days = by_day[~public].sum(), (~public).sum(), _named(by_day.index[~public])
        findings.remark(
            "history.csv",
            "start",
            found=f"{contacts:g} contacts of {name} on {count} days outside its hours ({days})",
            expected="none; left out",
            fix="Check time_zone and [hours] in centre.toml.",
        )


def _named(days: pd.Index) -> str:
    """The first few by name."""
    return ", ".join([*map(str, days[:DAYS_NAMED]), *["..."] * (len(days) > DAYS_NAMED)])


def with_zeros(frame: pd.DataFrame, hours: dict[str, Opening], grid: Grid) -> pd.DataFrame:
    """Open intervals without a row as zero contacts, where the record can tell (see ``recorded``)."""
    parts = []
    for name, opening in hours.items():
        rows = frame[frame["channel"] == name].set_index("start")
        whole = rows.reindex(recorded(pd.DatetimeIndex(rows.index), opening, grid))
        silent = whole["offered"].isna()
        whole.loc[silent, ["offered", "handled", "abandoned"]] = 0.0
        whole["channel"] = name
        parts.append(whole.rename_axis("start").reset_index())
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def recorded(starts: pd.DatetimeIndex, opening: Opening, grid: Grid) -> pd.DatetimeIndex:
    """The open intervals that rows at sorted ``starts`` tell of when empty intervals have none: those of days with a
    row, from the first row to the last (an export may begin and end within a day), but for clock times before their
    first row where chance kept no caller away so long: new hours.
    """
    span = grid.span(starts[0].date(), starts[-1].date())
    span = span[opening.mask(span) & (span >= starts[0]) & (span <= starts[-1])]
    span = span[np.isin(span.normalize(), starts.normalize().unique())]
    seen, clock = span.isin(starts), clock_min(span)
    cells = pd.DataFrame({"start": span, "seen": seen, "first": span.where(seen), "clock": clock})
    cells["first"] = cells.groupby([span.day_of_week, clock])["first"].transform("min")
    cells["early"] = cells["start"] < cells["first"]
    by_cell = cells.groupby([span.day_of_week, clock])
    silent, rows = by_cell["early"].transform("sum"), by_cell["seen"].transform("sum")
    share = rows / (by_cell["seen"].transform("size") - silent).clip(lower=1)
    new = silent * np.log1p(-share.clip(upper=0.95)) < np.log(CHANCE)
    began = cells["first"].where(new).groupby(clock).transform("min")
    return pd.DatetimeIndex(span[~(new & (cells["start"] < began)).to_numpy()])


def silent_days(frame: pd.DataFrame, channel: str, opening: Opening, grid: Grid) -> frozenset[dt.date]:
    """Days between the first and last recorded one that should be open and have no row at all."""
    starts = pd.DatetimeIndex(frame.loc[frame["channel"] == channel, "start"])
    if not len(starts):
        return frozenset()
    span = grid.span(starts[0].date(), starts[-1].date())
    due = {start.date() for start in span[opening.mask(span)]}
    return frozenset(due - {start.date() for start in starts})


def tell_holes(frame: pd.DataFrame, hours: dict[str, Opening], grid: Grid, findings: Findings) -> None:
    """A remark on open intervals that have no row."""
    holes: dict[str, int] = {}
    for name, opening in hours.items():
        starts = pd.DatetimeIndex(frame.loc[frame["channel"] == name, "start"])
        span = grid.span(starts[0].date(), starts[-1].date())
        holes[name] = int(opening.mask(span).sum()) - len(starts)
    if any(holes.values()):
        most = sorted((name for name, count in holes.items() if count), key=lambda name: -holes[name])
        told = _named(pd.Index([f"{name} {holes[name]}" for name in most]))
        findings.remark(
            "history.csv",
            "start",
            found=f"{sum(holes.values())} open intervals without a row ({told})",
            expected="a row for each; taken as missing, not as zero",
        )
