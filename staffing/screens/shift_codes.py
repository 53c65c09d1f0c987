"""A shift from what a planner types into a cell: nothing, a code of the week, or its hours."""

from __future__ import annotations

import datetime as dt
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from staffing.centre import Centre
from staffing.files.roster_text import AgentDay, Piece, read_hours
from staffing.files.shaping import moved, served, shaped
from staffing.rostering.roster import MEAL
from staffing.rostering.team import Agent

MOST_CODES = 12


@dataclass(frozen=True)
class Code:
    """One form of shift of the week: ``times`` it is worked, ``text`` its hours, ``day`` one that has it."""

    code: str
    text: str
    times: int
    day: AgentDay


def clock(instant: pd.Timestamp) -> str:
    """Clock time of an instant in its own zone; ``*`` in the second pass of a doubled hour."""
    return f"{instant.hour:02d}:{instant.minute:02d}" + ("*" if instant.fold else "")


def span_text(pieces: tuple[Piece, ...]) -> str:
    """First start and last end of a shift, empty when off."""
    return f"{clock(pieces[0].start)}–{clock(pieces[-1].end)}" if pieces else ""


def form_text(pieces: tuple[Piece, ...]) -> str:
    """Hours worked, the meal left out, breaks and queues not told: ``08:00–12:00 13:00–16:45``."""
    spans: list[list[pd.Timestamp]] = []
    for piece in pieces:
        if piece.activity != MEAL and spans and spans[-1][1] == piece.start:
            spans[-1][1] = piece.end
        elif piece.activity != MEAL:
            spans.append([piece.start, piece.end])
    return " ".join(f"{clock(a)}–{clock(b)}" for a, b in spans)


def codes(days: Iterable[AgentDay]) -> dict[str, Code]:
    """The forms of shift most worked, by code: A the most frequent, twelve at most."""
    by_form: dict[str, list[AgentDay]] = {}
    for day in days:
        by_form.setdefault(form_text(day.pieces), []).append(day)
    most = Counter({form: len(same) for form, same in by_form.items()}).most_common(MOST_CODES)
    return {
        letter: Code(letter, form, times, by_form[form][0])
        for letter, (form, times) in zip(string.ascii_uppercase, most, strict=False)
    }


def typed(
    text: str, agent: Agent, day: dt.date, centre: Centre, *, like: AgentDay | None, known: Mapping[str, Code]
) -> tuple[Piece, ...]:
    """The shift that ``text`` asks for: a code, or hours shaped like ``like`` (else like the most frequent form).

    ValueError says what is wrong with the text.
    """
    text = text.replace("–", "-").strip()
    if text.upper() in known:
        return served(moved(known[text.upper()].day, day, centre.grid), agent)
    return shaped(
        read_hours(text, day, centre.grid), agent, day, centre, like or next((c.day for c in known.values()), None)
    )
