"""What a scenario changes, in the words of its reader: one line a change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from babel.dates import get_day_names

from staffing.centre import Centre
from staffing.scenarios.changes import Change
from staffing.scenarios.scenario import Scenario, fields
from staffing.scenarios.templates import TEMPLATES
from staffing.words import say
from staffing.words.speech import LOCALES, clock, day_long, listed, number, percent

CLOCKS = ("from_min", "to_min")
ENDS = {"first": "last", "from_min": "to_min"}
"""A beginning and its end, told as one when both are."""
DAYS = ("days", "weekdays")
FREE = "free"
"""A peak of sliders alone."""


def scenario_name(name: str, language: str) -> str:
    """An event's scenario by the event, sliders told only where they are alone; a saved one as it was named.

    >>> scenario_name("back_to_school-free", "fr"), scenario_name("reform-2027", "fr")
    ('Rentrée', 'reform-2027')
    """
    parts = name.split("-")
    if not {*parts} <= {FREE, *TEMPLATES}:
        return name
    events = [part for part in parts if part != FREE] or [FREE]
    return listed((say(f"peaks.event_{event}", language) for event in events), language)


def change_lines(scenario: Scenario, centre: Centre, language: str) -> tuple[str, ...]:
    """Each change: what it is, then what is not at its default."""
    return tuple(_line(change, centre, language) for change in scenario.changes)


def _line(change: Change, centre: Centre, language: str) -> str:
    told = ", ".join(_phrases(fields(change), centre, language))
    kind = say(f"changes.kind_{change.kind}", language)
    return kind + ("\u00a0: " if language == "fr" else ": ") + told if told else kind


def _phrases(told: dict[str, Any], centre: Centre, language: str) -> Iterator[str]:
    """Each field in words; the day or hour from which and until which in one."""
    for name, value in told.items():
        end = ENDS.get(name, "")
        spoken = _value(name, value, centre, language)
        if end in told and told[end] != value:
            yield say(f"changes.{name}_to", language, start=spoken, end=_value(end, told[end], centre, language))
        elif end in told:
            yield say("changes.days", language, value=say("changes.one_day", language, value=spoken))
        elif not any(name == last and begin in told for begin, last in ENDS.items()):
            yield say(f"changes.{name}", language, value=spoken)


def _value(name: str, value: Any, centre: Centre, language: str) -> str:
    """One field in words: days, clock times, shares and names as people write them."""
    if isinstance(value, tuple):
        parts = [_value(name, part, centre, language) for part in value]
        return listed([say("changes.one_day", language, value=p) for p in parts] if name in DAYS else parts, language)
    if name == "weekdays":
        return str(get_day_names("wide", locale=LOCALES[language])[value])
    if isinstance(value, bool):
        return ""
    if isinstance(value, dt.date):
        return day_long(value, language)
    if name in CLOCKS:
        return clock(value)
    if "share" in name:
        return percent(value, language)
    if isinstance(value, str):
        labels = {c.name: c.label for c in centre.channels} | {q.name: q.label for q in centre.queues}
        return labels.get(value) or value
    return number(value, language, 0 if value == round(value) else 2)
