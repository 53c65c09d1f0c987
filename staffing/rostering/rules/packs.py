"""The packs, filled by importing every rule of this room; and the limits a works agreement moves."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from functools import lru_cache
from typing import Any

from staffing.rostering import rules
from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import PACKS, rules_of
from staffing.rostering.rules.rule import Rule
from staffing.rostering.team import Contract


@lru_cache(maxsize=1)
def _met() -> None:
    for module in sorted(module.name for module in pkgutil.iter_modules(rules.__path__)):
        if module != "packs":
            importlib.import_module(f"{rules.__name__}.{module}")


def pack_names() -> tuple[str, ...]:
    """Every pack some rule has entered."""
    _met()
    return tuple(sorted(PACKS))


def beyond_the_law(contract: Contract) -> tuple[tuple[str, float, Furthest], ...]:
    """(rule.limit, value, how far it may go) of the contract's own limits that go further than an agreement may."""
    rules = {rule.key: rule for rule in rules_for(contract) if isinstance(rule, FreeRule)}
    moved = ((key, limit, value) for key, limit, value in contract.limits if key in rules)
    return tuple(
        (f"{key}.{limit}", value, bound)
        for key, limit, value in moved
        for bound in rules[key].furthest
        if (bound.pack, bound.limit) == (contract.rules, limit) and not bound.allows(value)
    )


def rule_words() -> frozenset[tuple[str, ...]]:
    """The sentence of every rule, its fields in braces, by language."""
    _met()
    return frozenset(rule.words for pack in PACKS.values() for rule in pack.values() if isinstance(rule, FreeRule))


def rules_for(contract: Contract) -> tuple[Rule, ...]:
    """The rules of the contract's pack, by key, with the contract's own ``limits``.

    ValueError for an unknown pack, rule or limit.
    """
    _met()
    found = {rule.key: rule for rule in rules_of(contract.rules)}
    for key, limit, value in contract.limits:
        found[key] = _moved(found, key, limit, value)
    return tuple(found.values())


def limits_of(rule: Rule) -> dict[str, float]:
    """The numbers of a rule that an agreement may move.

    >>> from staffing.rostering.rules.daily_work import DailyWork
    >>> limits_of(DailyWork())
    {'most_h': 10.0}
    """
    values: Any = rule
    return {field.name: getattr(rule, field.name) for field in dataclasses.fields(values)}


def _moved(found: dict[str, Rule], key: str, limit: str, value: float) -> Rule:
    if key not in found:
        raise ValueError(f"limits must name one of the rules {', '.join(found)}, got {key!r}")
    known, rule = limits_of(found[key]), found[key]
    if limit not in known:
        raise ValueError(f"{key} has the limits {', '.join(known) or 'none'}, got {limit!r}")
    whole = isinstance(known[limit], int)
    if whole and value != int(value):
        raise ValueError(f"{key}.{limit} must be a whole number, got {value:g}")
    changed: Any = rule
    moved: Rule = dataclasses.replace(changed, **{limit: int(value) if whole else float(value)})
    return moved
