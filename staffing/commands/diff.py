"""``affluence diff``: two versions side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Language
from staffing.commands.storing import DEFAULT, PlanId, Store, store_opened, tell_changes


def diff(
    plan: PlanId,
    before: Annotated[int, typer.Argument(min=0, show_default=False)],
    after: Annotated[int | None, typer.Argument(min=1, show_default=False)] = None,
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """Agent by agent and day by day."""
    from staffing.store.publication import diff as compared

    with store_opened(store, language) as (database, user):
        tell_changes(compared(database, plan, before, after, by=user), language)
