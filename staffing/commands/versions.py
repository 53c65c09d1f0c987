"""``affluence versions``: what was promised, when and why."""

from __future__ import annotations

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, store_opened
from staffing.words import say


def versions(plan: PlanId, store: Store = DEFAULT, language: Language = "") -> None:
    """Oldest first."""
    from staffing.store.database import local_time
    from staffing.store.plans import plans
    from staffing.store.publication import versions as published

    with store_opened(store, language) as (database, user):
        zone = next((saved.time_zone for saved in plans(database, by=user) if saved.id == plan), "")
        for made in published(database, plan, by=user):
            counts = {"agents": len(made.affected), "notices": len(made.notices), "broken": made.broken}
            said = {"number": made.number, "author": made.author, "reason": made.reason}
            typer.echo(say("store.version", language, at=local_time(made.at, zone), **said, **counts))
