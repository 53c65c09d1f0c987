"""One long rest a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import at_clock, hours, minutes
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class WeeklyRest(FreeRule):
    """At least ``rest_h`` hours in a row without work in each civil week: 24 hours and the daily rest.

    Counted from Monday midnight; the rest that runs past Sunday counts until ``monday_min`` minutes into the next
    Monday, before which nobody starts.
    """

    key = "weekly_rest"
    article = "Code du travail L3132-2; décret 2000-815 art. 3"
    words = (
        "au moins {rest_h:g} h de repos de suite par semaine",
        "at least {rest_h:g} h of rest in a row",
    )
    furthest = (
        Furthest("fr_private_idcc2098", "rest_h", "L3132-2, D3131-6", least=33.0),
        Furthest("fr_state_2000_815", "rest_h", "décret 2000-815 art. 3", least=35.0),
    )
    rest_h: float = 35.0
    monday_min: int = 480

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return replace(limits, week_rest_min=max(limits.week_rest_min, round(self.rest_h * 60)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        if not week.shifts:
            return
        start = at_clock(week.shifts[0].start, week.days[0])
        end = at_clock(start, week.days[6], 1440 + self.monday_min)
        edges = [start, *(moment for shift in week.shifts for moment in (shift.start, shift.end)), end]
        longest = max(minutes(a, b) for a, b in list(pairwise(edges))[::2])
        if longest < self.rest_h * 60:
            yield self.breach(week, week.shifts[0].start, f"{hours(longest)} at the longest", f"{self.rest_h:g} h")
