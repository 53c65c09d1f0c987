"""A roster in words that survive a spreadsheet: one text per agent and day, and back to the same instants.

``08:00-10:00 front; 10:00-10:15 break; 12:00-13:00 meal`` is one agent's shift that starts on that day; a clock time
not after the one before it lies on the next day, and the second pass of the doubled autumn hour ends in ``*``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from forecasts.grid import DAY_MIN, Grid, Week
from staffing.rostering.roster import BREAK, COLUMNS, MEAL
from staffing.words import LANGUAGES, say

CLOCK = r"(\d{1,2})(?:[:hH](\d{2})|[hH])(\*?)"
"""``9:00``, ``9h00`` or ``9h``."""
SPAN = re.compile(rf"{CLOCK}\s*[-–]\s*{CLOCK}")
SEGMENT = re.compile(rf"{CLOCK}\s*[-–]\s*{CLOCK}\s+(\S.*)")
PIECE = re.compile(r"(\S+)-(\S+) ([^;]+)")
LONGEST = pd.Timedelta(hours=24)
MOST_SEGMENTS = 100


Spans = tuple[tuple[pd.Timestamp, pd.Timestamp], ...]
"""Starts and ends of what is worked of a shift, tz-aware."""


@dataclass(frozen=True)
class Piece:
    """One segment of a shift; ``start`` and ``end`` tz-aware."""

    start: pd.Timestamp
    end: pd.Timestamp
    activity: str


@dataclass(frozen=True)
class AgentDay:
    """The shift of one agent that starts on one civil day: what a planner edits and the store locks."""

    agent: str
    day: dt.date
    pieces: tuple[Piece, ...]


def agent_days(frame: pd.DataFrame) -> tuple[AgentDay, ...]:
    """The shifts of a roster's frame by agent and day of start. Segments that touch belong to one shift."""
    found: dict[tuple[str, dt.date], list[Piece]] = {}
    before: Piece | None = None
    here: tuple[str, dt.date] | None = None
    ordered = frame.sort_values(["agent", "start"], kind="stable")
    for agent, start, end, activity in zip(*(_values(ordered[name]) for name in COLUMNS), strict=True):
        piece = Piece(start, end, str(activity))
        touching = before is not None and here is not None and here[0] == agent and before.end == start
        if not touching or here is None:
            here = (str(agent), start.date())
        found.setdefault(here, []).append(piece)
        before = piece
    return tuple(AgentDay(agent, day, tuple(pieces)) for (agent, day), pieces in found.items())


def _values(column: pd.Series) -> list[Any]:
    """The cells of a column; a week's few hundred instants are each made once."""
    places, distinct = pd.factorize(column)
    known = list(distinct)
    return [known[place] for place in places]


def frame_of(days: Iterable[AgentDay], grid: Grid) -> pd.DataFrame:
    """The frame of a roster from its agent-days, sorted by agent and start."""
    rows = [(d.agent, p.start, p.end, p.activity) for d in days for p in d.pieces]
    agents, starts, ends, activities = zip(*rows, strict=True) if rows else ((), (), (), ())
    columns = (agents, _instants(starts, grid), _instants(ends, grid), activities)
    frame = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return frame.sort_values(["agent", "start"], ignore_index=True)


def _instants(told: Sequence[pd.Timestamp], grid: Grid) -> pd.DatetimeIndex:
    """The instants in the grid's zone, each of the few that a week knows converted once."""
    places = {instant: place for place, instant in enumerate(dict.fromkeys(told))}
    once = pd.to_datetime(list(places), utc=True).tz_convert(grid.tz).as_unit("us")
    return once.take(np.array([places[instant] for instant in told], dtype=np.intp))


