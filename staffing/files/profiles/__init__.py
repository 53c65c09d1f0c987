"""The forms of export that are read, one class in one file each; a new file here is found without being listed.

A module gives its form as ``PROFILE``, an object of ``staffing.files.imported.Profile``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from staffing.files.imported import Profile


@lru_cache(maxsize=1)
def profiles() -> tuple[Profile, ...]:
    """Every profile, by key."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}").PROFILE for name in names)


def profile(key: str) -> Profile:
    """The profile of that key; KeyError when unknown."""
    for found in profiles():
        if found.key == key:
            return found
    raise KeyError(key)
