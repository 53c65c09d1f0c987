"""Teams that start together: who shares a word in ``together`` has one start for the week.

Each hour by which a member's start of a day lies off the team's start costs ``start_shift_eur_h`` as for everybody,
and ``together_eur_h`` on top. The team's start is the one that makes the sum least; it stands in for the members' own
wished starts. Two faces: ``Teams`` for the engine, ``apart`` for a finished roster.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from staffing.centre import Centre
from staffing.rostering.cost import Cost
from staffing.rostering.instance import Instance, Ints, Tours
from staffing.rostering.rules.rule import WorkedWeek
from staffing.rostering.team import Agent

MOST_DAYS = 7
"""An anchor that costs this many days of straying to leave its wish never leaves it."""


def teams_of(agents: Iterable[Agent]) -> dict[str, tuple[str, ...]]:
    """Ids by the word they share; a word that only one agent bears makes no team."""
    found: dict[str, tuple[str, ...]] = {}
    for agent in agents:
        if agent.together:
            found[agent.together] = (*found.get(agent.together, ()), agent.id)
    return {word: ids for word, ids in found.items() if len(ids) > 1}


@dataclass(frozen=True)
class Teams:
    """The engine's face. ``rows`` one array of agent rows of the instance a team; ``eur_h`` of straying, all in."""

    rows: tuple[Ints, ...]
    eur_h: float

    @staticmethod
    def of(instance: Instance, centre: Centre) -> Teams:
        """The teams with somebody in ``instance``."""
        row = {name: a for a, name in enumerate(instance.agents)}
        teams = ([row[i] for i in ids if i in row] for ids in teams_of(centre.team.agents).values())
        eur_h = centre.goals.start_shift_eur_h + centre.goals.together_eur_h
        return Teams(tuple(np.array(rows, dtype=np.int64) for rows in teams if rows), eur_h)

    def loose(self, instance: Instance) -> Instance:
        """The instance in which each member pays for straying from a start of their own, which is never more: what a
        lower bound needs."""
        return self._wishing(instance, [None] * len(self.rows))

    def held(self, instance: Instance, tours: Tours) -> Instance:
        """The instance with each team's start where those of ``tours`` (one row an agent) lie nearest."""
        found: list[int | None] = []
        for rows in self.rows:
            starts = np.sort(np.concatenate([_starts(instance, tours, int(a)) for a in rows]))
            found.append(int(starts[(len(starts) - 1) // 2]) if len(starts) else None)
        return self._wishing(instance, found)

    def _wishing(self, instance: Instance, starts: list[int | None]) -> Instance:
        people = instance.people
        anchor, wish, at = people.anchor_eur_h.copy(), people.wish_eur_h.copy(), people.wish_start.copy()
        for rows, start in zip(self.rows, starts, strict=True):
            anchor[rows] = self.eur_h
            wish[rows] = 0.0 if start is None else MOST_DAYS * self.eur_h
            at[rows] = start or 0
        people = dataclasses.replace(people, anchor_eur_h=anchor, wish_eur_h=wish, wish_start=at)
        return dataclasses.replace(instance, people=people)


def _starts(instance: Instance, tours: Tours, a: int) -> Ints:
    """Start minutes of the days agent ``a`` works."""
    shift = instance.classes[instance.class_of[a]].candidates.shift
    rows = tours.choice[a, :, 0]
    return np.asarray(shift[rows[rows >= 0], 0])


def apart(weeks: tuple[WorkedWeek, ...], centre: Centre) -> Iterator[Cost]:
    """Hours by which the starts of a team stray from one start, by team: the median makes their sum least."""
    by_agent = {week.agent.id: week for week in weeks}
    for word, ids in teams_of(centre.team.agents).items():
        points = [_minute(shift.start) for i in ids if i in by_agent for shift in by_agent[i].shifts]
        strayed = sum(abs(point - float(np.median(points))) for point in points) / 60
        price = centre.goals.start_shift_eur_h + centre.goals.together_eur_h
        yield Cost("together", word, strayed, strayed * price)


def _minute(start: dt.datetime) -> int:
    return 60 * start.hour + start.minute
