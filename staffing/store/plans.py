"""Plans saved and read back: a plan is its centre's files, what each room answered, and a working copy people edit."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from forecasts.distribution import Forecast
from forecasts.grid import Grid, Week
from staffing.centre import Centre
from staffing.contents import (
    forecast_back,
    forecast_content,
    frame_back,
    frame_text,
    requirement_back,
    requirement_content,
    roster_back,
    roster_content,
)
from staffing.files.roster_text import agent_days, roster_digest
from staffing.gate.read import name_told, read_centre
from staffing.plan import AS_EXPECTED, Plan, Scenario, forecast_mark
from staffing.rostering.away import credited
from staffing.rostering.hours import in_post
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Absence, Ledger
from staffing.rostering.verify import Verification, verify
from staffing.rostering.worked import shifts_by_agent
from staffing.sizing.requirement import Requirement
from staffing.store.centres import centre_of, folder_texts, keep_centre
from staffing.store.database import Database
from staffing.store.documents import fetch, keep
from staffing.store.edits import held_days, locked_plan, pieces_text, working_frame
from staffing.store.log import write_log
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.scenarios import keep_scenarios
from staffing.store.tables import agent_day, change_log, person, version
from staffing.store.tables import plan as plan_table

SEGMENTS = ("agent", "activity")


@dataclass(frozen=True)
class Saved:
    """A plan in the store. ``state`` draft, proposed, published or archived; ``published`` its last version, 0 none."""

    id: int
    centre: str
    week: str
    scenario: str
    state: str
    published: int
    author: str
    at: str
    time_zone: str


def save_plan(database: Database, plan: Plan, folder: Path, *, by: User = LOCAL) -> int:
    """Keep a plan made from ``folder`` as a new draft and return its id.

    Raises Refused when the folder is no longer what the plan was made from.
    """
    require(by, Act.EDIT)
    read = read_centre(folder)
    if read.digest != plan.centre.digest:
        raise Refused("folder_changed", folder=folder)
    texts, contents = folder_texts(folder), _contents(plan)
    with database.transaction() as connection:
        at = database.now(connection)
        inputs = keep_centre(connection, read, texts, by=by, at=at)
        keep_scenarios(connection, read.name, folder, by=by, at=at)
        facts: dict[str, Any] = {kind: keep(connection, kind, content) for kind, content in contents.items()}
        facts["agents"] = [agent.id for agent in plan.centre.team.agents]
        facts["rules"] = plan.centre.team.rules
        facts["holidays"] = _holidays(plan)
        facts["asked"] = {"centre": read.digest, "forecast": forecast_mark(read), "quick": plan.quick}
        id = connection.execute(
            sa.insert(plan_table)
            .values(
                centre=read.name,
                week=str(plan.week),
                scenario=plan.scenario,
                state="draft",
                time_zone=plan.roster.grid.tz,
                interval_min=plan.roster.grid.interval_min,
                inputs=inputs,
                facts=json.dumps(facts),
                author=by.login,
                at=at,
            )
            .returning(plan_table.c.id)
        ).scalar_one()
        _first_copy(connection, id, plan.roster, by=by, at=at)
        _seen(connection, read.name, facts["agents"], str(plan.week))
        write_log(connection, at, by.login, "save", f"plan {id}", "", f"{read.name} {plan.week} {plan.scenario}")
        return int(id)


def _contents(plan: Plan) -> dict[str, object]:
    """Every part of a plan as JSON, by kind."""
    team = plan.centre.team
    return {
        "forecast": forecast_content(plan.forecast),
        "requirement": requirement_content(plan.requirement),
        "roster": roster_content(plan.roster),
        "verification": verification_content(plan.verification),
        "carry": {
            "past": None if team.past is None else frame_text(team.past),
            "later": None if team.later is None else frame_text(team.later),
            "locked": None if team.locked is None else frame_text(team.locked),
            "ledgers": [asdict(ledger) for ledger in team.ledgers],
        },
    }


def _holidays(plan: Plan) -> list[str]:
    """Public holidays in reach of a notice period."""
    first, last = plan.week.monday - dt.timedelta(days=60), plan.week.days[-1]
    return sorted({day.isoformat() for day, _ in plan.centre.history.holidays if first <= day <= last})


def _first_copy(connection: sa.Connection, plan: int, roster: Roster, *, by: User, at: str) -> None:
    rows = [
        {
            "plan": plan,
            "agent": shift.agent,
            "day": shift.day.isoformat(),
            "revision": 1,
            "pieces": pieces_text(shift.pieces),
            "author": by.login,
            "at": at,
        }
        for shift in agent_days(roster.frame)
    ]
    if rows:
        connection.execute(sa.insert(agent_day), rows)


def _seen(connection: sa.Connection, centre: str, agents: list[str], week: str) -> None:
    """The last week each was in the team: from there the keeping of their name is counted."""
    here = (person.c.centre == centre) & (person.c.last_week < week)
    known = set(connection.execute(sa.select(person.c.agent).where(here)).scalars()) & set(agents)
    for agent in known:
        connection.execute(sa.update(person).where(here, person.c.agent == agent).values(last_week=week))


def has_plan(database: Database, folder: Path) -> bool:
    """Whether there is a plan of that folder's centre that is not put away."""
    name = name_told(folder)
    return bool(name) and any(plan.state != "archived" for plan in plans(database, centre=name))


