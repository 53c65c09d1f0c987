"""What lower floors remark in English, said in the reader's language: the remark is found again by its own sentence.

So are the notes that an import left in a centre's folder, in the language of whoever imported it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from staffing.words import COUNTS, LANGUAGES, catalogue, counted, say

NESTED = {"place", "meaning", "fix", "found", "expected"}
"""Values that are sentences themselves."""
SENTENCE = 30
"""Letters at least of what may be found again as a note of an import: titles and labels are too alike."""
SOURCES = ("published", "derived", "guess")
"""How a figure is known: the first word of what is told of it."""
FIELD = re.compile(r"\\\{(\w+)\\\}")
VALUE = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each remark's key and the pattern of its text, the longest first: remarks as lower floors write them, then the
    notes of imports, which are whole sentences, as each language writes them."""
    remarks = [(key, text) for key, text in catalogue("en").items() if key.startswith("notes.")]
    kept = [(key, text) for language in LANGUAGES for key, text in catalogue(language).items() if _note(key, text)]
    found = sorted(remarks, key=lambda item: -len(item[1])) + sorted(kept, key=lambda item: -len(item[1]))
    return tuple((key, re.compile(FIELD.sub(r"(?P<\1>.+?)", re.escape(text)))) for key, text in found)


def _note(key: str, text: str) -> bool:
    return key.startswith("files.") and len(FIELD.sub("", re.escape(text))) >= SENTENCE


def heard(remark: str, language: str) -> str:
    """The same remark in that language; as it is when nobody wrote its sentence.

    >>> heard("accueil: 1.8% more calls by callers who gave up before", "fr")
    "accueil : 1.8% d'appels en plus, d'appelants qui avaient raccroché"
    """
    ruled = _by_a_rule(remark, language)
    if ruled is not None:
        return ruled
    for key, pattern in _sentences():
        found = pattern.fullmatch(remark)
        if found:
            parts = found.groupdict().items()
            told = {part: heard(text, language) if part in NESTED else text for part, text in parts}
            room, _, name = key.partition(".")
            if room == "notes":
                return say(f"notes.{name}", language, **told)
            counts = {part: counted(text, language) for part, text in told.items() if part in COUNTS}
            return say(key, language, **told | counts)
    return remark


def _by_a_rule(remark: str, language: str) -> str | None:
    """A working-time rule's own sentence, which its class writes in every language; None when it is none."""
    from staffing.rostering.rules.packs import rule_words

    for words in rule_words():
        found = _pattern(words[LANGUAGES.index("en")]).fullmatch(remark)
        if found:
            parts = enumerate(VALUE.split(words[LANGUAGES.index(language)]))
            return "".join(found[part] if i % 2 else part for i, part in parts)
    return None


@lru_cache(maxsize=512)
def _pattern(sentence: str) -> re.Pattern[str]:
    """Of the sentence with any values in its braces."""
    parts = VALUE.split(sentence)
    named = (f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(named))


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


def forecaster(model: str, language: str) -> str:
    """A forecasting model as people call it; its own word where nobody wrote one.

    >>> forecaster("weekday median", "fr"), forecaster("mine", "fr")
    ('Médiane par jour', 'mine')
    """
    return catalogue(language).get(f"forecasting.model_{model.replace(' ', '_').replace('-', '_')}", model)
