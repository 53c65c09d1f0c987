"""Named scenarios of a centre, kept as the text their owner wrote."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from staffing.store.database import Database, local_time
from staffing.store.log import write_log
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import scenario

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
        news = {"content": content, "revision": revision + 1, "author": by.login, "at": at}
        if now is None:
            connection.execute(sa.insert(scenario).values(centre=centre, name=name, **news))
        else:
            connection.execute(sa.update(scenario).where(here).values(**news))
        write_log(connection, at, by.login, "scenario", f"centre {centre} {name}", now.content if now else "", content)
        return revision + 1


def scenarios(database: Database, centre: str, *, by: User = LOCAL) -> tuple[Kept, ...]:
    """The scenarios of a centre by name."""
    require(by, Act.READ)
    query = sa.select(*COLUMNS).where(scenario.c.centre == centre).order_by(scenario.c.name)
    with database.reading() as connection:
        return tuple(Kept(*row) for row in connection.execute(query))
