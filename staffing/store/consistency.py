"""Whether a store is whole: what must hold between its tables, whatever was killed, unplugged or restored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import pairwise

import sqlalchemy as sa

from staffing.store.database import Database
from staffing.store.documents import unpacked
from staffing.store.edits import held_days, locked_plan, working_frame
from staffing.store.plans import version_roster
from staffing.store.refusals import Refused
from staffing.store.tables import agent_day, change_log, document, version
from staffing.store.tables import plan as plan_table


def inconsistencies(database: Database) -> tuple[str, ...]:
    """Everything that is not as it must be, in plain English; empty when the store is whole."""
    with database.reading() as connection:
        found = [*_file(connection), *_documents(connection), *_log(connection)]
        for id in connection.execute(sa.select(plan_table.c.id).order_by(plan_table.c.id)).scalars():
            found += _plan(connection, id)
        return tuple(found)


def _file(connection: sa.Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
            if line != "ok":
                yield f"file: {line}"


def _documents(connection: sa.Connection) -> Iterator[str]:
    for digest in connection.execute(sa.select(document.c.digest)).scalars().all():
        body = connection.execute(sa.select(document.c.body).where(document.c.digest == digest)).scalar_one()
        if hashlib.sha256(unpacked(bytes(body))).hexdigest() != digest:
            yield f"document {digest[:12]}: not what was stored"


def _log(connection: sa.Connection) -> Iterator[str]:
    lines = connection.execute(sa.select(change_log.c.id, change_log.c.at).order_by(change_log.c.id)).all()
    for before, after in pairwise(lines):
        if after.at < before.at and connection.dialect.name == "sqlite":
            yield f"log line {after.id}: earlier than the one before it"


def _plan(connection: sa.Connection, id: int) -> Iterator[str]:
    row, grid = locked_plan(connection, id)
    numbers = list(connection.execute(sa.select(version.c.number).where(version.c.plan == id)).scalars())
    if sorted(numbers) != list(range(1, row.published + 1)):
        yield f"plan {id}: versions {sorted(numbers)}, last said to be {row.published}"
    try:
        frame = working_frame(held_days(connection, id, grid), grid)
        if row.state == "published" and not version_roster(connection, id, row.published).frame.equals(frame):
            yield f"plan {id}: published, but its working copy differs from version {row.published}"
    except (Refused, ValueError, KeyError) as error:
        yield f"plan {id}: {error}"
    yield from _logged(connection, id, numbers)


def _logged(connection: sa.Connection, id: int, numbers: list[int]) -> Iterator[str]:
    """Each version and each edit has its line in the log, unless old lines were purged."""
    query = sa.select(change_log.c.act, change_log.c.subject)
    lines = connection.execute(query.where(change_log.c.subject.startswith(f"plan {id}"))).all()
    if ("save", f"plan {id}") not in {(line.act, line.subject) for line in lines}:
        return
    told = {line.subject for line in lines if line.act == "publish"}
    for number in numbers:
        if f"plan {id} version {number}" not in told:
            yield f"plan {id}: version {number} is not in the log"
    edits: dict[str, int] = {}
    for line in lines:
        if line.act == "edit":
            edits[line.subject] = edits.get(line.subject, 0) + 1
    for day in connection.execute(sa.select(agent_day).where(agent_day.c.plan == id)):
        times = edits.get(f"plan {id} {day.agent} {day.day}", 0)
        if day.revision - times not in (0, 1):
            yield f"plan {id}: {day.agent} {day.day} has revision {day.revision} and {times} edits in the log"


def referenced(connection: sa.Connection) -> set[str]:
    """Digests of every document that something still needs."""
    needed: set[str] = set(connection.execute(sa.select(version.c.roster)).scalars())
    manifests = set(connection.execute(sa.text("SELECT document FROM centre")).scalars())
    for row in connection.execute(sa.select(plan_table.c.inputs, plan_table.c.facts)):
        manifests.add(row.inputs)
        needed |= {value for value in json.loads(row.facts).values() if isinstance(value, str)}
    for manifest in manifests:
        body = connection.execute(sa.select(document.c.body).where(document.c.digest == manifest)).scalar_one()
        needed |= set(json.loads(unpacked(bytes(body)))["files"].values())
    return needed | manifests
