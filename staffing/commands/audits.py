"""``affluence audits``: the audits' sizing questions, with every input visible and open to change."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from staffing.commands.inputs import input_lines, shown, with_inputs
from staffing.commands.options import Language
from staffing.problems import BadInput, Problem
from staffing.words import figure, say
from staffing.words.heard import heard, heard_by_parts

Inputs = Annotated[list[str] | None, typer.Option("--set", show_default=False)]


def audits(
    name: Annotated[str, typer.Argument(show_default=False)] = "", set_: Inputs = None, language: Language = ""
) -> None:
    """Inputs with their source, then the answer; without a name, which questions there are."""
    from staffing.scenarios.audits import QUESTIONS, unanswerable

    if not name:
        for known in QUESTIONS:
            about = say(f"audits.about_{known}", language)
            typer.echo(f"{known}: {say(f'audits.question_{known}', language)}. {about}")
        return
    if name not in QUESTIONS:
        raise BadInput(
            [Problem("question", None, None, repr(name), f"one of {', '.join(QUESTIONS)}", "Check the name.")]
        )
    kind: type[Any] = QUESTIONS[name]
    asked, fix = with_inputs(kind(), set_ or []), "Choose other inputs."
    if wrong := unanswerable(asked):
        raise BadInput([Problem("--set", None, n, shown(getattr(asked, n)), wanted, fix) for n, wanted in wrong])
    try:
        answer = asked.answer()
    except ValueError as error:
        raise BadInput([Problem("--set", None, None, name, str(error), fix)]) from error
    typer.echo(say("cli.inputs", language))
    typer.echo("\n".join(input_lines(asked, kind.TAGS, language, labelled=True)))
    typer.echo(say("cli.answer", language))
    for head, value, unit in answer.itertuples(index=False, name=None):
        told = figure(value, ",.3g" if abs(value) < 1000 else ",.0f", language)
        typer.echo(
            say("cli.answered", language, head=heard_by_parts(head, language), told=told, unit=heard(unit, language))
        )
    typer.echo(say("audits.not_verified", language))
