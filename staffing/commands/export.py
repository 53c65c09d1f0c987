"""``affluence export``: a saved plan in the form people want."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, Today, away_today, store_opened
from staffing.problems import BadInput, Problem
from staffing.words import say


def export(
    plan: PlanId,
    to: Annotated[Path, typer.Option("--to", show_default=False)],
    form: Annotated[str, typer.Option("--form")] = "xlsx",
    number: Annotated[int | None, typer.Option("--number", min=1, show_default=False)] = None,
    centre: Today = None,
    key: Annotated[str, typer.Option("--key", show_default=False)] = "",
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """Whole or not at all."""
    import secrets

    from staffing.store.handout import Wanted, hand_out
    from staffing.store.pseudonyms import export_pseudonymised

    with store_opened(store, language) as (database, user):
        if form == "pseudonyms":
            secret = read_key(key) if key else secrets.token_bytes(16)
            export_pseudonymised(database, plan, to, key=secret, number=number, by=user)
            if not key:
                typer.echo(say("store.key_made", language, secret=secret.hex()), err=True)
        else:
            away = () if form == "ics" else away_today(database, plan, centre, by=user)
            hand_out(database, plan, Wanted(form, number, language, away=away), to, by=user)
    typer.echo(say("store.handed_out", language, out=to))


def read_key(text: str) -> bytes:
    """A key of at least 16 bytes in hexadecimal; BadInput otherwise."""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < 16:
        fix = "Leave it out: a key is made and shown."
        raise BadInput([Problem("--key", None, None, "no such key", "at least 32 hexadecimal digits", fix)])
    return secret
