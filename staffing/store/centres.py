"""A centre's folder kept in the store: its files as text, each under its digest; names apart, in their own table."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.gate.findings import Findings
from staffing.gate.read import read_before, read_centre
from staffing.gate.schema import FILES
from staffing.gate.sheet import read_text, separator_of
from staffing.gate.toml import FILE
from staffing.store.database import Database
from staffing.store.documents import fetch, keep
from staffing.store.log import write_log
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.scenarios import keep_scenarios
from staffing.store.tables import centre as centre_table
from staffing.store.tables import person

PEOPLE = "agents.csv"


def save_centre(database: Database, folder: Path, *, by: User = LOCAL) -> Centre:
    """Read a folder through the gate and keep it as the newest state of its centre; returns what was read.

    Raises BadInput when the gate refuses it, NotAllowed, StoreUnavailable.
    """
    require(by, Act.EDIT)
    read = read_centre(folder)
    texts = folder_texts(folder)
    with database.transaction() as connection:
        at = database.now(connection)
        keep_centre(connection, read, texts, by=by, at=at)
        keep_scenarios(connection, read.name, folder, by=by, at=at)
    return read


def folder_texts(folder: Path) -> dict[str, str]:
    """Every file of a centre's folder as text under its plain name, agents' names and addresses taken out."""
    texts = {}
    for name in (FILE, *FILES):
        for path in (folder / name, folder / f"{name}.gz"):
            if path.is_file():
                text = read_text(path, Findings()) or ""
                texts[name] = _nameless(text) if name == PEOPLE else text
    return texts


def _nameless(text: str) -> str:
    """``agents.csv`` with its ``name`` and ``email`` columns emptied."""
    separator = separator_of(text)
    written = csv.reader(io.StringIO(text), delimiter=separator)
    rows = [row for row in written if any(map(str.strip, row))]
    heads = [head.strip().lower() for head in rows[0]]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows[1:]:
        kept = ["" if head in ("name", "email") else cell for head, cell in zip(heads, row, strict=False)]
        writer.writerow(kept + row[len(heads) :])
    return out.getvalue()


def keep_centre(connection: sa.Connection, read: Centre, texts: Mapping[str, str], *, by: User, at: str) -> str:
    """Keep the files and the names in the caller's transaction; returns the digest of the list of files."""
    files = {name: keep(connection, "file", text) for name, text in texts.items()}
    manifest = keep(connection, "centre", {"files": files, "digest": read.digest})
    known = connection.execute(sa.select(centre_table).where(centre_table.c.name == read.name)).one_or_none()
    _know(connection, read, str(Week.of(dt.date.fromisoformat(at[:10]))))
    if known is not None and known.document == manifest:
        return manifest
    row = {"document": manifest, "author": by.login, "at": at}
    if known is None:
        connection.execute(sa.insert(centre_table).values(name=read.name, revision=1, **row))
    else:
        mine = sa.update(centre_table).where(centre_table.c.name == read.name)
        connection.execute(mine.values(revision=centre_table.c.revision + 1, **row))
    before = known.document if known is not None else ""
    write_log(connection, at, by.login, "centre", f"centre {read.name}", before, manifest)
    return manifest


def _know(connection: sa.Connection, read: Centre, week: str) -> None:
    """Note the agents' names and addresses, and that they were in the team in that week."""
    here = person.c.centre == read.name
    known = {row.agent: row for row in connection.execute(sa.select(person).where(here))}
    new = [agent for agent in read.team.agents if agent.id not in known]
    if new:
        rows = [{"centre": read.name, "agent": a.id, "name": a.name, "email": a.email, "last_week": week} for a in new]
        connection.execute(sa.insert(person), rows)
    for agent in read.team.agents:
        now = known.get(agent.id)
        if now is None:
            continue
        news = (agent.name or now.name, agent.email or now.email, max(week, now.last_week))
        if (now.name, now.email, now.last_week) != news:
            name, email, last = news
            mine = sa.update(person).where(here, person.c.agent == agent.id)
            connection.execute(mine.values(name=name, email=email, last_week=last))


def centre_of(connection: sa.Connection, manifest: str) -> Centre:
    """The centre of such a list of files, with the names that are still known."""
    listed = fetch(connection, manifest)
    read = read_before(listed["digest"])
    if read is None:
        read = _read_texts(tuple((name, fetch(connection, digest)) for name, digest in listed["files"].items()))
    known = {agent: (name, email) for agent, name, email in people_of(connection, read.name)}
    told = ((agent, known.get(agent.id, ("", ""))) for agent in read.team.agents)
    agents = tuple(replace(agent, name=name, email=email) for agent, (name, email) in told)
    return replace(read, digest=listed["digest"], team=replace(read.team, agents=agents))


@lru_cache(maxsize=4)
def _read_texts(texts: tuple[tuple[str, str], ...]) -> Centre:
    """The centre of files by name, kept: reading takes most of the time that opening a plan takes."""
    with tempfile.TemporaryDirectory() as place:
        for name, text in texts:
            (Path(place) / name).write_text(text, "utf-8")
        return read_centre(Path(place))


def people_of(connection: sa.Connection, centre: str) -> tuple[tuple[str, str, str], ...]:
    """Agent, name and e-mail of everyone the store still knows by name."""
    query = sa.select(person.c.agent, person.c.name, person.c.email).where(person.c.centre == centre)
    return tuple((row.agent, row.name, row.email) for row in connection.execute(query.order_by(person.c.agent)))


def open_centre(database: Database, name: str, *, by: User = LOCAL) -> Centre:
    """The newest state of a centre; Refused when the store has none of that name."""
    require(by, Act.READ)
    with database.reading() as connection:
        manifest = connection.execute(sa.select(centre_table.c.document).where(centre_table.c.name == name)).scalar()
        if manifest is None:
            raise Refused("no_centre", name=name)
        return centre_of(connection, manifest)


def centres(database: Database, *, by: User = LOCAL) -> tuple[str, ...]:
    """The names of the centres kept."""
    require(by, Act.READ)
    with database.reading() as connection:
        return tuple(connection.execute(sa.select(centre_table.c.name).order_by(centre_table.c.name)).scalars())