def roster_digest(frame: pd.DataFrame) -> str:
    """SHA-256 of who does what when, whatever the row order, units or time zone it is written in."""
    utc = [frame[c].dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ") for c in ("start", "end")]
    rows = sorted(zip(frame["agent"], utc[0], utc[1], frame["activity"], strict=True))
    return hashlib.sha256("\n".join("\t".join(map(str, row)) for row in rows).encode()).hexdigest()


def clock_text(instant: pd.Timestamp, grid: Grid) -> str:
    """``08:30``; with ``*`` in the second pass of a doubled hour.

    >>> clock_text(pd.Timestamp("2026-10-25T01:30Z").tz_convert("Europe/Paris"), Grid("Europe/Paris", 30))
    '02:30*'
    """
    local = instant.tz_convert(grid.tz)
    first = grid.from_clock(pd.DatetimeIndex([local.tz_localize(None)]))[0]
    return local.strftime("%H:%M") + ("" if first == local else "*")


def day_text(pieces: Iterable[Piece], grid: Grid) -> str:
    """All segments of a shift; empty for a day off."""
    texts = (f"{clock_text(p.start, grid)}-{clock_text(p.end, grid)} {p.activity}" for p in pieces)
    return "; ".join(texts)


def spoken_day(pieces: Iterable[Piece], grid: Grid, language: str) -> str:
    """``day_text`` for people: meals and breaks by their names in a language; ``read_day`` reads either."""
    return day_text((replace(p, activity=activity_name(p.activity, language)) for p in pieces), grid)


def activity_name(activity: str, language: str) -> str:
    """A meal or a break by its name; anything else is the centre's own word.

    >>> activity_name("meal", "fr"), activity_name("front", "fr")
    ('repas', 'front')
    """
    return say(f"files.activity_{activity}", language) if activity in (MEAL, BREAK) else activity


def activity_code(text: str) -> str:
    """The roster's own word for a meal or a break told in any language; anything else as it is."""
    return _codes().get(text.strip().lower(), text.strip())


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """The word of a meal or a break in any language -> the roster's own."""
    return {activity_name(code, language): code for code in (MEAL, BREAK) for language in LANGUAGES}


@lru_cache(maxsize=1)
def _off() -> frozenset[str]:
    """What a day off is called where it is posted, in any language."""
    return frozenset({"", *(say("files.posted_off", language).lower() for language in LANGUAGES)})


def hours_text(pieces: tuple[Piece, ...], grid: Grid) -> str:
    """The spans worked, the meal left out: ``08:00-12:00 13:00-17:00``."""
    spans: list[list[pd.Timestamp]] = []
    for piece in pieces:
        if piece.activity == MEAL:
            continue
        if spans and spans[-1][1] == piece.start:
            spans[-1][1] = piece.end
        else:
            spans.append([piece.start, piece.end])
    return " ".join(f"{clock_text(a, grid)}-{clock_text(b, grid)}" for a, b in spans)


def read_day(text: str, day: dt.date, grid: Grid) -> tuple[Piece, ...]:
    """The segments a text names, none for a day off; ValueError says what is wrong with it."""
    pieces: list[Piece] = []
    if text.strip().lower() in _off():
        return ()
    parts = [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()]
    if len(parts) > MOST_SEGMENTS:
        raise ValueError(f"a day has at most {MOST_SEGMENTS} segments, got {len(parts)}")
    for part in parts:
        match = SEGMENT.fullmatch(part)
        if match is None:
            raise ValueError(f"a segment is written like 08:00-10:00 front, got {part[:60]!r}")
        after = pieces[-1].end if pieces else None
        start = _instant(match[1], match[2], match[3], day, grid, after, gap=True)
        end = _instant(match[4], match[5], match[6], day, grid, start, gap=False)
        pieces.append(Piece(start, end, activity_code(match[7])))
    if pieces and pieces[-1].end - pieces[0].start > LONGEST:
        raise ValueError("a shift lasts at most 24 hours")
    return tuple(pieces)


def read_hours(text: str, day: dt.date, grid: Grid) -> Spans:
    """The spans of a text like ``08:00-12:00 13:00-17:00``, none for a day off; ValueError says what is wrong with
    it."""
    spans: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    if text.strip().lower() in _off():
        return ()
    left = SPAN.sub(" ", text).replace(",", " ").replace(";", " ").replace("/", " ").strip()
    found = list(SPAN.finditer(text))
    if left or not found or len(found) > MOST_SEGMENTS:
        raise ValueError(
            f"hours are written like 08:00-12:00 13:00-17:00, a day off is empty, got {text.strip()[:60]!r}"
        )
    for match in found:
        after = spans[-1][1] if spans else None
        start = _instant(match[1], match[2], match[3], day, grid, after, gap=True)
        spans.append((start, _instant(match[4], match[5], match[6], day, grid, start, gap=False)))
    if spans[-1][1] - spans[0][0] > LONGEST:
        raise ValueError("a shift lasts at most 24 hours")
    return tuple(spans)


def _instant(
    hour: str, minutes: str | None, second: str, day: dt.date, grid: Grid, after: pd.Timestamp | None, *, gap: bool
) -> pd.Timestamp:
    """A clock time on ``day``, or on the next when it is not after ``after`` (``gap``: may be equal to it)."""
    minute = minutes or "00"
    at = int(hour) * 60 + int(minute)
    if at > DAY_MIN or int(minute) > 59:
        raise ValueError(f"no such clock time: {hour}:{minute}")
    skipped = False
    for ahead in (0, 1):
        naive = pd.Timestamp(day) + pd.Timedelta(days=ahead, minutes=at)
        instant = grid.from_clock(pd.DatetimeIndex([naive]), np.array([bool(second)]))[0]
        if pd.isna(instant):
            skipped = True
        elif after is None or instant > after or (gap and instant == after):
            return instant
    raise ValueError(
        f"the clock jumps over {hour}:{minute} that day"
        if skipped
        else f"{hour}:{minute} is not after what precedes it"
    )


def reshaped(pieces: tuple[Piece, ...], spans: Spans, activity: str) -> tuple[Piece, ...]:
    """A shift with new hours: what was done stays where it still fits, a gap is a meal (but stays a gap in a split
    shift that had none), new time takes the activity next to it (``activity`` on a day that was off)."""
    work = [p for p in pieces if p.activity != MEAL]
    split = len(work) == len(pieces) and any(a.end != b.start for a, b in pairwise(pieces))
    out: list[Piece] = []
    for start, end in spans:
        if out and not split:
            out.append(Piece(out[-1].end, start, MEAL))
        out += _filled(work, start, end, activity)
    merged: list[Piece] = []
    for piece in (p for p in out if p.end > p.start):
        if merged and merged[-1].activity == piece.activity and merged[-1].end == piece.start:
            merged[-1] = Piece(merged[-1].start, piece.end, piece.activity)
        else:
            merged.append(piece)
    return tuple(merged)


def _filled(work: list[Piece], start: pd.Timestamp, end: pd.Timestamp, activity: str) -> list[Piece]:
    inside = [p for p in work if p.start < end and p.end > start]
    steady = [p.activity for p in inside if p.activity != BREAK] or [p.activity for p in work if p.activity != BREAK]
    now = steady[0] if steady else activity
    out, at = [], start
    for piece in inside:
        if piece.start > at:
            out.append(Piece(at, piece.start, now))
        out.append(Piece(max(at, piece.start), min(end, piece.end), piece.activity))
        at = min(end, piece.end)
        now = piece.activity if piece.activity != BREAK else now
    if at < end:
        out.append(Piece(at, end, now))
    return out


@dataclass(frozen=True)
class Change:
    """One agent-day that differs: what stood, what stands now, as texts (empty = off)."""

    agent: str
    day: dt.date
    before: str
    after: str


def changes(before: pd.DataFrame, after: pd.DataFrame, grid: Grid) -> tuple[Change, ...]:
    """What differs between two rosters, agent by agent and day by day."""
    old = {(d.agent, d.day): day_text(d.pieces, grid) for d in agent_days(before)}
    new = {(d.agent, d.day): day_text(d.pieces, grid) for d in agent_days(after)}
    both = sorted(set(old) | set(new))
    return tuple(
        Change(agent, day, old.get((agent, day), ""), new.get((agent, day), ""))
        for agent, day in both
        if old.get((agent, day), "") != new.get((agent, day), "")
    )


def in_week(days: Iterable[AgentDay], week: Week) -> tuple[AgentDay, ...]:
    """The shifts that start in the week."""
    return tuple(d for d in days if d.day in week.days)


def span(text: str) -> str:
    """A day's first start and last end.

    >>> span("08:00-10:00 front; 10:00-10:15 break"), span("")
    ('08:00–10:15', '')
    """
    pieces = PIECE.findall(text)
    return f"{pieces[0][0]}–{pieces[-1][1]}" if pieces else ""


def parts(text: str, other: str, labels: Mapping[str, str]) -> str:
    """What of a day is not in the other: its rests that moved, else its other parts, by the names people say.

    >>> day = "08:00-10:00 front; 10:00-10:15 break; 10:15-12:00 front"
    >>> parts(day, "08:00-11:00 front; 11:00-11:15 break; 11:15-12:00 front", {"break": "Break"})
    'Break 10:00–10:15'
    """
    there = set(PIECE.findall(other))
    differ = [piece for piece in PIECE.findall(text) if piece not in there]
    shown = [piece for piece in differ if piece[2] in (MEAL, BREAK)] or differ
    return ", ".join(f"{labels.get(activity, activity)} {a}–{b}" for a, b, activity in shown)
