"""What one cell of a centre's files may hold: each kind reads text strictly and says what it wanted."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from forecasts.grid import DAY_MIN, WEEKDAYS, Spans

SEPARATOR = "|"
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
CONTROL = re.compile(r"[\x00-\x1f]")
JOURS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
LONGEST_NIGHT_MIN = 960
"""Of a presence past midnight."""
YES = {"yes", "true", "1", "oui", "vrai"}
FORMULA = ("=", "+", "-", "@")
NO = {"no", "false", "0", "non", "faux"}


def clock_minute(text: str) -> int:
    """Minutes after midnight of ``HH:MM``; 24:00 is the end of the day.

    >>> clock_minute("08:30")
    510
    """
    match = CLOCK.fullmatch(text.strip())
    if match is None or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 1440:
        raise ValueError(f"a clock time is written like 08:30, got {text!r}")
    return int(match[1]) * 60 + int(match[2])


def clock_spans(text: str) -> Spans:
    """Opening spans of a day, ``08:30-13:00, 14:00-18:00``; empty when closed.

    >>> clock_spans("08:30-13:00, 14:00-18:00")
    ((510, 780), (840, 1080))
    """
    spans: list[tuple[int, int]] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        opens, dash, closes = part.partition("-")
        if not dash:
            raise ValueError(f"an opening span is written like 08:30-18:00, got {part!r}")
        span = (clock_minute(opens), clock_minute(closes))
        if span[0] >= span[1]:
            raise ValueError(f"an opening span ends after it starts, got {part!r}")
        if spans and span[0] < spans[-1][1]:
            raise ValueError(f"opening spans follow each other without overlap, got {text!r}")
        spans.append(span)
    return tuple(spans)


def weekday(text: str) -> int:
    """0 for ``mon`` or ``lun`` to 6 for ``sun`` or ``dim``."""
    word = text.strip().lower()[:3]
    if word in JOURS:
        return JOURS.index(word)
    if word not in WEEKDAYS:
        raise ValueError(f"a weekday is one of {', '.join(WEEKDAYS)}, got {text!r}")
    return WEEKDAYS.index(word)


@dataclass(frozen=True)
class SkillCell:
    """``queue`` or ``queue:proficiency``."""

    queue: str
    proficiency: float


def skill(text: str) -> SkillCell:
    """One skill; the proficiency is 1 when left out.

    >>> skill("labour:0.8")
    SkillCell(queue='labour', proficiency=0.8)
    """
    queue, colon, pace = text.strip().partition(":")
    try:
        value = float(pace.replace(",", ".")) if colon else 1.0
    except ValueError:
        raise ValueError(f"a skill is written like queue or queue:0.8, got {text!r}") from None
    if not queue or not 0 < value <= 2:
        raise ValueError(f"a proficiency is above 0 and at most 2 (1 = normal pace), got {text!r}")
    return SkillCell(queue.strip(), value)


def presence(text: str) -> tuple[int, int, int]:
    """``mon 08:00-12:00`` as (weekday, from, to); ``mon 21:00-07:00`` ends on Tuesday.

    >>> presence("sun 21:00-07:00")
    (6, 1260, 1860)
    """
    day, _, span = text.strip().partition(" ")
    opens, dash, closes = span.partition("-")
    if not dash or "," in span:
        raise ValueError(f"a presence is written like mon 08:00-12:00, got {text!r}")
    low, high = clock_minute(opens), clock_minute(closes)
    high += DAY_MIN if high <= low else 0
    if high - low > LONGEST_NIGHT_MIN and high > DAY_MIN:  # the ends are the wrong way round
        raise ValueError(f"a presence is written like mon 08:00-12:00, got {text!r}")
    return weekday(day), low, high


def day(value: object) -> dt.date:
    """A civil day, ``2026-12-01`` and nothing else: day/month order is never guessed."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()) is None:
        raise ValueError(f"a day like 2026-12-01 (year-month-day), got {value!r}")
    try:
        return dt.date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"a day that exists, got {value!r}") from None


def instant(value: object) -> dt.datetime:
    """``2026-12-01 08:30`` in the centre's time, or with an offset ``2026-12-01T08:30+01:00``; naive or aware."""
    if isinstance(value, dt.datetime):
        return value
    text = str(value).strip()
    if re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text) is None:
        raise ValueError(f"an instant like 2026-12-01T08:30 or 2026-12-01T08:30+01:00, got {text!r}")
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"a day and an hour that exist, got {text!r}") from None


def yes_no(value: object) -> bool:
    """``yes``/``no``, also true/false, 1/0, oui/non."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise ValueError(f"yes or no, got {value!r}")
    return word in YES


def printable(text: str) -> str:
    """The same text when it has no control characters."""
    if CONTROL.search(text):
        raise ValueError("text without line breaks and control characters")
    return text


def email(text: str) -> str:
    """An address like ``name@example.org``, or nothing."""
    if text and re.fullmatch(r"[^@\s=+-][^@\s]*@[^@\s]+", text) is None:
        raise ValueError("an e-mail address like name@example.org, or nothing")
    return printable(text)


def word(text: str) -> str:
    """A name used in files we write: a spreadsheet must not take it for a formula."""
    if text[0] in FORMULA:
        raise ValueError("a name that does not start with = + - @, which spreadsheets take for a formula")
    return printable(text)


def _list(read: Any) -> Any:
    def parts(value: object) -> object:
        if isinstance(value, str):
            return tuple(read(part) for part in value.split(SEPARATOR) if part.strip())
        if isinstance(value, (list, tuple)):
            return tuple(read(v) if isinstance(v, str) else v for v in value)
        return value

    return BeforeValidator(parts)


def _text(read: Any) -> Any:
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(word)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(printable)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(email)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, max_length=600), AfterValidator(printable)]
Day = Annotated[dt.date, BeforeValidator(day)]
Instant = Annotated[dt.datetime, BeforeValidator(instant)]
YesNo = Annotated[bool, BeforeValidator(yes_no)]
Count = Annotated[float, Field(ge=0, multiple_of=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, le=36_000, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Eur = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)]
Minute = Annotated[int, _text(clock_minute), Field(ge=0, le=1440)]
DaySpans = Annotated[tuple[tuple[int, int], ...], _text(clock_spans)]
Weekday = Annotated[int, _text(weekday), Field(ge=0, le=6)]
Weekdays = Annotated[tuple[int, ...], _list(weekday)]
Days = Annotated[tuple[Day, ...], _list(str.strip)]
Words = Annotated[tuple[Word, ...], _list(str.strip)]
Skills = Annotated[tuple[SkillCell, ...], _list(skill), Field(min_length=1)]
Presences = Annotated[tuple[tuple[int, int, int], ...], _list(presence)]
