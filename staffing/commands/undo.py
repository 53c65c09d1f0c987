"""``affluence undo``: the last kept change of a plan taken back."""

from __future__ import annotations

from dataclasses import replace

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, Today, away_today, store_opened, tell_changes
from staffing.words import say


def undo(plan: PlanId, centre: Today = None, store: Store = DEFAULT, language: Language = "") -> None:
    """What stood before each day's change; its absences leave the ``centre``'s folder where that is told."""
    from staffing.gate.absences import take_out
    from staffing.store.undo import undo as taken_back

    with store_opened(store, language) as (database, user):
        if centre is not None:
            away_today(database, plan, centre, by=user)  # another centre's folder is refused before anything is done
        kept = taken_back(database, plan, by=user)
        out = () if centre is None else take_out(centre, kept.absences)
    tell_changes([replace(c, before=c.after, after=c.before) for c in kept.changes], language)
    for absence in kept.absences:
        agent, first, last = absence
        key = "store.undo_absence_out" if absence in out else "store.undo_absence"
        typer.echo(say(key, language, agent=agent, first=first, last=last), err=True)
    date, clock = kept.at.split(" ")
    typer.echo(say("store.undone", language, id=plan, author=kept.author, date=date, clock=clock))
