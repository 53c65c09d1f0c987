"""``affluence save``: a roster becomes a plan that lasts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.needed import needed
from staffing.commands.options import Folder, Language, asked_week, opened, tell_remarks
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say


def save(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """Forecast and need are those beside a plan's roster, else made anew, and so is its proof; the roster is verified;
    what published weeks left behind is counted."""
    from staffing.commands.summary import breach_lines
    from staffing.gate.need import proven
    from staffing.gate.roster import read_roster
    from staffing.plan import AS_EXPECTED, Plan, before
    from staffing.rostering.verify import verify
    from staffing.store.carry import carried, draft_before
    from staffing.store.plans import save_plan

    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    with store_opened(store, language, make=True) as (database, user):
        earlier = draft_before(database, asked, read.week, by=user)
        if earlier is not None:
            typer.echo(say("store.draft_before", language, id=earlier.id, week=earlier.week), err=True)
        known = before(carried(database, asked, read.week, by=user), read.week)
        forecast, requirement = needed(roster, known, read.week, language)
        read = proven(roster, read, known)
        found = verify(read, requirement, known)
        plan = Plan(known, read.week, AS_EXPECTED.name, forecast, requirement, read, found)
        id = save_plan(database, plan, centre, by=user)
    for line in breach_lines(found.breaches, language):
        typer.echo(line, err=True)
    typer.echo(say("store.saved", language, id=id, centre=asked.name, week=read.week))
