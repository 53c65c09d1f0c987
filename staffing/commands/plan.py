"""``affluence plan``: a folder and a week in, a named lawful roster out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import (
    Folder,
    Language,
    Seconds,
    Seed,
    Watcher,
    WeekText,
    asked_week,
    opened,
)
from staffing.words import say


def plan(
    centre: Folder,
    week: WeekText,
    out: Annotated[Path, typer.Option("--out", show_default=False)],
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    language: Language = "",
) -> None:
    """Exit 0 when lawful, 1 when rules are broken."""
    when = asked_week(week)
    run(centre, str(when), out, seconds=seconds, seed=seed, language=language)


def run(folder: Path, week: str, out: Path, *, seconds: float, seed: int, language: str) -> None:
    """Plan, write the files, say what came out; typer.Exit(1) on breaches."""
    from staffing.commands.summary import plan_lines
    from staffing.outputs import write_plan
    from staffing.plan import plan_week

    asked = opened(folder, language)
    watch = Watcher(language)
    typer.echo(say("cli.working", language, week=week, centre=asked.name), err=True)
    made = plan_week(asked, asked_week(week), seconds=seconds, seed=seed, watch=watch)
    watch.done()
    write_plan(made, out)
    typer.echo("\n".join(plan_lines(made, language)))
    typer.echo(say("cli.written", language, out=out))
    if made.verification.breaches:
        raise typer.Exit(1)
