"""The last touch to a finished roster: meals and breaks that move where that is cheaper and stays lawful.

The engine chooses among shifts whose meals and breaks lie on a grid (``shifts.py``); by clock times there is a little
more room. What ``explain`` would offer at a negative price should have been done.
"""

from __future__ import annotations

import dataclasses
import itertools

import pandas as pd

from staffing.centre import Centre
from staffing.rostering.changes import Change, Reading, best_change_at
from staffing.rostering.costs import GOALS, SHARED_GOALS
from staffing.rostering.explain import costliest
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Shift, WorkedWeek
from staffing.rostering.select import CENT
from staffing.sizing.requirement import Requirement

ASK_S = 3e-4
"""Seconds for each agent that it takes to ask for the best change at one interval."""
SHARE = 0.04
"""Of the time of a run."""
KINDS = frozenset({"move_meal", "move_break"})
"""Changes that are made: starts, lengths and days are the engine's, on the steps that the contract says."""


def asks_in(seconds: float, agents: int) -> int:
    """How many intervals are asked about in a run of so many seconds: a count, so that every machine asks alike."""
    return int(SHARE * seconds / (ASK_S * max(1, agents)))


def polished(roster: Roster, requirement: Requirement, centre: Centre, asks: int) -> Roster:
    """``roster`` with the changes that make it cheaper, asked for at the costliest short intervals, ``asks`` times in
    all, and its proof's cost moved by what they save; as it is where it has no proof."""
    if roster.proof is None:
        return roster
    reading, eur = Reading(roster, requirement, centre), 0.0
    while asks > 0:
        before = eur
        for queue, moment in costliest(reading, asks):
            asks, weigh = asks - 1, _Weighing(reading)
            change = best_change_at(reading, queue, moment, weigh, dear=False)
            if change is not None:
                eur += weigh(change)
                reading = reading.after(change)
        if eur > before - CENT:
            break
    return dataclasses.replace(reading.roster, proof=roster.proof.costing(eur))


@dataclasses.dataclass(frozen=True)
class _Weighing:
    """EUR that a change adds to the bill of the roster that ``reading`` reads, by every goal; 0 where it is not to be
    made."""

    reading: Reading

    def __call__(self, change: Change) -> float:
        week = self.reading.weeks[change.agent]
        if change.kind not in KINDS or change.eur > -CENT or self._hops(change.shifts) > self._hops(week.shifts):
            return 0.0
        new = dataclasses.replace(week, shifts=change.shifts)
        eur = self.reading.queues_eur(change.agent, change.shifts) + self._own_eur(new) - self._own_eur(week)
        return eur + self._shared_eur({change.agent: new}) - self._shared_eur({})

    def _own_eur(self, week: WorkedWeek) -> float:
        return sum(cost.eur for goal in GOALS for cost in goal(week, self.reading.centre))

    def _shared_eur(self, anew: dict[str, WorkedWeek]) -> float:
        weeks = tuple((self.reading.weeks | anew).values())
        return sum(cost.eur for goal in SHARED_GOALS for cost in goal(weeks, self.reading.centre))

    def _hops(self, shifts: tuple[Shift, ...]) -> int:
        """Stays on a queue that are shorter than they should be."""
        least = pd.Timedelta(minutes=self.reading.centre.goals.block_min)
        count = 0
        for shift in shifts:
            served = [s for s in shift.segments if s.activity in self.reading.needs]
            stays = [
                sum((s.end - s.start for s in stay), pd.Timedelta(0))
                for _, stay in itertools.groupby(served, key=lambda s: s.activity)
            ]
            count += sum(stay < least for stay in stays) if len(stays) > 1 else 0
        return count
