"""A rule that asks for nothing: what a new rule starts from, redefining the faces it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from staffing.rostering.rules.rule import Breach, Rule, Setting, Shape, WeekLimits, WorkedWeek
from staffing.words import LANGUAGES, filled


@dataclass(frozen=True)
class Furthest:
    """How far an agreement may move ``limit`` of a rule in ``pack``: up to ``most``, or down to ``least``."""

    pack: str
    limit: str
    article: str
    most: float | None = None
    least: float | None = None

    def allows(self, value: float) -> bool:
        return (self.most is None or value <= self.most + 1e-9) and (self.least is None or value >= self.least - 1e-9)

    @property
    def sentence(self) -> str:
        """What is expected, in English; other languages hear it (``words.heard``)."""
        if self.least is not None:
            return f"{self.least:g} or more, even by agreement ({self.article})"
        return f"{self.most:g} or less, even by agreement ({self.article})"


class FreeRule:
    """Permits every shift and limits nothing. ``furthest``: what even an agreement may not go beyond; a contract that
    does is remarked on."""

    key: ClassVar[str]
    article: ClassVar[str]
    words: ClassVar[tuple[str, str]] = ("", "")
    furthest: ClassVar[tuple[Furthest, ...]] = ()

    def permits(self, shape: Shape, setting: Setting) -> bool:
        return True

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return limits

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        yield from ()

    def sentence(self, language: str) -> str:
        """The rule in one sentence, ``fr`` or ``en``; its fields fill the braces of ``words``, those that end in
        ``_min`` also as clock times: ``{from_clock}`` for ``from_min``."""
        clocks = {
            f"{name.removesuffix('_min')}_clock": "24:00" if value == 1440 else f"{value // 60 % 24}:{value % 60:02d}"
            for name, value in vars(self).items()
            if name.endswith("_min")
        }
        return filled(self.words[LANGUAGES.index(language)], language, vars(self) | clocks) or self.key

    def breach(self, week: WorkedWeek, start: object, found: str, limit: str) -> Breach:
        """A breach of this rule by the agent of that week."""
        return Breach(self.key, week.agent.id, start, found, limit, self.article)  # type: ignore[arg-type]


def of_shifts(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those that ask anything of a single shift: most do not, and shifts are listed by the thousand."""
    return tuple(rule for rule in rules if type(rule).permits is not FreeRule.permits)
