"""A planned week as an Excel workbook that prints on A4 landscape and can be edited and read back.

Sheets: the team (hours of each agent and day), one sheet a day (segments), every break and meal in its own row,
coverage, breaches, and a sheet that says which roster this is. ``staffing.files.workbook_back`` reads team and days.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from forecasts.grid import WEEKDAYS, Week
from staffing.files.atomic import replacing
from staffing.files.roster_text import (
    AgentDay,
    activity_name,
    agent_days,
    clock_text,
    hours_text,
    in_week,
    roster_digest,
    spoken_day,
)
from staffing.files.safe import printable
from staffing.plan import Plan
from staffing.rostering.ledger import accounts_h
from staffing.rostering.roster import BREAK, MEAL
from staffing.words import say
from staffing.words.heard import heard, rule_named

ABOUT = "affluence"
FORM = "1"
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}


@dataclass(frozen=True)
class Stamp:
    """What a posted roster must say of itself (Code du travail L3171-1, D3171-2): which version, whose, when.

    ``names`` agent id -> name shown; an id without one is shown as it is.
    """

    version: int = 0
    author: str = ""
    at: dt.datetime | None = None
    names: Mapping[str, str] | None = None

    def name(self, agent: str) -> str:
        return (self.names or {}).get(agent) or agent

    def footer(self, zone: str, language: str) -> str:
        """Version, author and local time of a published roster; of any other that it is a draft."""
        author = f", {self.author}" if self.author else ""
        if self.at is None:
            return say("files.footer_draft", language, author=author)
        at = f"{self.at.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"
        return say("files.footer", language, version=self.version, author=author, at=at)


@dataclass(frozen=True)
class Formats:
    """The cell formats of a workbook."""

    title: Any
    head: Any
    cell: Any
    edit: Any
    number: Any
    stamp: Any


@dataclass(frozen=True)
class Press:
    """A workbook being written: what it shows, of whom, in which language and look."""

    book: xlsxwriter.Workbook
    plan: Plan
    stamp: Stamp
    language: str
    shifts: Mapping[tuple[str, dt.date], AgentDay]
    formats: Formats

    def say(self, name: str, **values: object) -> str:
        return say(f"files.{name}", self.language, **values)

    def heads(self, sheet: Any, names: Sequence[str]) -> None:
        for column, name in enumerate(names):
            sheet.write_string(1, column, self.say(name), self.formats.head)


def write_workbook(plan: Plan, path: Path, *, language: str = "fr", stamp: Stamp | None = None) -> None:
    """Write the week of a plan to ``path``, whole or not at all."""
    told = stamp or Stamp(names={a.id: a.name for a in plan.centre.team.agents})
    with replacing(path) as temporary:
        kept = io.BytesIO()
        with xlsxwriter.Workbook(kept, {**SAFE, "in_memory": True, "remove_timezone": True}) as book:
            _sheets(book, plan, told, language)
        temporary.write_bytes(kept.getvalue())


def _sheets(book: xlsxwriter.Workbook, plan: Plan, stamp: Stamp, language: str) -> None:
    days = in_week(agent_days(plan.roster.frame), plan.week)
    press = Press(book, plan, stamp, language, {(d.agent, d.day): d for d in days}, _formats(book))
    _team(press)
    for day in plan.week.days:
        _day(press, day)
    _breaks(press)
    _coverage(press)
    _breaches(press)
    _about(press)


def _formats(book: xlsxwriter.Workbook) -> Formats:
    line = {"border": 1, "border_color": "#888888", "valign": "top"}
    return Formats(
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({**line, "bold": True, "bg_color": "#E5E5F5", "text_wrap": True}),
        book.add_format(line),
        book.add_format({**line, "text_wrap": True, "num_format": "@", "locked": False}),
        book.add_format({**line, "num_format": "0.00"}),
        book.add_format({**line, "num_format": "yyyy-mm-dd hh:mm"}),
    )


def _page(press: Press, name: str, title: str, widths: Sequence[float]) -> Any:
    """A new sheet: A4 landscape, one page wide, heading repeated, version and page in the footer."""
    sheet = press.book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 2)
    footer = printable(press.stamp.footer(press.plan.roster.grid.tz, press.language), 200)
    sheet.set_footer(f"&L{footer.replace('&', '&&')}&R&P / &N")
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 20)
    sheet.write_string(0, 0, printable(title), press.formats.title)
    return sheet


def day_name(day: dt.date, language: str) -> str:
    """``lun 30-11`` or ``Mon 30-11``: the name of a sheet, where no slash may stand."""
    return f"{say(f'files.{WEEKDAYS[day.weekday()]}', language)} {day:%d-%m}"


def posted_day(day: dt.date, language: str) -> str:
    """The same for people.

    >>> posted_day(dt.date(2026, 11, 30), "fr")
    'lun 30/11'
    """
    return day_name(day, language).replace("-", "/")


def posted_week(week: Week, language: str) -> str:
    """The week by its number and its first and last day, as it is posted.

    >>> posted_week(Week.parse("2026-W49"), "en")
    '49, 30/11/2026 to 06/12/2026'
    """
    first, last = week.days[0], week.days[-1]
    return say("files.posted_week", language, number=week.number, first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")


def _team(press: Press) -> None:
    plan, formats, accounts = press.plan, press.formats, accounts_h(press.plan.roster, press.plan.centre)
    title = press.say("team_title", centre=plan.centre.name, week=posted_week(plan.week, press.language))
    sheet = _page(press, press.say("team"), title, [11, 20, *[17] * 7, 8, *[9] * bool(accounts)])
    heads = [press.say("agent"), press.say("name"), *(day_name(day, press.language) for day in plan.week.days)]
    for column, head in enumerate([*heads, press.say("hours"), *[press.say("account")] * bool(accounts)]):
        sheet.write_string(1, column, head, formats.head)
    for row, agent in enumerate(plan.centre.team.agents, 2):
        _person(press, sheet, row, agent.id)
        week_h = 0.0
        for column, day in enumerate(plan.week.days, 2):
            shift = press.shifts.get((agent.id, day))
            text = hours_text(shift.pieces, plan.roster.grid) if shift else ""
            week_h += paid_h(shift) if shift else 0.0
            sheet.write_string(row, column, text, formats.edit)
        sheet.write_number(row, 9, round(week_h, 2), formats.number)
        if agent.id in accounts:
            sheet.write_number(row, 10, round(accounts[agent.id][1], 2), formats.number)
    _hint(press, sheet, "edit_hours", 2, 8)


def _person(press: Press, sheet: Any, row: int, agent: str) -> None:
    sheet.write_string(row, 0, printable(agent), press.formats.cell)
    sheet.write_string(row, 1, printable(press.stamp.name(agent)), press.formats.cell)


def paid_h(shift: AgentDay) -> float:
    """Hours of a shift, the meal left out."""
    return sum((p.end - p.start).total_seconds() for p in shift.pieces if p.activity != MEAL) / 3600


def _day(press: Press, day: dt.date) -> None:
    plan, formats = press.plan, press.formats
    title = press.say("day_title", centre=plan.centre.name, day=f"{day:%d/%m/%Y}")
    sheet = _page(press, day_name(day, press.language), title, [11, 20, 14, 100])
    press.heads(sheet, ("agent", "name", "shift", "segments"))
    for row, agent in enumerate(plan.centre.team.agents, 2):
        shift = press.shifts.get((agent.id, day))
        _person(press, sheet, row, agent.id)
        sheet.write_string(row, 2, hours_text(shift.pieces, plan.roster.grid) if shift else "", formats.cell)
        segments = spoken_day(shift.pieces, plan.roster.grid, press.language) if shift else ""
        sheet.write_string(row, 3, segments, formats.edit)
    _hint(press, sheet, "edit_segments", 3, 3)


def _hint(press: Press, sheet: Any, name: str, first: int, last: int) -> None:
    """How the cells of these columns are edited, shown beside the one that is chosen and never printed."""
    told = {"validate": "any", "input_message": press.say(name, off=press.say("posted_off"))}
    sheet.data_validation(2, first, max(2, 1 + len(press.plan.centre.team.agents)), last, told)


def _breaks(press: Press) -> None:
    """Every break and meal by day and clock, to sort and filter; edited on their day's sheet instead."""
    title = press.say("breaks_title", week=posted_week(press.plan.week, press.language))
    sheet = _page(press, press.say("breaks"), title, [11, 12, 28, 9, 9, 12])
    press.heads(sheet, ("day", "agent", "name", "start", "end", "kind"))
    grid, number = press.plan.roster.grid, 1
    pieces = [(p.start, agent, day, p) for (agent, day), shift in press.shifts.items() for p in shift.pieces]
    for number, (_, agent, day, piece) in enumerate(
        sorted((row for row in pieces if row[3].activity in (BREAK, MEAL)), key=lambda row: row[:2]), 2
    ):
        texts = (posted_day(day, press.language), printable(agent), printable(press.stamp.name(agent)))
        clocks = (clock_text(at, grid) for at in (piece.start, piece.end))
        for column, text in enumerate((*texts, *clocks, activity_name(piece.activity, press.language))):
            sheet.write_string(number, column, text, press.formats.cell)
    sheet.autofilter(1, 0, number, 5)


