"""Figures one may change on the command line as name=value, and how they are told with where they come from."""

from __future__ import annotations

import dataclasses
from typing import Any

from staffing.problems import BadInput, Problem
from staffing.words import say
from staffing.words.heard import sourced


def with_inputs(asked: Any, told: list[str], option: str = "--set") -> Any:
    """A frozen dataclass with the fields given as name=value, several values apart by commas; BadInput with every one
    that does not fit."""
    names, found, problems = [f.name for f in dataclasses.fields(asked)], {}, []
    for text in told:
        name, _, value = text.partition("=")
        if name not in names:
            problems.append(Problem(option, None, name, repr(text), f"one of {', '.join(names)}", "Check the name."))
            continue
        usual = getattr(asked, name)
        try:
            found[name] = _read(value, usual)
        except ValueError:
            fix = f"Write it like {name}={shown(usual)}."
            problems.append(Problem(option, None, name, repr(value), "a number", fix))
    if problems:
        raise BadInput(problems)
    return dataclasses.replace(asked, **found)


def _read(value: str, usual: Any) -> Any:
    if isinstance(usual, tuple):
        kind = type(usual[0]) if usual else str
        return tuple(kind(part.strip()) for part in value.split(",") if part.strip())
    return type(usual)(value)


def input_lines(asked: Any, tags: dict[str, str], language: str, *, labelled: bool) -> list[str]:
    """Each figure by its name with its value, what it is when ``labelled``, and its source."""
    lines = []
    for name in tags:
        nature, source = sourced(tags[name], language)
        label = say(f"audits.input_{name}", language) if labelled else ""
        told = ", ".join(part for part in (nature, source) if part)
        start = f"  {name} = {shown(getattr(asked, name))}"
        lines.append(f"{start:34}  {label} ({told})" if label else f"{start:34}  ({told})")
    return lines


def shown(value: Any) -> str:
    """A value as it can be typed.

    >>> shown((0.3, 2.0)), shown(1300000.0), shown(1 / 3), shown("phone")
    ('0.3,2', '1300000', '0.3333', 'phone')
    """
    if isinstance(value, tuple):
        return ",".join(shown(part) for part in value)
    return (
        f"{value:.10g}"
        if isinstance(value, float) and value == round(value, 4)
        else (f"{value:.4f}" if isinstance(value, float) else str(value))
    )
