"""``affluence role``: who may do what."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, Store, store_opened
from staffing.problems import BadInput, Problem
from staffing.words import say


def role(
    login: Annotated[str, typer.Argument(show_default=False)],
    role: Annotated[str, typer.Argument(show_default=False)],
    agent: Annotated[str, typer.Option("--agent", show_default=False)] = "",
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """The first account ends single-user mode, so it must be a manager's."""
    from staffing.store.rights import Role, User, give_role

    if role not in {known.value for known in Role}:
        raise BadInput([Problem("role", None, None, repr(role), "one of manager, planner, agent", "Choose one.")])
    with store_opened(store, language) as (database, user):
        give_role(database, User(login, Role(role), agent), by=user)
    typer.echo(say("store.role_given", language, login=login, role=role))
