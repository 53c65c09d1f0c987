"""What the sheets on the wall share: whom and what they show, their measures, heading, foot and cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from staffing.files.roster_text import AgentDay, Piece, clock_text, hours_text
from staffing.files.team_sheets import APART, TeamSheet
from staffing.files.workbook import Stamp, paid_h
from staffing.plan import Plan
from staffing.rostering.roster import BREAK
from staffing.words import say

if TYPE_CHECKING:
    from fpdf import FPDF

LEFT_MM, TOP_MM, NAME_MM, HOURS_MM, HEAD_MM = 12.0, 10.0, 38.0, 16.0, 5.5
"""Margins of a page, width of the columns of names and hours, height of the table's head."""


@dataclass(frozen=True)
class Paper:
    """What a landscape page is printed on: the width of its table, and whom it holds below its heading."""

    name: str
    wide_mm: float
    agents: int


A4, A3 = Paper("A4", 273.0, 22), Paper("A3", 396.0, 34)


@dataclass(frozen=True)
class Wall:
    """What the sheets show: ``shifts`` of each agent and day, ``away`` the absent, in a language."""

    plan: Plan
    stamp: Stamp
    language: str
    shifts: dict[tuple[str, dt.date], AgentDay]
    away: frozenset[tuple[str, dt.date]]
    paper: Paper = A4

    def say(self, name: str, **values: object) -> str:
        return say(f"files.{name}", self.language, **values)

    def posted(self, agent: str, day: dt.date) -> tuple[str, str]:
        """One day on the wall: hours worked, the meal left out, and below the paid breaks; a word when off, a dash
        before the first working day and after the last."""
        if not self.plan.centre.team.agent(agent).in_post(day):
            return self.say("posted_out"), ""
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


def head(page: FPDF, wall: Wall, sheet: TeamSheet, title: str) -> None:
    """The page's title, and whose sheet it is."""
    part = wall.say("posted_part", number=sheet.number, of=sheet.of) if sheet.of > 1 else ""
    cell(page, title, (wall.paper.wide_mm, 7), 13, style="B")
    page.ln(7)
    cell(page, APART.join(text for text in (sheet.team, part) if text), (wall.paper.wide_mm, 6), 10, style="B")
    page.ln(6)


def foot(page: FPDF, wall: Wall) -> None:
    """Version and signature, and the page's number."""
    page.set_y(-12)
    footer = wall.stamp.footer(wall.plan.roster.grid.tz, wall.language)
    cell(page, footer, (wall.paper.wide_mm - 20, 5), 8)
    page.cell(20, 5, f"{page.page_no()} / {{nb}}", align="R")


def cell(
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
    page.set_font_size(fitting(page, text, size_mm[0], pt))
    page.cell(*size_mm, western(text), border=1 if edge == "1" else edge or 0, fill=fill)


def fitting(page: FPDF, text: str, width_mm: float, most_pt: float) -> float:
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
