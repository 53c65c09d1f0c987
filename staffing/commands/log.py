"""``affluence log``: who did what."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.words import say

FIGURE = re.compile(r"(\w+)=('[^']*'|[^,)]*)")


def log(
    subject: Annotated[str, typer.Option("--subject", show_default=False)] = "",
    last: Annotated[int, typer.Option("--last", min=1, max=1_000_000)] = 50,
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """Newest first."""
    from staffing.store.database import local_time
    from staffing.store.publication import log_of
    from staffing.store.retention import Purged, Retention

    with store_opened(store, language) as (database, user):
        for entry in log_of(database, subject, last=last, by=user):
            told = {"at": local_time(entry.at, entry.zone), "act": say(f"store.did_{entry.act}", language)}
            if entry.act == "state":
                told |= {side: _state(getattr(entry, side), language) for side in ("before", "after")}
            if entry.act == "purge":
                told |= {"before": _said("store.kept_for", Retention, entry.before, language)}
                told |= {"after": _said("store.purged", Purged, entry.after, language)}
            typer.echo(say("store.entry", language, **vars(entry) | told))


def _said(key: str, kept: type, text: str, language: str) -> str:
    """A sentence from the figures of a line, which holds them as ``Kept(name=value, ...)``."""
    figures = {name: value.strip("'") for name, value in FIGURE.findall(text)}
    return say(key, language, **{field.name: "?" for field in fields(kept)} | figures)


def _state(state: str, language: str) -> str:
    return say(f"store.state_{state}", language) if state else ""
