"""What the commands on the store share: which store, who acts, and a refusal said in words."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.words import say

if TYPE_CHECKING:
    from forecasts.grid import Week
    from staffing.centre import Centre
    from staffing.files.roster_text import Change
    from staffing.rostering.team import Absence
    from staffing.store.database import Database
    from staffing.store.rights import User

REFUSED = 2
Store = Annotated[str, typer.Option("--store", envvar="AFFLUENCE_STORE", show_envvar=False)]
Today = Annotated[Path | None, typer.Option("--centre", show_default=False)]
"""A centre's folder, for the absences noted in it since a plan was made."""
Alone = Annotated[bool, typer.Option("--alone", show_default=False)]
PlanId = Annotated[int, typer.Argument(min=1, show_default=False)]
DEFAULT = ""
"""The store of the screens."""
NAMED = 4
"""Most weeks that are told one by one."""


@contextmanager
def store_opened(store: str, language: str, *, make: bool = False) -> Iterator[tuple[Database, User]]:
    """The store and who acts in it (AFFLUENCE_USER, else the machine's user); a refusal ends the command with 2, and
    so does a store that is not there and not to be made."""
    from staffing.home import STORE, store_place
    from staffing.store.database import StoreUnavailable, open_database
    from staffing.store.refusals import Conflict, Refused
    from staffing.store.rights import NotAllowed, user_here

    place = store or store_place(make=make)
    here = Path(STORE)
    if not store and here.is_file() and here.absolute() != Path(place).absolute():
        typer.echo(say("store.beside", language, file=STORE, place=place), err=True)
    try:
        database = open_database(place, make=make)
        try:
            yield database, user_here(database, os.environ.get("AFFLUENCE_USER") or getpass.getuser())
        finally:
            database.close()
    except (StoreUnavailable, Refused, NotAllowed) as refusal:
        typer.echo(refusal.say(language), err=True)
        raise typer.Exit(REFUSED) from refusal
    except Conflict as conflict:
        typer.echo("\n".join(clash.say(language) for clash in conflict.clashes), err=True)
        raise typer.Exit(REFUSED) from conflict


def away_today(database: Database, id: int, folder: Path | None, *, by: User) -> tuple[Absence, ...]:
    """The absences of a plan's centre as its ``folder`` tells them today, else as the store knew it last; BadInput for
    another centre's folder."""
    from staffing.gate.read import read_centre
    from staffing.problems import BadInput, Problem
    from staffing.store.centres import open_centre
    from staffing.store.plans import plans

    name = next((plan.centre for plan in plans(database, by=by) if plan.id == id), None)
    if name is None:
        return ()  # whoever asks for that plan next says so
    read = open_centre(database, name, by=by) if folder is None else read_centre(folder)
    if read.name != name:
        raise BadInput([Problem("--centre", None, None, repr(read.name), repr(name), "Check the path.")])
    return read.team.absences


def with_published(
    centre: Centre, week: Week, language: str, *, store: str, alone: bool, last: Week | None = None
) -> Centre:
    """The centre beside the published weeks that a store keeps of it, as the screens know it, and on stderr which they
    are; as its folder tells it where it is to be ``alone``, where there is no store or none is published.

    ``last`` is the last of several weeks. A store that is there and cannot be read ends the command with 2.
    """
    from staffing.home import store_place
    from staffing.store.carry import carried, draft_before, told_weeks
    from staffing.store.database import StoreUnavailable, open_database
    from staffing.store.rights import NotAllowed, user_here

    if alone:
        return centre
    try:
        with closing(open_database(store or store_place(make=False), make=False)) as database:
            by = user_here(database, os.environ.get("AFFLUENCE_USER") or getpass.getuser())
            weeks = told_weeks(database, centre, week, last=last, by=by)
            draft = draft_before(database, centre, week, by=by)
            found = carried(database, centre, week, last=last, by=by) if weeks else centre
            place = database.place
    except (StoreUnavailable, NotAllowed) as refusal:
        if isinstance(refusal, StoreUnavailable) and refusal.key == "no_store":
            return centre
        typer.echo(f"{refusal.say(language)} {say('store.without', language)}", err=True)
        raise typer.Exit(REFUSED) from refusal
    if draft is not None:
        typer.echo(say("store.draft_before", language, id=draft.id, week=draft.week), err=True)
    if weeks:
        typer.echo(say("store.published_read", language, weeks=_weeks(weeks), place=place), err=True)
    return found


def _weeks(weeks: Sequence[Week]) -> str:
    """Some weeks by name, of many the first, the last and how many."""
    names = [str(week) for week in weeks]
    return ", ".join(names) if len(names) <= NAMED else f"{names[0]} ... {names[-1]} ({len(names)})"


def tell_changes(changes: Sequence[Change], language: str) -> None:
    """Changed shifts on stdout, agent by agent."""
    off = say("store.day_off", language)
    for change in changes:
        values = {
            "agent": change.agent,
            "day": change.day,
            "before": change.before or off,
            "after": change.after or off,
        }
        typer.echo(say("store.change", language, **values))
    typer.echo(say("store.changes", language, count=len(changes)))
