"""A saved week in the forms people want back: workbook, PDF, calendars, Teams Shifts, CSV; named and stamped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from staffing.files.exports import write_calendars, write_french_csv, write_teams_shifts
from staffing.files.roster_text import Change
from staffing.files.sheet_pdf import write_pdf
from staffing.files.workbook import Stamp, write_workbook
from staffing.files.workbook_back import Edited, read_workbook
from staffing.rostering.verify import verify
from staffing.store.centres import people_of
from staffing.store.database import Database
from staffing.store.edits import edit_days, edits_towards, working_copy
from staffing.store.plans import load_plan, version_roster
from staffing.store.publication import versions
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, User

FORMS = ("xlsx", "pdf", "csv", "teams", "ics")


@dataclass(frozen=True)
class Wanted:
    """Which form of a plan: one of ``FORMS``, of its working copy or published version ``number``, in a language."""

    form: str = "xlsx"
    number: int | None = None
    language: str = "fr"


def hand_out(database: Database, id: int, wanted: Wanted, out: Path, *, by: User = LOCAL) -> None:
    """Write a plan to ``out`` (a folder for ``ics``, one calendar an agent), each file whole or not at all.

    Calendars come from published versions alone. Raises Refused when there is none, or for an unknown form.
    """
    form, number, language = wanted.form, wanted.number, wanted.language
    plan, made = load_plan(database, id, number=number, by=by), versions(database, id, by=by)
    with database.reading() as connection:
        people = people_of(connection, plan.centre.name)
        rosters = [version_roster(connection, id, version.number) for version in made]
    names = {agent: name for agent, name, _ in people}
    told = next((version for version in made if version.number == number), None)
    at = dt.datetime.fromisoformat(told.at) if told else None
    stamp = Stamp(number or 0, told.author if told else by.login, at, names)
    if form == "xlsx":
        write_workbook(plan, out, language=language, stamp=stamp)
    elif form == "pdf":
        write_pdf(plan, out, language=language, stamp=stamp)
    elif form == "csv":
        write_french_csv(plan.roster, out, names=names)
    elif form == "teams":
        emails = {agent: email for agent, _, email in people}
        write_teams_shifts(plan.roster, out, names=names, emails=emails, group=plan.centre.name)
    elif form == "ics" and rosters:
        out.mkdir(parents=True, exist_ok=True)
        last = dt.datetime.fromisoformat(made[-1].at)
        write_calendars(rosters[:number], out, centre=plan.centre.name, at=last, language=language)
    else:
        raise Refused("no_form", form=form, forms=", ".join(FORMS))


def read_back(database: Database, id: int, path: Path, *, by: User = LOCAL) -> Edited:
    """What an edited workbook would change in a plan, and which breaches that makes; nothing is applied.

    Raises BadInput as ``staffing.files.workbook_back.read_workbook`` does.
    """
    plan = load_plan(database, id, by=by)
    return read_workbook(path, plan, verify=lambda roster: verify(roster, plan.requirement, plan.centre))


def take_back(database: Database, id: int, path: Path, *, by: User = LOCAL) -> tuple[Change, ...]:
    """Apply what an edited workbook changes, all or nothing, and return it.

    Raises Conflict when somebody edited the same shift between the reading and the writing.
    """
    held = working_copy(database, id, by=by)
    edited = read_back(database, id, path, by=by)
    edit_days(database, id, edits_towards(edited.roster, held), by=by)
    return edited.changes
