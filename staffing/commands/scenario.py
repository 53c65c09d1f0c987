"""``affluence scenario``: an event from the shelf, saved in the centre's folder to be read and edited."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, opened
from staffing.problems import BadInput, Problem
from staffing.words import say


def scenario(
    centre: Folder,
    template: Annotated[str, typer.Argument(show_default=False)],
    day: Annotated[str, typer.Option("--day", show_default=False)],
    channels: Annotated[str, typer.Option("--channels", show_default=False)] = "",
    language: Language = "",
) -> None:
    """Write ``scenarios/TEMPLATE.toml``; a changed one gets the next version."""
    import datetime as dt

    from staffing.scenarios.scenario import save
    from staffing.scenarios.templates import TEMPLATES

    problems = []
    if template not in TEMPLATES:
        problems.append(Problem("TEMPLATE", None, None, template, "one of " + ", ".join(TEMPLATES), "Pick one."))
    try:
        when = dt.date.fromisoformat(day)
    except ValueError as error:
        problems.append(Problem("--day", None, None, repr(day), str(error), "Write the day like 2026-11-30."))
    known = {c.name for c in opened(centre, language).channels}
    asked = tuple(name.strip() for name in channels.split(",") if name.strip())
    for name in asked:
        if name not in known:
            problems.append(Problem("--channels", None, None, name, "one of " + ", ".join(sorted(known)), "Pick some."))
    if problems:
        raise BadInput(problems)
    made = save(TEMPLATES[template](when, asked), centre)
    typer.echo(say("play.saved", language, name=made.name, version=made.version, folder=centre / "scenarios"))
    for line in (*made.differences(), *made.figures):
        typer.echo(f"- {line}")
