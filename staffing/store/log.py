"""The change log: who, when, what, before, after; only ever added to."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from staffing.store.tables import change_log


@dataclass(frozen=True)
class Entry:
    """One line of the log; ``at`` a UTC text."""

    id: int
    at: str
    who: str
    act: str
    subject: str
    before: str
    after: str


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
    return tuple(Entry(*row) for row in connection.execute(query))
