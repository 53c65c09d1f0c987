"""Every sentence a human reads, French and English, one TOML file a room: ``fr/ROOM.toml`` beside ``en/ROOM.toml``.

A key is ``room.name``. ``tests/test_words.py`` fails on a sentence that one language lacks or that no code uses.

A word that goes with a number is written as two, ``{rows} {rows:line|lines}``, and follows the number as it is shown;
where that has a form, so has the choice: ``{hours:.0f} {hours:.0f|hour|hours}``.
"""

from __future__ import annotations

import numbers
import re
import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

LANGUAGES = ("fr", "en")
HERE = Path(__file__).parent
TYPED = ("cli", "files", "notes", "roster", "store")
"""Rooms whose sentences are typed, kept in files or found again letter by letter: their spaces are plain ones."""
LOOSE = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""Where French puts a space at which no line may break."""
ELIDED = re.compile(r"\bde (?=[AEIOUÀÂÉÈÊËÎÏÔÛÜ])")
"""Before a name: *la pause d'Adèle*."""
COUNTS = frozenset(
    ("rows", "outside", "contacts", "abandoned", "offered", "answered", "left", "unfinished", "broken_lines", "strays")
)
"""Values of notes that are counts."""
THOUSANDS = {"fr": "\u202f", "en": ","}
APART = re.compile(r"(?<=\d)[\u202f\xa0 ,](?=\d{3}(?!\d))")
CHOICE = re.compile(r"\{\w+:(?:[^{}|]*\|)?([^{}|]*)\|([^{}|]*)\}")
"""A word for one, a word for more."""
NUMBER = re.compile(r"\s*[-+\u2212]?(\d+(?:[.,]\d+)?)")


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language by key; ValueError for a language other than fr, en."""
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {LANGUAGES}, got {language!r}")
    words: dict[str, str] = {}
    for path in sorted((HERE / language).glob("*.toml")):
        held = language == "fr" and path.stem not in TYPED
        for name, sentence in tomllib.loads(path.read_text("utf-8")).items():
            words[f"{path.stem}.{name}"] = LOOSE.sub("\xa0", str(sentence)) if held else str(sentence)
    return words


def say(key: str, language: str, **values: object) -> str:
    """The sentence of that key with its values filled in, figures as the language writes them; KeyError when nobody
    wrote it."""
    text = filled(catalogue(language)[key], language, values)
    return ELIDED.sub("d'", text) if language == "fr" and key.startswith("why.") else text


def filled(sentence: str, language: str, values: Mapping[str, object]) -> str:
    """The sentence with its values in their places.

    >>> [filled("{n} {n:shift differs|shifts differ}", "en", {"n": n}) for n in (0, 1, "1,001")]
    ['0 shifts differ', '1 shift differs', '1,001 shifts differ']
    >>> [filled("{h:.1f} {h:.1f|heure|heures}", "fr", {"h": h}) for h in (0, 1.94, 1.96)]
    ['0,0 heure', '1,9 heure', '2,0 heures']
    """
    return _Sentence(language).vformat(sentence, (), values)


class _Sentence(string.Formatter):
    """Numbers as the language writes them, words as their numbers ask."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" not in format_spec:
            return self._shown(value, format_spec)
        *form, one, more = format_spec.split("|")
        shown = value if isinstance(value, str) else self._shown(value, "".join(form))
        return one if _singular(shown, self.language) else more

    def _shown(self, value: object, form: str) -> str:
        number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        return figure(cast(float, value), form, self.language) if number else format(value, form)


def figure(value: float, form: str, language: str) -> str:
    """A number in Python's ``form``, with the marks of the language; one that nobody knows (NaN) is a dash as wide.

    >>> figure(float("nan"), "5.0f", "en")
    '    –'
    >>> figure(1234.5, ",.1f", "en"), figure(1234.5, ",.1f", "fr").replace("\u202f", " ")
    ('1,234.5', '1 234,5')
    >>> figure(0.071, "8.1%", "fr").replace("\u202f", " "), figure(0.071, "8.1%", "en")
    ('   7,1 %', '    7.1%')
    """
    if value != value:
        return "–".rjust(int(re.sub(r"\..*|\D", "", form) or 0))
    text = format(value, form)
    if language != "fr" or not form:
        return text
    text = text.replace(",", THOUSANDS["fr"]).replace(".", ",")
    return text.replace("%", "\u202f%").removeprefix(" ") if "%" in text else text


def decimals(text: str, language: str) -> str:
    """A sentence whose figures are written as programs do, with the marks of the language.

    >>> decimals("0.5 of 3 agents, 8% more", "fr").replace("\u202f", " "), decimals("0.5", "en")
    ('0,5 of 3 agents, 8 % more', '0.5')
    """
    if language != "fr":
        return text
    return re.sub(r"(?<=\d)%", "\u202f%", re.sub(r"(?<=\d)\.(?=\d)", ",", text))


def _singular(shown: str, language: str) -> bool:
    """Whether a noun after that number stands for one: English at 1 alone, French below 2."""
    found = NUMBER.match(APART.sub("", shown))
    if not found:
        return False
    return float(found[1].replace(",", ".")) < 2 if language == "fr" else found[1] == "1"


def in_the_plural(sentence: str) -> str:
    """The sentence as lower floors write it, whatever the number.

    >>> in_the_plural("{count} {count:row|rows} left out")
    '{count} rows left out'
    """
    return CHOICE.sub(r"\2", sentence)


def counted(text: str, language: str) -> str:
    """A whole number with its thousands apart, whoever wrote it; any other text as it is.

    >>> counted("1300000", "en"), counted("1,300,000", "fr").replace("\u202f", " "), counted("12:30", "fr")
    ('1,300,000', '1 300 000', '12:30')
    """
    digits = APART.sub("", text)
    return f"{int(digits):,}".replace(",", THOUSANDS[language]) if re.fullmatch("[0-9]+", digits) else text
