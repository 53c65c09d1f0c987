"""``affluence scenario``: an event from the shelf, saved in the centre's folder to be read and edited."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from staffing.commands.options import Language, asked_day, opened
from staffing.problems import BadInput, Problem
from staffing.words import say


def scenario(
    centre: Annotated[Path | None, typer.Argument(show_default=False)] = None,
    template: Annotated[str, typer.Argument(show_default=False)] = "",
    day: Annotated[str, typer.Option("--day", show_default=False)] = "",
    channels: Annotated[str, typer.Option("--channels", show_default=False)] = "",
    language: Language = "",
) -> None:
    """Write ``scenarios/TEMPLATE.toml``; a changed one gets the next version.

    Without a centre: every event, and every change that a scenario's file may hold, field by field.
    """

    from staffing.scenarios.scenario import save
    from staffing.scenarios.scenario_words import change_lines
    from staffing.scenarios.templates import TEMPLATES, event
    from staffing.words.heard import heard

    if centre is None:
        typer.echo("\n".join([*_event_lines(language), "", *_kind_lines(language)]))
        return
    problems = []
    if template not in TEMPLATES:
        problems.append(Problem("TEMPLATE", None, None, template, "one of " + ", ".join(TEMPLATES), "Choose one."))
    try:
        when = asked_day("--day", day)
    except BadInput as refused:
        problems += refused.problems
    here = opened(centre, language)
    known = {c.name for c in here.channels}
    asked = tuple(name.strip() for name in channels.split(",") if name.strip())
    for name in asked:
        if name not in known:
            problems.append(
                Problem("--channels", None, None, name, "one of " + ", ".join(sorted(known)), "Choose some.")
            )
    if problems:
        raise BadInput(problems)
    made = save(event(template, when, asked, here), centre)
    typer.echo(say("play.saved", language, name=made.name, version=made.version, folder=centre / "scenarios"))
    for line in (*change_lines(made, here, language), *(heard(figure, language) for figure in made.figures)):
        typer.echo(f"- {line}")
    if len(known) > 1 and any(getattr(change, "channels", None) == () for change in made.changes):
        typer.echo(say("play.every_channel", language, names=", ".join(sorted(known))))


def _event_lines(language: str) -> list[str]:
    """Each event of the shelf, and where its figures come from."""
    from staffing.scenarios.templates import TEMPLATES

    return [
        say("play.event", language, name=name, title=say(f"peaks.event_{name}", language),
            source=say(f"peaks.source_{name}", language))
        for name in TEMPLATES
    ]  # fmt: skip


def _kind_lines(language: str) -> list[str]:
    """Each kind of change with its fields as a file writes them: those without a value must be given."""
    from staffing.scenarios.changes import KINDS
    from staffing.scenarios.scenario import toml

    lines = [say("play.head_kinds", language)]
    for name, kind in KINDS.items():
        fields: Any = dataclasses.fields(kind)  # type: ignore[arg-type]
        told = ", ".join(f.name if f.default is None else f"{f.name} = {toml(f.default)}" for f in fields)
        lines.append(say("cli.kind", language, name=name, kind=say(f"changes.kind_{name}", language), fields=told))
    return lines
