"""One day of a team as a page of a PDF: each person's line against the clock, with queues, meal and breaks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from staffing.files.roster_text import Piece, activity_name, clock_text
from staffing.files.team_sheets import TeamSheet
from staffing.files.wall import HEAD_MM, HOURS_MM, LEFT_MM, NAME_MM, Wall, cell, foot, head, western
from staffing.rostering.roster import BREAK, MEAL
from staffing.words.speech import day_long

if TYPE_CHECKING:
    from fpdf import FPDF

ROW_MM, BOX_MM, KEY_MM, APART_MM = 6.6, 5.0, 5.0, 14.0
SPAN_MM = 1.4 * HOURS_MM
TONES, DARK = (255, 224, 190), 80
"""Greys of the activities by turns, black ink legible on each, and of the breaks."""
HOUR, LONG = pd.Timedelta(hours=1), pd.Timedelta(hours=16)


@dataclass(frozen=True)
class Axis:
    """The clock along a page, from one instant to another."""

    low: pd.Timestamp
    high: pd.Timestamp
    wide_mm: float
    left_mm: float = LEFT_MM + NAME_MM + SPAN_MM

    def at(self, instant: pd.Timestamp) -> float:
        """Where on the page, in mm."""
        return self.left_mm + self.wide_mm * ((instant - self.low) / (self.high - self.low))

    def hours(self) -> pd.DatetimeIndex:
        """Each hour, or every other of a long day."""
        return pd.date_range(self.low, self.high, freq=HOUR if self.high - self.low <= LONG else 2 * HOUR)


@dataclass(frozen=True)
class Look:
    """An activity by its name, by a code for where the name does not fit, and by a grey."""

    name: str
    code: str
    tone: int


def day_page(page: FPDF, wall: Wall, sheet: TeamSheet, day: dt.date) -> None:
    """Add the day's page; none when nobody of the sheet works."""
    there = [a.id for a in sheet.agents if (a.id, day) in wall.shifts and (a.id, day) not in wall.away]
    shifts = {agent: wall.shifts[agent, day].pieces for agent in there}
    if not shifts:
        return
    pieces = [piece for shift in shifts.values() for piece in shift]
    axis = _axis(wall, pieces)
    right_mm = LEFT_MM + wall.paper.wide_mm
    known = looks(wall, {p.activity for p in pieces})
    page.add_page()
    head(page, wall, sheet, wall.say("day_title", centre=wall.plan.centre.name, day=day_long(day, wall.language)))
    _key(page, wall, [look for activity, look in known.items() if activity != MEAL])
    _clock(page, wall, axis, len(sheet.agents))
    for agent in sheet.agents:
        y = page.get_y()
        page.line(LEFT_MM, y, right_mm, y)
        cell(page, wall.stamp.name(agent.id), (NAME_MM, ROW_MM), 9)
        shift = shifts.get(agent.id, ())
        cell(page, _span(shift, wall) or wall.posted(agent.id, day)[0], (SPAN_MM, ROW_MM), 8)
        for piece in shift:
            _box(page, wall, axis, piece, known[piece.activity])
        page.set_xy(LEFT_MM, y + ROW_MM)
    page.line(LEFT_MM, page.get_y(), right_mm, page.get_y())
    foot(page, wall)


def _axis(wall: Wall, pieces: Sequence[Piece]) -> Axis:
    """From the full hour before all of them to the one after; elapsed time, so that a doubled hour is there twice."""
    first, last = min(p.start for p in pieces), max(p.end for p in pieces)
    low, high = first - pd.Timedelta(minutes=first.minute), last + pd.Timedelta(minutes=-last.minute % 60)
    return Axis(low, high, wall.paper.wide_mm - NAME_MM - SPAN_MM)


def looks(wall: Wall, used: Container[str]) -> dict[str, Look]:
    """The activities used, queues in the centre's order before other work; codes are the same on every page."""
    names = {q.name: q.label or q.name for q in wall.plan.centre.queues}
    names |= {a: a for a in sorted({*wall.plan.roster.frame["activity"]} - {*names, MEAL, BREAK})}
    coded, work = codes(names), [activity for activity in names if activity in used]
    found = {a: Look(names[a], coded[a], TONES[place % len(TONES)]) for place, a in enumerate(work)}
    rests = {rest: activity_name(rest, wall.language) for rest in (MEAL, BREAK)}
    return {**found, MEAL: Look(rests[MEAL], "", TONES[0]), BREAK: Look(rests[BREAK], "", DARK)}


