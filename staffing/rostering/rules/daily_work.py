"""Hours of work in a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, hours, paid_min
from staffing.rostering.rules.rule import Breach, Setting, Shape, WeekLimits, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class DailyWork(FreeRule):
    """At most ``most_h`` paid hours in the shifts that begin on one day (breaks counted, which is the careful side)."""

    key = "daily_work"
    article = "Code du travail L3121-18; décret 2000-815 art. 3"
    words = ("au plus {most_h:g} h de travail par jour", "at most {most_h:g} h of work a day")
    furthest = (
        Furthest("fr_private_idcc2098", "most_h", "L3121-19", most=12.0),
        Furthest("fr_state_2000_815", "most_h", "décret 2000-815 art. 3", most=10.0),
    )
    most_h: float = 10.0

    def permits(self, shape: Shape, setting: Setting) -> bool:
        return shape.paid_min <= self.most_h * 60

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return replace(limits, paid_day_max_min=min(limits.paid_day_max_min, int(self.most_h * 60)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shifts in by_day(week).values():
            worked = paid_min(shifts)
            if worked > self.most_h * 60:
                yield self.breach(week, shifts[0].start, f"{hours(worked)} in a day", f"{self.most_h:g} h")
