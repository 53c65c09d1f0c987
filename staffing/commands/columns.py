"""``affluence columns``: every file, key and column of a centre's folder, from the table the gate itself reads by."""

from __future__ import annotations

import typer

from staffing.commands.options import Language
from staffing.words import say


def columns(language: Language = "") -> None:
    """A Markdown table a file."""
    from staffing.gate.schema import FILES, REQUIRED, attributes
    from staffing.gate.settings import toml_attributes

    typer.echo(say("cli.columns_start", language))
    tables = {"centre.toml": toml_attributes(), **{name: attributes(name, row) for name, row in FILES.items()}}
    for name, lines in tables.items():
        need = "required" if name in (*REQUIRED, "centre.toml") else "optional"
        typer.echo(f"\n## {name} ({need})\n\n| attribute | type | unit | default | meaning |\n|---|---|---|---|---|")
        for line in lines:
            meaning = line.meaning.replace("|", "\\|")
            typer.echo(f"| {line.name} | {line.kind} | {line.unit} | {line.default} | {meaning} |")
