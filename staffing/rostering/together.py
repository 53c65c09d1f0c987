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
from staffing.rostering.instance import Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.labels import coverage
from staffing.rostering.one_beside import best_beside
from staffing.rostering.rests import Weeks
from staffing.rostering.rules.rule import WorkedWeek
from staffing.rostering.search import Solution
from staffing.rostering.team import Agent

MOST_DAYS = 7
"""An anchor that costs this many days of straying to leave its wish never leaves it."""
WEEKS, TRIED = 400, (3, 12)
"""Weeks that are sought to find the starts of all teams, about; starts tried for each, at least and at most."""
FEW = 40
"""Agents of a centre in which everybody goes along with a team's start before it is weighed."""


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
        return self._wishing(instance, [self._nearest(instance, tours, rows) for rows in self.rows])

    def settled(self, instance: Instance, solution: Solution) -> Instance:
        """The instance with each team's start where weeks sought anew one after another cost least, its members' first,
        then, in a ``FEW``, everybody's; beside those of all others in the ``solution``. As many starts are tried as
        take a second or two, and the one nearest to those of the solution."""
        others = np.arange(len(instance.agents) if len(instance.agents) <= FEW else 0)
        again = [[*rows.tolist(), *np.setdiff1d(others, rows).tolist()] for rows in self.rows]
        most = int(np.clip(WEEKS // sum(map(len, again)), *TRIED))
        found = []
        for i, (rows, agents) in enumerate(zip(self.rows, again, strict=True)):
            nearest = self._nearest(instance, solution.tours, rows)
            tried = [] if nearest is None else [nearest, *_spread(_menu(instance, rows), most)]
            costs = {start: self._eur(instance, solution, i, start, agents) for start in tried}
            found.append(min(costs, key=costs.__getitem__, default=None))
        return self._wishing(instance, found)

    def _eur(self, instance: Instance, solution: Solution, i: int, start: int, agents: list[int]) -> float:
        """EUR of the ``solution`` in which ``agents`` have sought their weeks anew, team ``i`` from ``start``."""
        asked = self._wishing(instance, [start if j == i else None for j in range(len(self.rows))])
        weeks, duty = Weeks.of(asked), on_duty(asked, solution.tours).astype(float)
        labels, eur = solution.labels.copy(), tour_eur(asked, solution.tours)
        duty[self.rows[i]] = 0.0
        for a in agents:
            duty[a] = 0.0
            found = best_beside(weeks, coverage(asked, duty, labels), a)
            if found is None:
                return np.inf
            duty[a], labels[a] = on_duty(asked, found[0])[0], found[1]
            eur[a] = tour_eur(asked, found[0])[0]
        return float(eur.sum() + asked.demand.cost(coverage(asked, duty, labels)).sum())

    def _nearest(self, instance: Instance, tours: Tours, rows: Ints) -> int | None:
        """The start in the middle of those of ``rows``; None where nobody works."""
        starts = np.sort(np.concatenate([_starts(instance, tours, int(a)) for a in rows]))
        return int(starts[(len(starts) - 1) // 2]) if len(starts) else None

    def _wishing(self, instance: Instance, starts: list[int | None]) -> Instance:
        people = instance.people
        anchor, wish, at = people.anchor_eur_h.copy(), people.wish_eur_h.copy(), people.wish_start.copy()
        for rows, start in zip(self.rows, starts, strict=True):
            anchor[rows] = self.eur_h
            wish[rows] = 0.0 if start is None else MOST_DAYS * self.eur_h
            at[rows] = start or 0
        people = dataclasses.replace(people, anchor_eur_h=anchor, wish_eur_h=wish, wish_start=at)
        return dataclasses.replace(instance, people=people)


def _menu(instance: Instance, rows: Ints) -> Ints:
    """Ascending starts of the shifts that any of ``rows`` may have."""
    kinds = np.unique(instance.class_of[rows])
    return np.unique(np.concatenate([instance.classes[k].candidates.starts for k in kinds]))


def _spread(starts: Ints, most: int) -> list[int]:
    """``most`` of the ``starts``, at most, evenly."""
    return list(starts[np.unique(np.linspace(0, len(starts) - 1, most).round().astype(int))].tolist())


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
