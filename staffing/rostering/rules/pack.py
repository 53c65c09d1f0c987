"""Packs: which rules a contract is under, with which limits. A rule enters a pack where it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from staffing.rostering.rules.rule import Rule

R = TypeVar("R", bound=Callable[..., Rule])

PACKS: dict[str, dict[str, Rule]] = {}
"""Rules by pack, then by key."""


def in_pack(pack: str, **limits: object) -> Callable[[R], R]:
    """Enter the rule class that follows into ``pack``, with these values for its fields."""

    def enter(rule: R) -> R:
        made = rule(**limits)
        PACKS.setdefault(pack, {})[made.key] = made
        return rule

    return enter


def rules_of(pack: str) -> tuple[Rule, ...]:
    """The rules of a pack, by key; ValueError when nobody wrote such a pack."""
    if pack not in PACKS:
        raise ValueError(f"rules must be one of {', '.join(sorted(PACKS))}, got {pack!r}")
    return tuple(PACKS[pack][key] for key in sorted(PACKS[pack]))
