"""Numbers, money, hours and days as French and English readers write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from forecasts.grid import Week
from staffing.words import decimals, say

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
SEPARATORS = {"fr": ",\u202f", "en": ".,"}
"""Decimal then thousands mark, as Plotly's ``separators`` wants them."""
FIGURE = r"\d+(?:[.,]\d+)*"


def number(value: float, language: str, places: int = 0) -> str:
    """A figure with that many decimals.

    >>> number(1234.56, "fr", 1).replace("\\u202f", " "), number(1234.56, "en", 1)
    ('1 234,6', '1,234.6')
    """
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return _minus(str(format_decimal(value, format=pattern, locale=LOCALES[language])))


def pointed(text: str, language: str) -> str:
    """A sentence whose figures are written as programs do, as people write them: decimals, per cent, euros.

    >>> pointed("5.6 agents à 14:30, 8% en plus", "fr").replace("\u202f", " ")
    '5,6 agents à 14:30, 8 % en plus'
    >>> pointed("30 EUR (EUR : paie)", "fr")
    '30\\xa0€ (€ : paie)'
    >>> pointed("+0 EUR, -0.0 h, +0.5 h", "en"), pointed("-0,0 h, +0,5 h", "fr")
    ('€0, 0.0 h, +0.5 h', '0,0 h, +0,5 h')
    >>> pointed("+30 EUR, 24 to 27 EUR an hour, EUR 1.3 M, 54,000 EUR", "en")
    '+€30, €24 to 27 an hour, €1.3 M, €54,000'
    """
    text = re.sub(r"(?<![\w-])-(?=\d)", "\u2212", text)
    text = _signed(re.sub(r"[+\u2212](0(?:[.,]0+)?)(?![.,]?\d)", r"\1", text), language)  # a zero has no sign
    return decimals(text, language)


def _signed(text: str, language: str) -> str:
    """The euro's sign for its letters, where the language writes it."""
    if language == "fr":
        return re.sub(r"\bEUR\b", "€", re.sub(r"(?<=\w)\s?\bEUR\b", "\xa0€", text))
    text = re.sub(r"\bEUR (?=\d)", "€", text)
    text = re.sub(rf"({FIGURE}(?: to {FIGURE})?) EUR\b", r"€\1", text)
    return re.sub(r"\bEUR\b", "€", text)


def percent(share: float, language: str, places: int = 0) -> str:
    """A share 0..1 in per cent.

    >>> percent(0.873, "en"), percent(0.873, "fr", 1).replace("\\u202f", " ").replace("\\xa0", " ")
    ('87%', '87,3 %')
    """
    pattern = "#,##0" + ("." + "0" * places if places else "") + ("\u202f%" if language == "fr" else "%")
    share = round(share, places + 2) + 0.0  # a zero has no sign
    return _minus(str(format_percent(share, format=pattern, locale=LOCALES[language])))


def covered(share: float, language: str) -> str:
    """How much of a need is met: the whole of it only where nothing is missing.

    >>> covered(0.99996, "en"), covered(1.0, "en"), covered(0.8134, "en")
    ('99.9%', '100.0%', '81.3%')
    """
    return percent(share if share >= 1 else min(share, 0.999), language, 1)


def hours(value: float, language: str, places: int = 1) -> str:
    """Agent-hours with their unit.

    >>> hours(3.25, "fr"), hours(3.25, "en")
    ('3,2\\xa0h', '3.2\\xa0h')
    """
    return f"{number(value, language, places)}\xa0h"


def balance(hours_ahead: float) -> str:
    """An hours account by its minutes, with its sign.

    >>> [balance(hours) for hours in (2.5, -0.25, 0.001)]
    ['+2 h 30', '−0 h 15', '0 h 00']
    """
    minutes = round(60 * abs(hours_ahead))
    sign = "" if not minutes else "+" if hours_ahead > 0 else "−"
    return f"{sign}{minutes // 60} h {minutes % 60:02d}"


def euros(value: float, language: str) -> str:
    """Whole euros."""
    pattern = "#,##0\xa0¤" if language == "fr" else "¤#,##0"
    text = str(format_currency(value, "EUR", format=pattern, locale=LOCALES[language], currency_digits=False))
    return _minus(text)


def moved(by: float, told: Callable[[float], str]) -> str:
    """A change with its sign; what reads as nothing has none.

    >>> moved(-0.001, lambda h: hours(h, "en", 2)), moved(0.5, lambda h: hours(h, "en"))
    ('0.00\\xa0h', '+0.5\\xa0h')
    """
    text = told(abs(by))
    return text if not re.search("[1-9]", text) else ("+" if by > 0 else "−") + text


def _minus(text: str) -> str:
    """Its sign as wide as a plus."""
    return text.replace("-", "\u2212")


def listed(parts: Iterable[str], language: str) -> str:
    """Several things in one sentence; semicolons between those that have a comma of their own.

    >>> listed(["a", "b", "c"], "fr"), listed(["a", "b"], "en"), listed(["1,2", "1,5", "3"], "fr")
    ('a, b et c', 'a and b', '1,2\xa0; 1,5 et 3')
    """
    told = list(parts)
    if any("," in part for part in told[:-1]):
        told = [("\xa0; " if language == "fr" else "; ").join(told[:-1]), told[-1]]
    return str(format_list(told, locale=LOCALES[language]))


def clock(minute: int) -> str:
    """Minutes after midnight as clock time; past midnight counts on from 00:00."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def day_text(day: dt.date, pattern: str, language: str) -> str:
    """A date by a pattern of Unicode's; a French month begins on its 1er.

    >>> day_text(dt.date(2026, 12, 1), "d MMM", "fr"), day_text(dt.date(2026, 12, 1), "d MMM", "en")
    ('1er déc.', '1 Dec')
    """
    if language == "fr" and day.day == 1:
        pattern = pattern.replace("d M", "d'er' M")
    return str(format_date(day, pattern, locale=LOCALES[language]))


def day_short(day: dt.date, language: str) -> str:
    """Weekday and day of month.

    >>> day_short(dt.date(2026, 11, 30), "fr"), day_short(dt.date(2026, 11, 30), "en")
    ('lun. 30', 'Mon 30')
    """
    return day_text(day, "EEE d", language)


def day_long(day: dt.date, language: str) -> str:
    """Weekday, day and month in full.

    >>> day_long(dt.date(2026, 11, 30), "fr"), day_long(dt.date(2026, 11, 30), "en")
    ('lundi 30 novembre 2026', 'Monday 30 November 2026')
    """
    return day_text(day, "EEEE d MMMM y", language)


def week_text(week: Week, language: str) -> str:
    """A week by its number and its days."""
    monday, sunday = week.days[0], week.days[-1]
    first = day_text(monday, "d MMM" if monday.year == sunday.year else "d MMM y", language)
    last = day_text(sunday, "d MMM y", language)
    return say("frame.week_of", language, number=week.number, first=first, last=last)


def week_brief(week: Week, language: str) -> str:
    """The same in few letters, without the year."""
    first, last = (day_text(day, "d MMM", language) for day in (week.days[0], week.days[-1]))
    return say("frame.week_brief", language, number=week.number, first=first, last=last)
