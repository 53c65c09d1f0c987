"""The change log: who, when, what, before, after; only ever added to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from staffing.store.tables import change_log, plan


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``at`` a UTC text, ``zone`` its plan's, else that of all plans, empty when they differ."""

    id: int
    at: str
    who: str
    act: str
    subject: str
    before: str
    after: str
    zone: str = ""


def write_log(connection: sa.Connection, at: str, who: str, act: str, subject: str, *states: str) -> None:
    """Add a line in the caller's transaction; ``states`` are before and after."""
    before, after = (*states, "", "")[:2]
    row = {"at": at, "who": who, "act": act, "subject": subject[:400], "before": before, "after": after}
    connection.execute(sa.insert(change_log).values(**row))


def read_log(connection: sa.Connection, subject: str = "", last: int = 100) -> tuple[Entry, ...]:
    """The newest lines first, of one subject (``plan 3``) and what is under it when given."""
    query = sa.select(change_log).order_by(change_log.c.id.desc()).limit(last)
    if subject:
        under = change_log.c.subject.startswith(subject + " ", autoescape=True)
        query = query.where(sa.or_(change_log.c.subject == subject, under))
    zones = {f"plan {p.id}": p.time_zone for p in connection.execute(sa.select(plan.c.id, plan.c.time_zone))}
    common = next(iter(zones.values())) if len(set(zones.values())) == 1 else ""
    return tuple(replace(Entry(*row), zone=zones.get(_plan(row.subject), common)) for row in connection.execute(query))


def lines_of(connection: sa.Connection, id: int, acts: Iterable[str]) -> Iterator[sa.Row[Any]]:
    """The lines of some acts about a plan and what is under it, newest first."""
    here = change_log.c.subject
    about = sa.or_(here == f"plan {id}", here.startswith(f"plan {id} ", autoescape=True))
    query = sa.select(change_log).where(change_log.c.act.in_(list(acts)), about).order_by(change_log.c.id.desc())
    return iter(connection.execute(query))


def _plan(subject: str) -> str:
    """``plan 3`` of ``plan 3 version 1``."""
    return " ".join(subject.split(" ")[:2])
