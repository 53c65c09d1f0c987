"""Which days the headings of a hand-made table stand for: ``Lundi``, ``lun. 30/11``, ``Mon 30 Nov``, ``2026-11-30``."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from forecasts.grid import Week
from staffing.files.cells import FIRST_YEAR, LAST_YEAR, MONTHS

NAMES = (
    ("lundi", "lun", "lu", "monday", "mon", "mo"),
    ("mardi", "mar", "ma", "tuesday", "tues", "tue", "tu"),
    ("mercredi", "mer", "me", "wednesday", "wed", "we"),
    ("jeudi", "jeu", "je", "thursday", "thurs", "thur", "thu", "th"),
    ("vendredi", "ven", "ve", "friday", "fri", "fr"),
    ("samedi", "sam", "sa", "saturday", "sat"),
    ("dimanche", "dim", "di", "sunday", "sun", "su"),
)
WEEKDAY = {name: weekday for weekday, names in enumerate(NAMES) for name in names}
LETTERS = ("lmmjvsd", "mtwtfss")
"""A week by its first letters, from Monday on."""
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00(?::00)?)?")
HEAD = re.compile(
    r"(?:([a-z]+)\.?,? ?)?(?:(?:le )?(\d{1,2})(?:er)?(?:[ /.-](\d{1,2}|[a-z]{3,9})\.?(?:[ /.-](\d{4}|\d{2}))?)?)?"
)
DATE = r"\d{4}-\d{2}-\d{2}|\d{1,2}(?:er)?[ /.-](?:\d{1,2}|[a-z]{3,9})\.?(?:[ /.-]\d{4})?"
NUMBERED = re.compile(r"\b(?:semaine|sem\.?|week)(?: n[.o]?)? ?(\d{1,2})\b(?!/)|\b[sw](\d{1,2})\b")
YEAR = re.compile(r"\b20\d\d\b")
BEGUN = re.compile(rf"\b(?:du|from|of|beginning|commencing) (?:[a-z]+ )?({DATE})")
FEWEST = 2
"""Days that a heading row has at least: one alone could be any date in a cell."""


@dataclass(frozen=True)
class Head:
    """What one heading tells of its day; None where it does not. ``turned`` is the same with the month first."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    turned: tuple[int, int] | None = None


def folded(text: str) -> str:
    """Lower case, without accents, one space between words.

    >>> folded(" Début\\n de  l'été ")
    "debut de l'ete"
    """
    return " ".join(unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode().lower().split())


def head_of(text: str) -> Head | None:
    """What a heading says of a day; None where it is no day.

    >>> head_of("Lun. 30/11")
    Head(weekday=0, day=30, month=11, year=None, turned=None)
    >>> head_of("1er décembre 2026").month, head_of("Agent"), head_of("30"), head_of("Lundi 30").day
    (12, None, None, 30)
    """
    plain = folded(text)
    if found := ISO.fullmatch(plain):
        return Head(year=int(found[1]), month=int(found[2]), day=int(found[3]))
    found = HEAD.fullmatch(plain)
    if found is None or (found[1] and found[1] not in WEEKDAY) or not (found[1] or found[3]):
        return None
    weekday = WEEKDAY.get(found[1] or "")
    day, year = (int(part) if part else None for part in (found[2], found[4]))
    month = _month(found[3]) if found[3] else None
    if found[3] and (not month or month > 31 or ("-" in plain and not (found[1] or found[4]))):
        return None  # 8-12 alone are hours
    turned = (month, day) if day and month and found[3].isdigit() and day <= 12 else None
    return Head(weekday, day, month, year + 2000 if year and year < 100 else year, turned)


def _month(text: str) -> int | None:
    """The number of a month, named or not."""
    if text.isdigit():
        return int(text)
    return next((number for number, begun in enumerate(MONTHS, 1) if re.match(begun, text)), None)


