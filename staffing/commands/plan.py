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
    play: Annotated[bool, typer.Option("--play", show_default=False)] = False,
    repeatable: Annotated[bool, typer.Option("--repeatable", show_default=False)] = False,
    language: Language = "",
) -> None:
    """Exit 0 when lawful, 1 when rules are broken."""
    when = asked_week(week)
    run(centre, str(when), out, seconds=seconds, seed=seed, play=play, repeatable=repeatable, language=language)


def run(
    folder: Path,
    week: str,
    out: Path,
    *,
    seconds: float,
    seed: int,
    play: bool = False,
    repeatable: bool = False,
    language: str,
) -> None:
    """Plan, play the week when asked, write the files, say what came out; typer.Exit(1) on breaches."""
    from staffing.commands.simulate import played_lines
    from staffing.commands.summary import plan_lines
    from staffing.outputs import write_plan
    from staffing.plan import plan_week
    from staffing.rostering.assign import Solve
    from staffing.simulation.play import Play
    from staffing.simulation.simulate import simulate

    asked = opened(folder, language)
    watch = Watcher(language)
    typer.echo(say("cli.working", language, week=week, centre=asked.name), err=True)
    made = plan_week(asked, asked_week(week), options=Solve(seconds, seed, repeatable=repeatable), watch=watch)
    watch.done()
    played = simulate(made.roster, made.forecast, made.centre, options=Play(seed=seed)) if play else None
    write_plan(made, out, played)
    typer.echo("\n".join(plan_lines(made, language)))
    if played is not None:
        typer.echo("\n".join(["", *played_lines(played, language)]))
    typer.echo(say("cli.written", language, out=out))
    if made.verification.breaches:
        raise typer.Exit(1)
