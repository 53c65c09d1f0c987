"""``affluence plan``: a folder and a week in, a named lawful roster out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    tell_begun,
)
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.words import say

if TYPE_CHECKING:
    from staffing.plan import Plan
    from staffing.simulation.played import Played


def plan(
    centre: Folder,
    week: WeekText,
    out: Annotated[Path, typer.Option("--out", show_default=False)],
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=4)] = 1,
    seconds: Seconds = 60.0,
    seed: Seed = 1,
    play: Annotated[bool, typer.Option("--play", show_default=False)] = False,
    repeatable: Annotated[bool, typer.Option("--repeatable", show_default=False)] = False,
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """Exit 0 when lawful, 1 when rules are broken. The same files, published weeks and seed give the same roster."""
    when = asked_week(week)
    run(
        centre, str(when), out,
        weeks=weeks, seconds=seconds, seed=seed, play=play, repeatable=repeatable, store=store, alone=alone,
        language=language,
    )  # fmt: skip


def run(
    folder: Path,
    week: str,
    out: Path,
    *,
    weeks: int = 1,
    seconds: float,
    seed: int,
    play: bool = False,
    repeatable: bool = False,
    store: str = DEFAULT,
    alone: bool = False,
    sample: bool = False,
    language: str,
) -> None:
    """Plan, play the week when asked, write the files, say what came out; typer.Exit(1) on breaches.

    Several weeks are written into one folder each, named by the week, and said in a line each with what is not kept.
    """
    from staffing.outputs import ours_to_write, write_plan
    from staffing.plan import opens
    from staffing.rostering.assign import Solve
    from staffing.simulation.play import Play
    from staffing.simulation.simulate import simulate
    from staffing.weeks import plan_weeks

    ours_to_write(out, several=weeks > 1)
    asked, first = opened(folder, language), asked_week(week)
    watch, breaches = Watcher(language), 0
    typer.echo(say("cli.working", language, week=week, centre=asked.name), err=True)
    if not sample:
        tell_begun(first, asked.grid.tz, language)
        last = first.plus(weeks - 1)
        asked = with_published(asked, first, language, store=store, alone=alone, last=last)
    options = Solve(seconds, seed, repeatable=repeatable)
    for made in plan_weeks(asked, first, weeks, options=options, watch=watch):
        watch.done()
        played = simulate(made.roster, made.forecast, made.centre, options=Play(seed=seed)) if play else None
        write_plan(made, out if weeks == 1 else out / str(made.week), played)
        _tell(made, played, language, whole=weeks == 1)
        breaches += len(made.verification.breaches)
    for shut in (first.plus(i) for i in range(weeks) if not opens(asked, first.plus(i))):
        typer.echo(say("cli.week_closed", language, week=shut))
    typer.echo(say("cli.written" if weeks == 1 else "cli.written_weeks", language, out=out))
    if breaches:
        raise typer.Exit(1)


def _tell(made: Plan, played: Played | None, language: str, *, whole: bool) -> None:
    """A plan in a screenful when ``whole``, else in a line and what it could not keep."""
    from staffing.commands.simulate import played_lines
    from staffing.commands.summary import plan_lines, week_lines

    typer.echo("\n".join(plan_lines(made, language) if whole else week_lines(made, language)))
    if played is not None and whole:
        typer.echo("\n".join(["", *played_lines(played, language)]))
