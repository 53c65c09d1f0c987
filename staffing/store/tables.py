"""What the store holds, table by table. Instants are UTC texts of fixed width: they sort and never lose their zone."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()
LIVE = text("published > 0 AND state <> 'archived'")

document = Table(
    "document",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""Contents by their own SHA-256: a centre's files, a requirement, a published roster. Never changed."""

centre = Table(
    "centre",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("document", String(64), ForeignKey("document.digest"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("centre", String(200), primary_key=True),
    Column("agent", String(200), primary_key=True),
    Column("name", String(400), nullable=False),
    Column("email", String(400), nullable=False, server_default=""),
    Column("last_week", String(8), nullable=False, server_default=""),
)
"""The only table with names. ``last_week`` is the last week an agent was in the centre's team."""

plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("centre", String(200), ForeignKey("centre.name"), nullable=False),
    Column("week", String(8), nullable=False),
    Column("scenario", String(200), nullable=False),
    Column("state", String(12), nullable=False),
    Column("published", Integer, nullable=False, server_default="0"),
    Column("time_zone", String(64), nullable=False),
    Column("interval_min", Integer, nullable=False),
    Column("inputs", String(64), ForeignKey("document.digest"), nullable=False),
    Column("facts", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
    Index("one_published_plan_a_week", "centre", "week", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
)
"""A week being planned. ``inputs`` are the centre's files it was made from; ``published`` the last version's number."""

agent_day = Table(
    "agent_day",
    metadata,
    Column("plan", Integer, ForeignKey("plan.id"), primary_key=True),
    Column("agent", String(200), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("pieces", Text, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
)
"""The working copy: one shift a row, each with its own revision, so that two people meet only on the same shift."""

version = Table(
    "version",
    metadata,
    Column("plan", Integer, ForeignKey("plan.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("roster", String(64), ForeignKey("document.digest"), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    Column("affected", Text, nullable=False),
    Column("notices", Text, nullable=False),
)
"""What was published. Rows are only ever added; triggers refuse the rest."""

change_log = Table(
    "change_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("who", String(200), nullable=False),
    Column("act", String(20), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)
"""Who did what when. Rows are only ever added; a purge of old ones is itself written down."""

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("question", Text, nullable=False),
    Column("status", String(12), nullable=False),
    Column("phase", String(40), nullable=False, server_default=""),
    Column("seconds", Float, nullable=False, server_default="0"),
    Column("cost_eur", Float),
    Column("bound_eur", Float),
    Column("best", LargeBinary),
    Column("improvements", Integer, nullable=False, server_default="0"),
    Column("cancel", Boolean, nullable=False, server_default=text("false")),
    Column("plan", Integer, ForeignKey("plan.id")),
    Column("told", Text, nullable=False, server_default=""),
    Column("heartbeat", String(32), nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
)
"""A run of the engine in another process: what it was asked, how far it is, the best roster so far."""

account = Table(
    "account",
    metadata,
    Column("login", String(200), primary_key=True),
    Column("role", String(12), nullable=False),
    Column("agent", String(200), nullable=False, server_default=""),
)

scenario = Table(
    "scenario",
    metadata,
    Column("centre", String(200), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("content", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("author", String(200), nullable=False),
    Column("at", String(32), nullable=False),
)
"""A named change to the question, as the text its owner wrote."""

purging = Table("purging", metadata, Column("permit", Integer, primary_key=True, autoincrement=False))
"""Holds a row while a purge runs, inside its transaction: the only time when the triggers let old rows go."""
