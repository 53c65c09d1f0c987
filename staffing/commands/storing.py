"""What the commands on the store share: which store, who acts, and a refusal said in words."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
PlanId = Annotated[int, typer.Argument(min=1, show_default=False)]
DEFAULT = ""
"""The store of the screens."""


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


def tell_kept_before(centre: Centre, week: Week, language: str) -> None:
    """What the store keeps of the week before, which a plan of the folder alone knows nothing of; nothing where there
    is no store."""
    from staffing.home import store_place
    from staffing.store.carry import tells
    from staffing.store.database import StoreUnavailable, open_database
    from staffing.store.plans import plans

    last = week.plus(-1)
    try:
        database = open_database(store_place(make=False), make=False)
    except StoreUnavailable:
        return
    try:
        found = [p for p in plans(database, centre=centre.name, week=str(last)) if p.published or p.state != "archived"]
    finally:
        database.close()
    if found and not tells(centre.team.past, last):
        kept = next((saved for saved in found if saved.published), found[0])
        state = say(f"store.state_{kept.state}", language)
        typer.echo(say("store.kept_before", language, id=kept.id, week=last, state=state), err=True)


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
