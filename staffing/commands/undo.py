"""``affluence undo``: the last kept change of a plan taken back."""

from __future__ import annotations

from dataclasses import replace

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, store_opened, tell_changes
from staffing.words import say


def undo(plan: PlanId, store: Store = DEFAULT, language: Language = "") -> None:
    """What stood before each day's change, and whose absence stays noted in the centre's folder."""
    from staffing.store.undo import undo as taken_back

    with store_opened(store, language) as (database, user):
        kept = taken_back(database, plan, by=user)
    tell_changes([replace(c, before=c.after, after=c.before) for c in kept.changes], language)
    for agent, first, last in kept.absences:
        typer.echo(say("store.undo_absence", language, agent=agent, first=first, last=last), err=True)
    date, clock = kept.at.split(" ")
    typer.echo(say("store.undone", language, id=plan, author=kept.author, date=date, clock=clock))
