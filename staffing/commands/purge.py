"""``affluence purge``: what is too old goes."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say


def purge(
    published_weeks: Annotated[int, typer.Option("--published-weeks", min=1)] = 156,
    drafts_weeks: Annotated[int, typer.Option("--drafts-weeks", min=1)] = 13,
    log_weeks: Annotated[int, typer.Option("--log-weeks", min=1)] = 156,
    names_weeks: Annotated[int, typer.Option("--names-weeks", min=1)] = 13,
    jobs_weeks: Annotated[int, typer.Option("--jobs-weeks", min=1)] = 4,
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """All or nothing."""
    from staffing.store.retention import Retention
    from staffing.store.retention import purge as take_away

    retention = Retention(published_weeks, drafts_weeks, log_weeks, names_weeks, jobs_weeks)
    with store_opened(store, language) as (database, user):
        report = take_away(database, retention, by=user)
    typer.echo(say("store.purged", language, **vars(report)))
