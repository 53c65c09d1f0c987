"""``affluence audits``: the audits' sizing questions, with every input visible and open to change."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from staffing.commands.options import Language
from staffing.problems import BadInput, Problem
from staffing.words import say

Inputs = Annotated[list[str] | None, typer.Option("--set", show_default=False)]


def audits(
    name: Annotated[str, typer.Argument(show_default=False)] = "", set_: Inputs = None, language: Language = ""
) -> None:
    """Inputs with their source, then the answer; without a name, which questions there are."""
    from staffing.scenarios.audits import QUESTIONS

    if not name:
        for known, kind in QUESTIONS.items():
            typer.echo(f"{known}: {' '.join((kind.__doc__ or '').split())}")
        return
    if name not in QUESTIONS:
        raise BadInput(
            [Problem("question", None, None, repr(name), f"one of: {', '.join(QUESTIONS)}", "Check the name.")]
        )
    kind = QUESTIONS[name]
    asked = kind(**_inputs(kind, set_ or []))
    typer.echo(say("cli.inputs", language))
    for field in dataclasses.fields(asked):  # type: ignore[arg-type]
        typer.echo(f"  {field.name} = {getattr(asked, field.name)}  ({kind.TAGS.get(field.name, '')})")
    typer.echo(say("cli.answer", language))
    for figure, value, unit in asked.answer().itertuples(index=False, name=None):
        typer.echo(f"  {figure}: {value:,.3g} {unit}" if abs(value) < 1000 else f"  {figure}: {value:,.0f} {unit}")


def _inputs(kind: type[Any], told: list[str]) -> dict[str, Any]:
    """The inputs given as name=value; BadInput with every one that does not fit."""
    fields, found, problems = {f.name: f for f in dataclasses.fields(kind)}, {}, []
    for text in told:
        name, _, value = text.partition("=")
        if name not in fields:
            problems.append(Problem("--set", None, name, repr(text), f"one of: {', '.join(fields)}", "Check the name."))
            continue
        default: Any = fields[name].default
        try:
            if isinstance(default, tuple):
                found[name] = tuple(float(part) for part in value.split(","))
            else:
                found[name] = type(default)(value)
        except ValueError:
            problems.append(Problem("--set", None, name, repr(value), "a number", f"Write it like {name}={default}."))
    if problems:
        raise BadInput(problems)
    return found
