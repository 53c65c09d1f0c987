"""How long personal data stays, and what is taken away when its time is over.

Three years for what was published and for the log: as long as wages may be claimed (Code du travail L3245-1), and
longer than the year for which hours worked must be shown to the inspector (L3171-3, D3171-16). Names go a quarter after
an agent's last week. The store holds no reason for any absence. Backups age by themselves: keep as few as you need.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from forecasts.grid import Week
from staffing.store.consistency import referenced
from staffing.store.database import Database, instant_text
from staffing.store.log import write_log
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import agent_day, change_log, document, job, person, purging, version
from staffing.store.tables import plan as plan_table


@dataclass(frozen=True)
class Retention:
    """Weeks after which each kind of data goes: counted from the planned week, the log line, the run, and for a name
    from the last week its agent was in the team."""

    published_weeks: int = 156
    drafts_weeks: int = 13
    log_weeks: int = 156
    names_weeks: int = 13
    jobs_weeks: int = 4

    def __post_init__(self) -> None:
        if min(asdict(self).values()) < 1:
            raise ValueError(f"data stays at least one week, got {self}")


@dataclass(frozen=True)
class Purged:
    """How much a purge took away."""

    plans: int
    versions: int
    names: int
    log_lines: int
    jobs: int
    documents: int


def purge(database: Database, retention: Retention, *, by: User = LOCAL) -> Purged:
    """Take away what is older than its retention, all or nothing, and write the report in the log."""
    require(by, Act.KEEP)
    with database.transaction() as connection:
        at = database.now(connection)
        today = dt.datetime.fromisoformat(at)
        connection.execute(sa.insert(purging).values(permit=1))
        jobs = _gone(connection, sa.delete(job).where(job.c.heartbeat < _before(today, retention.jobs_weeks)))
        plans, versions = _old_plans(connection, today, retention)
        last = _week(today, retention.names_weeks)
        names = _gone(connection, sa.delete(person).where(person.c.last_week < last, person.c.last_week != ""))
        lines = _gone(connection, sa.delete(change_log).where(change_log.c.at < _before(today, retention.log_weeks)))
        connection.execute(sa.delete(purging))
        unneeded = sa.delete(document).where(document.c.digest.not_in(referenced(connection)))
        report = Purged(plans, versions, names, lines, jobs, _gone(connection, unneeded))
        write_log(connection, at, by.login, "purge", "store", str(retention), str(report))
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return report


def _old_plans(connection: sa.Connection, today: dt.datetime, retention: Retention) -> tuple[int, int]:
    old = (plan_table.c.published > 0) & (plan_table.c.week < _week(today, retention.published_weeks))
    old |= (plan_table.c.published == 0) & (plan_table.c.week < _week(today, retention.drafts_weeks))
    ids = list(connection.execute(sa.select(plan_table.c.id).where(old)).scalars())
    connection.execute(sa.update(job).where(job.c.plan.in_(ids)).values(plan=None))
    connection.execute(sa.delete(agent_day).where(agent_day.c.plan.in_(ids)))
    versions = _gone(connection, sa.delete(version).where(version.c.plan.in_(ids)))
    return _gone(connection, sa.delete(plan_table).where(plan_table.c.id.in_(ids))), versions


def _gone(connection: sa.Connection, delete: sa.Delete) -> int:
    return int(connection.execute(delete).rowcount)


def _before(today: dt.datetime, weeks: int) -> str:
    return instant_text(today - dt.timedelta(weeks=weeks))


def _week(today: dt.datetime, weeks: int) -> str:
    return str(Week.of(today.date()).plus(-weeks))
