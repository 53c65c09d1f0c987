"""``affluence columns``: every file, key and column of a centre's folder, from the table the gate itself reads by."""

from __future__ import annotations

import re

import typer

from staffing.commands.options import Language, chosen
from staffing.words import catalogue, say
from staffing.words.heard import heard

BAR = "\\|"
"""In a Markdown table."""


def columns(language: Language = "") -> None:
    """A Markdown table a file, and one a rule pack."""
    from staffing.gate.schema import FILES, REQUIRED, attributes
    from staffing.gate.settings import toml_attributes

    typer.echo(say("cli.columns_start", language))
    tables = {"centre.toml": toml_attributes(), **{name: attributes(name, row) for name, row in FILES.items()}}
    for name, lines in tables.items():
        need = say(f"cli.columns_{'required' if name in (*REQUIRED, 'centre.toml') else 'optional'}", language)
        typer.echo(f"\n## {name} ({need})\n\n{say('cli.columns_head', language)}\n|---|---|---|---|---|")
        for line in lines:
            parts = (line.name, *(_word(part, language) for part in (line.kind, line.unit, line.default)))
            typer.echo(f"| {' | '.join(parts)} | {heard(line.meaning, language).replace('|', BAR)} |")
    _limits(language)


def _word(text: str, language: str) -> str:
    """A type, unit or default in the reader's language; what has no word of its own is the same in every one."""
    begun, _, names = text.partition("one of ")
    if not begun and names:
        return say("cli.column_one_of", language, names=names.removeprefix(", "))
    key = f"cli.column_{re.sub('[^a-z]+', '_', text.partition(' (')[0].lower())}"
    said = catalogue(language).get(key, "")
    return said + text[len(text.partition(" (")[0]) :] if said else text


def _limits(language: str) -> None:
    """The rules of each pack, with the limits that a contract may move."""
    from staffing.rostering.rules.pack import rules_of
    from staffing.rostering.rules.packs import limits_of, pack_names

    spoken = chosen(language)
    for pack in pack_names():
        typer.echo(f"\n## {pack}\n\n{say('cli.columns_limits', language)}\n")
        typer.echo(f"{say('cli.columns_rules', language)}\n|---|---|---|")
        for rule in rules_of(pack):
            limits = ", ".join(f"{rule.key}.{limit} = {value:g}" for limit, value in limits_of(rule).items())
            typer.echo(f"| {limits or rule.key} | {rule.sentence(spoken)} | {rule.article} |")
