"""Draft, proposed, published, archived; and what was promised to people: versions that never change."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import sqlalchemy as sa

from forecasts.grid import Week
from staffing.contents import roster_back, roster_content
from staffing.files.roster_text import Change, changes, frame_of, roster_digest
from staffing.rostering.notice import Notice, hours_moved, notices
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Breach
from staffing.store.centres import centre_of
from staffing.store.database import Database
from staffing.store.documents import fetch, keep
from staffing.store.edits import Key, held_days, locked_plan, working_frame
from staffing.store.log import Entry, read_log, write_log
from staffing.store.plans import version_roster
from staffing.store.refusals import Refused, ShortNotice, breach_text
from staffing.store.rights import LOCAL, Act, NotAllowed, Role, User, require
from staffing.store.tables import change_log, person, version
from staffing.store.tables import plan as plan_table

BROKEN = "broken"
"""The act of a line in the log that names a rule broken knowingly."""
STEPS = {"proposed": ("draft",), "published": ("proposed",), "archived": ("draft", "proposed", "published")}


@dataclass(frozen=True)
class Version:
    """What was published: by whom, when (UTC text), why, which agents it touched, who was told later than owed."""

    plan: int
    number: int
    author: str
    at: str
    reason: str
    affected: tuple[str, ...]
    notices: tuple[Notice, ...]
    roster: str
    broken: int = 0
    """Rules broken knowingly; the log names them."""


@dataclass(frozen=True)
class Terms:
    """How a version is published. ``reason`` is needed from the second version on; ``exceptional`` circumstances owe
    three working days instead of seven; ``short`` publishes although people get less notice than owed; ``outright``
    proposes a draft and publishes it in one, or leaves it a draft. ``seen`` is the digest of the roster that was looked
    at, ``broken`` the rules it breaks, accepted knowingly: see ``staffing.store.promise``."""

    reason: str = ""
    exceptional: bool = False
    short: bool = False
    outright: bool = False
    seen: str = ""
    broken: tuple[Breach, ...] = ()
    away: frozenset[Key] = frozenset()
    """Agent-days of absence: who is ill is owed no notice of it."""


def propose(database: Database, id: int, *, by: User = LOCAL) -> None:
    """Hand a draft over to those who publish."""
    require(by, Act.PROPOSE)
    with database.transaction() as connection:
        _step(connection, id, "proposed", by=by, at=database.now(connection))


def archive(database: Database, id: int, *, by: User = LOCAL) -> None:
    """Close a plan for good; its versions stay."""
    require(by, Act.PUBLISH)
    with database.transaction() as connection:
        _step(connection, id, "archived", by=by, at=database.now(connection))


def _step(connection: sa.Connection, id: int, to: str, *, by: User, at: str) -> None:
    row, _ = locked_plan(connection, id)
    if row.state not in STEPS[to]:
        raise Refused("wrong_state", id=id, state=row.state, to=to)
    connection.execute(sa.update(plan_table).where(plan_table.c.id == id).values(state=to))
    write_log(connection, at, by.login, "state", f"plan {id}", row.state, to)


def publish(database: Database, id: int, terms: Terms | None = None, *, by: User = LOCAL) -> Version:
    """Make the working copy of a proposed plan (of a draft, ``outright``) its next version, for ever.

    Raises ShortNotice, with each agent-day and the article, when people would be told later than owed and ``terms``
    do not accept it; Refused for another state, another roster than the one seen, no change, no reason, or a week that
    another plan has published. What it breaks is for ``staffing.store.promise`` to ask.
    """
    require(by, Act.PUBLISH)
    agreed = terms or Terms()
    with database.transaction() as connection:
        row, grid = locked_plan(connection, id)
        at = database.now(connection)
        if agreed.outright and row.state == "draft":
            require(by, Act.PROPOSE)
            _step(connection, id, "proposed", by=by, at=at)
            row, grid = locked_plan(connection, id)
        roster = Roster(Week.parse(row.week), grid, working_frame(held_days(connection, id, grid), grid))
        digest = roster_digest(roster.frame)
        if agreed.seen and agreed.seen != digest:
            raise Refused("not_seen", id=id)
        before = version_roster(connection, id, row.published).frame if row.published else frame_of((), grid)
        changed = changes(before, roster.frame, grid)
        _check_new(connection, row, changed, agreed)
        late = _late(connection, changed, row, at, agreed)
        if late and not agreed.short:
            raise ShortNotice(late)
        number = row.published + 1
        made = Version(
            id, number, by.login, at, agreed.reason.strip(), tuple(sorted({c.agent for c in changed})), late,
            keep(connection, "version", roster_content(roster)), len(agreed.broken),
        )  # fmt: skip
        _step(connection, id, "published", by=by, at=at)
        connection.execute(sa.update(plan_table).where(plan_table.c.id == id).values(published=number))
        connection.execute(sa.insert(version).values(**_row(made)))
        write_log(connection, at, by.login, "publish", f"plan {id} version {number}", made.reason, digest)
        for breach in agreed.broken:
            write_log(connection, at, by.login, BROKEN, f"plan {id} version {number}", "", breach_text(breach))
        return made


def _check_new(
    connection: sa.Connection, row: sa.Row[tuple[object, ...]], changed: tuple[Change, ...], terms: Terms
) -> None:
    facts = row._mapping
    if facts["state"] != "proposed":
        raise Refused("wrong_state", id=facts["id"], state=facts["state"], to="published")
    if not changed:
        raise Refused("nothing_new", id=facts["id"], number=facts["published"])
    if facts["published"] and not terms.reason.strip():
        raise Refused("reason_needed", id=facts["id"], number=facts["published"] + 1)
    other = live_plan(connection, facts["centre"], facts["week"])
    if other not in (None, facts["id"]):
        raise Refused("week_published", week=facts["week"], other=other)


def live_plan(connection: sa.Connection, centre: str, week: str) -> int | None:
    """The plan that a week's next version must come from, None while none is published or once it is archived."""
    live = (plan_table.c.published > 0) & (plan_table.c.state != "archived")
    here = (plan_table.c.centre == centre) & (plan_table.c.week == week)
    return connection.execute(sa.select(plan_table.c.id).where(here, live)).scalar()


