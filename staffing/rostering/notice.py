"""Notice of a changed roster, as the rules of each agent's contract owe it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from staffing.files.roster_text import Change, span
from staffing.rostering.roster import MEAL
from staffing.words import say
from staffing.words.speech import day_long


@dataclass(frozen=True)
class Owed:
    """Working days of notice, fewer in exceptional circumstances, and where that is written."""

    days: int
    exceptional_days: int
    article: str


OWED = {"fr_private_idcc2098": Owed(7, 3, "accord du 11 avril 2000, 3.2 (IDCC 2098); L3121-47; L3123-31")}
"""By rule pack. The accord: 7 working days, 3 in exceptional circumstances with compensation; where no agreement says
otherwise Code du travail L3121-47 (7 days) and, for part-time, L3123-31 (7 working days). The State owes no number of
days: its heads of service set the cycles after consultation; nor do contracts under no law."""


@dataclass(frozen=True)
class Notice:
    """One agent told of a day later than owed: ``given`` of ``owed`` working days."""

    agent: str
    day: dt.date
    given: int
    owed: int
    article: str

    def say(self, language: str) -> str:
        """The warning with its article, ``fr`` or ``en``."""
        values = {"agent": self.agent, "day": day_long(self.day, language), "given": self.given, "owed": self.owed}
        return say("store.short_notice", language, article=self.article, **values)


def by_day(late: Iterable[Notice], language: str) -> list[str]:
    """A line a day, with whom it concerns, then the articles; nothing where nobody is told late."""
    days: dict[tuple[dt.date, int, int], list[str]] = {}
    articles: dict[str, None] = {}
    for notice in sorted(late, key=lambda n: (n.day, n.agent)):
        days.setdefault((notice.day, notice.given, notice.owed), []).append(notice.agent)
        articles[notice.article] = None
    lines = [
        say("store.short_day", language, day=day_long(day, language), given=given, owed=owed, count=len(agents),
            agents=", ".join(agents))
        for (day, given, owed), agents in days.items()
    ]  # fmt: skip
    return [*lines, *(say("store.short_article", language, article=article) for article in articles)]


def hours_moved(change: Change) -> bool:
    """Whether the hours of work of a day change."""
    return worked(change.before) != worked(change.after)


def worked(text: str) -> str:
    """The hours of a day in words: its span and its meals, whatever is done in between."""
    return " ".join([span(text), *(piece for piece in text.split("; ") if piece.endswith(f" {MEAL}"))])


def working_days_between(told: dt.date, day: dt.date, holidays: Collection[dt.date] = ()) -> int:
    """Whole working days (Monday to Friday, no public holiday) after ``told`` and before ``day``.

    >>> working_days_between(dt.date(2026, 11, 20), dt.date(2026, 12, 2))
    7
    """
    span = (told + dt.timedelta(days=i) for i in range(1, (day - told).days))
    return sum(d.weekday() < 5 and d not in holidays for d in span)


def notices(
    changed: Iterable[tuple[str, dt.date]],
    told: dt.date,
    rules: Mapping[str, str],
    holidays: Collection[dt.date] = (),
    *,
    exceptional: bool = False,
) -> tuple[Notice, ...]:
    """The changed agent-days of which people would be told later than their ``rules`` (the pack of each agent's
    contract) owe; past days count as none given."""
    found = []
    for agent, day in sorted(set(changed)):
        owed = OWED.get(rules.get(agent, ""))
        if owed is None:
            continue
        days, given = owed.exceptional_days if exceptional else owed.days, working_days_between(told, day, holidays)
        if given < days:
            found.append(Notice(agent, day, given, days, owed.article))
    return tuple(found)
