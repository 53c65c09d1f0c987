"""A store in one file, and back: every row as a line of JSON, with a digest that both sides must share.

The same file restores into SQLite or PostgreSQL, whichever it came from.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from staffing.files.atomic import replacing
from staffing.problems import BadInput, Problem
from staffing.store.database import Database
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import metadata

FORM = {"affluence_store": 1, "form": "a001"}
TABLES = [table for table in metadata.sorted_tables if table.name != "purging"]
LONGEST = 1 << 29


def backup(database: Database, path: Path, *, by: User = LOCAL) -> str:
    """Write everything to ``path``, whole or not at all, from one consistent view; returns its digest.

    Raises Refused when the store is empty: what is to be kept stands elsewhere.
    """
    require(by, Act.KEEP)
    total, nothing = hashlib.sha256(), hashlib.sha256().digest()
    try:
        with database.reading() as connection, replacing(path) as temporary, gzip.open(temporary, "wb", 6) as out:
            out.write(_line(FORM))
            for line in _lines(connection):
                total.update(line)
                out.write(line)
            if total.digest() == nothing:
                raise Refused("nothing_held", place=database.place)
            out.write(_line({"sha256": total.hexdigest()}))
    except OSError as error:
        raise Refused("not_written", path=path, why=error.strerror or str(error)) from error
    return total.hexdigest()


def state_digest(database: Database) -> str:
    """The digest of everything a store holds: equal for two stores exactly when all rows are."""
    total = hashlib.sha256()
    with database.reading() as connection:
        for line in _lines(connection):
            total.update(line)
    return total.hexdigest()


def _lines(connection: sa.Connection) -> Iterator[bytes]:
    """Every row of every table, in an order that both databases share."""
    for table in TABLES:
        keys = list(table.primary_key.columns)
        found = sorted(tuple(row) for row in connection.execute(sa.select(*keys)))
        for key in found:
            here = sa.and_(*(column == value for column, value in zip(keys, key, strict=True)))
            row = connection.execute(sa.select(table).where(here)).one()._mapping
            yield _line([table.name, {name: _plain(value) for name, value in row.items()}])


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"base64": base64.b64encode(bytes(value)).decode()}
    return value


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def restore(database: Database, path: Path, *, by: User = LOCAL) -> str:
    """Fill an empty store from a backup, in one transaction, and return the digest that both now share.

    Raises Refused when the store is not empty, BadInput when the file is no sound backup; nothing is changed then.
    """
    require(by, Act.KEEP)
    told = _checked(path)
    with database.transaction() as connection:
        for table in TABLES:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).scalar():
                raise Refused("not_empty", table=table.name)
        for content in _read(path):
            if isinstance(content, list):
                _put(connection, path, content)
        total = hashlib.sha256()
        for line in _lines(connection):
            total.update(line)
        if total.hexdigest() != told:
            raise _bad(path, "rows that do not read back as they were written")
        _counters(connection)
    return told


def _checked(path: Path) -> str:
    """The digest a backup names, once its lines are known to have it."""
    total, told = hashlib.sha256(), ""
    for place, content in enumerate(_read(path)):
        if place == 0 and content != FORM:
            raise _bad(path, "no backup of this form")
        if told:
            raise _bad(path, "lines after the end")
        if isinstance(content, dict) and "sha256" in content:
            told = str(content["sha256"])
        elif place:
            total.update(_line(content))
    if not told or told != total.hexdigest():
        raise _bad(path, "a backup that was cut or changed")
    return told


def _read(path: Path) -> Iterator[Any]:
    try:
        with gzip.open(path, "rb") as lines:
            while line := lines.readline(LONGEST):
                yield json.loads(line)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise _bad(path, f"a damaged file ({' '.join(str(error).split())[:80]})") from error


def _put(connection: sa.Connection, path: Path, content: list[Any]) -> None:
    tables = {table.name: table for table in TABLES}
    try:
        name, row = content
        table = tables[name]
        if set(row) != set(table.c.keys()):
            raise _bad(path, f"a row of {name} with other columns")
        values = {key: _bytes(value) for key, value in row.items()}
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise _bad(path, "a line that is no row") from error
    connection.execute(sa.insert(table).values(**values))


def _bytes(value: Any) -> Any:
    return base64.b64decode(value["base64"], validate=True) if isinstance(value, dict) else value


def _bad(path: Path, found: str) -> BadInput:
    return BadInput([Problem(path.name, None, None, found, "a backup made by affluence backup", "Take another one.")])


def _counters(connection: sa.Connection) -> None:
    """PostgreSQL numbers new rows from a counter that inserted ids do not move."""
    if connection.dialect.name != "postgresql":
        return
    for table in ("plan", "change_log", "job"):
        connection.execute(
            sa.text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"coalesce((SELECT max(id) FROM {table}), 0) + 1, false)"
            )
        )
