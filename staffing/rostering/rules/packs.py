"""The packs, filled by importing every rule of this room."""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from staffing.rostering import rules
from staffing.rostering.rules.pack import rules_of
from staffing.rostering.rules.rule import Rule
from staffing.rostering.team import Contract


@lru_cache(maxsize=1)
def _met() -> None:
    for module in sorted(module.name for module in pkgutil.iter_modules(rules.__path__)):
        if module != "packs":
            importlib.import_module(f"{rules.__name__}.{module}")


def rules_for(contract: Contract) -> tuple[Rule, ...]:
    """The rules of the contract's pack, by key; ValueError for an unknown pack."""
    _met()
    return rules_of(contract.rules)
