"""``agents.csv`` and what hangs on it: absences, commitments, past and locked segments, ledgers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from forecasts.grid import DAY_MIN
from staffing.gate.findings import Findings
from staffing.gate.history import instants
from staffing.gate.known import Known
from staffing.gate.schema import FILES, AgentRow
from staffing.gate.settings import CentreTable
from staffing.gate.sheet import Sheet, read_sheet
from staffing.rostering.hours import PART_TIME_LEAST_H
from staffing.rostering.roster import BREAK, COLUMNS, MEAL
from staffing.rostering.rules.closed_days import SundayRest
from staffing.rostering.rules.packs import beyond_the_law, pack_names, rules_for
from staffing.rostering.team import Absence, Agent, Availability, Commitment, Contract, Ledger, Skill, Team, Wishes


def contracts(known: Known, findings: Findings) -> tuple[Contract, ...]:
    """The contracts of centre.toml whose tables are sound."""
    found = []
    for name, table in known.contracts.items():
        limits = tuple((rule, limit, value) for rule, moved in table.limits.items() for limit, value in moved.items())
        contract = Contract(name, **(table.model_dump() | {"limits": limits}))
        found.append(contract)
        if contract.rules not in pack_names():
            findings.wrong(
                "centre.toml",
                None,
                f"contracts.{name}.rules",
                found=repr(contract.rules),
                expected=f"one of {', '.join(pack_names())}",
                fix="Correct the name of the rule pack.",
            )
            continue
        try:
            rules_for(contract)
        except ValueError as error:
            findings.wrong(
                "centre.toml",
                None,
                f"contracts.{name}.limits",
                found=", ".join(f"{rule}.{limit} = {value:g}" for rule, limit, value in limits),
                expected="limits that the rules of the pack have",
                fix=f"Correct it: {error}.",
            )
            continue
        for limit, value, bound in beyond_the_law(contract):
            findings.remark(
                "centre.toml", f"contracts.{name}.limits", found=f"{limit} = {value:g}", expected=bound.sentence
            )
    return tuple(found)


def read_team(folder: dict[str, Path], known: Known, findings: Findings) -> Team | None:
    """Everyone in the folder, or None when anything is wrong."""
    made = contracts(known, findings)
    sheet = read_sheet(folder["agents.csv"], AgentRow, findings) if "agents.csv" in folder else None
    if sheet is not None:
        _agents_fit(sheet, known, findings)
    ids, zone = _ids(sheet), known.time_zone
    absences = _absences(folder, ids, findings)
    commitments = _commitments(folder, ids, zone, findings)
    past = _segments("past.csv", folder, ids, zone, findings)
    locked = _segments("locked.csv", folder, ids, zone, findings)
    ledgers = tuple(Ledger(**values) for _, values in _about(folder, "ledgers.csv", ids, findings))
    if sheet is None or findings.problems:
        return None
    team = Team(_agents(sheet), made, absences, commitments, past, locked, ledgers)
    _short_contracts(team, findings)
    return team


def tell_nobody_on_sundays(team: Team, settings: CentreTable, findings: Findings) -> None:
    """A remark where a queue is open on Sundays and no agent's contract lets anybody work then."""
    opened = [name for name, queue in settings.queues.items() if settings.hours[queue.hours].weekdays[6]]
    used = [team.contract(name) for name in dict.fromkeys(agent.contract for agent in team.agents)]
    resting = [c for c in used if any(isinstance(rule, SundayRest) for rule in rules_for(c)) and not c.sundays]
    if opened and len(resting) == len(used):
        findings.remark(
            "centre.toml",
            "contracts",
            found=f"{', '.join(opened)} open on Sundays and no contract that works them",
            expected="sundays = true under a derogation (Code du travail L3132-3); else nobody is planned then",
        )


def _short_contracts(team: Team, findings: Findings) -> None:
    """A remark on part-time contracts below the law's least that nobody is said to have asked for."""
    for contract in team.contracts:
        least = PART_TIME_LEAST_H.get(contract.rules, 0.0)
        if least and contract.part_time_least_h is not None:
            least = contract.part_time_least_h
        mine = (a for a in team.agents if a.contract == contract.name)
        short = [] if contract.asked_short else [a.id for a in mine if team.hours_week(a) < least]
        if short:
            findings.remark(
                "agents.csv",
                "hours_week",
                found=f"{len(short)} agents below {least:g} h a week under {contract.name}",
                expected="a written request by each (Code du travail L3123-27), or part_time_least_h by agreement; "
                "then set asked_short",
            )


