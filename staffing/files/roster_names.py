"""Whom and what a hand-made roster means: agents by id or by name, activities by name, label or plain word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from staffing.centre import Centre
from staffing.files.day_heads import folded
from staffing.files.roster_text import activity_code
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.team import Agent

MEALS = ("dejeuner", "pause dejeuner", "pause repas", "pause meridienne", "midi", "lunch", "lunch break", "dinner")
BREAKS = ("pauses", "pause cafe", "rest", "rest break", "coffee break")
Words = frozenset[str]


def _said(text: str) -> str:
    """The words of a text, whatever stands between them."""
    return " ".join(re.findall(r"[a-z0-9]+", folded(text)))


def _words(text: str) -> Words:
    return frozenset(_said(text).split())


@dataclass(frozen=True)
class Names:
    """The names of one centre."""

    centre: Centre

    @cached_property
    def _ids(self) -> dict[str, Agent]:
        return {folded(agent.id): agent for agent in self.centre.team.agents}

    @cached_property
    def _people(self) -> tuple[tuple[Words, Agent], ...]:
        return tuple((_words(agent.name), agent) for agent in self.centre.team.agents)

    def who(self, cells: Sequence[str]) -> tuple[Agent, ...]:
        """The agents that the cells left of a row's days can mean: one by an id, else by the words of a name in any
        order, in one cell or in two side by side, else by a part of a name."""
        told = [cell for cell in cells if folded(cell)]
        by_id = next((self._ids[folded(cell)] for cell in told if folded(cell) in self._ids), None)
        pairs = [*told, *(f"{a} {b}" for a, b in pairwise(told))]
        named = self._whole(pairs)
        if by_id is not None:
            return (by_id, *named) if named and by_id not in named else (by_id,)
        return named or self._part(told)

    def wholly(self, cells: Sequence[str], agent: Agent) -> bool:
        """Whether the cells tell the agent by an id or a whole name."""
        told = [cell for cell in cells if folded(cell)]
        pairs = [*told, *(f"{a} {b}" for a, b in pairwise(told))]
        return any(folded(cell) == folded(agent.id) for cell in told) or agent in self._whole(pairs)

    def _whole(self, texts: Sequence[str]) -> tuple[Agent, ...]:
        for words in map(_words, texts):
            if words and (same := tuple(agent for known, agent in self._people if known == words)):
                return same
        return ()

    def _part(self, texts: Sequence[str]) -> tuple[Agent, ...]:
        for words in map(_words, texts):
            if not any(len(word) > 2 for word in words):
                continue
            if same := tuple(agent for known, agent in self._people if all(_within(word, known) for word in words)):
                return same
        return ()

    @cached_property
    def _activities(self) -> dict[str, str]:
        named = dict.fromkeys(MEALS, MEAL) | dict.fromkeys(BREAKS, BREAK)
        labels = [(queue.label, queue.name) for queue in self.centre.queues]
        once = {_said(label): name for label, name in labels if [a for a, _ in labels].count(label) == 1}
        return named | once | {_said(queue.name): queue.name for queue in self.centre.queues}

    def activity(self, text: str) -> str:
        """The roster's own word for an activity; the text itself where it has none."""
        told = activity_code(text)
        return told if told in (MEAL, BREAK) else self._activities.get(_said(text), text.strip())


def _within(word: str, known: Words) -> bool:
    """A word of a name, or its first letter."""
    return word in known or (len(word) == 1 and any(other.startswith(word) for other in known))
