"""A saved week in the forms people want back: workbook, PDF, calendars, Teams Shifts, CSV; named and stamped. Its
``roster.csv`` too, as a plan writes it: what ``check``, ``repair`` and ``past.csv`` read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.atomic import write_texts
from staffing.files.exports import write_calendars, write_french_csv, write_teams_shifts
from staffing.files.roster_text import Change
from staffing.files.sheet_pdf import write_pdf
from staffing.files.wall import A3, A4
from staffing.files.workbook import Stamp, write_workbook
from staffing.files.workbook_back import Edited, read_workbook
from staffing.outputs import ROSTER, csv_text
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from staffing.store.carry import beside_published
from staffing.store.centres import people_of
from staffing.store.database import Database
from staffing.store.edits import edit_days, edits_towards, locked_plan, working_copy
from staffing.store.plans import load_plan
from staffing.store.publication import told, versions
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, User, shared

FORMS = ("xlsx", "pdf", "pdf-a3", "csv", "teams", "ics", "roster")


@dataclass(frozen=True)
class Wanted:
    """Which form of a plan: one of ``FORMS``, of its working copy or published version ``number``, in a language;
    ``author`` signs the sheet instead of who published it. ``away``: absences of the centre as it is today, told on
    days without a shift also where they were noted since."""

    form: str = "xlsx"
    number: int | None = None
    language: str = "fr"
    author: str = ""
    away: tuple[Absence, ...] = ()


def hand_out(database: Database, id: int, wanted: Wanted, out: Path, *, by: User = LOCAL) -> None:
    """Write a plan to ``out`` (a folder for ``ics``, one calendar an agent), each file whole or not at all.

    A working copy that is what was published bears its version; any other says that it is a draft. Calendars come
    from published versions alone, an agent's own for an agent. Raises Refused when there is none, or for an unknown
    form.
    """
    if wanted.form not in FORMS:
        raise Refused("no_form", form=wanted.form, forms=", ".join(FORMS))
    if wanted.form == "ics":
        _calendars(database, id, wanted, out, by)
        return
    plan = beside_published(database, load_plan(database, id, number=wanted.number, away=wanted.away, by=by), by=by)
    if wanted.form == "roster":
        write_texts({out: csv_text(plan.roster.frame, ROSTER)})
        return
    stamp = _stamp(database, id, wanted, by)
    with database.reading() as connection:
        people = people_of(connection, plan.centre.name)
    names = {agent: name for agent, name, _ in people}
    stamp = replace(stamp, names=names)
    if wanted.form == "xlsx":
        write_workbook(plan, out, language=wanted.language, stamp=stamp)
    elif wanted.form in ("pdf", "pdf-a3"):
        write_pdf(plan, out, language=wanted.language, stamp=stamp, paper=A3 if wanted.form == "pdf-a3" else A4)
    elif wanted.form == "csv":
        write_french_csv(_labelled(plan.roster, plan.centre), out, names=names)
    else:
        emails = {agent: email for agent, _, email in people}
        roster, group, speak = _labelled(plan.roster, plan.centre), plan.centre.name, wanted.language
        write_teams_shifts(roster, out, names=names, emails=emails, group=group, language=speak)


def _labelled(roster: Roster, centre: Centre) -> Roster:
    """The roster with its queues called as people call them, for files that nobody reads back."""
    labels = {queue.name: queue.label or queue.name for queue in centre.queues}
    called = roster.frame["activity"].map(lambda activity: labels.get(activity, activity))
    return replace(roster, frame=roster.frame.assign(activity=called))


def _stamp(database: Database, id: int, wanted: Wanted, by: User) -> Stamp:
    """Version, author and instant of what is handed out; version 0 of a working copy that nobody was given."""
    with database.reading() as connection:
        row, _ = locked_plan(connection, id)
    kept = row.published if row.state in ("published", "archived") else 0
    number = wanted.number or kept
    logins = shared(database)  # where nobody shares the store, a login is that of a machine
    signs = wanted.author or (by.login if logins else "")
    made = next((version for version in versions(database, id, by=by) if version.number == number), None)
    if made is None:
        return Stamp(0, signs)
    published_by = made.author if logins and made.author != LOCAL.login else ""
    return Stamp(number, wanted.author or published_by, dt.datetime.fromisoformat(made.at))


def _calendars(database: Database, id: int, wanted: Wanted, out: Path, by: User) -> None:
    with database.reading() as connection:
        row, _ = locked_plan(connection, id)
    known = told(database, row.centre, Week.parse(row.week), by=by)
    until = [i for i, t in enumerate(known) if wanted.number is None or (t.plan, t.number) == (id, wanted.number)]
    if not until:
        raise Refused("no_calendars", id=id)
    known = known[: until[-1] + 1]
    at = dt.datetime.fromisoformat(known[-1].at)
    out.mkdir(parents=True, exist_ok=True)
    centre = load_plan(database, known[-1].plan, number=known[-1].number).centre  # for the labels alone, whoever asks
    rosters = [_labelled(t.roster, centre) for t in known]
    write_calendars(rosters, out, centre=row.centre, at=at, language=wanted.language)


def read_back(database: Database, id: int, path: Path, *, by: User = LOCAL) -> Edited:
    """What an edited workbook would change in a plan, and which breaches that makes; nothing is applied.

    Raises BadInput as ``staffing.files.workbook_back.read_workbook`` does.
    """
    plan = beside_published(database, load_plan(database, id, by=by), by=by)
    return read_workbook(path, plan, verify=lambda roster: verify(roster, plan.requirement, plan.centre))


def take_back(database: Database, id: int, path: Path, *, by: User = LOCAL) -> tuple[Change, ...]:
    """Apply what an edited workbook changes, all or nothing, and return it.

    Raises Conflict when somebody edited the same shift between the reading and the writing.
    """
    held = working_copy(database, id, by=by)
    edited = read_back(database, id, path, by=by)
    edit_days(database, id, edits_towards(edited.roster, held), by=by)
    return edited.changes