def _ids(sheet: Sheet | None) -> set[str] | None:
    """The ids of the team; None when they cannot all be told, so that nobody is called unknown for it."""
    if sheet is None or sheet.failed - set(sheet.rows):
        return None
    ids = set(sheet.columns["id"])
    return None if not ids or None in ids else ids


def _agents_fit(sheet: Sheet, known: Known, findings: Findings) -> None:
    first_row: dict[str, int] = {}
    for row, values in sheet.each():
        if values["id"] in first_row:
            findings.wrong(
                sheet.file,
                row,
                "id",
                found=f"{values['id']!r} again (first in row {first_row[values['id']]})",
                expected="each agent once",
                fix="Give each agent an id of their own.",
            )
        elif values["id"] is not None:
            first_row[values["id"]] = row
        if values["contract"] is not None and known.missing(values["contract"], "contracts"):
            findings.wrong(
                sheet.file,
                row,
                "contract",
                found=repr(values["contract"]),
                expected=f"one of {', '.join(known.names['contracts'])}",
                fix="Add the contract to centre.toml or correct it.",
            )
        for skill in values["skills"] or ():
            if known.missing(skill.queue, "queues"):
                findings.wrong(
                    sheet.file,
                    row,
                    "skills",
                    found=repr(skill.queue),
                    expected=f"queues: {', '.join(known.names['queues'])}",
                    fix="Add the queue to centre.toml or correct the skill.",
                )
        first, last = values["since"], values["last_day"]
        if first is not None and last is not None and last < first:
            findings.wrong(
                sheet.file,
                row,
                "last_day",
                found=f"{last} before {first}",
                expected="a last day on or after the first",
                fix="Swap or correct the days.",
            )
        queues = [skill.queue for skill in values["skills"] or ()]
        if len(set(queues)) < len(queues):
            findings.wrong(
                sheet.file, row, "skills", found="|".join(queues), expected="each skill once", fix="Keep one of them."
            )


def _agents(sheet: Sheet) -> tuple[Agent, ...]:
    return tuple(
        Agent(
            values["id"],
            values["name"] or values["id"],
            values["level"],
            tuple(Skill(s.queue, s.proficiency) for s in values["skills"]),
            values["contract"],
            hours_week=values["hours_week"],
            site=values["site"],
            wishes=Wishes(
                values["wish_start"],
                values["wish_days_off"],
                values["wish_weekdays_off"],
                values["avoid_late"],
                values["avoid_saturday"],
                values["wish_weight_eur"],
            ),
            availability=tuple(Availability(*span) for span in values["availability"]),
            since=values["since"],
            last_day=values["last_day"],
            together=values["together"],
            telework_weekdays=values["telework"],
            funding=values["funding"],
            email=values["email"],
        )
        for _, values in sheet.each()
    )


def _about(
    folder: dict[str, Path], file: str, ids: set[str] | None, findings: Findings
) -> list[tuple[int, dict[str, Any]]]:
    """Sound rows of an optional file about agents; rows that name nobody known are told."""
    if file not in folder:
        return []
    sheet = read_sheet(folder[file], FILES[file], findings)
    if sheet is None:
        return []
    for row, agent in zip(sheet.rows, sheet.columns["agent"], strict=True):
        if ids is not None and agent is not None and agent not in ids:
            findings.wrong(
                file,
                row,
                "agent",
                found=repr(agent),
                expected="an id of agents.csv",
                fix="Correct the id or add the agent.",
            )
    return list(sheet.sound.each())