def codes(names: Mapping[str, str]) -> dict[str, str]:
    """The first letter where no other has it, else those of all words, else a letter and a number.

    >>> codes({"a": "Accueil niveau 1", "d": "Droits niveau 2", "e": "Droits niveau 3", "f": "Fax", "g": "Fin"})
    {'a': 'A', 'd': 'DN2', 'e': 'DN3', 'f': 'F1', 'g': 'F2'}
    """
    first = {name: text[:1].upper() for name, text in names.items()}
    letters = {name: "".join(word[0] for word in text.split()).upper() for name, text in names.items()}
    found = {}
    for name in names:
        same = [other for other in names if first[other] == first[name]]
        told = Counter(letters[other] for other in same)[letters[name]]
        numbered = f"{first[name]}{same.index(name) + 1}"
        found[name] = first[name] if len(same) == 1 else letters[name] if told == 1 else numbered
    return found


def _key(page: FPDF, wall: Wall, known: list[Look]) -> None:
    """What each code and grey stands for, on one line."""
    texts = [(look, f"{look.code} = {look.name}" if look.code else look.name) for look in known]
    page.set_font("helvetica", "", 8)
    wide = sum(page.get_string_width(western(text)) + APART_MM for _, text in texts)
    pt, y = 8 * min(1.0, wall.paper.wide_mm / wide), page.get_y()
    for look, text in texts:
        x = page.get_x()
        page.set_fill_color(look.tone)
        page.rect(x + 1, y + 1, 5, 3, style="DF")
        page.set_xy(x + 6, y)
        page.set_font("helvetica", "", pt)
        page.cell(page.get_string_width(western(text)) + APART_MM * pt / 8 - 6, KEY_MM, western(text))
    page.set_xy(LEFT_MM, y + KEY_MM)


def _clock(page: FPDF, wall: Wall, axis: Axis, rows: int) -> None:
    """The heads, and a line down the page for every hour."""
    y, grid = page.get_y(), wall.plan.roster.grid
    cell(page, wall.say("name"), (NAME_MM, HEAD_MM), 9, style="B")
    cell(page, wall.say("shift"), (SPAN_MM, HEAD_MM), 9, style="B")
    page.set_font("helvetica", "B", 8)
    page.set_draw_color(170)
    for hour in axis.hours():
        text, x = clock_text(hour, grid), axis.at(hour)
        page.line(x, y + HEAD_MM, x, y + HEAD_MM + rows * ROW_MM)
        width = page.get_string_width(text)
        page.text(min(x - width / 2, LEFT_MM + wall.paper.wide_mm - width), y + HEAD_MM - 1.5, text)
    page.set_draw_color(0)
    page.set_xy(LEFT_MM, y + HEAD_MM)


def _span(shift: tuple[Piece, ...], wall: Wall) -> str:
    grid = wall.plan.roster.grid
    return f"{clock_text(shift[0].start, grid)}-{clock_text(shift[-1].end, grid)}" if shift else ""


def _box(page: FPDF, wall: Wall, axis: Axis, piece: Piece, look: Look) -> None:
    """A segment: its name and start where they fit, else its code and start; a meal has no edge, a break no text."""
    x, y, wide = axis.at(piece.start), page.get_y() + (ROW_MM - BOX_MM) / 2, axis.at(piece.end) - axis.at(piece.start)
    page.set_fill_color(look.tone)
    if piece.activity == MEAL:
        page.rect(x + 0.2, y, wide - 0.4, BOX_MM, style="F")
    else:
        page.rect(x, y, wide, BOX_MM, style="DF")
    if piece.activity == BREAK:
        return
    start = clock_text(piece.start, wall.plan.roster.grid)
    page.set_font("helvetica", "", 7)
    for text in (f"{look.name} {start}", f"{look.code} {start}", look.code):
        taken = page.get_string_width(western(text))
        if taken <= wide - 0.6:
            page.text(x + (wide - taken) / 2, y + BOX_MM - 1.6, western(text))
            return