def known_before(database: Database, centre: Centre, week: Week) -> tuple[Forecast | None, Requirement | None]:
    """The forecast of an earlier plan of that week whose history, calendar and hand edits were the same, and its need
    where all else of the centre was too; None where no plan has them. A quick forecast does not count."""
    same_week = (plan_table.c.centre == centre.name) & (plan_table.c.week == str(week))
    query = sa.select(plan_table.c.facts).where(same_week, plan_table.c.scenario == AS_EXPECTED.name)
    with database.reading() as connection:
        told = [json.loads(row) for row in connection.execute(query.order_by(plan_table.c.id.desc())).scalars()]
        asked = [facts for facts in told if facts.get("asked") and not facts["asked"]["quick"]]
        mark = forecast_mark(centre) if asked else ""
        forecasts = [facts for facts in asked if facts["asked"]["forecast"] == mark]
        if not forecasts:
            return None, None
        same = [facts for facts in forecasts if facts["asked"]["centre"] == centre.digest]
        found = (same or forecasts)[0]
        forecast = forecast_back(fetch(connection, found["forecast"]), centre.grid)
        need = requirement_back(fetch(connection, found["requirement"]), week, centre.grid) if same else None
        return forecast, need


def verification_content(found: Verification) -> dict[str, Any]:
    """A verification as JSON."""
    return {
        "breaches": [
            [b.rule, b.agent, None if b.start is None else b.start.isoformat(), b.found, b.limit, b.article]
            for b in found.breaches
        ],
        "coverage": frame_text(found.coverage),
        "hours": frame_text(found.hours),
        "required_hours": found.required_hours,
        "shortage_hours": found.shortage_hours,
        "surplus_hours": found.surplus_hours,
    }


def verification_back(content: dict[str, Any], grid: Grid) -> Verification:
    """The verification of such a JSON."""
    breaches = tuple(
        Breach(rule, agent, None if start is None else pd.Timestamp(start).tz_convert(grid.tz), *rest)
        for rule, agent, start, *rest in content["breaches"]
    )
    amounts = (content[name] for name in ("required_hours", "shortage_hours", "surplus_hours"))
    coverage = frame_back(content["coverage"], grid.tz, ("queue",))
    return Verification(breaches, coverage, frame_back(content["hours"], grid.tz, ("agent",)), *amounts)


def load_plan(
    database: Database,
    id: int,
    *,
    number: int | None = None,
    scenario: Scenario | None = None,
    away: Sequence[Absence] = (),
    by: User = LOCAL,
) -> Plan:
    """A plan as it now stands, or its published version ``number``.

    A roster that people have changed since it was solved is verified anew and has no proof; where the scenario
    changes the team, give it, so that this reading knows. ``away``: absences of the centre as it is today; those noted
    since the plan was made are read too. Raises Refused when there is no such plan or version.
    """
    require(by, Act.READ)
    with database.reading() as connection:
        row, grid = locked_plan(connection, id)
        facts, week = json.loads(row.facts), Week.parse(row.week)
        centre = in_post(_carried(centre_of(connection, row.inputs), fetch(connection, facts["carry"])), week)
        forecast = forecast_back(fetch(connection, facts["forecast"]), grid)
        requirement = requirement_back(fetch(connection, facts["requirement"]), week, grid)
        solved = roster_back(fetch(connection, facts["roster"]))
        frame = working_frame(held_days(connection, id, grid), grid)
        if number is not None:
            frame = version_roster(connection, id, number).frame
        seen = verification_back(fetch(connection, facts["verification"]), grid)
    if scenario is not None:
        centre, _ = scenario.applied(centre, forecast)
    roster, noted = solved, _noted(centre, away, solved, frame)
    centre = replace(centre, team=replace(centre.team, absences=(*centre.team.absences, *noted)))
    if not frame.equals(solved.frame) and roster_digest(frame) != roster_digest(solved.frame):
        roster = replace(solved, frame=frame, proof=None, reasons=())
    if noted or roster is not solved:
        seen = verify(roster, requirement, centre)
    return Plan(centre, week, row.scenario, forecast, requirement, roster, seen)


