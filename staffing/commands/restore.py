"""``affluence restore``: a backup becomes a store again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say


def restore(
    path: Annotated[Path, typer.Argument(show_default=False)], store: Store = DEFAULT, language: Language = ""
) -> None:
    """Into an empty store of either kind."""
    from staffing.store.backup import restore as read

    with store_opened(store, language, make=True) as (database, user):
        digest = read(database, path, by=user)
    typer.echo(say("store.restored", language, digest=digest))
