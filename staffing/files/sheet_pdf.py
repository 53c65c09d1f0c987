"""The team sheets as a PDF for the wall: A4 landscape, an extra (``pip install 'affluence[pdf]'``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from staffing.files.atomic import replacing
from staffing.files.roster_text import AgentDay, Piece, agent_days, clock_text, hours_text, in_week
from staffing.files.team_sheets import APART, TeamSheet, team_sheets
from staffing.files.workbook import Stamp, paid_h, posted_day, posted_week
from staffing.plan import Plan
from staffing.rostering.roster import BREAK
from staffing.words import say

if TYPE_CHECKING:
    from fpdf import FPDF

WIDE_MM, NAME_MM, HOURS_MM, FREE_MM = 273.0, 38.0, 16.0, 16.0
"""Width of the table, of its first and last columns, and of a day on which nobody of the sheet works."""
HEAD_MM, UPPER_MM, LOWER_MM = 5.5, 4.0, 3.4
AGENTS = 22
"""Rows of ``UPPER_MM`` + ``LOWER_MM`` that a page holds below its heading."""
USUAL, USUAL_RESTS = "00:00-00:00 00:00-00:00", "00:00 00:00 (00 min)"


@dataclass(frozen=True)
class Wall:
    """What the sheets show: ``shifts`` of each agent and day, ``away`` the absent, in a language."""

    plan: Plan
    stamp: Stamp
    language: str
    shifts: dict[tuple[str, dt.date], AgentDay]
    away: frozenset[tuple[str, dt.date]]

    def say(self, name: str, **values: object) -> str:
        return say(f"files.{name}", self.language, **values)

    def posted(self, agent: str, day: dt.date) -> tuple[str, str]:
        """One day on the wall: hours worked, the meal left out, and below the paid breaks; a word when off."""
        if (agent, day) in self.away:
            return self.say("posted_absent"), ""
        shift = self.shifts.get((agent, day))
        if shift is None:
            return self.say("posted_off"), ""
        return hours_text(shift.pieces, self.plan.roster.grid), self._rests(shift.pieces)

    def _rests(self, pieces: Sequence[Piece]) -> str:
        """The breaks by where they start and how long all of them are, by start and end when they differ."""
        grid = self.plan.roster.grid
        rests = [p for p in pieces if p.activity == BREAK]
        lengths = {round((p.end - p.start).total_seconds() / 60) for p in rests}
        if not rests:
            return ""
        if len(lengths) == 1:
            spans = [clock_text(p.start, grid) for p in rests] + [f"({lengths.pop()} min)"]
        else:
            spans = [f"{clock_text(p.start, grid)}-{clock_text(p.end, grid)}" for p in rests]
        return self.say("posted_break" if len(rests) == 1 else "posted_breaks", spans=" ".join(spans))

    def paid(self, agent: str) -> str:
        """The week's paid hours, ``35 h 15``; nothing for who does not work."""
        minutes = round(60 * sum(paid_h(shift) for (who, _), shift in self.shifts.items() if who == agent))
        return f"{minutes // 60} h {minutes % 60:02d}" if minutes else ""


def write_pdf(plan: Plan, path: Path, *, language: str = "fr", stamp: Stamp | None = None) -> None:
    """Write the team sheets; ImportError when the extra is not installed.

    The built-in fonts hold Western European letters; any other is shown as a question mark.
    """
    from fpdf import FPDF

    told = stamp or Stamp(names={a.id: a.name for a in plan.centre.team.agents})
    shifts = {(d.agent, d.day): d for d in in_week(agent_days(plan.roster.frame), plan.week)}
    away = frozenset((a.agent, day) for a in plan.centre.team.absences for day in plan.week.days if a.covers(day))
    wall = Wall(plan, told, language, shifts, away)
    page = FPDF(orientation="landscape", format="A4")
    page.set_margins(12, 10)
    page.set_auto_page_break(False)
    page.set_fill_color(240, 240, 244)
    for sheet in team_sheets(plan.centre, AGENTS):
        _sheet(page, wall, sheet)
    with replacing(path) as temporary:
        temporary.write_bytes(bytes(page.output()))


