"""Night workers work fewer hours on average."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, Shift, WeekLimits, WorkedWeek

MINUTE = dt.timedelta(minutes=1)


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class NightMean(FreeRule):
    """A night worker works at most ``mean_h`` hours a week on average over this and the ``weeks`` - 1 weeks before.

    A night worker is who was there ``from_h`` hours or more between ``night_min`` and ``morning_min`` by the clock at
    least ``nights`` times in one of those weeks before: what one week brings makes no habit yet.
    """

    key = "night_mean"
    article = "Code du travail L3122-5, L3122-7"
    words = (
        "qui travaille de nuit {nights} fois par semaine : au plus {mean_h:g} h en moyenne sur "
        "{weeks} {weeks:semaine|semaines}",
        "who works {nights} {nights:night|nights} a week: at most {mean_h:g} h on average over "
        "{weeks} {weeks:week|weeks}",
    )
    furthest = (Furthest("fr_private_idcc2098", "mean_h", "L3122-18", most=44.0),)
    mean_h: float = 40.0
    weeks: int = 12
    nights: int = 2
    from_h: float = 3.0
    night_min: int = 1320
    morning_min: int = 420

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        first = setting.days[0] - dt.timedelta(days=7 * (self.weeks - 1))
        known = [shift for shift in setting.past if first <= shift[0].date() < setting.days[0]]
        left = round(self.mean_h * 60) * self.weeks - sum(paid for _, _, paid in known)
        if left >= limits.paid_max_min:
            return limits
        nights = Counter(start.isocalendar()[:2] for start, end, _ in known if self._is_night(start, end))
        if max(nights.values(), default=0) < self.nights:
            return limits
        return replace(limits, paid_max_min=max(0, min(limits.paid_max_min, left)))

    def _is_night(self, start: dt.datetime, end: dt.datetime) -> bool:
        """By clock minutes counted from the midnight before the shift."""
        low = 60 * start.hour + start.minute
        high = 1440 * (end.date() - start.date()).days + 60 * end.hour + end.minute
        nights = [(day * 1440 + self.night_min, (day + 1) * 1440 + self.morning_min) for day in (-1, 0, 1)]
        return sum(max(0, min(high, b) - max(low, a)) for a, b in nights) >= self.from_h * 60

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        before = weeks_before(week, self.weeks - 1)
        mean = (paid_min(week.shifts) + paid_min(before)) / self.weeks
        if not week.shifts or mean <= self.mean_h * 60:
            return
        mondays = [s.start.date() - dt.timedelta(days=s.start.weekday()) for s in before if self._at_night(s)]
        if any(mondays.count(monday) >= self.nights for monday in mondays):
            found = f"{hours(mean)} on average over {self.weeks} weeks, with nights"
            yield self.breach(week, week.shifts[0].start, found, f"{self.mean_h:g} h")

    def _at_night(self, shift: Shift) -> bool:
        """Whether the wall clock shows ``from_h`` hours of night between start and end of the shift."""
        if shift.start.date() == shift.end.date() and self._by_day(shift.start) and self._by_day(shift.end):
            return False
        start, end = (moment.replace(tzinfo=None) for moment in (shift.start, shift.end))
        total, midnight = dt.timedelta(), dt.datetime.combine(start.date() - dt.timedelta(days=1), dt.time())
        while midnight <= end:
            night = midnight + self.night_min * MINUTE, midnight + (1440 + self.morning_min) * MINUTE
            total += max(dt.timedelta(), min(end, night[1]) - max(start, night[0]))
            midnight += dt.timedelta(days=1)
        return total >= dt.timedelta(hours=self.from_h)

    def _by_day(self, moment: dt.datetime) -> bool:
        return self.morning_min <= 60 * moment.hour + moment.minute <= self.night_min
