"""Contents kept under their own SHA-256, compressed; JSON and CSV inside, nothing that runs."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

import sqlalchemy as sa

from staffing import contents
from staffing.contents import LEVEL, written
from staffing.store.refusals import Refused
from staffing.store.tables import document


def keep(connection: sa.Connection, kind: str, content: object) -> str:
    """Store JSON-able content once and return its digest."""
    raw = written(content)
    digest = hashlib.sha256(raw).hexdigest()
    if connection.execute(sa.select(document.c.digest).where(document.c.digest == digest)).scalar() is None:
        row = {"digest": digest, "kind": kind, "body": zlib.compress(raw, LEVEL)}
        connection.execute(_insert(connection).values(**row).on_conflict_do_nothing())
    return digest


def _insert(connection: sa.Connection) -> Any:
    """An insert that may meet a twin made at the same moment."""
    from sqlalchemy.dialects import postgresql, sqlite

    made = sqlite if connection.dialect.name == "sqlite" else postgresql
    return made.insert(document)


def fetch(connection: sa.Connection, digest: str) -> Any:
    """Content by digest; Refused when it is gone or no longer what it was."""
    body = connection.execute(sa.select(document.c.body).where(document.c.digest == digest)).scalar()
    if body is None:
        raise Refused("document_gone", digest=digest[:12])
    raw = unpacked(bytes(body))
    if hashlib.sha256(raw).hexdigest() != digest:
        raise Refused("document_changed", digest=digest[:12])
    return json.loads(raw)


def unpacked(body: bytes) -> bytes:
    """Decompressed within bounds; Refused when it is no longer what was kept."""
    try:
        return contents.unpacked(body)
    except ValueError as error:
        raise Refused("document_changed", digest="?") from error
