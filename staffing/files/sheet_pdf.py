"""The team sheets as a PDF for the wall: A4 or A3 landscape, an extra (``pip install 'affluence[pdf]'``).

First the week of every team, then each day of it against the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from staffing.files.atomic import replacing
from staffing.files.day_pdf import day_page
from staffing.files.roster_text import agent_days, in_week
from staffing.files.team_sheets import TeamSheet, team_sheets
from staffing.files.wall import (
    A4,
    HEAD_MM,
    HOURS_MM,
    LEFT_MM,
    NAME_MM,
    TOP_MM,
    Paper,
    Wall,
    cell,
    fitting,
    foot,
    head,
)
from staffing.files.workbook import Stamp, posted_day, posted_week
from staffing.plan import Plan

if TYPE_CHECKING:
    from fpdf import FPDF

FREE_MM, UPPER_MM, LOWER_MM = 16.0, 4.0, 3.4
"""Width of a day on which nobody of the sheet works, and height of an agent's two lines."""
USUAL, USUAL_RESTS = "00:00-00:00 00:00-00:00", "00:00 00:00 (00 min)"


def write_pdf(plan: Plan, path: Path, *, language: str = "fr", stamp: Stamp | None = None, paper: Paper = A4) -> None:
    """Write the team sheets; ImportError when the extra is not installed.

    The built-in fonts hold Western European letters; any other is shown as a question mark.
    """
    from fpdf import FPDF

    told = stamp or Stamp(names={a.id: a.name for a in plan.centre.team.agents})
    shifts = {(d.agent, d.day): d for d in in_week(agent_days(plan.roster.frame), plan.week)}
    told_away = {(a.agent, day) for a in plan.centre.team.absences for day in plan.week.days if a.covers(day)}
    away = frozenset(told_away - set(shifts))  # a shift that still stands is somebody's promise: it is told
    wall = Wall(plan, told, language, shifts, away, paper)
    page = FPDF(orientation="landscape", format=paper.name)
    page.set_margins(LEFT_MM, TOP_MM)
    page.set_auto_page_break(False)
    page.set_fill_color(240, 240, 244)
    sheets = team_sheets(plan.centre, plan.week, paper.agents)
    for sheet in sheets:
        _sheet(page, wall, sheet)
    for day in plan.week.days:
        for sheet in sheets:
            day_page(page, wall, sheet, day)
    with replacing(path) as temporary:
        temporary.write_bytes(bytes(page.output()))


def _sheet(page: FPDF, wall: Wall, sheet: TeamSheet) -> None:
    """One page: its heading, one row an agent, version and signature at its foot."""
    page.add_page()
    widths = _widths(wall, sheet)
    _heading(page, wall, sheet, widths)
    rests = wall.say("posted_breaks", spans=USUAL_RESTS)
    sizes = [fitting(page, text, max(widths[1:-1]), most) for text, most in ((USUAL, 9), (rests, 8))]
    for number, agent in enumerate(sheet.agents):
        days = (wall.posted(agent.id, day) for day in wall.plan.week.days)
        lines = zip((wall.stamp.name(agent.id), ""), *days, (wall.paid(agent.id), ""), strict=True)
        for line, size, height, edge in zip(lines, sizes, (UPPER_MM, LOWER_MM), ("LTR", "LBR"), strict=True):
            for text, width in zip(line, widths, strict=True):
                cell(page, text, (width, height), size, edge=edge, fill=number % 2 == 1)
            page.ln(height)
    foot(page, wall)


def _widths(wall: Wall, sheet: TeamSheet) -> tuple[float, ...]:
    """Of the name, the days and the hours; a day on which nobody of the sheet works is narrow."""
    free = [not any((a.id, day) in wall.shifts for a in sheet.agents) for day in wall.plan.week.days]
    left = wall.paper.wide_mm - NAME_MM - HOURS_MM - FREE_MM * sum(free)
    return (NAME_MM, *(FREE_MM if off else left / free.count(False) for off in free), HOURS_MM)


def _heading(page: FPDF, wall: Wall, sheet: TeamSheet, widths: Sequence[float]) -> None:
    plan = wall.plan
    title = wall.say("team_title", centre=plan.centre.name, week=posted_week(plan.week, wall.language))
    head(page, wall, sheet, title)
    days = (posted_day(day, wall.language) for day in plan.week.days)
    for text, width in zip((wall.say("name"), *days, wall.say("posted_hours")), widths, strict=True):
        cell(page, text, (width, HEAD_MM), 9, style="B", edge="1")
    page.ln(HEAD_MM)
