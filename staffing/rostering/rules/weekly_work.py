"""Hours of work in a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class WeeklyWork(FreeRule):
    """At most ``most_h`` paid hours in a civil week."""

    key = "weekly_work"
    article = "Code du travail L3121-20; décret 2000-815 art. 3"
    words = ("au plus {most_h:g} h de travail par semaine", "at most {most_h:g} h of work a week")
    furthest = (
        Furthest("fr_private_idcc2098", "most_h", "L3121-20", most=48.0),
        Furthest("fr_state_2000_815", "most_h", "décret 2000-815 art. 3", most=48.0),
    )
    most_h: float = 48.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return replace(limits, paid_max_min=min(limits.paid_max_min, int(self.most_h * 60)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        worked = paid_min(week.shifts)
        if worked > self.most_h * 60:
            yield self.breach(week, week.shifts[0].start, f"{hours(worked)} in the week", f"{self.most_h:g} h")
