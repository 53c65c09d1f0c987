"""The team sheet as a PDF for the wall: A4 landscape, an extra (``pip install 'affluence[pdf]'``)."""

from __future__ import annotations

from pathlib import Path

from staffing.files.atomic import replacing
from staffing.files.roster_text import Piece, agent_days, clock_text, hours_text, in_week
from staffing.files.workbook import Stamp, day_name, posted_week
from staffing.plan import Plan
from staffing.rostering.roster import BREAK
from staffing.words import say

WIDTHS_MM = (38, *(33,) * 7)
ROW_MM = 5.5
LINE_MM = 3.7


def write_pdf(plan: Plan, path: Path, *, language: str = "fr", stamp: Stamp | None = None) -> None:
    """Write the team sheet; ImportError when the extra is not installed.

    The built-in fonts hold Western European letters; any other is shown as a question mark.
    """
    from fpdf import FPDF

    told = stamp or Stamp(names={a.id: a.name for a in plan.centre.team.agents})
    title = say("files.team_title", language, centre=plan.centre.name, week=posted_week(plan.week, language))
    footer = told.footer(plan.roster.grid.tz, language)

    class Sheet(FPDF):
        """Pages with the heading on top and the version below."""

        def header(self) -> None:
            self.set_font("helvetica", "B", 12)
            self.cell(0, 8, western(title), new_x="LMARGIN", new_y="NEXT")
            self.set_font("helvetica", "B", 8)
            heads = (say("files.name", language), *(day_name(day, language) for day in plan.week.days))
            for head, width in zip(heads, WIDTHS_MM, strict=True):
                self.cell(width, ROW_MM, western(head), border=1)
            self.ln(ROW_MM)

        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("helvetica", "", 7)
            self.cell(230, 5, western(footer))
            self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    page = Sheet(orientation="landscape", format="A4")
    page.set_margins(12, 10)
    page.set_auto_page_break(True, 15)
    page.add_page()
    shifts = {(d.agent, d.day): d.pieces for d in in_week(agent_days(plan.roster.frame), plan.week)}
    away = {(a.agent, day) for a in plan.centre.team.absences for day in plan.week.days if a.covers(day)}
    page.set_fill_color(240, 240, 244)
    for number, agent in enumerate(plan.centre.team.agents):
        days = [
            (say("files.posted_absent", language), "")
            if (agent.id, day) in away
            else _posted(shifts.get((agent.id, day), ()), plan, language)
            for day in plan.week.days
        ]
        if page.get_y() + 2 * LINE_MM > page.page_break_trigger:
            page.add_page()
        lines = zip((told.name(agent.id)[:26], ""), *days, strict=True)
        for line, (size, edge) in zip(lines, ((7.5, "LTR"), (6.0, "LBR")), strict=True):
            page.set_font("helvetica", "", size)
            for text, width in zip(line, WIDTHS_MM, strict=True):
                page.cell(width, LINE_MM, western(text), border=edge, fill=number % 2 == 1)
            page.ln(LINE_MM)
    with replacing(path) as temporary:
        temporary.write_bytes(bytes(page.output()))


def _posted(pieces: tuple[Piece, ...], plan: Plan, language: str) -> tuple[str, str]:
    """One day on the wall: hours worked, the meal left out, and below the paid breaks; a word when off."""
    grid = plan.roster.grid
    breaks = [f"{clock_text(p.start, grid)}-{clock_text(p.end, grid)}" for p in pieces if p.activity == BREAK]
    rests = say("files.posted_breaks", language, spans=" ".join(breaks)) if breaks else ""
    return hours_text(pieces, grid) or say("files.posted_off", language), rests


def western(text: str) -> str:
    """Text in the letters the built-in fonts have.

    >>> western("Rémi")
    'Rémi'
    """
    return text.encode("latin-1", "replace").decode("latin-1")
