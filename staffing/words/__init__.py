"""Every sentence a human reads, French and English, one TOML file a room: ``fr/ROOM.toml`` beside ``en/ROOM.toml``.

A key is ``room.name``. ``tests/test_words.py`` fails on a sentence that one language lacks or that no code uses.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("fr", "en")
HERE = Path(__file__).parent


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language by key; ValueError for a language other than fr, en."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, got {language!r}")
    words: dict[str, str] = {}
    for path in sorted((HERE / language).glob("*.toml")):
        for name, sentence in tomllib.loads(path.read_text("utf-8")).items():
            words[f"{path.stem}.{name}"] = str(sentence)
    return words


def say(key: str, language: str, **values: object) -> str:
    """The sentence of that key with its values filled in; KeyError when nobody wrote it."""
    return catalogue(language)[key].format(**values)