def _sheet(page: FPDF, wall: Wall, sheet: TeamSheet) -> None:
    """One page: its heading, one row an agent, version and signature at its foot."""
    page.add_page()
    widths = _widths(wall, sheet)
    _heading(page, wall, sheet, widths)
    rests = wall.say("posted_breaks", spans=USUAL_RESTS)
    sizes = [_fitting(page, text, max(widths[1:-1]), most) for text, most in ((USUAL, 9), (rests, 8))]
    for number, agent in enumerate(sheet.agents):
        days = (wall.posted(agent.id, day) for day in wall.plan.week.days)
        lines = zip((wall.stamp.name(agent.id), ""), *days, (wall.paid(agent.id), ""), strict=True)
        for line, size, height, edge in zip(lines, sizes, (UPPER_MM, LOWER_MM), ("LTR", "LBR"), strict=True):
            for text, width in zip(line, widths, strict=True):
                _cell(page, text, (width, height), size, edge=edge, fill=number % 2 == 1)
            page.ln(height)
    page.set_y(-12)
    footer = wall.stamp.footer(wall.plan.roster.grid.tz, wall.language)
    _cell(page, footer, (WIDE_MM - 20, 5), 8)
    page.cell(20, 5, f"{page.page_no()} / {{nb}}", align="R")


def _widths(wall: Wall, sheet: TeamSheet) -> tuple[float, ...]:
    """Of the name, the days and the hours; a day on which nobody of the sheet works is narrow."""
    free = [not any((a.id, day) in wall.shifts for a in sheet.agents) for day in wall.plan.week.days]
    left = WIDE_MM - NAME_MM - HOURS_MM - FREE_MM * sum(free)
    return (NAME_MM, *(FREE_MM if off else left / free.count(False) for off in free), HOURS_MM)


def _heading(page: FPDF, wall: Wall, sheet: TeamSheet, widths: Sequence[float]) -> None:
    plan = wall.plan
    title = wall.say("team_title", centre=plan.centre.name, week=posted_week(plan.week, wall.language))
    part = wall.say("posted_part", number=sheet.number, of=sheet.of) if sheet.of > 1 else ""
    _cell(page, title, (WIDE_MM, 7), 13, style="B")
    page.ln(7)
    _cell(page, APART.join(text for text in (sheet.team, part) if text), (WIDE_MM, 6), 10, style="B")
    page.ln(6)
    days = (posted_day(day, wall.language) for day in plan.week.days)
    for head, width in zip((wall.say("name"), *days, wall.say("posted_hours")), widths, strict=True):
        _cell(page, head, (width, HEAD_MM), 9, style="B", edge="1")
    page.ln(HEAD_MM)


def _cell(
    page: FPDF,
    text: str,
    size_mm: tuple[float, float],
    pt: float,
    *,
    style: str = "",
    edge: str = "",
    fill: bool = False,
) -> None:
    """A text in a cell, as large as asked or as fits: nothing is cut off."""
    page.set_font("helvetica", style, pt)
    page.set_font_size(_fitting(page, text, size_mm[0], pt))
    page.cell(*size_mm, western(text), border=1 if edge == "1" else edge or 0, fill=fill)


def _fitting(page: FPDF, text: str, width_mm: float, most_pt: float) -> float:
    """The size at which a text fills that width, at most the one given."""
    page.set_font_size(most_pt)
    wide = page.get_string_width(western(text))
    return most_pt * min(1.0, (width_mm - 2 * page.c_margin) / wide) if wide else most_pt


def western(text: str) -> str:
    """Text in the letters the built-in fonts have.

    >>> western("Rémi")
    'Rémi'
    """
    return text.encode("latin-1", "replace").decode("latin-1")
