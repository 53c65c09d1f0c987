"""The first form of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a001"
down_revision = None
branch_labels = None
depends_on = None

LIVE = sa.text("published > 0 AND state <> 'archived'")


def upgrade() -> None:
    """Make the tables and the triggers that keep versions and log append-only."""
    _inputs()
    _plans()
    _others()
    for table in ("version", "change_log"):
        _append_only(table)


def _text(name: str, length: int, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, server_default=default)


def _inputs() -> None:
    op.create_table(
        "document",
        sa.Column("digest", sa.String(64), primary_key=True),
        _text("kind", 20),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "centre",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("document", sa.String(64), sa.ForeignKey("document.digest"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        _text("author", 200),
        _text("at", 32),
    )
    op.create_table(
        "person",
        sa.Column("centre", sa.String(200), primary_key=True),
        sa.Column("agent", sa.String(200), primary_key=True),
        _text("name", 400),
        _text("email", 400, ""),
        _text("last_week", 8, ""),
    )


def _plans() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("centre", sa.String(200), sa.ForeignKey("centre.name"), nullable=False),
        _text("week", 8),
        _text("scenario", 200),
        _text("state", 12),
        sa.Column("published", sa.Integer, nullable=False, server_default="0"),
        _text("time_zone", 64),
        sa.Column("interval_min", sa.Integer, nullable=False),
        sa.Column("inputs", sa.String(64), sa.ForeignKey("document.digest"), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        _text("author", 200),
        _text("at", 32),
    )
    op.create_index(
        "one_published_plan_a_week",
        "plan",
        ["centre", "week"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "agent_day",
        sa.Column("plan", sa.Integer, sa.ForeignKey("plan.id"), primary_key=True),
        sa.Column("agent", sa.String(200), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("pieces", sa.Text, nullable=False),
        _text("author", 200),
        _text("at", 32),
    )
    op.create_table(
        "version",
        sa.Column("plan", sa.Integer, sa.ForeignKey("plan.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("roster", sa.String(64), sa.ForeignKey("document.digest"), nullable=False),
        _text("author", 200),
        _text("at", 32),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("reason", "affected", "notices")),
    )


def _others() -> None:
    op.create_table(
        "change_log",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        _text("at", 32),
        _text("who", 200),
        _text("act", 20),
        _text("subject", 400),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("question", sa.Text, nullable=False),
        _text("status", 12),
        _text("phase", 40, ""),
        sa.Column("seconds", sa.Float, nullable=False, server_default="0"),
        sa.Column("cost_eur", sa.Float),
        sa.Column("bound_eur", sa.Float),
        sa.Column("best", sa.LargeBinary),
        sa.Column("improvements", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cancel", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("plan", sa.Integer, sa.ForeignKey("plan.id")),
        sa.Column("told", sa.Text, nullable=False, server_default=""),
        _text("heartbeat", 32),
        _text("author", 200),
        _text("at", 32),
    )
    op.create_table(
        "scenario",
        sa.Column("centre", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        _text("author", 200),
        _text("at", 32),
    )
    op.create_table("purging", sa.Column("permit", sa.Integer, primary_key=True, autoincrement=False))
    op.create_table(
        "account",
        sa.Column("login", sa.String(200), primary_key=True),
        _text("role", 12),
        _text("agent", 200, ""),
    )


def _append_only(table: str) -> None:
    """Refuse changes at any time, and deletions outside a purge."""
    if op.get_bind().dialect.name == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append only'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"WHEN NOT EXISTS (SELECT 1 FROM purging) {refuse}"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purging) THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{table} is append only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )


def downgrade() -> None:
    """There is nothing before the first form."""
    raise NotImplementedError("the first form of the store cannot be undone; restore a backup")