def _late(
    connection: sa.Connection, changed: tuple[Change, ...], row: sa.Row[Any], at: str, terms: Terms
) -> tuple[Notice, ...]:
    today = dt.datetime.fromisoformat(at).astimezone(ZoneInfo(row.time_zone)).date()
    facts = json.loads(row.facts)
    rules = facts.get("rules") or centre_of(connection, row.inputs).team.rules  # older plans keep none
    holidays = {dt.date.fromisoformat(day) for day in facts["holidays"]}
    days = ((c.agent, c.day) for c in changed if hours_moved(c) and (c.agent, c.day) not in terms.away)
    return notices(days, today, rules, holidays, exceptional=terms.exceptional)


def _row(made: Version) -> dict[str, object]:
    late = [[n.agent, n.day.isoformat(), n.given, n.owed, n.article] for n in made.notices]
    told = {field: value for field, value in vars(made).items() if field != "broken"}
    return {**told, "affected": json.dumps(made.affected), "notices": json.dumps(late)}


def versions(database: Database, id: int, *, by: User = LOCAL) -> tuple[Version, ...]:
    """Every published version of a plan, oldest first."""
    require(by, Act.READ)
    with database.reading() as connection:
        rows = connection.execute(sa.select(version).where(version.c.plan == id).order_by(version.c.number)).all()
        kept = sa.select(change_log.c.subject).where(change_log.c.act == BROKEN)
        broken = Counter(
            connection.execute(kept.where(change_log.c.subject.startswith(f"plan {id} version "))).scalars()
        )
    return tuple(
        Version(
            row.plan, row.number, row.author, row.at, row.reason, tuple(json.loads(row.affected)),
            tuple(Notice(a, dt.date.fromisoformat(d), *rest) for a, d, *rest in json.loads(row.notices)), row.roster,
            broken[f"plan {id} version {row.number}"],
        )
        for row in rows
    )  # fmt: skip


