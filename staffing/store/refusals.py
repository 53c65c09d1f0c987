"""What the store says no to, in words that name the way on; nothing was changed when one of these is raised."""

from __future__ import annotations

from dataclasses import dataclass

from staffing.rostering.notice import Notice
from staffing.rostering.rules.rule import Breach
from staffing.words import say


class Refused(Exception):
    """An act that the state of things does not allow: a sentence's key and its values."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """Why, and what to do instead, ``fr`` or ``en``."""
        states = {k: say(f"store.state_{v}", language) for k, v in self.values.items() if k in ("state", "to")}
        return say(f"store.{self.key}", language, **self.values | states)


@dataclass(frozen=True)
class Clash:
    """One shift that somebody else changed meanwhile, ``at`` a time by the centre's clock: both values side by side."""

    agent: str
    day: str
    theirs: str
    yours: str
    author: str
    at: str

    def say(self, language: str) -> str:
        """Changed by whom and when, ``fr`` or ``en``."""
        date, clock = self.at.split(" ")
        values = {"agent": self.agent, "day": self.day, "author": self.author, "date": date, "clock": clock}
        return say("store.clash", language, theirs=self.theirs or "-", yours=self.yours or "-", **values)


class Conflict(Exception):
    """Edits made on what others have changed since; none of them was applied."""

    def __init__(self, clashes: tuple[Clash, ...]) -> None:
        self.clashes = clashes
        super().__init__("\n".join(clash.say("en") for clash in clashes))


class ShortNotice(Exception):
    """A publication that gives people less notice than they are owed; it needs to be accepted knowingly."""

    def __init__(self, notices: tuple[Notice, ...]) -> None:
        self.notices = notices
        super().__init__("\n".join(notice.say("en") for notice in notices))


class BrokenRules(Exception):
    """A publication of a roster that breaks rules; it needs to be accepted knowingly."""

    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches
        super().__init__("\n".join(map(breach_text, breaches)))


def breach_text(breach: Breach) -> str:
    """A broken rule as the log keeps it: no name but the agent's id."""
    start = f" {breach.start.isoformat(timespec='minutes')}" if breach.start else ""
    return f"{breach.agent}{start} {breach.rule}: {breach.found} ({breach.limit}; {breach.article})"
