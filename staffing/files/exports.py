"""A roster in the forms other tools take: iCalendar per agent, Microsoft Teams Shifts, CSV for a French Excel."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import icalendar
import xlsxwriter

from forecasts.grid import Grid
from staffing.files.atomic import replacing
from staffing.files.roster_text import AgentDay, activity_name, agent_days, spoken_day
from staffing.files.safe import printable, safe_cell, safe_file_name
from staffing.files.workbook import SAFE
from staffing.rostering.roster import MEAL, Roster
from staffing.words import say

NAMESPACE = uuid.UUID("6f4d3c1e-9a51-5d0c-8b1f-2f6f0a1c7e42")
TEAMS_COLUMNS = (
    "Member",
    "Work Email",
    "Group",
    "Start Date",
    "Start Time",
    "End Date",
    "End Time",
    "Theme Color",
    "Custom Label",
    "Unpaid Break (minutes)",
    "Notes",
    "Shared",
)


def agent_calendar(
    versions: Sequence[Roster], agent: str, *, centre: str, at: dt.datetime, language: str = "fr"
) -> bytes:
    """One agent's shifts as an iCalendar (RFC 5545), from all published versions of the week, oldest first.

    A shift's UID depends on centre, agent and day alone; its SEQUENCE is how often it has changed since it first
    appeared; a shift taken away stays as CANCELLED. ``at`` is the moment of publication. Times carry their TZID.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Affluence//Roster//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for states in _states(versions, agent).values():
        shown = [s for s in states if s is not None]
        changed = sum(_pieces(a) != _pieces(b) for a, b in pairwise(states))
        began = next(i for i, s in enumerate(states) if s is not None)
        sequence = changed - (1 if began else 0)
        calendar.add_component(_event(shown[-1], centre, sequence, at, states[-1] is None, versions[-1], language))
    if any(isinstance(part, icalendar.Event) for part in calendar.subcomponents):
        calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _states(versions: Sequence[Roster], agent: str) -> dict[dt.date, list[AgentDay | None]]:
    """Each day's shift of an agent in every version, None where there is none."""
    found: dict[dt.date, list[AgentDay | None]] = {}
    for number, roster in enumerate(versions):
        for shift in agent_days(roster.of(agent)):
            found.setdefault(shift.day, [None] * len(versions))[number] = shift
    return dict(sorted(found.items()))


def _pieces(shift: AgentDay | None) -> object:
    return None if shift is None else shift.pieces


def _event(
    shift: AgentDay, centre: str, sequence: int, at: dt.datetime, gone: bool, roster: Roster, language: str
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uuid.uuid5(NAMESPACE, f'{centre}/{shift.agent}/{shift.day.isoformat()}')}@affluence")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("sequence", sequence)
    event.add("dtstart", shift.pieces[0].start.tz_convert(roster.grid.tz).to_pydatetime())
    event.add("dtend", shift.pieces[-1].end.tz_convert(roster.grid.tz).to_pydatetime())
    event.add("summary", say("files.shift", language))
    event.add("description", spoken_day(shift.pieces, roster.grid, language).replace("; ", "\n"))
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event


def write_calendars(
    versions: Sequence[Roster], folder: Path, *, centre: str, at: dt.datetime, language: str = "fr"
) -> tuple[Path, ...]:
    """One ``AGENT.ics`` per agent of any version, in ``folder``."""
    agents = sorted({str(agent) for roster in versions for agent in roster.frame["agent"]})
    names: dict[str, str] = {}
    for agent in agents:
        name = safe_file_name(agent)
        names[agent] = name if name.lower() not in {n.lower() for n in names.values()} else f"{name}-{len(names)}"
    written = []
    for agent, name in names.items():
        path = folder / f"{name}.ics"
        with replacing(path) as temporary:
            temporary.write_bytes(agent_calendar(versions, agent, centre=centre, at=at, language=language))
        written.append(path)
    return tuple(written)


def write_teams_shifts(
    roster: Roster, path: Path, *, names: Mapping[str, str], emails: Mapping[str, str], group: str, language: str = "fr"
) -> None:
    """The workbook that Microsoft Teams Shifts imports: one row a shift, meal as unpaid minutes, shared."""
    with replacing(path) as temporary:
        kept = io.BytesIO()
        with xlsxwriter.Workbook(kept, {**SAFE, "in_memory": True}) as book:
            sheet = book.add_worksheet("Shifts")
            for column, head in enumerate(TEAMS_COLUMNS):
                sheet.write_string(0, column, head)
            for row, shift in enumerate(agent_days(roster.frame), 1):
                who = (names.get(shift.agent) or shift.agent, emails.get(shift.agent, ""), group)
                for column, cell in enumerate((*who, *_teams_shift(shift, roster.grid, language))):
                    sheet.write_string(row, column, printable(cell))
        temporary.write_bytes(kept.getvalue())


def _teams_shift(shift: AgentDay, grid: Grid, language: str) -> tuple[str, ...]:
    """From ``Start Date`` on."""
    start, end = (at.tz_convert(grid.tz) for at in (shift.pieces[0].start, shift.pieces[-1].end))
    meal_min = sum((p.end - p.start).total_seconds() for p in shift.pieces if p.activity == MEAL) / 60
    working = [p.activity for p in shift.pieces if p.activity != MEAL]
    return (
        f"{start:%m/%d/%Y}",
        f"{start:%H:%M}",
        f"{end:%m/%d/%Y}",
        f"{end:%H:%M}",
        "2. Blue",
        working[0] if working else "",
        f"{meal_min:.0f}",
        spoken_day(shift.pieces, grid, language),
        "1. Shared",
    )


def write_french_csv(roster: Roster, path: Path, *, names: Mapping[str, str]) -> None:
    """Segments for a French Excel: ``;``, BOM, day/month/year, decimal comma, nothing that runs as a formula."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as handle:
        out = csv.writer(handle, delimiter=";", lineterminator="\r\n")
        heads = ("agent", "name", "day", "start", "end", "activity", "hours_h")
        out.writerow([say(f"files.{head}", "fr") for head in heads])
        for agent, start, end, activity in roster.frame[["agent", "start", "end", "activity"]].itertuples(index=False):
            hours = f"{(end - start).total_seconds() / 3600:.2f}".replace(".", ",")
            texts = [safe_cell(str(agent)), safe_cell(names.get(agent) or str(agent)), f"{start:%d/%m/%Y}"]
            out.writerow(
                [*texts, f"{start:%H:%M}", f"{end:%H:%M}", safe_cell(activity_name(str(activity), "fr")), hours]
            )