def heads_of(texts: Sequence[str]) -> dict[int, Head]:
    """The days of a row of headings by their column; none where it heads no days."""
    found = {column: head for column, text in enumerate(texts) if (head := head_of(text))}
    if len(found) >= FEWEST:
        return found
    letters = [(column, folded(text)) for column, text in enumerate(texts) if len(folded(text)) == 1]
    row = "".join(letter for _, letter in letters)
    if len(row) >= 5 and any(week.startswith(row) for week in LETTERS):
        return {column: Head(weekday=place) for place, (column, _) in enumerate(letters)}
    return {}


def joined(upper: Mapping[int, Head], lower: Mapping[int, Head]) -> dict[int, Head] | None:
    """Two rows that head the same columns, weekdays in one and dates in the other; None where they do not."""
    if set(upper) != set(lower):
        return None
    for names, dates in ((upper, lower), (lower, upper)):
        if all(h.day is None for h in names.values()) and all(h.day and h.weekday is None for h in dates.values()):
            return {column: replace(dates[column], weekday=names[column].weekday) for column in names}
    return None


def titled_week(title: str, near: dt.date) -> Week | None:
    """The week that a title names, the nearest to a day where it tells no year.

    >>> titled_week("Planning semaine 49", dt.date(2026, 11, 22)), titled_week("du 30/11 au 6/12", dt.date(2026, 11, 1))
    (Week(year=2026, number=49), Week(year=2026, number=49))
    """
    plain = folded(title)
    if found := re.search(r"\b(20\d\d)-?[sw](\d{1,2})\b", plain):
        return _week(int(found[1]), int(found[2]))
    if found := NUMBERED.search(plain):
        told = YEAR.search(plain)
        years = (int(told[0]),) if told else (near.year - 1, near.year, near.year + 1)
        weeks = [week for year in years if (week := _week(year, int(found[1] or found[2])))]
        return min(weeks, key=lambda week: abs(week.monday - near), default=None)
    if (found := BEGUN.search(plain)) and (head := head_of(found[1])):
        days = list(_candidates(head, None, near))
        return Week.of(min(days, key=lambda day: abs(day - near))) if days else None
    return None


def _week(year: int, number: int) -> Week | None:
    try:
        return Week.parse(f"{year}-W{number:02d}")
    except ValueError:
        return None


def days_of(heads: Sequence[Head], week: Week | None, near: dt.date) -> tuple[dt.date, ...]:
    """The days of headings from left to right, as close together as what they tell allows, then nearest to the week or
    to a day. Empty where they agree on none."""
    target = week.monday if week else near
    best: tuple[tuple[dt.timedelta, dt.timedelta], tuple[dt.date, ...]] | None = None
    for turned in (False, True):
        read = [_turned(head) if turned else head for head in heads]
        for first in _candidates(read[0], week, target):
            days = [first]
            for head in read[1:]:
                later = [day for day in _candidates(head, week, target) if day > days[-1]]
                if not later:
                    break
                days.append(min(later))
            rank = days[-1] - days[0], abs(days[0] - target)
            if len(days) == len(heads) and (best is None or rank < best[0]):
                best = rank, tuple(days)
    return best[1] if best else ()


def _turned(head: Head) -> Head:
    return replace(head, day=head.turned[0], month=head.turned[1]) if head.turned else head


def _candidates(head: Head, week: Week | None, near: dt.date) -> Iterator[dt.date]:
    """Every day that a heading can mean, within a year of ``near`` where it tells no year."""
    if head.day is None:
        assert head.weekday is not None
        yield from [week.days[head.weekday]] if week else []
        return
    for year in (head.year,) if head.year else (near.year - 1, near.year, near.year + 1):
        for month in (head.month,) if head.month else range(1, 13):
            try:
                day = dt.date(year, month, head.day)
            except ValueError:
                continue
            if FIRST_YEAR <= year <= LAST_YEAR and head.weekday in (None, day.weekday()):
                yield day
