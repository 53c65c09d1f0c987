"""``affluence columns``: every file, key and column of a centre's folder, from the table the gate itself reads by."""

from __future__ import annotations

import typer

from staffing.commands.options import Language, chosen
from staffing.words import say


def columns(language: Language = "") -> None:
    """A Markdown table a file, and one a rule pack."""
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
    _limits(language)


def _limits(language: str) -> None:
    """The rules of each pack, with the limits that a contract may move."""
    from staffing.rostering.rules.pack import rules_of
    from staffing.rostering.rules.packs import limits_of, pack_names

    spoken = chosen(language)
    for pack in pack_names():
        typer.echo(f"\n## {pack}\n\n{say('cli.columns_limits', language)}\n")
        typer.echo("| limits | rule | article |\n|---|---|---|")
        for rule in rules_of(pack):
            limits = ", ".join(f"{rule.key}.{limit} = {value:g}" for limit, value in limits_of(rule).items())
            typer.echo(f"| {limits or rule.key} | {rule.sentence(spoken)} | {rule.article} |")
