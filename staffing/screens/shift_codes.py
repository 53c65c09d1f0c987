"""A shift from what a planner types into a cell: nothing, a code of the week, or its hours."""

from __future__ import annotations

import datetime as dt
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.roster_text import AgentDay, Piece, read_hours, reshaped
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.team import Agent

MEAL_FROM = pd.Timedelta(hours=6)
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


def moved(day: AgentDay, to: dt.date, grid: Grid, minutes: int = 0) -> tuple[Piece, ...]:
    """The shift on another day at the same clock times, or ``minutes`` later. ValueError where the clock jumps."""
    ahead = pd.Timedelta(days=(to - day.day).days, minutes=minutes)
    naive = [t.tz_localize(None) + ahead for p in day.pieces for t in (p.start, p.end)]
    there = grid.from_clock(pd.DatetimeIndex(naive), np.zeros(len(naive), dtype=bool))
    if there.isna().any():
        raise ValueError("the clock jumps over these hours that day")
    return tuple(Piece(there[2 * i], there[2 * i + 1], p.activity) for i, p in enumerate(day.pieces))


def typed(
    text: str, agent: Agent, day: dt.date, grid: Grid, *, like: AgentDay | None, known: Mapping[str, Code]
) -> tuple[Piece, ...]:
    """The shift that ``text`` asks for: a code, or hours shaped like ``like`` (else like the most frequent form).

    Meal and breaks move with the start; hours of one stretch keep the meal where it falls inside them.
    ValueError says what is wrong with the text.
    """
    text = text.replace("–", "-").strip()
    if not text:
        return ()
    if text.upper() in known:
        return served(moved(known[text.upper()].day, day, grid), agent)
    spans = read_hours(text, day, grid)
    model = like or (next(iter(known.values())).day if known else None)
    queue = agent.skills[0].queue
    if model is None:
        return reshaped((), spans, queue)
    base = moved(model, day, grid)
    late = int((spans[0][0] - base[0].start).total_seconds() // 60)
    base = moved(model, day, grid, late)
    if len(spans) == 1 and spans[0][1] - spans[0][0] >= MEAL_FROM:
        meals = [p for p in base if p.activity == MEAL and spans[0][0] < p.start and p.end < spans[0][1]]
        edges = [spans[0][0], *(t for p in meals for t in (p.start, p.end)), spans[0][1]]
        spans = tuple(zip(edges[::2], edges[1::2], strict=True))
    return served(reshaped(base, spans, queue), agent)


def served(pieces: tuple[Piece, ...], agent: Agent) -> tuple[Piece, ...]:
    """The same hours on queues the agent can serve."""
    own = {skill.queue for skill in agent.skills} | {MEAL, BREAK}
    return tuple(p if p.activity in own else Piece(p.start, p.end, agent.skills[0].queue) for p in pieces)
