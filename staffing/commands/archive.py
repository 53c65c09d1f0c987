"""``affluence archive``: a plan closed for good."""

from __future__ import annotations

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, store_opened
from staffing.words import say


def archive(plan: PlanId, store: Store = DEFAULT, language: Language = "") -> None:
    """Its versions stay; another plan of the week may then be published."""
    from staffing.store.publication import archive as close

    with store_opened(store, language) as (database, user):
        close(database, plan, by=user)
    typer.echo(say("store.archived_now", language, id=plan))
