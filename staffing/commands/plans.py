"""``affluence plans``: what the store holds."""

from __future__ import annotations

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say


def plans(store: Store = DEFAULT, language: Language = "") -> None:
    """Newest first."""
    from staffing.store.database import local_time
    from staffing.store.plans import plans as saved

    with store_opened(store, language) as (database, user):
        for plan in saved(database, by=user):
            typer.echo(say("store.line", language, **{**vars(plan), "at": local_time(plan.at, plan.time_zone)}))
