"""What lower floors remark in English, said in the reader's language: the remark is found again by its own sentence."""

from __future__ import annotations

import re
from functools import lru_cache

from staffing.words import catalogue, say

NESTED = {"meaning", "fix", "found", "expected"}
"""Values that are sentences themselves."""
SOURCES = ("published", "derived", "guess")
"""How a figure is known: the first word of what is told of it."""
FIELD = re.compile(r"\\\{(\w+)\\\}")


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each remark's name and the pattern of its English text, the longest first."""
    known = {key.partition(".")[2]: text for key, text in catalogue("en").items() if key.startswith("notes.")}
    return tuple(
        (name, re.compile(FIELD.sub(r"(?P<\1>.+?)", re.escape(text))))
        for name, text in sorted(known.items(), key=lambda item: -len(item[1]))
    )


def heard(remark: str, language: str) -> str:
    """The same remark in that language; as it is when nobody wrote its sentence.

    >>> heard("accueil: 1.8% more calls by callers who gave up before", "fr")
    "accueil : 1.8% d'appels en plus, d'appelants qui avaient raccroché"
    """
    for name, pattern in _sentences():
        found = pattern.fullmatch(remark)
        if found:
            parts = found.groupdict().items()
            told = {part: heard(text, language) if part in NESTED else text for part, text in parts}
            return say(f"notes.{name}", language, **told)
    return remark


def heard_by_parts(remark: str, language: str) -> str:
    """The remark whole; if nobody wrote it so, each of its parts between commas."""
    whole = heard(remark, language)
    return whole if whole != remark else ", ".join(heard(part, language) for part in remark.split(", "))


def sourced(told: str, language: str) -> tuple[str, str]:
    """Whether a figure is published, derived or a guess (else a setting), and where it comes from, in words.

    >>> sourced("guess: 8 minutes", "fr"), sourced("guess", "en")
    (('supposée', '8 minutes'), ('guess', ''))
    """
    source = next((source for source in SOURCES if told.startswith(source)), "")
    return say(f"audits.tag_{source or 'setting'}", language), heard(told.removeprefix(source).lstrip(":,; "), language)