def diff(database: Database, id: int, before: int, after: int | None = None, *, by: User = LOCAL) -> tuple[Change, ...]:
    """What differs between two versions, agent by agent; ``after`` None is the working copy, ``before`` 0 nothing."""
    require(by, Act.READ)
    with database.reading() as connection:
        _, grid = locked_plan(connection, id)
        old = version_roster(connection, id, before).frame if before else frame_of((), grid)
        if after is None:
            return changes(old, working_frame(held_days(connection, id, grid), grid), grid)
        return changes(old, version_roster(connection, id, after).frame, grid)


@dataclass(frozen=True, eq=False)
class Told:
    """A roster that people were given: version ``number`` of ``plan``, at an instant (UTC text)."""

    plan: int
    number: int
    at: str
    roster: Roster


def told(database: Database, centre: str, week: Week, *, by: User = LOCAL) -> tuple[Told, ...]:
    """Every version ever published of a centre's week, oldest first; an agent sees their own shifts alone.

    Archiving a plan takes nothing back: people worked what it says, or hold it in their calendars.
    """
    require(by, Act.READ_PUBLISHED)
    if by.role is Role.AGENT and not by.agent:
        raise NotAllowed(by.login, "read_nobody")
    columns = (version.c.plan, version.c.number, version.c.at, version.c.roster)
    query = sa.select(*columns).join(plan_table, plan_table.c.id == version.c.plan)
    query = query.where(plan_table.c.centre == centre, plan_table.c.week == str(week))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(version.c.at, version.c.plan, version.c.number)).all()
        found = [Told(row.plan, row.number, row.at, roster_back(fetch(connection, row.roster))) for row in rows]
    if by.role is Role.AGENT:
        found = [replace(t, roster=replace(t.roster, frame=_own(t.roster, by.agent))) for t in found]
    return tuple(found)


def last_told(database: Database, centre: str, weeks: Iterable[Week], *, by: User = LOCAL) -> tuple[Told, ...]:
    """The last version published of each of these weeks, oldest week first; a week without one is left out."""
    require(by, Act.READ)
    columns = (plan_table.c.week, version.c.plan, version.c.number, version.c.at, version.c.roster)
    query = sa.select(*columns).join(plan_table, plan_table.c.id == version.c.plan)
    query = query.where(plan_table.c.centre == centre, plan_table.c.week.in_([str(week) for week in weeks]))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(version.c.at, version.c.plan, version.c.number)).all()
        last = sorted({row.week: row for row in rows}.items())
        return tuple(Told(row.plan, row.number, row.at, roster_back(fetch(connection, row.roster))) for _, row in last)


def told_beside(database: Database, centre: str, week: Week) -> int:
    """How many versions of a centre's earlier weeks and of the next were published so far: what is known of them
    holds until then."""
    query = sa.select(sa.func.count()).select_from(version).join(plan_table, plan_table.c.id == version.c.plan)
    earlier, ahead = plan_table.c.week < str(week), plan_table.c.week == str(week.plus(1))
    query = query.where(plan_table.c.centre == centre, earlier | ahead)
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _own(roster: Roster, agent: str) -> pd.DataFrame:
    return roster.of(agent).reset_index(drop=True)


def published_rosters(database: Database, centre: str, week: Week, *, by: User = LOCAL) -> tuple[Roster, ...]:
    """The rosters of ``told``, oldest first."""
    return tuple(t.roster for t in told(database, centre, week, by=by))


def published_weeks(database: Database, *, by: User = LOCAL) -> tuple[tuple[str, str], ...]:
    """(centre, week) of every published week, newest first; an agent sees those of the centres they belong to."""
    require(by, Act.READ_PUBLISHED)
    query = sa.select(plan_table.c.centre, plan_table.c.week).where(plan_table.c.published > 0).distinct()
    if by.role is Role.AGENT:
        mine = sa.select(person.c.centre).where(person.c.agent == by.agent, person.c.agent != "")
        query = query.where(plan_table.c.centre.in_(mine))
    with database.reading() as connection:
        rows = connection.execute(query.order_by(plan_table.c.week.desc(), plan_table.c.centre)).all()
    return tuple((row.centre, row.week) for row in rows)


def log_of(database: Database, subject: str = "", *, last: int = 100, by: User = LOCAL) -> tuple[Entry, ...]:
    """The newest lines of the change log first; of one subject (``plan 3``) and what is under it when given."""
    require(by, Act.READ)
    with database.reading() as connection:
        return read_log(connection, subject, last)
