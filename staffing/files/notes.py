"""What the reader of imported data must know, said in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from staffing.words import COUNTS, counted, say

PASSING = ("columns_read", "columns_unused")
"""Notes of interest while importing alone."""


@dataclass(frozen=True)
class Note:
    """A sentence's key and its values."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def kept(self) -> bool:
        """Whether it stays with the data."""
        return self.key not in PASSING

    def say(self, language: str) -> str:
        """The sentence, ``fr`` or ``en``."""
        told = {name: counted(value, language) if name in COUNTS else value for name, value in self.values}
        return say(f"files.{self.key}", language, **told)


def note(key: str, **values: object) -> Note:
    """A note; values become text."""
    return Note(key, tuple((name, str(value)) for name, value in values.items()))
