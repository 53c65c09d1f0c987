"""``affluence publish``: a promise to people."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Language, tell_begun
from staffing.commands.storing import DEFAULT, PlanId, Store, Today, away_today, store_opened
from staffing.words import say


def publish(
    plan: PlanId,
    reason: Annotated[str, typer.Option("--reason", show_default=False)] = "",
    exceptional: Annotated[bool, typer.Option("--exceptional")] = False,
    short: Annotated[bool, typer.Option("--short")] = False,
    knowingly: Annotated[bool, typer.Option("--knowingly")] = False,
    centre: Today = None,
    store: Store = DEFAULT,
    language: Language = "",
) -> None:
    """A draft is proposed on the way, and left so by who may not publish; exit 1, with the rules broken or the days of
    late notice, when it needs a word first."""
    from forecasts.grid import Week
    from staffing.commands.summary import breach_lines
    from staffing.rostering.notice import by_day
    from staffing.store.plans import plans
    from staffing.store.promise import promise
    from staffing.store.publication import Terms, propose
    from staffing.store.refusals import BrokenRules, ShortNotice
    from staffing.store.rights import Act, may

    with store_opened(store, language) as (database, user):
        saved = next((p for p in plans(database, by=user) if p.id == plan), None)
        if saved is not None:
            tell_begun(Week.parse(saved.week), saved.time_zone, language)
        if not may(user, Act.PUBLISH) and saved is not None and saved.state == "draft":
            propose(database, plan, by=user)
            typer.echo(say("store.proposed", language, id=plan), err=True)
        terms = Terms(reason, exceptional, short, outright=True)
        try:
            away = away_today(database, plan, centre, by=user)
            made = promise(database, plan, terms, knowingly=knowingly, away=away, by=user)
        except BrokenRules as broken:
            typer.echo("\n".join(breach_lines(broken.breaches, language)), err=True)
            typer.echo(say("store.broken", language, count=len(broken.breaches)), err=True)
            raise typer.Exit(1) from broken
        except ShortNotice as late:
            typer.echo("\n".join(by_day(late.notices, language)), err=True)
            typer.echo(say("store.short", language), err=True)
            raise typer.Exit(1) from late
    if made.broken:
        typer.echo(say("store.broken_knowingly", language, count=made.broken), err=True)
    for line in by_day(made.notices, language):
        typer.echo(line, err=True)
    typer.echo(say("store.published", language, id=plan, number=made.number, agents=len(made.affected)))
