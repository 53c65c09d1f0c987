"""A break is a rest of its own, not a longer meal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import minutes, pauses
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class MealApart(FreeRule):
    """``least_min`` minutes of work or more between a break and a meal: what is owed is work interrupted now and then,
    and a break beside the meal interrupts none. The texts give no number: a quarter of an hour is a grid's step."""

    key = "meal_apart"
    article = "Code du travail R4542-4; IDCC 2098, avenant du 20 juin 2002 art. 6"
    words = (
        "au moins {least_min} min de travail entre une pause et un repas",
        "at least {least_min} min of work between a break and a meal",
    )
    least_min: int = 15

    def permits(self, shape: Shape, setting: Setting) -> bool:
        if shape.meal is None:
            return True
        low, high = shape.meal
        return all(low - end >= self.least_min or start - high >= self.least_min for start, end in shape.breaks)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            for one, two in pairwise(pauses(shift)):
                between = minutes(one.end, two.start)
                if {one.activity, two.activity} == {MEAL, BREAK} and between < self.least_min:
                    found = f"{between:g} min of work between {one.start:%H:%M} and {two.end:%H:%M}"
                    yield self.breach(week, one.start, found, f"{self.least_min} min")
