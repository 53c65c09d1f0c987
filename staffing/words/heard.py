"""What lower floors remark in English, said in the reader's language: the remark is found again by its own sentence.

So are the notes that an import left in a centre's folder, in the language of whoever imported it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from staffing.words import CHOICE, COUNTS, LANGUAGES, catalogue, counted, filled, in_the_plural, say

NESTED = {"meaning", "fix", "found", "expected", "rules"}
"""Values that are sentences themselves."""
ALSO = " + "
"""Between several sentences in the place of one."""
PLACE = re.compile(r"(?P<file>.+?)(?:, row (?P<row>\d+))?(?:, column (?P<column>.+))?")
PLACES_BY = {
    (True, True): "notes.place_cell",
    (True, False): "notes.place_row",
    (False, True): "notes.place_column",
    (False, False): None,
}
PLACES = frozenset(PLACES_BY.values())
SENTENCE = 30
"""Letters at least of what may be found again as a note of an import: titles and labels are too alike."""
SOURCES = ("published", "derived", "guess")
"""How a figure is known: the first word of what is told of it."""
VALUE = re.compile(r"\{(\w+)(?::[^{}|]*)?\}")
PARTS = re.compile(r"(\{[^{}]*\})")


@lru_cache(maxsize=1)
def _sentences() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each remark's key and the pattern of its text, those with most words first: remarks as lower floors write
    them, then the notes of imports, which are whole sentences, as each language writes them. A problem's place is no
    remark, and its fix may be missing."""
    remarks = [(key, text) for key, text in catalogue("en").items() if key.startswith("notes.") and key not in PLACES]
    kept = [(key, text) for language in LANGUAGES for key, text in catalogue(language).items() if _note(key, text)]
    found = [*sorted(remarks, key=_plainest), *sorted(kept, key=_plainest)]
    return tuple((key, _open(text)) for key, text in found)


def _plainest(item: tuple[str, str]) -> tuple[bool, int]:
    """A whole problem, then what has most words of its own: ``one of the two`` before ``one of {names}``."""
    return item[0] != "notes.run_problem", -len(VALUE.sub("", in_the_plural(item[1])))


@cache
def _open(text: str) -> re.Pattern[str]:
    """Of the sentence with any values in its braces, each word beside a number for one or for more."""
    some = ""
    for part in PARTS.split(text):
        value, choice = VALUE.fullmatch(part), CHOICE.fullmatch(part)
        some += f"(?P<{value[1]}>.+?)" if value else _either(choice[1], choice[2]) if choice else re.escape(part)
    return re.compile(some.replace(r"\ (?P<fix>.+?)", r"(?:\ (?P<fix>.*?))?"))


def _either(one: str, more: str) -> str:
    return f"(?:{re.escape(more)}|{re.escape(one)})"


def rule_named(rule: str, language: str) -> str:
    """What a rule is called where people read it; a key of nobody's catalogue by its own words.

    >>> rule_named("days_in_a_row", "en"), rule_named("days_in_a_row", "fr"), rule_named("no_monday", "fr")
    ('days in a row', "jours d'affilée", 'no monday')
    """
    return heard(rule, language).replace("_", " ")


def _placed(place: str, language: str) -> str:
    """Where a problem stands: file, row, column."""
    found = PLACE.fullmatch(place)
    if found is None or (key := PLACES_BY[bool(found["row"]), bool(found["column"])]) is None:
        return place
    return say(key, language, **{name: part for name, part in found.groupdict().items() if part})


def _note(key: str, text: str) -> bool:
    return key.startswith("files.") and len(VALUE.sub("", in_the_plural(text))) >= SENTENCE


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
            parts = found.groupdict("").items()
            told = {part: _each(text, language) if part in NESTED else text for part, text in parts}
            told |= {"place": _placed(told["place"], language)} if "place" in told else {}
            room, _, name = key.partition(".")
            if room == "notes":
                said = say(f"notes.{name}", language, **told)
                return said if remark.endswith(" ") else said.rstrip()
            counts = {part: counted(text, language) for part, text in told.items() if part in COUNTS}
            return say(key, language, **told | counts)
    return remark


def _each(text: str, language: str) -> str:
    return ALSO.join(heard(sentence, language) for sentence in text.split(ALSO))


def _by_a_rule(remark: str, language: str) -> str | None:
    """A working-time rule's own sentence, which its class writes in every language; None when it is none."""
    from staffing.rostering.rules.packs import rule_words

    for words in rule_words():
        found = _open(words[LANGUAGES.index("en")]).fullmatch(remark)
        if found:
            return filled(VALUE.sub(r"{\1}", words[LANGUAGES.index(language)]), language, found.groupdict())
    return None


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
