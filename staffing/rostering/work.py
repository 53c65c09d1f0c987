"""Work told by counts: what a choice takes differs threefold from centre to centre, and a clock from run to run.

Steps of ascents and of the simplex are the same on every machine, so a search that goes on for so much work is
repeatable and fills its time all the same. The prices are seconds on one core of 2020s server hardware.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.rostering.instance import Instance

CLASS_S, ANCHOR_S, BREAK_S, KEY_S = 1.05e-3, 5e-4, 1.2e-8, 3.3e-8
"""Of one step of an ascent over a few days, for each class of contracts: by itself, where starts apart from each other
have a price, for each break of each placement, group and day, and for each (start, paid, end) of each agent and day."""
CHOICE_S, COLUMN_S = 3e-3, 2.5e-6
"""Of one exact choice beside its ascent: by itself, and for each column."""
PIVOT_S, PIVOT_COLUMN_S = 3.3e-5, 3e-9
"""Of one step of the simplex: by itself, and for each column."""
LOOK_S = 1e-3
"""Of one look at one person's day."""
KICK_S, FINISH_S = 0.1, 5e-3
"""Of one kick, and of the look at everybody's best week before it; of a finished roster, for each agent of several
queues."""


@dataclass
class Work:
    """``seconds`` of work done, by count, of the ``given`` ones."""

    given: float
    seconds: float = 0.0

    @property
    def done(self) -> bool:
        """Whether all of it is."""
        return self.seconds >= self.given

    def ascent(self, steps: int, team: Instance) -> None:
        """So many steps for ``team`` over a few days."""
        self.seconds += steps * step_s(team)

    def choice(self, pivots: int, columns: int) -> None:
        """One exact choice."""
        self.seconds += CHOICE_S + COLUMN_S * columns + pivots * (PIVOT_S + PIVOT_COLUMN_S * columns)

    def kick(self) -> None:
        """One kick."""
        self.seconds += KICK_S

    def finish(self, instance: Instance, looks: int = 0) -> None:
        """One finished roster, and so many looks at one person's day in it."""
        several = (instance.pace > 0).sum(axis=1)[instance.profile_of] > 1
        self.seconds += FINISH_S * float(several.sum()) + LOOK_S * looks


def step_s(team: Instance) -> float:
    """Seconds of one step of an ascent over a few days: what takes long in ``shift_values`` and ``best_weeks``."""
    total = 0.0
    for kind in np.unique(team.class_of):
        mine, shapes = team.class_of == kind, team.classes[kind].candidates
        groups = len(np.unique(team.group_of[mine]))
        breaks = shapes.option.shape[0] * (shapes.option.shape[1] // 2)
        total += CLASS_S + ANCHOR_S * bool(team.people.anchor_eur_h[mine].any())
        total += len(team.days) * (groups * breaks * BREAK_S + mine.sum() * len(shapes.key) * KEY_S)
    return float(total)
