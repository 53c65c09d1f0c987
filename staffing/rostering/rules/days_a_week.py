"""Days worked in a week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class DaysAWeek(FreeRule):
    """At most ``most`` days worked in a civil week."""

    key = "days_a_week"
    article = "Code du travail L3132-1"
    words = (
        "au plus {most} {most:jour travaillé|jours travaillés} par semaine",
        "at most {most} {most:day|days} worked a week",
    )
    furthest = (
        Furthest("fr_private_idcc2098", "most", "L3132-1", most=6),
        Furthest("fr_state_2000_815", "most", "L3132-1", most=6),
    )
    most: int = 6

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return replace(limits, days_max=min(limits.days_max, self.most))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        days = by_day(week)
        if len(days) > self.most:
            yield self.breach(week, week.shifts[0].start, f"{len(days)} days", f"{self.most} days")