def _coverage(press: Press) -> None:
    title = press.say("coverage_title", week=press.plan.week)
    sheet = _page(press, press.say("coverage"), title, [18, 18, 12, 12, 12])
    columns = ["start", "queue", "required", "scheduled", "shortage"]
    press.heads(sheet, columns)
    rows = press.plan.verification.coverage[columns]
    for row, (start, queue, *amounts) in enumerate(rows.itertuples(index=False), 2):
        sheet.write_datetime(row, 0, start.tz_localize(None).to_pydatetime(), press.formats.stamp)
        sheet.write_string(row, 1, printable(str(queue)), press.formats.cell)
        for column, amount in enumerate(amounts, 2):
            sheet.write_number(row, column, round(float(amount), 3), press.formats.number)


def _breaches(press: Press) -> None:
    title = press.say("breaches_title", week=press.plan.week)
    sheet = _page(press, press.say("breaches"), title, [11, 20, 20, 18, 40, 30, 30])
    press.heads(sheet, ("agent", "name", "rule", "start", "found", "limit", "article"))
    for row, breach in enumerate(press.plan.verification.breaches, 2):
        _person(press, sheet, row, breach.agent)
        start = "" if breach.start is None else f"{breach.start:%d/%m/%Y %H:%M}"
        found, limit = (heard(text, press.language) for text in (breach.found, breach.limit))
        rule = rule_named(breach.rule, press.language)
        for column, cell in enumerate((rule, start, found, limit, breach.article), 2):
            sheet.write_string(row, column, printable(str(cell)), press.formats.cell)


def _about(press: Press) -> None:
    """What the reader back needs: form, week, time zone, digest of the roster the workbook was made from."""
    sheet = press.book.add_worksheet(ABOUT)
    sheet.hide()
    facts = {
        "form": FORM,
        "week": str(press.plan.week),
        "time_zone": press.plan.roster.grid.tz,
        "language": press.language,
        "version": str(press.stamp.version),
        "digest": roster_digest(press.plan.roster.frame),
    }
    for row, (name, value) in enumerate(facts.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