def _carried(centre: Centre, carry: Mapping[str, Any]) -> Centre:
    """The centre with the weeks beside, locks and ledgers that the plan was made with; older ones knew none ahead."""
    past, later, locked = (
        None if carry.get(name) is None else frame_back(carry[name], centre.grid.tz, SEGMENTS)
        for name in ("past", "later", "locked")
    )
    ledgers = tuple(Ledger(**ledger) for ledger in carry["ledgers"])
    return replace(centre, team=replace(centre.team, past=past, later=later, locked=locked, ledgers=ledgers))


def owed_when_planned(database: Database, ids: Iterable[int]) -> dict[int, dict[str, float]]:
    """Hours each agent owed in the week of each of these plans, with the absences known when it was made."""
    query = sa.select(plan_table.c.id, plan_table.c.facts).where(plan_table.c.id.in_(list(ids)))
    found = {}
    with database.reading() as connection:
        for id, facts in connection.execute(query).all():
            seen = fetch(connection, json.loads(facts)["verification"])
            hours = frame_back(seen["hours"], "UTC", ("agent",))
            found[int(id)] = {
                str(agent): float(owed) for agent, owed in zip(hours["agent"], hours["hours_owed"], strict=True)
            }
    return found


def _noted(centre: Centre, away: Sequence[Absence], solved: Roster, frame: pd.DataFrame) -> tuple[Absence, ...]:
    """The absences of the week that the plan was made without, credited with what they took from the roster solved."""
    known = set(centre.team.absences)
    new = [absence for absence in away if absence not in known]
    who = {absence.agent for absence in new}
    planned, stands = (shifts_by_agent(f[f["agent"].isin(who)]) for f in (solved.frame, frame))
    return tuple(credited(new, planned, stands, solved.week))


def version_roster(connection: sa.Connection, id: int, number: int) -> Roster:
    """The roster of a published version."""
    here = (version.c.plan == id) & (version.c.number == number)
    digest = connection.execute(sa.select(version.c.roster).where(here)).scalar()
    if digest is None:
        raise Refused("no_version", id=id, number=number)
    return roster_back(fetch(connection, digest))


def reading_of(database: Database, id: int) -> tuple[int, int]:
    """What ``load_plan`` answers for a plan holds until this changes: the sum of its shifts' revisions, and the newest
    line of the log that tells of a centre's files and names or of a purge. Publishing and other plans leave it."""
    revisions = sa.select(sa.func.coalesce(sa.func.sum(agent_day.c.revision), 0)).where(agent_day.c.plan == id)
    outside = sa.select(change_log.c.id).where(change_log.c.act.in_(("centre", "purge")))
    with database.reading() as connection:
        newest = connection.execute(outside.order_by(change_log.c.id.desc()).limit(1)).scalar()
        return int(connection.execute(revisions).scalar_one()), int(newest or 0)


def plans(database: Database, *, centre: str = "", week: str = "", by: User = LOCAL) -> tuple[Saved, ...]:
    """The plans in the store, newest first, of one centre or week when told."""
    require(by, Act.READ)
    names = Saved.__dataclass_fields__
    query = sa.select(*(plan_table.c[name] for name in names)).order_by(plan_table.c.id.desc())
    query = query.where(plan_table.c.centre == centre) if centre else query
    query = query.where(plan_table.c.week == week) if week else query
    with database.reading() as connection:
        return tuple(Saved(*row) for row in connection.execute(query))
