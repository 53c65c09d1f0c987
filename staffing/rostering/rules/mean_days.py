"""Five days a week on average."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class MeanDays(FreeRule):
    """A week of six days is made up for: ``mean`` days a week on average over this and the ``weeks`` - 1 before."""

    key = "mean_days"
    article = "IDCC 2098, accord du 11 avril 2000, 2.7.1"
    words = (
        "au plus {mean} {mean:jour|jours} par semaine en moyenne sur {weeks} {weeks:semaine|semaines}",
        "at most {mean} {mean:day|days} a week on average over {weeks} {weeks:week|weeks}",
    )
    mean: int = 5
    weeks: int = 4

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        first = setting.days[0] - dt.timedelta(days=7 * (self.weeks - 1))
        worked = {start.date() for start, _, _ in setting.past if first <= start.date() < setting.days[0]}
        return replace(limits, days_max=max(0, min(limits.days_max, self.mean * self.weeks - len(worked))))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        before = {shift.start.date() for shift in weeks_before(week, self.weeks - 1)}
        days = len(before) + len(by_day(week))
        if week.shifts and days > self.mean * self.weeks:
            found = f"{days} days in {self.weeks} weeks"
            yield self.breach(week, week.shifts[0].start, found, f"{self.mean * self.weeks} days")
