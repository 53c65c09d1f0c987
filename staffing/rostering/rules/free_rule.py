"""A rule that asks for nothing: what a new rule starts from, redefining the faces it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from staffing.rostering.rules.rule import Breach, Setting, Shape, WeekLimits, WorkedWeek
from staffing.words import LANGUAGES


class FreeRule:
    """Permits every shift and limits nothing."""

    key: ClassVar[str]
    article: ClassVar[str]
    words: ClassVar[tuple[str, str]] = ("", "")

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
            f"{name.removesuffix('_min')}_clock": f"{value // 60 % 24}:{value % 60:02d}"
            for name, value in vars(self).items()
            if name.endswith("_min")
        }
        return self.words[LANGUAGES.index(language)].format(**vars(self), **clocks) or self.key

    def breach(self, week: WorkedWeek, start: object, found: str, limit: str) -> Breach:
        """A breach of this rule by the agent of that week."""
        return Breach(self.key, week.agent.id, start, found, limit, self.article)  # type: ignore[arg-type]