def _absences(folder: dict[str, Path], ids: set[str] | None, findings: Findings) -> tuple[Absence, ...]:
    rows = _about(folder, "absences.csv", ids, findings)
    ends: dict[str, tuple[dt.date, int]] = {}
    for row, values in sorted(rows, key=lambda r: (r[1]["agent"], r[1]["first"])):
        if values["last"] < values["first"]:
            findings.wrong(
                "absences.csv",
                row,
                "last",
                found=f"{values['last']} before {values['first']}",
                expected="a last day on or after the first",
                fix="Swap or correct the days.",
            )
        last, where = ends.get(values["agent"], (dt.date.min, 0))
        if values["first"] <= last:
            findings.wrong(
                "absences.csv",
                row,
                "first",
                found=f"{values['first']}, while row {where} lasts until {last}",
                expected="absences of one agent that do not overlap",
                fix="Join the two rows.",
            )
        if values["last"] >= last:
            ends[values["agent"]] = (values["last"], row)
        if values["first"] == values["last"] and values["until_time"] <= values["from_time"]:
            findings.wrong(
                "absences.csv",
                row,
                "until_time",
                found="a time that is not after the from_time",
                expected="the time from which the agent is back",
                fix="Correct the times.",
            )
        if (values["from_time"] or values["until_time"] < DAY_MIN) and values["credit_h"] is None:
            findings.wrong(
                "absences.csv",
                row,
                "credit_h",
                found="nothing, beside a from_time or an until_time",
                expected="the hours of work that it took away",
                fix="Write the hours, as affluence repair tells them.",
            )
    return tuple(
        Absence(v["agent"], v["first"], v["last"], v["credit_h"], v["from_time"], v["until_time"]) for _, v in rows
    )


def _commitments(
    folder: dict[str, Path], ids: set[str] | None, time_zone: str | None, findings: Findings
) -> tuple[Commitment, ...]:
    rows = _about(folder, "commitments.csv", ids, findings)
    if not rows:
        return ()
    for row, values in rows:
        if values["start"] is None and not values["days"]:
            findings.wrong(
                "commitments.csv",
                row,
                "days",
                found="neither a start nor days",
                expected="one of the two",
                fix="Give the start, or the days on which it may be placed.",
            )
    if time_zone is None:
        return ()
    sheet = Sheet("commitments.csv", tuple(row for row, _ in rows), {"start": [values["start"] for _, values in rows]})
    made = []
    for (_, values), start in zip(rows, instants(sheet, "start", time_zone, findings), strict=True):
        at = None if start is None else pd.Timestamp(start).tz_convert(time_zone)
        made.append(Commitment(values["agent"], values["activity"], values["minutes"], at, values["days"]))
    return tuple(made)


def _segments(
    file: str, folder: dict[str, Path], ids: set[str] | None, time_zone: str | None, findings: Findings
) -> pd.DataFrame | None:
    rows = _about(folder, file, ids, findings)
    return segments_frame(file, rows, time_zone, findings) if rows and time_zone is not None else None


def segments_frame(
    file: str, rows: list[tuple[int, dict[str, Any]]], time_zone: str, findings: Findings
) -> pd.DataFrame:
    """Segments as ``Roster.frame`` holds them; overlaps and ends before starts are told."""
    numbers = tuple(row for row, _ in rows)
    frame = pd.DataFrame({c: [values[c] for _, values in rows] for c in ("agent", "activity")})
    read: dict[str, list[dt.datetime | None]] = {}
    for column in ("start", "end"):
        sheet = Sheet(file, numbers, {column: [values[column] for _, values in rows]})
        read[column] = instants(sheet, column, time_zone, findings)
        frame[column] = pd.to_datetime(pd.Series(read[column], dtype=object), utc=True).dt.tz_convert(time_zone)
    frame["row"] = numbers
    frame = frame[[*COLUMNS, "row"]].sort_values(["agent", "start"], ignore_index=True)
    for row in frame.loc[frame["end"] <= frame["start"], "row"]:
        findings.wrong(
            file,
            int(row),
            "end",
            found="an end that is not after its start",
            expected="end after start",
            fix="Past midnight, give the end its own day.",
        )
    before = frame["end"].shift()
    overlap = (frame["agent"] == frame["agent"].shift()) & (frame["start"] < before)
    for row, agent in frame.loc[overlap, ["row", "agent"]].itertuples(index=False):
        findings.wrong(
            file,
            int(row),
            "start",
            found=f"a start before the end of the segment before it ({agent})",
            expected="segments of one agent that do not overlap",
            fix="Correct one of the two.",
        )
    return frame[list(COLUMNS)]


def activities(settings: CentreTable) -> tuple[str, ...]:
    """Words a roster may hold without being anyone's commitment."""
    return (*settings.queues, MEAL, BREAK)
