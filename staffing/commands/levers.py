"""``affluence levers``: what would carry a peak with the roster one has, from doing nothing to meeting the target."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, Seed, asked_week, opened, tell_remarks
from staffing.words import say


def levers(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    today: Annotated[str, typer.Option("--today", show_default=False)],
    against: Annotated[str, typer.Option("--scenario", show_default=False)] = "",
    probability: Annotated[float, typer.Option("--probability", min=0.0, max=1.0)] = 0.9,
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    seed: Seed = 1,
    language: Language = "",
) -> None:
    """The frontier on stdout, then what each lever of the chosen mix asks of whom."""
    import datetime as dt

    from staffing.gate.roster import read_roster
    from staffing.levers.planner import Wish, levers_for
    from staffing.plan import before, forecast_week
    from staffing.problems import BadInput, Problem
    from staffing.scenarios.scenario import load
    from staffing.simulation.play import Play

    try:
        day = dt.date.fromisoformat(today)
    except ValueError as error:
        raise BadInput(
            [Problem("--today", None, None, repr(today), str(error), "Write it like 2026-11-30.")]
        ) from error
    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    here = before(asked, read.week)
    forecast = forecast_week(here, read.week)
    if against:
        here, forecast = load(centre, against).applied(here, forecast)

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return True

    wish = Wish(day, probability, play=Play(seed=seed, at_least=40, at_most=40))
    found = levers_for(read, forecast, here, wish, watch=tell)
    typer.echo(say("play.head_levers", language))
    for mix in found.frontier:
        used = ", ".join(f"{name} {count}" for name, count in sorted(mix.by_lever.items()))
        typer.echo(say("play.mix", language, eur=mix.eur, service=mix.service, p=mix.p_target, used=used))
    if found.chosen is None:
        typer.echo(say("play.no_mix", language, wished=probability))
        return
    typer.echo(say("play.chosen", language, wished=probability, eur=found.chosen.eur))
    for offer in found.chosen.offers:
        typer.echo(say("play.offer", language, lever=offer.lever, subject=offer.subject, eur=offer.eur))
