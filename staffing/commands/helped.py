"""Help and refusals of the command line in the reader's language: what Typer writes around our own sentences."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

from staffing.words import catalogue, say
from staffing.words.heard import heard

UsageError = cast(type[Exception], typer.BadParameter.__bases__[0])
"""What Typer raises for an unknown option, a missing argument, a value out of range."""
KINDS = (
    (re.compile(r"<list\[str\]>"), "texts"),
    (re.compile(r"<int( range)?>"), "whole"),
    (re.compile(r"<float( range)?>"), "number"),
    (re.compile(r"<str>"), "text"),
    (re.compile(r"<path>"), "path"),
)
HEADS = (
    ("Usage:", "usage"),
    ("Arguments:", "arguments"),
    ("Options:", "options"),
    ("Commands:", "commands"),
)
ASIDES = (("[default:", "default"), ("required]", "required"), ("Show this message and exit.", "show"))


def classes(language: str) -> tuple[type[TyperGroup], type[TyperCommand]]:
    """The group and the command whose help is written in that language."""

    class Group(TyperGroup):
        def get_help(self, ctx: Any) -> str:
            return framed(super().get_help(ctx), language)

    class Command(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            return framed(super().get_help(ctx), language)

    return Group, Command


def framed(text: str, language: str) -> str:
    """A help text with Typer's own words in that language, its columns left as they are wide.

    >>> framed("Usage: affluence plan\\n\\nOptions:\\n  --seed <int range>  Seed.  [default: 1; x>=0]", "fr")
    'Emploi : affluence plan\\n\\nOptions :\\n  --seed <entier>     Seed.  [par défaut : 1; x>=0]'
    """
    for head, name in HEADS:
        text = re.sub(rf"(?m)^{head}", say(f"cli.help_{name}", language), text)
    for aside, name in ASIDES:
        text = text.replace(aside, say(f"cli.help_{name}", language))
    for kind, name in KINDS:
        word = f"<{say(f'cli.help_{name}', language)}>"
        text = re.sub(rf"({kind.pattern})( *)", partial(_as_wide, word), text)
    return text


def _as_wide(word: str, found: re.Match[str]) -> str:
    """The word and the blanks that follow, as wide together as what it stands for where there is room."""
    blanks = found[found.re.groups]
    return word.ljust(len(found[0]) - 2) + "  " if len(blanks) > 1 else word + blanks


def usage_lines(error: Any, language: str) -> list[str]:
    """A refusal of the command line: how the command is used, where its help is, what was wrong."""
    told = cast(str, error.format_message())
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help itself
        return [told]
    lines = []
    if error.ctx is not None:
        usage = framed(error.ctx.get_usage(), language)
        lines += [usage, say("cli.help_more", language, command=error.ctx.command_path), ""]
    return [*lines, say("cli.help_wrong", language, told=_told(told, language))]


def _told(message: str, language: str) -> str:
    from staffing.gate.sheet import wanted

    begun, marked, asked = message.partition("Input should be ")
    if marked:
        message = begun + heard(wanted(asked), language)
    return heard(message, language)


def help_of(command: str, option: str, language: str) -> str:
    """An option's help: the command's own sentence, else the one that commands share."""
    own = f"cli.option_{command}_{option}"
    return say(own if own in catalogue(language) else f"cli.option_{option}", language)
