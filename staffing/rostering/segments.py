"""From weeks and labels to the segments of a roster."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from staffing.rostering.instance import Ints, Tours
from staffing.rostering.question import Question
from staffing.rostering.roster import BREAK, COLUMNS, MEAL
from staffing.rostering.rules.rule import Shape

Piece = tuple[int, int, str]


def frame_of(question: Question, found: tuple[Tours, Ints] | None) -> pd.DataFrame:
    """The frame of a ``Roster``: sorted by (agent, start); locked shifts stand as they were given."""
    rows: list[tuple[str, pd.Timestamp, pd.Timestamp, str]] = []
    zone = question.timeline.starts.tz
    left_out = question.locked[~question.locked["agent"].isin(question.instance.agents)]
    rows += list(left_out.itertuples(index=False, name=None))
    if found is not None:
        for a, choice in enumerate(found[0].choice):
            rows += _agent_rows(question, a, choice, found[1][a])
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for column in ("start", "end"):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone)
    return frame.sort_values(["agent", "start"], ignore_index=True)


def _agent_rows(
    question: Question, a: int, choice: Ints, labels: Ints
) -> Iterator[tuple[str, pd.Timestamp, pd.Timestamp, str]]:
    instance, name = question.instance, question.instance.agents[a]
    locked = question.locked[question.locked["agent"] == name]
    locked_days = {t.weekday() for t in locked["start"]}
    for start, end, word in zip(locked["start"], locked["end"], locked["activity"], strict=True):
        yield name, start, end, word
    c = instance.classes[instance.class_of[a]].candidates
    for d, weekday in enumerate(instance.days):
        if choice[d, 0] < 0 or int(weekday) in locked_days:
            continue
        day, clock = int(weekday), question.clock
        for low, high, word in _pieces(question, a, day, c.shape(*(int(v) for v in choice[d])), labels):
            yield name, clock.instant(day, low), clock.instant(day, high), word


def _pieces(question: Question, a: int, day: int, shape: Shape, labels: Ints) -> list[Piece]:
    """A shift cut at meals, breaks, commitments and changes of queue; equal neighbours joined."""
    fixed: list[Piece] = [(*b, BREAK) for b in shape.breaks] + ([(*shape.meal, MEAL)] if shape.meal else [])
    for c in question.commitments:
        if c.agent == question.instance.agents[a] and c.start is not None:
            at = question.clock.minute(day, c.start)
            if shape.start_min <= at < shape.end_min:
                fixed.append((at, at + c.minutes, c.activity))
    pieces, now = [], shape.start_min
    for start, end, word in [*sorted(fixed), (shape.end_min, shape.end_min, "")]:
        pieces += _served(question, a, day, (now, start), labels)
        if end > start:
            pieces.append((start, end, word))
        now = end
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1][1] == piece[0] and joined[-1][2] == piece[2]:
            joined[-1] = (joined[-1][0], piece[1], piece[2])
        else:
            joined.append(piece)
    return joined


def _served(question: Question, a: int, day: int, span: tuple[int, int], labels: Ints) -> list[Piece]:
    """Queue pieces of a span of work, cut at slot borders; a slot past the week's end takes the last label."""
    instance, length = question.instance, question.instance.interval_min
    offset = question.clock.elapsed(day, 0)
    elapsed = question.timeline.elapsed
    pieces, now = [], span[0]
    profile = int(instance.profile_of[a])
    word = instance.queues[int(np.argmax(instance.pace[profile]))]
    while now < span[1]:
        border = ((now + offset) // length + 1) * length - offset
        slot = int(np.searchsorted(elapsed, (now + offset) // length * length))
        if slot < len(elapsed) and elapsed[slot] == (now + offset) // length * length and labels[slot] >= 0:
            word = instance.queues[labels[slot]]
        pieces.append((now, min(border, span[1]), word))
        now = min(border, span[1])
    return pieces
