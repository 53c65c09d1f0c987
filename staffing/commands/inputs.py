"""Figures one may change on the command line as name=value, and how they are told with where they come from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

from staffing.problems import BadInput, Problem
from staffing.words import say
from staffing.words.heard import sourced

Refuses = Callable[[str, Any, Any], str]
"""What is expected of a field (name, value, its usual value) that cannot have that value, "" where it can."""


def with_inputs(
    asked: Any, told: list[str], option: str = "--set", *, refuses: Refuses = lambda _name, _value, _usual: ""
) -> Any:
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
            continue
        if expected := refuses(name, found[name], usual):
            problems.append(Problem(option, None, name, repr(value), expected, f"Write it like {name}={shown(usual)}."))
    if problems:
        raise BadInput(problems)
    return dataclasses.replace(asked, **found)


def beyond(name: str, value: Any, usual: Any) -> str:
    """What is expected of a figure that can mean nothing: not finite, below zero where the usual one is not, or a share
    of more than all; "" where it can."""
    told, known = ([v for v in (part if isinstance(part, tuple) else (part,)) if not isinstance(v, str)]
                   for part in (value, usual))  # fmt: skip
    if not all(math.isfinite(v) for v in told):
        return "a number"
    if min(known, default=0) >= 0 > min(told, default=0):
        return "a number of at least 0"
    if "share" in name.split("_") and max(told, default=0) > 1:
        return "a share from 0 to 1"
    return ""


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
