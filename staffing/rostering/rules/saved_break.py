"""A break is taken, not kept to leave early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class SavedBreak(FreeRule):
    """Work follows every paid break: none is saved up for the end of the day."""

    key = "saved_break"
    article = "IDCC 2098, avenant du 20 juin 2002 art. 6; avis 21 du 16 septembre 2009"
    words = ("pas de pause gardée pour la fin de la journée", "no break kept for the end of the day")

    def permits(self, shape: Shape, setting: Setting) -> bool:
        last = shape.end_min
        if shape.meal is not None and shape.meal[1] == last:
            last = shape.meal[0]
        return all(high < last for _, high in shape.breaks)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            end = [s for s in shift.segments if s.activity != MEAL][-1]
            if end.activity == BREAK:
                yield self.breach(week, end.start, f"a break until {end.end:%H:%M}, the end", "work after every break")
