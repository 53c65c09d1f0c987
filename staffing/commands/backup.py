"""``affluence backup``: the whole store in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say


def backup(
    path: Annotated[Path, typer.Argument(show_default=False)], store: Store = DEFAULT, language: Language = ""
) -> None:
    """From one consistent view, while others work on."""
    from staffing.store.backup import backup as write

    with store_opened(store, language) as (database, user):
        digest = write(database, path, by=user)
    typer.echo(say("store.backed_up", language, place=database.place, path=path, digest=digest))
