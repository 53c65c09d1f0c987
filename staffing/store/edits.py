"""Many hands on one week: each shift has its own revision, so that two people meet only where both changed the same."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pandas as pd
import sqlalchemy as sa

from forecasts.grid import Grid
from staffing.files.roster_text import LONGEST, AgentDay, Piece, agent_days, day_text, frame_of
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence
from staffing.store.database import Database, local_time
from staffing.store.log import write_log
from staffing.store.refusals import Clash, Conflict, Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import agent_day
from staffing.store.tables import plan as plan_table

Key = tuple[str, dt.date]
EDIT, ABSENCE, UNDO = "edit", "absence", "undo"
"""Acts of lines in the log: an agent's day changed, an absence noted with such changes, both taken back."""


@dataclass(frozen=True)
class Held:
    """One shift as the store holds it; no pieces for a day freed. ``at`` a UTC text."""

    pieces: tuple[Piece, ...]
    revision: int
    author: str
    at: str


@dataclass(frozen=True)
class DayEdit:
    """What one agent's day shall be, made on the revision that its author saw (0: there was nothing)."""

    agent: str
    day: dt.date
    pieces: tuple[Piece, ...]
    revision: int


def pieces_text(pieces: Iterable[Piece]) -> str:
    """Segments as JSON, instants in UTC."""
    rows = [[_utc(p.start), _utc(p.end), p.activity] for p in pieces]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def _utc(instant: pd.Timestamp) -> str:
    """Kept, as its inverse is."""
    return str(instant.tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ"))


def pieces_back(text: str, grid: Grid) -> tuple[Piece, ...]:
    """The segments of such a JSON, in the grid's zone."""
    return tuple(Piece(_local(start, grid.tz), _local(end, grid.tz), word) for start, end, word in json.loads(text))


@lru_cache(maxsize=4096)
def _local(text: str, zone: str) -> pd.Timestamp:
    """Kept: a week of 500 agents names the same few hundred instants tens of thousands of times."""
    return pd.Timestamp(text).tz_convert(zone).as_unit("us")


def held_days(connection: sa.Connection, plan: int, grid: Grid) -> dict[Key, Held]:
    """The working copy of a plan, by agent and day."""
    held = {}
    for row in connection.execute(sa.select(agent_day).where(agent_day.c.plan == plan)):
        pieces = pieces_back(row.pieces, grid)
        held[row.agent, dt.date.fromisoformat(row.day)] = Held(pieces, row.revision, row.author, row.at)
    return held


def working_frame(held: Mapping[Key, Held], grid: Grid) -> pd.DataFrame:
    """A working copy as a roster's frame."""
    return frame_of([AgentDay(agent, day, h.pieces) for (agent, day), h in held.items() if h.pieces], grid)


def working_copy(database: Database, plan: int, *, by: User = LOCAL) -> dict[Key, Held]:
    """Every shift of a plan with its revision: what an editor shows and hands back with its edits."""
    require(by, Act.READ)
    with database.reading() as connection:
        return held_days(connection, plan, locked_plan(connection, plan)[1])


def locked_plan(connection: sa.Connection, plan: int) -> tuple[sa.Row[tuple[object, ...]], Grid]:
    """The plan's row, held against other writers until the transaction ends when it is one that writes."""
    query = sa.select(plan_table).where(plan_table.c.id == plan)
    if not connection.get_execution_options().get("affluence_read"):
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refused("no_plan", id=plan)
    return row, Grid(row.time_zone, row.interval_min)


def edits_towards(roster: Roster, held: Mapping[Key, Held]) -> tuple[DayEdit, ...]:
    """The edits that turn a working copy into ``roster``: how a solved, repaired or imported week is taken over."""
    wanted = {(d.agent, d.day): d.pieces for d in agent_days(roster.frame)}
    edits = []
    for agent, day in sorted(set(wanted) | set(held)):
        now = held.get((agent, day))
        pieces = wanted.get((agent, day), ())
        if (now.pieces if now else ()) != pieces:
            edits.append(DayEdit(agent, day, pieces, now.revision if now else 0))
    return tuple(edits)


def edit_days(
    database: Database, plan: int, edits: Iterable[DayEdit], *, noted: Iterable[Absence] = (), by: User = LOCAL
) -> int:
    """Apply all edits or none, and return how many shifts changed; the plan becomes a draft again. ``noted``: absences
    that are noted in the centre's folder with them, for the log.

    Raises Conflict, both values side by side, when a shift was changed since its author saw it; Refused for an
    archived plan, an agent who is not of the centre or segments no roster can hold.
    """
    require(by, Act.EDIT)
    wanted = {(edit.agent, edit.day): edit for edit in edits}
    with database.transaction() as connection:
        row, grid = locked_plan(connection, plan)
        if row.state == "archived":
            raise Refused("archived", id=plan)
        known = set(json.loads(row.facts)["agents"])
        for edit in wanted.values():
            check_edit(edit, known)
        held = held_days(connection, plan, grid)
        clashes = tuple(c for edit in wanted.values() if (c := _clash(edit, held, grid)))
        if clashes:
            raise Conflict(clashes)
        at = database.now(connection)
        changed = [e for e in wanted.values() if e.pieces != _pieces(held, e)]
        for edit in changed:
            put_day(connection, plan, edit, held, by=by, at=at)
            texts = day_text(_pieces(held, edit), grid), day_text(edit.pieces, grid)
            write_log(connection, at, by.login, EDIT, f"plan {plan} {edit.agent} {edit.day}", *texts)
        for away in noted:
            days = f"{away.first} {away.last}"
            write_log(connection, at, by.login, ABSENCE, f"plan {plan} {away.agent} {ABSENCE}", "", days)
        if changed and row.state != "draft":
            connection.execute(sa.update(plan_table).where(plan_table.c.id == plan).values(state="draft"))
            write_log(connection, at, by.login, "state", f"plan {plan}", row.state, "draft")
        return len(changed)


def check_edit(edit: DayEdit, agents: Iterable[str]) -> None:
    """Refused when no roster can hold it."""
    if edit.agent not in agents:
        raise Refused("unknown_agent", agent=edit.agent)
    sound = all(p.start < p.end and 0 < len(p.activity) <= 200 for p in edit.pieces)
    sound &= all(a.end <= b.start for a, b in pairwise(edit.pieces))
    if edit.pieces:
        first, last = edit.pieces[0], edit.pieces[-1]
        sound &= first.start.date() == edit.day and last.end - first.start <= LONGEST
    if not sound:
        raise Refused("bad_segments", agent=edit.agent, day=edit.day)


def _pieces(held: Mapping[Key, Held], edit: DayEdit) -> tuple[Piece, ...]:
    now = held.get((edit.agent, edit.day))
    return now.pieces if now else ()


def _clash(edit: DayEdit, held: Mapping[Key, Held], grid: Grid) -> Clash | None:
    now = held.get((edit.agent, edit.day))
    if now is None or now.revision == edit.revision or now.pieces == edit.pieces:
        return None
    theirs, yours = day_text(now.pieces, grid), day_text(edit.pieces, grid)
    return Clash(edit.agent, edit.day.isoformat(), theirs, yours, now.author, local_time(now.at, grid.tz))


def put_day(
    connection: sa.Connection, plan: int, edit: DayEdit, held: Mapping[Key, Held], *, by: User, at: str
) -> None:
    """An agent's day as told, at its next revision."""
    now = held.get((edit.agent, edit.day))
    news = {
        "revision": (now.revision if now else 0) + 1,
        "pieces": pieces_text(edit.pieces),
        "author": by.login,
        "at": at,
    }
    key = {"plan": plan, "agent": edit.agent, "day": edit.day.isoformat()}
    if now is None:
        connection.execute(sa.insert(agent_day).values(**key, **news))
    else:
        here = sa.and_(*(agent_day.c[name] == value for name, value in key.items()))
        connection.execute(sa.update(agent_day).where(here).values(**news))
