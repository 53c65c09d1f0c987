"""The last kept change of a plan taken back: the log says what stood before, and is told that it stands again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from forecasts.grid import Grid
from staffing.files.roster_text import Change, Piece, day_text, read_day
from staffing.store.database import Database, local_time
from staffing.store.edits import ABSENCE, EDIT, UNDO, DayEdit, Held, Key, held_days, locked_plan, put_day
from staffing.store.log import lines_of, write_log
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require, shared
from staffing.store.tables import plan as plan_table

PUBLISH, STATE = "publish", "state"
ACTS = (EDIT, ABSENCE, UNDO, PUBLISH, STATE)
Line = sa.Row[Any]


@dataclass(frozen=True)
class Kept:
    """A change as it was kept at one stroke: ``changes`` of agents' days, ``absences`` (agent, first, last day) noted
    with it. ``mark`` names it, ``at`` is by the centre's clock."""

    mark: int
    author: str
    at: str
    changes: tuple[Change, ...]
    absences: tuple[tuple[str, dt.date, dt.date], ...]
    was: str = ""
    """The plan's state before, where the change made it a draft."""


def last_kept(database: Database, plan: int, *, by: User = LOCAL) -> Kept | None:
    """The change that ``undo`` would take back; None where there is none since the plan was made or published."""
    require(by, Act.READ)
    with database.reading() as connection:
        row, _ = locked_plan(connection, plan)
        return None if row.state in ("published", "archived") else _last(connection, plan, row.time_zone)


def undo(database: Database, plan: int, *, seen: int | None = None, by: User = LOCAL) -> Kept:
    """Bring back what stood before the last kept change of a plan that is not taken back yet, its state too, and return
    that change. ``seen`` is the mark of the change that was looked at.

    Refused where there is none since the plan was made, for a published or archived plan, and where the last change is
    somebody else's or another than the one seen.
    """
    require(by, Act.EDIT)
    alone = not shared(database)
    with database.transaction() as connection:
        row, grid = locked_plan(connection, plan)
        if row.state in ("published", "archived"):
            raise Refused(f"undo_{row.state}", id=plan, number=row.published)
        kept = _last(connection, plan, grid.tz)
        if kept is None:
            raise Refused("undo_published" if row.published else "undo_nothing", id=plan, number=row.published)
        if seen not in (None, kept.mark) or not (alone or kept.author == by.login):
            raise Refused("undo_other", id=plan, author=kept.author, when=kept.at)
        at = database.now(connection)
        _put_back(connection, plan, kept, grid, by=by, at=at)
        to = kept.was if kept.was and row.state == "draft" else "draft"
        if kept.changes and row.state != to:
            connection.execute(sa.update(plan_table).where(plan_table.c.id == plan).values(state=to))
            write_log(connection, at, by.login, STATE, f"plan {plan}", row.state, to)
        return kept


def _last(connection: sa.Connection, plan: int, zone: str) -> Kept | None:
    """Newest first, each undoing takes back one change before it; what was published stands."""
    taken_back = 0
    for (at, who), lines in groupby(lines_of(connection, plan, ACTS), lambda line: (line.at, line.who)):
        told = list(lines)
        acts = {line.act for line in told}
        if PUBLISH in acts:
            return None
        if UNDO in acts:
            taken_back += 1
        elif acts & {EDIT, ABSENCE}:
            if not taken_back:
                return _kept(told, plan, (who, local_time(at, zone)))
            taken_back -= 1
    return None


def _kept(lines: Sequence[Line], plan: int, told: tuple[str, str]) -> Kept:
    subjects = [line.subject.removeprefix(f"plan {plan} ").rpartition(" ") for line in lines]
    both = list(zip(lines, subjects, strict=True))
    changes = [
        Change(agent, dt.date.fromisoformat(day), line.before, line.after)
        for line, (agent, _, day) in both if line.act == EDIT
    ]  # fmt: skip
    absences = [
        (agent, *map(dt.date.fromisoformat, line.after.split())) for line, (agent, _, _) in both if line.act == ABSENCE
    ]
    was = next((line.before for line in lines if line.act == STATE), "")
    return Kept(lines[0].id, *told, tuple(sorted(changes, key=lambda c: (c.agent, c.day))), tuple(absences), was)


def _put_back(connection: sa.Connection, plan: int, kept: Kept, grid: Grid, *, by: User, at: str) -> None:
    """Each day as it stood, with its line in the log."""
    held = held_days(connection, plan, grid)
    for edit in _edits(kept.changes, held, grid, plan):
        put_day(connection, plan, edit, held, by=by, at=at)
    for c in kept.changes:
        write_log(connection, at, by.login, UNDO, f"plan {plan} {c.agent} {c.day}", c.after, c.before)
    for agent, first, last in kept.absences:
        write_log(connection, at, by.login, UNDO, f"plan {plan} {agent} {ABSENCE}", f"{first} {last}")


def _edits(changes: Iterable[Change], held: Mapping[Key, Held], grid: Grid, plan: int) -> tuple[DayEdit, ...]:
    """What puts each day back; Refused where a day is not what the log says, or its words cannot be read back."""
    edits = []
    for change in changes:
        now = held.get((change.agent, change.day))
        pieces = _read(change.before, change.day, grid)
        if pieces is None or day_text(now.pieces if now else (), grid) != change.after:
            raise Refused("undo_unreadable", id=plan, agent=change.agent, day=change.day)
        edits.append(DayEdit(change.agent, change.day, pieces, now.revision if now else 0))
    return tuple(edits)


def _read(text: str, day: dt.date, grid: Grid) -> tuple[Piece, ...] | None:
    """The segments of a line of the log, None where they would not be the same."""
    try:
        pieces = read_day(text, day, grid)
    except ValueError:
        return None
    return pieces if day_text(pieces, grid) == text else None
