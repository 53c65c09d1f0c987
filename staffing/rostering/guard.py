"""The last look before a roster is shown: a week that the checker refuses is not.

The one place where the engine asks the checker, and for nothing else than whether a finished week may be shown. Only
weeks that changed since they were last let through are read. Who is refused gets other weeks, the best first as the
roster stands, then the last that was let through; who has none is left out by name (``NoWeek``).
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.instance import NEVER, Floats, Instance, Ints, Tours, keep_agents, on_duty
from staffing.rostering.labels import coverage, label
from staffing.rostering.question import Question
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.search import Solution, cost_eur
from staffing.rostering.verify import breaches_of
from staffing.rostering.worked import worked_weeks

TRIES, BLOCK = 12, 8
"""How often who is refused is asked again, and over how many slots in a row the noise in their worth stays."""

Row = tuple[object, ...]


class NoWeek(Exception):
    """Agents for whom the checker lets no week through, each with what it found."""

    def __init__(self, agents: dict[str, str]) -> None:
        super().__init__(", ".join(agents))
        self.agents = agents


class Guard:
    """What of the rosters shown so far the checker let through. ``passed`` the rows of each agent, ``choice`` the
    week [D, 3] behind them."""

    def __init__(self, question: Question, centre: Centre, seed: int) -> None:
        self.question, self.centre = question, centre
        self.rng = np.random.default_rng(seed)
        self.passed: dict[str, tuple[Row, ...]] = {}
        self.choice: dict[str, Ints] = {}

    def shown(self, solution: Solution, write: Callable[[Solution], Roster]) -> Roster:
        """The roster of ``solution``, or of the nearest to it that the checker lets through.

        Raises ``NoWeek`` when an agent has no such week.
        """
        roster, met = write(solution), list[Breach]()
        for tried in range(TRIES + 1):
            refused = self._refused(roster, solution)
            if not refused:
                return roster
            met += refused
            solution = self._instead(solution, refused, met, tried)
            roster = write(solution)
        refused = self._refused(roster, solution)
        if not refused:
            return roster
        raise NoWeek({b.agent: f"{b.found}: {b.rule}, {b.limit}" for b in reversed(refused)})

    def _refused(self, roster: Roster, solution: Solution) -> list[Breach]:
        """The breaches of those who are refused; everybody else's week is remembered."""
        rows, planned = _rows_of(roster.frame), self.question.instance.agents
        changed = {a for a in planned if rows.get(a, ()) != self.passed.get(a)}
        found = self._new_breaches(roster.frame, changed)
        for a, agent in enumerate(planned):
            if agent in changed - {b.agent for b in found}:
                self.passed[agent], self.choice[agent] = rows.get(agent, ()), solution.tours.choice[a].copy()
        return found

    def _new_breaches(self, frame: pd.DataFrame, agents: set[str]) -> list[Breach]:
        """What these agents' weeks break that what was locked does not break by itself."""
        found = self._breaches(frame, agents)
        guilty = {b.agent for b in found}
        if not guilty:
            return []
        stands = {(b.agent, b.rule, b.start) for b in self._breaches(self.question.locked, guilty)}
        return [b for b in found if (b.agent, b.rule, b.start) not in stands]

    def _breaches(self, frame: pd.DataFrame, agents: set[str]) -> tuple[Breach, ...]:
        """The checker on these agents alone."""
        if not agents:
            return ()
        team, week, grid = self.centre.team, self.question.clock.week, self.question.clock.grid
        people = tuple(a for a in team.agents if a.id in agents)
        few = dataclasses.replace(self.centre, team=dataclasses.replace(team, agents=people))
        roster = Roster(week, grid, frame[frame["agent"].isin(agents)])
        return breaches_of(tuple(worked_weeks(roster, few)), few)

    def _instead(self, solution: Solution, refused: list[Breach], met: list[Breach], tried: int) -> Solution:
        """The solution with another week for each who is refused; who has no other keeps it and is refused again."""
        instance, choice = self.question.instance, solution.tours.choice.copy()
        labels = solution.labels.copy()
        for agent in dict.fromkeys(b.agent for b in refused):
            a = instance.agents.index(agent)
            week = self._week(solution, a, [b for b in met if b.agent == agent], tried)
            choice[a] = choice[a] if week is None else week
            labels[a] = int(np.argmax(instance.pace[instance.profile_of[a]]))
        tours = Tours(solution.tours.agent, choice)
        duty: Floats = on_duty(instance, tours).astype(float)
        tidy = label(instance, duty, np.maximum(labels, 0))
        eur = cost_eur(instance, tours, duty, tidy)
        return dataclasses.replace(
            solution, tours=tours, labels=tidy, cost_eur=eur, bound_eur=min(solution.bound_eur, eur)
        )

    def _week(self, solution: Solution, a: int, met: list[Breach], tried: int) -> Ints | None:
        """Another week [D, 3] of one agent, without the starts of shifts refused so far: the best beside everybody
        else, then more and more at random, at last the one that was let through before."""
        instance = self.question.instance
        if tried == TRIES:
            return self.choice.get(instance.agents[a])
        duty = on_duty(instance, solution.tours).astype(float)
        duty[a] = 0.0
        agents = coverage(instance, duty, np.where(duty > 0, solution.labels, -1))
        values = instance.slot_values(instance.demand.cost(agents) - instance.demand.cost(agents + 1))
        draw = self.rng.lognormal(0.0, min(1.0, tried / 4), (len(values), -(-instance.slots // BLOCK)))
        values *= np.repeat(draw, BLOCK, axis=1)[:, : instance.slots]
        alone = self._alone(a, met)
        answer = Weeks.of(alone).respond(values[[instance.profile_of[a]]].astype(np.float32), np.array([0]))
        return answer.tours.choice[0] if answer.value[0] > NEVER / 2 else None

    def _alone(self, a: int, met: list[Breach]) -> Instance:
        """The agent alone, without the shifts that start as those refused do."""
        instance = self.question.instance
        group = instance.groups[instance.group_of[a]]
        barred, starts = group.barred.copy(), instance.classes[group.kind].candidates.shift[:, 0]
        for start in (pd.Timestamp(b.start) for b in met if b.start is not None):
            for d in np.flatnonzero(instance.days == start.weekday()):
                barred[d] |= starts == self.question.clock.minute(int(instance.days[d]), start)
        alone = keep_agents(instance, np.arange(len(instance.agents)) == a)
        own = dataclasses.replace(group, profile=0, barred=barred)
        pace = instance.pace[[group.profile]]
        return dataclasses.replace(alone, groups=(own,), group_of=np.array([0]), pace=pace)


def _rows_of(frame: pd.DataFrame) -> dict[str, tuple[Row, ...]]:
    """The segments of each agent, for comparison."""
    columns = (frame["agent"], frame["start"].array.asi8, frame["end"].array.asi8, frame["activity"])
    rows = zip(*columns, strict=True)
    return {agent: tuple(mine) for agent, mine in itertools.groupby(rows, key=lambda row: row[0])}
