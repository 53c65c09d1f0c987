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
    name: Annotated[str, typer.Option("--name", show_default=False)] = "",
    over: Annotated[int, typer.Option("--over", min=0, show_default=False)] = 0,
    rename: Annotated[str, typer.Option("--rename", show_default=False)] = "",
    delete: Annotated[str, typer.Option("--delete", show_default=False)] = "",
    language: Language = "",
) -> None:
    """Write ``scenarios/TEMPLATE.toml``, or rename or delete a saved one.

    Without a centre: every event, and every change that a scenario's file may hold, field by field.
    """
    if centre is None:
        typer.echo("\n".join([*_event_lines(language), "", *_kind_lines(language)]))
    elif rename or delete:
        _put_away(centre, rename, delete, name, language)
    else:
        _from_shelf(centre, Asked(template, day, channels, name, over), language)


@dataclasses.dataclass(frozen=True)
class Asked:
    """An event of the shelf: from which day, on which channels, under which name, in place of which version."""

    template: str
    day: str
    channels: str
    name: str
    over: int


def _put_away(centre: Path, rename: str, delete: str, name: str, language: str) -> None:
    from staffing.scenarios.scenario import delete as deleted
    from staffing.scenarios.scenario import rename as renamed

    if rename and delete:
        problem = Problem("--rename, --delete", None, None, f"{rename}, {delete}", "one of the two", "Choose one.")
        raise BadInput([problem])
    if rename:
        made = renamed(centre, rename, name)
        typer.echo(say("play.renamed", language, name=rename, new=made.name, version=made.version))
    else:
        typer.echo(say("play.deleted", language, name=delete, files=deleted(centre, delete)))


def _from_shelf(centre: Path, event_asked: Asked, language: str) -> None:
    """An event with its days, in the centre's folder."""
    from staffing.scenarios.scenario import NAME, save
    from staffing.scenarios.scenario_words import change_lines
    from staffing.scenarios.templates import TEMPLATES, event
    from staffing.words.heard import heard

    template, name = event_asked.template, event_asked.name or event_asked.template
    problems = []
    if template not in TEMPLATES:
        problems.append(Problem("TEMPLATE", None, None, template, "one of " + ", ".join(TEMPLATES), "Choose one."))
    elif not NAME.fullmatch(name):
        problems.append(Problem("--name", None, None, repr(name), "lower-case letters, digits, - and _", "Choose one."))
    try:
        when = asked_day("--day", event_asked.day)
    except BadInput as refused:
        problems += refused.problems
    here = opened(centre, language)
    known = {c.name for c in here.channels}
    asked = tuple(name.strip() for name in event_asked.channels.split(",") if name.strip())
    for channel in asked:
        if channel not in known:
            problems.append(
                Problem("--channels", None, None, channel, "one of " + ", ".join(sorted(known)), "Choose some.")
            )
    if problems:
        raise BadInput(problems)
    made = dataclasses.replace(event(template, when, asked, here), name=name)
    made = save(made, centre, over=event_asked.over)
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
