"""``affluence compare``: the centre's saved scenarios side by side, on the same random numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, Out, Seconds, Seed, WeekText, asked_week, opened
from staffing.words import say

COLUMNS = (
    "scenario", "queue", "level", "contacts", "expected", "low", "high", "target", "p_met", "gain", "gain_half",
    "agents", "hours_paid", "eur", "required_hours", "shortage_hours", "breaches", "agents_changed",
)  # fmt: skip


def compare(
    centre: Folder,
    scenarios: Annotated[list[str], typer.Argument(show_default=False)],
    week: WeekText,
    seconds: Seconds = 30.0,
    keep: Annotated[bool, typer.Option("--keep")] = False,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64)] = 1,
    seed: Seed = 1,
    out: Out = None,
    language: Language = "",
) -> None:
    """A table on stdout, or CSV into ``--out``; progress on stderr."""
    from contextlib import nullcontext

    from staffing.outputs import csv_text
    from staffing.plan import before, forecast_week
    from staffing.scenarios.compare import Comparing
    from staffing.scenarios.compare import compare as side_by_side
    from staffing.scenarios.executors import local_processes
    from staffing.scenarios.scenario import load
    from staffing.simulation.play import Play

    asked = [load(centre, name) for name in scenarios]
    when = asked_week(week)
    here = before(opened(centre, language), when)
    options = Comparing(seconds=seconds, seed=seed, keep=keep, play=Play(seed=seed, at_most=60))

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return True

    forecast = forecast_week(here, when)
    with local_processes(processes) if processes > 1 else nullcontext() as executor:
        found = side_by_side(here, forecast, when, asked, options=options, executor=executor, watch=tell)
    if out is not None:
        out.write_text(csv_text(found.frame, COLUMNS), "utf-8")
        return
    typer.echo(say("play.head_compare", language))
    for row in found.frame.to_dict("records"):
        typer.echo(say("play.scenario", language, **{str(k): v for k, v in row.items()}))
    for outcome in found.outcomes[1:]:
        for line in outcome.scenario.differences():
            typer.echo(f"{outcome.scenario.name}: {line}")
