"""Named scenarios of a centre, kept as the text their owner wrote."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from staffing.store.database import Database, local_time
from staffing.store.log import write_log
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import scenario

FOLDER, MOST_BYTES = "scenarios", 1 << 20
COLUMNS = (scenario.c.name, scenario.c.content, scenario.c.revision, scenario.c.author, scenario.c.at)


@dataclass(frozen=True)
class Kept:
    """A scenario as it stands; give its ``revision`` back when changing it."""

    name: str
    content: str
    revision: int
    author: str
    at: str


def save_scenario(
    database: Database, centre: str, name: str, content: str, *, revision: int = 0, by: User = LOCAL
) -> int:
    """Keep a scenario, new (revision 0) or changed; returns its revision.

    Refused, with who changed it and when, when it is no longer at the revision that was seen.
    """
    require(by, Act.EDIT)
    here = (scenario.c.centre == centre) & (scenario.c.name == name)
    with database.transaction() as connection:
        at = database.now(connection)
        now = connection.execute(sa.select(scenario).where(here).with_for_update()).one_or_none()
        if (now.revision if now else 0) != revision:
            author, when = (now.author, local_time(now.at, "")) if now else ("?", "?")
            raise Refused("scenario_changed", name=name, author=author, when=when)
        _put(connection, centre, name, content, now, by=by, at=at)
        return revision + 1


def keep_scenarios(connection: sa.Connection, centre: str, folder: Path, *, by: User, at: str) -> None:
    """Keep the scenarios of a centre's folder (``scenarios/NAME.toml``) beside its files, in the caller's transaction;
    a changed one gets its next revision and its line in the log."""
    for path in sorted(p for p in (folder / FOLDER).glob("*.toml") if len(p.stem) <= 200):
        content = path.read_bytes()[:MOST_BYTES].decode("utf-8", "replace").replace("\0", "")
        here = (scenario.c.centre == centre) & (scenario.c.name == path.stem)
        now = connection.execute(sa.select(scenario).where(here)).one_or_none()
        if now is None or now.content != content:
            _put(connection, centre, path.stem, content, now, by=by, at=at)


def _put(
    connection: sa.Connection, centre: str, name: str, content: str, now: sa.Row[Any] | None, *, by: User, at: str
) -> None:
    """A new scenario, or the next revision of the one that stands."""
    news = {"content": content, "revision": now.revision + 1 if now else 1, "author": by.login, "at": at}
    if now is None:
        connection.execute(sa.insert(scenario).values(centre=centre, name=name, **news))
    else:
        here = (scenario.c.centre == centre) & (scenario.c.name == name)
        connection.execute(sa.update(scenario).where(here).values(**news))
    write_log(connection, at, by.login, "scenario", f"centre {centre} {name}", now.content if now else "", content)


def scenarios(database: Database, centre: str, *, by: User = LOCAL) -> tuple[Kept, ...]:
    """The scenarios of a centre by name."""
    require(by, Act.READ)
    query = sa.select(*COLUMNS).where(scenario.c.centre == centre).order_by(scenario.c.name)
    with database.reading() as connection:
        return tuple(Kept(*row) for row in connection.execute(query))
