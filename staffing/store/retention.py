"""How long personal data stays, and what is taken away when its time is over.

Three years for what was published and for the log: as long as wages may be claimed (Code du travail L3245-1), and
longer than the year for which hours worked must be shown to the inspector (L3171-3, D3171-16). Names go a quarter after
an agent's last week. A centre's newest files and its scenarios stay while it has a plan, and otherwise as long as what
was published. The store holds no reason for any absence. Backups age by themselves: keep as few as you need.
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
from staffing.store.tables import agent_day, centre, change_log, document, job, person, purging, scenario, version
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
    """How much a purge took away, and from when on the rest stays: the first planned week of published plans and of
    drafts, the first last week of names, the first day (UTC) of log lines and runs."""

    plans: int
    versions: int
    names: int
    log_lines: int
    jobs: int
    centres: int
    documents: int
    published_from: str
    drafts_from: str
    names_from: str
    log_from: str
    jobs_from: str


def purge(database: Database, retention: Retention, *, by: User = LOCAL) -> Purged:
    """Take away what is older than its retention, all or nothing, and write the report in the log."""
    require(by, Act.KEEP)
    with database.transaction() as connection:
        at = database.now(connection)
        report = _purged(connection, dt.datetime.fromisoformat(at), retention)
        write_log(connection, at, by.login, "purge", "store", str(retention), str(report))
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return report


def _purged(connection: sa.Connection, today: dt.datetime, retention: Retention) -> Purged:
    log_from, jobs_from = _before(today, retention.log_weeks), _before(today, retention.jobs_weeks)
    published_from, drafts_from, names_from = (
        _week(today, weeks) for weeks in (retention.published_weeks, retention.drafts_weeks, retention.names_weeks)
    )
    connection.execute(sa.insert(purging).values(permit=1))
    jobs = _gone(connection, sa.delete(job).where(job.c.heartbeat < jobs_from))
    plans, versions = _old_plans(connection, published_from, drafts_from)
    names = _gone(connection, sa.delete(person).where(person.c.last_week < names_from, person.c.last_week != ""))
    lines = _gone(connection, sa.delete(change_log).where(change_log.c.at < log_from))
    centres = _old_centres(connection, _before(today, retention.published_weeks))
    connection.execute(sa.delete(purging))
    unneeded = sa.delete(document).where(document.c.digest.not_in(referenced(connection)))
    return Purged(
        plans, versions, names, lines, jobs, centres, _gone(connection, unneeded),
        published_from, drafts_from, names_from, log_from[:10], jobs_from[:10],
    )  # fmt: skip


def _old_plans(connection: sa.Connection, published_from: str, drafts_from: str) -> tuple[int, int]:
    old = (plan_table.c.published > 0) & (plan_table.c.week < published_from)
    old |= (plan_table.c.published == 0) & (plan_table.c.week < drafts_from)
    ids = list(connection.execute(sa.select(plan_table.c.id).where(old)).scalars())
    connection.execute(sa.update(job).where(job.c.plan.in_(ids)).values(plan=None))
    connection.execute(sa.delete(agent_day).where(agent_day.c.plan.in_(ids)))
    versions = _gone(connection, sa.delete(version).where(version.c.plan.in_(ids)))
    return _gone(connection, sa.delete(plan_table).where(plan_table.c.id.in_(ids))), versions


def _old_centres(connection: sa.Connection, before: str) -> int:
    """Centres that nobody has saved since and that have no plan left, with their scenarios and names."""
    planned = sa.select(plan_table.c.centre)
    old = sa.select(centre.c.name).where(centre.c.at < before, centre.c.name.not_in(planned))
    names = list(connection.execute(old).scalars())
    connection.execute(sa.delete(scenario).where(scenario.c.centre.in_(names)))
    connection.execute(sa.delete(person).where(person.c.centre.in_(names)))
    return _gone(connection, sa.delete(centre).where(centre.c.name.in_(names)))


def _gone(connection: sa.Connection, delete: sa.Delete) -> int:
    return int(connection.execute(delete).rowcount)


def _before(today: dt.datetime, weeks: int) -> str:
    return instant_text(today - dt.timedelta(weeks=weeks))


def _week(today: dt.datetime, weeks: int) -> str:
    return str(Week.of(today.date()).plus(-weeks))
