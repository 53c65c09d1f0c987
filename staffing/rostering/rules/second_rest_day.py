"""A six-day week gives its second rest day back within fifteen days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class SecondRestDay(FreeRule):
    """After a week of more than ``usual`` days, that week and those after it, ``weeks`` in all, hold ``usual`` days
    a week on average: the rest day missed is given within the two weeks that follow."""

    key = "second_rest_day"
    article = "IDCC 2098, accord du 11 avril 2000, 2.7.1"
    words = (
        "après une semaine de plus de {usual} {usual:jour|jours}, le repos manqué est rendu avant la fin "
        "de la {weeks}e semaine",
        "after a week of more than {usual} {usual:day|days}, the rest missed is given back by the end of week {weeks}",
    )
    usual: int = 5
    weeks: int = 3

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        days = {(setting.days[0] - start.date()).days for start, _, _ in setting.past}
        ago = Counter((day - 1) // 7 + 1 for day in days if day > 0)
        if ago[self.weeks - 1] <= self.usual:
            return limits
        left = self.usual * self.weeks - sum(count for week, count in ago.items() if week < self.weeks)
        return replace(limits, days_max=max(0, min(limits.days_max, left)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        before = {shift.start.date() for shift in weeks_before(week, self.weeks - 1)}
        after_long = week.days[0] - dt.timedelta(weeks=self.weeks - 2)
        total = len(before) + len(by_day(week))
        if week.shifts and sum(day < after_long for day in before) > self.usual and total > self.usual * self.weeks:
            found = f"{total} days in {self.weeks} weeks, the first of them long"
            yield self.breach(week, week.shifts[0].start, found, f"{self.usual * self.weeks} days")
