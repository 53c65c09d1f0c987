"""``affluence plans``: what the store holds."""

from __future__ import annotations

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say
from staffing.words.heard import heard


def plans(store: Store = DEFAULT, language: Language = "") -> None:
    """Newest first."""
    from staffing.store.database import local_time
    from staffing.store.plans import plans as saved

    with store_opened(store, language) as (database, user):
        held = saved(database, by=user)
        if not held:
            typer.echo(say("store.no_plans", language, place=database.place), err=True)
        for plan in held:
            told = {
                "at": local_time(plan.at, plan.time_zone),
                "state": say(f"store.state_{plan.state}", language),
                "scenario": heard(plan.scenario, language),
            }
            typer.echo(say("store.line", language, **vars(plan) | told))
