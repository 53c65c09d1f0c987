"""Mean weekly hours over a quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class MeanWork(FreeRule):
    """At most ``mean_h`` hours a week on average over this and the ``weeks`` - 1 weeks before it.

    Weeks of which nothing is known count as not worked.
    """

    key = "mean_work"
    article = "Code du travail L3121-22; décret 2000-815 art. 3"
    words = (
        "au plus {mean_h:g} h par semaine en moyenne sur {weeks} {weeks:semaine|semaines}",
        "at most {mean_h:g} h a week on average over {weeks} {weeks:week|weeks}",
    )
    furthest = (
        Furthest("fr_private_idcc2098", "mean_h", "L3121-23", most=46.0),
        Furthest("fr_state_2000_815", "mean_h", "décret 2000-815 art. 3", most=44.0),
    )
    mean_h: float = 44.0
    weeks: int = 12

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        first = setting.days[0] - dt.timedelta(days=7 * (self.weeks - 1))
        worked = sum(paid for start, _, paid in setting.past if first <= start.date() < setting.days[0])
        left = int(self.mean_h * 60 * self.weeks) - worked
        return replace(limits, paid_max_min=max(0, min(limits.paid_max_min, left)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        total = paid_min(week.shifts) + paid_min(weeks_before(week, self.weeks - 1))
        if week.shifts and total > self.mean_h * 60 * self.weeks:
            found = f"{hours(total / self.weeks)} on average over {self.weeks} weeks"
            yield self.breach(week, week.shifts[0].start, found, f"{self.mean_h:g} h")
