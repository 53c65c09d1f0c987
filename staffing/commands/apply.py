"""``affluence apply``: an edited workbook comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, store_opened, tell_changes
from staffing.words import say


def apply(
    plan: PlanId,
    workbook: Annotated[Path, typer.Argument(show_default=False)],
    yes: Annotated[bool, typer.Option("--yes")] = False,
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """Exit 1 when the edit breaks rules; nothing is applied without ``--yes``."""
    from staffing.commands.summary import breach_lines, closed_lines
    from staffing.store.handout import read_back, take_back

    with store_opened(store, language) as (database, user):
        edited = read_back(database, plan, workbook, by=user)
        tell_changes(edited.changes, language)
        if edited.breaches:
            typer.echo("\n".join(breach_lines(edited.breaches, language)))
        for line in closed_lines(edited.closed, language):
            typer.echo(line)
        if yes:
            done = take_back(database, plan, workbook, by=user)
            typer.echo(say("store.applied", language, count=len(done), id=plan))
        elif edited.changes:
            typer.echo(say("store.apply_first", language))
    if edited.breaches:
        raise typer.Exit(1)
