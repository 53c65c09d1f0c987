"""Hours as people write them in a roster's cell, words for a day off, and the codes that a legend explains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from staffing.files.day_heads import folded

AT = r"(\d{1,2})(?: ?[:hH.] ?(\d{2})(?::\d{2})?| ?[hH])?(\*?)(?: ?([aApP])\.?[mM]\b\.?)?"
STRETCH = re.compile(rf"(?<![\d:.]){AT} ?(?:-|–|—|>|à|->|\ba\b|\bau\b|\bto\b|\buntil\b) ?(?:à )?{AT}(?![\d:])")
"""08:30-16:00, 8h30 à 16h, 8-16, 8:30am-4pm."""
BETWEEN = re.compile(
    r"\(?\b(?:tt|t[ée]l[ée]travail|sur site|pr[ée]sentiel|remote|home|on site)\b\)?"
    r"|[\s,;/+&|]+|\b(?:et|de|puis|from|and|then)\b"
)
"""What may stand beside hours: where they are worked, and what joins them."""
REST = (
    "r", "rh", "rhd", "rep", "repos", "repos hebdo", "repos hebdomadaire", "off", "rest", "rest day", "day off", "do",
)  # fmt: skip
LEAVE = (
    "cp", "ca", "conge", "conges", "conge paye", "conges payes", "rtt", "jrtt", "rc", "rcr", "recup", "recuperation",
    "repos compensateur", "jf", "ferie", "jour ferie", "mal", "maladie", "arret", "arret maladie", "at", "abs",
    "absent", "absente", "absence", "cet", "css", "mat", "maternite", "paternite", "leave", "annual leave", "al", "pto",
    "vacation", "holiday", "bank holiday", "sick", "sick leave",
)  # fmt: skip
NOTHING = ("", "-", "--", "/", "n/a")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,5}")
EXPLAINED = re.compile(r"([A-Za-z][A-Za-z0-9]{0,5}) ?[:=] ?(.+)")
Legend = dict[str, str]
"""Hours by the code that stands for them, in small letters."""


def _clock(hour: str, minute: str | None, second: str, half: str | None) -> str:
    at = int(hour) % 12 + 12 * (half.lower() == "p") if half else int(hour)
    return f"{at:02d}:{minute or '00'}{second}"


def plain_hours(text: str) -> str:
    """Every span of a text as 08:30-16:00, the rest as it stands.

    >>> plain_hours("8h30 à 12h et 13h-16h15"), plain_hours("8-12 accueil"), plain_hours("8:30am - 4pm")
    ('08:30-12:00 et 13:00-16:15', '08:00-12:00 accueil', '08:30-16:00')
    """

    def plain(found: re.Match[str]) -> str:
        return f"{_clock(*found.group(1, 2, 3, 4))}-{_clock(*found.group(5, 6, 7, 8))}"

    return STRETCH.sub(plain, " ".join(text.split()))


def hours_of(text: str) -> str | None:
    """The spans of a text that tells hours and nothing else, as ``read_hours`` reads them; None of any other.

    >>> hours_of("8h30-12h30 / 13h30-17h (TT)"), hours_of("R"), hours_of("8h-12h accueil")
    ('08:30-12:30 13:30-17:00', None, None)
    """
    plain = plain_hours(text)
    spans = [f"{_clock(*m.group(1, 2, 3, 4))}-{_clock(*m.group(5, 6, 7, 8))}" for m in STRETCH.finditer(plain)]
    return " ".join(spans) if spans and not BETWEEN.sub("", STRETCH.sub(" ", plain.lower())) else None


def off_word(text: str) -> str | None:
    """The word by which a cell tells a day off, empty where it tells nothing; None where it is none.

    >>> off_word("R."), off_word(" - "), off_word("Congés payés"), off_word("8h-16h")
    ('R.', '', 'Congés payés', None)
    """
    plain = folded(text).strip(" .()*")
    if folded(text) in NOTHING:
        return ""
    return text.strip() if plain in REST or plain in LEAVE else None


def legend_of(rows: Iterable[Sequence[str]]) -> Legend:
    """The codes that ``M = 8h-16h`` in one cell, or ``M`` and ``8h-16h`` in two alone in their row, explain.

    >>> legend_of([("M = 8h-16h", ""), ("S", "14h-22h"), ("Ana", "8h-16h", "9h-12h")])
    {'m': '08:00-16:00', 's': '14:00-22:00'}
    """
    found: Legend = {}
    for row in rows:
        told = [cell.strip() for cell in row if cell.strip()]
        pairs = [(m[1], m[2]) for cell in told if (m := EXPLAINED.fullmatch(cell))]
        if len(told) == 2 and CODE.fullmatch(told[0]):
            pairs.append((told[0], told[1]))
        for code, text in pairs:
            if hours := hours_of(text):
                found.setdefault(folded(code), hours)
    return found
