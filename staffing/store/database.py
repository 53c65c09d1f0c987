"""Opening the store, its transactions, and what is said when it cannot answer."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError, OperationalError

from staffing.store.tables import change_log
from staffing.words import say

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 30.0
Clock = Callable[[], dt.datetime]


class StoreUnavailable(Exception):
    """The store could not do it and nothing was changed: ``key`` names the sentence, ``detail`` its words."""

    def __init__(self, key: str, detail: str) -> None:
        self.key = key
        self.detail = detail
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """What happened and what to do, ``fr`` or ``en``."""
        return say(f"store.{self.key}", language, detail=self.detail)


class Database:
    """A store that is open. ``clock`` gives the time of what is done; the log never goes back behind itself."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock

    @property
    def place(self) -> str:
        """Its path, or its address without the password."""
        url = self.engine.url
        return str(url.database) if self.engine.dialect.name == "sqlite" else url.render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """All or nothing; StoreUnavailable when the database fails, with the state as before."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise unavailable(error) from error

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view, whatever others write meanwhile."""
        how = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        try:
            with self.engine.connect().execution_options(affluence_read=True, **how) as connection:
                yield connection
        except DBAPIError as error:
            raise unavailable(error) from error

    def now(self, connection: sa.Connection) -> str:
        """The time as the log writes it, later than all it holds: where the clock has gone back, just later."""
        told = instant_text(self.clock())
        newest = sa.select(change_log.c.at).order_by(change_log.c.id.desc()).limit(1)
        last = connection.execute(newest).scalar()
        if last is None or told > last:
            return told
        return instant_text(dt.datetime.fromisoformat(last) + dt.timedelta(microseconds=1))

    def close(self) -> None:
        self.engine.dispose()


def instant_text(at: dt.datetime) -> str:
    """UTC, microseconds, fixed width.

    >>> instant_text(dt.datetime(2026, 11, 30, 8, tzinfo=dt.timezone(dt.timedelta(hours=1))))
    '2026-11-30T07:00:00.000000Z'
    """
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_time(at: str, zone: str) -> str:
    """An instant of the store by a centre's clock, as sheets and lists show it; of no one centre, in UTC.

    >>> local_time("2026-11-30T07:00:00.000000Z", "Europe/Paris"), local_time("2026-11-30T07:00:00.000000Z", "")
    ('30/11/2026 08:00', '30/11/2026 07:00 UTC')
    """
    shown = dt.datetime.fromisoformat(at).astimezone(ZoneInfo(zone) if zone else dt.UTC)
    return f"{shown:%d/%m/%Y %H:%M}" if zone else f"{shown:%d/%m/%Y %H:%M} UTC"


def system_clock() -> dt.datetime:
    """The machine's time: what the command passes in."""
    return dt.datetime.now(dt.UTC)


def unavailable(error: DBAPIError) -> StoreUnavailable:
    """What a database error means to a person."""
    text = " ".join(str(error.orig).split())[:200]
    low = text.lower()
    if "full" in low or "no space" in low:
        return StoreUnavailable("disk_full", text)
    if "disk i/o" in low:
        return StoreUnavailable("disk_failed", text)
    if "locked" in low or "busy" in low or "deadlock" in low or "serialize" in low:
        return StoreUnavailable("locked", text)
    if "malformed" in low or "not a database" in low or "corrupt" in low:
        return StoreUnavailable("damaged", text)
    if "readonly" in low or "read-only" in low or "append only" in low:
        return StoreUnavailable("read_only", text)
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return StoreUnavailable("unreachable", text)
    return StoreUnavailable("refused", text)


def open_database(
    where: str | Path, clock: Clock = system_clock, *, busy_s: float = BUSY_S, make: bool = True
) -> Database:
    """Open, and where needed bring up to date, the store at a path (SQLite) or a ``postgresql://`` address; one that is
    not there is made unless not to be.

    A SQLite file that somebody else is writing to is waited for ``busy_s`` seconds. Raises StoreUnavailable when it
    cannot be reached, is no store, or is not there and not to be made.
    """
    engine = engine_of(where, busy_s)
    database = Database(engine, clock)
    try:
        if not make and not _there(engine):
            engine.dispose()
            raise StoreUnavailable("no_store", database.place)
        migrate(database)
    except DBAPIError as error:
        engine.dispose()
        raise unavailable(error) from error
    except ImportError as error:
        raise StoreUnavailable("no_driver", str(error)) from error
    return database


def _there(engine: sa.Engine) -> bool:
    """Whether a store was ever made here; asking makes no file."""
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    return (file is None or Path(file).is_file()) and sa.inspect(engine).has_table("alembic_version")


def engine_of(where: str | Path, busy_s: float = BUSY_S) -> sa.Engine:
    """A SQLAlchemy engine: psycopg for PostgreSQL, sqlite3 with WAL, full sync and immediate transactions otherwise."""
    text = str(where)
    if text.startswith(("postgresql://", "postgres://")):
        address = "postgresql+psycopg://" + text.split("://", 1)[1]
        try:
            return sa.create_engine(address, pool_pre_ping=True, pool_size=5, max_overflow=30)
        except ImportError as error:
            raise StoreUnavailable("no_driver", str(error)) from error
    engine = sa.create_engine(
        f"sqlite:///{Path(text).absolute()}",
        connect_args={"timeout": busy_s, "check_same_thread": False},
        poolclass=sa.pool.NullPool,
    )
    sa.event.listen(engine, "connect", _prepared)
    sa.event.listen(engine, "begin", _begun)
    return engine


def _prepared(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    """Writers queue at the start, so that none fails half-way; readers take a snapshot."""
    reading = connection.get_execution_options().get("affluence_read")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def migrate(database: Database) -> None:
    """Bring the tables to the newest form, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7310)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
