"""From weeks and labels to the segments of a roster."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from staffing.rostering.instance import Ints, Tours
from staffing.rostering.question import Question
from staffing.rostering.roster import BREAK, COLUMNS, MEAL
from staffing.rostering.rules.rule import Shape
from staffing.rostering.team import Commitment

Piece = tuple[int, int, str]


def frame_of(question: Question, found: tuple[Tours, Ints] | None) -> pd.DataFrame:
    """The frame of a ``Roster``: sorted by (agent, start); locked shifts stand as they were given."""
    locked, monday = question.locked, question.clock.grid.at(question.clock.week.monday, 0)
    made = pd.DataFrame([] if found is None else _placed(question, *found), columns=list(COLUMNS))
    for column in ("start", "end"):
        made[column] = monday + pd.to_timedelta(made[column].to_numpy(dtype=np.int64), unit="min")
    frame = pd.concat([locked, made], ignore_index=True) if len(locked) else made
    for column in ("start", "end"):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(question.timeline.starts.tz)
    return frame.sort_values(["agent", "start"], ignore_index=True)


def _placed(question: Question, tours: Tours, labels: Ints) -> Iterator[tuple[str, int, int, str]]:
    """Everybody's pieces in elapsed minutes after Monday 0:00, without the days that are locked."""
    instance, clock, locked = question.instance, question.clock, question.locked
    told = set(zip(locked["agent"], (start.weekday() for start in locked["start"]), strict=True))
    booked: dict[str, list[Commitment]] = {}
    for commitment in question.commitments:
        booked.setdefault(commitment.agent, []).append(commitment)
    for a, name in enumerate(instance.agents):
        c = instance.classes[instance.class_of[a]].candidates
        for weekday, chosen in zip(instance.days.tolist(), tours.choice[a].tolist(), strict=True):
            if chosen[0] >= 0 and (name, weekday) not in told:
                shape = c.shape(*chosen)
                for low, high, word in _pieces(question, a, weekday, shape, labels[a], booked.get(name, [])):
                    yield name, clock.elapsed(weekday, low), clock.elapsed(weekday, high), word


def _pieces(question: Question, a: int, day: int, shape: Shape, labels: Ints, booked: list[Commitment]) -> list[Piece]:
    """A shift cut at meals, breaks, commitments and changes of queue; equal neighbours joined."""
    fixed: list[Piece] = [(*b, BREAK) for b in shape.breaks] + ([(*shape.meal, MEAL)] if shape.meal else [])
    for c in booked:
        if c.start is not None:
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
