"""Goals that agents share: what one's week costs hangs on another's, which no price of an hour can say.

Beside ``solve``, which knows each agent's week alone: teams get their start after a first search in which each member
had one of their own, and new agents choose again once everybody's week stands. The bound is that of the question
without what is shared, which costs never more.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from staffing.centre import Centre
from staffing.rostering.beside import Company
from staffing.rostering.instance import Instance, Tours, tour_eur
from staffing.rostering.question import Question
from staffing.rostering.roster import Progress, Roster, Watch
from staffing.rostering.search import Solution
from staffing.rostering.together import Teams

FIRST_SHARE = 0.35
"""Of the time, for the search that finds the teams' starts."""
Write = Callable[[Solution], Roster]


class Solver(Protocol):
    """``assign.solve`` under options that give it a share of the time."""

    def __call__(self, instance: Instance, share: float, *, watch: Watch, write: Write | None) -> Solution:
        """The best solution found for the instance."""
        ...


@dataclass(frozen=True)
class Shared:
    """What agents of one question share."""

    question: Question
    teams: Teams
    company: Company

    @staticmethod
    def of(question: Question, centre: Centre) -> Shared:
        """The teams and new agents among those who are planned."""
        return Shared(question, Teams.of(question.instance, centre), Company.of(question, centre))

    def solve(self, solve: Solver, *, watch: Watch, write: Write) -> Solution:
        """A solution whose cost is that of the question's instance alone; ``priced`` adds what is shared."""
        plain = self.question.instance
        if not self.teams.rows:
            return self.company.kept(plain, solve(plain, 1.0, watch=watch, write=write))
        loose = self.teams.loose(plain)

        def told(solution: Solution) -> Roster:
            return write(self._plain(loose, solution))

        first = solve(loose, FIRST_SHARE, watch=_waiting(watch), write=told)
        held = self.teams.settled(plain, first)

        def later(progress: Progress) -> bool:
            """A start held for a team bounds nothing but itself: what the first search proved goes on to stand."""
            bound = None if progress.bound_eur is None else first.bound_eur
            seconds = progress.seconds + first.seconds
            return watch(dataclasses.replace(progress, seconds=seconds, bound_eur=bound, roster=None))

        second = solve(held, 1.0 - FIRST_SHARE, watch=later, write=None)

        def whole_eur(pair: tuple[Instance, Solution]) -> float:
            return self._plain(*pair).cost_eur + self.added_eur(pair[1].tours)

        instance, found = min((loose, first), (held, second), key=whole_eur)
        best = self._plain(instance, self.company.kept(instance, found))
        return dataclasses.replace(best, bound_eur=first.bound_eur, seconds=first.seconds + second.seconds)

    def _plain(self, solved: Instance, solution: Solution) -> Solution:
        """The same solution at what it costs in the question's own instance."""
        plain = self.question.instance
        moved = float(tour_eur(plain, solution.tours).sum() - tour_eur(solved, solution.tours).sum())
        return dataclasses.replace(solution, cost_eur=solution.cost_eur + moved)

    def added_eur(self, tours: Tours) -> float:
        """What is shared adds to the cost of weeks ``tours`` (one row an agent)."""
        plain, alone = self.question.instance, self.company.alone_eur(tours.choice)
        if not self.teams.rows:
            return alone
        held = self.teams.held(plain, tours)
        return alone + float(tour_eur(held, tours).sum() - tour_eur(plain, tours).sum())

    def priced(self, roster: Roster, tours: Tours) -> Roster:
        """The roster with what is shared in its cost."""
        if roster.proof is None:
            return roster
        return dataclasses.replace(roster, proof=roster.proof.costing(self.added_eur(tours)))


def _waiting(watch: Watch) -> Watch:
    """A watch told of the roster's own cost alone: the search's leaves out what the teams' starts will cost."""

    def told(progress: Progress) -> bool:
        proof = None if progress.roster is None else progress.roster.proof
        return watch(dataclasses.replace(progress, cost_eur=None if proof is None else proof.cost_eur))

    return told
