"""Modulation: heavy weeks have a ceiling, and full ones are few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class Modulation(FreeRule):
    """Under a contract that keeps an hours account (``account_h``): no week above ``most_h`` hours, and at most
    ``full_weeks`` weeks of ``most_h`` hours among any ``weeks``.

    The lower limit, 20 h, is the contract's to keep with ``flex_h``. Weeks of which nothing is known count as not full.
    """

    key = "modulation"
    article = "IDCC 2098, accord du 11 avril 2000 art. 3"
    words = (
        "en modulation, au plus {most_h:g} h par semaine, et {full_weeks} semaines pleines sur {weeks}",
        "modulated: at most {most_h:g} h a week, and {full_weeks} full weeks in {weeks}",
    )
    most_h: float = 42.0
    full_weeks: int = 12
    weeks: int = 52

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        if setting.contract.account_h <= 0:
            return limits
        first = setting.days[0] - dt.timedelta(days=7 * (self.weeks - 1))
        worked: dict[tuple[int, int], int] = {}
        for start, _, paid in setting.past:
            if first <= start.date() < setting.days[0]:
                week = start.isocalendar()[:2]
                worked[week] = worked.get(week, 0) + paid
        most = round(self.most_h * 60)
        spent = sum(paid >= most for paid in worked.values()) >= self.full_weeks
        return replace(limits, paid_max_min=min(limits.paid_max_min, most - 1 if spent else most))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        worked, most = paid_min(week.shifts), self.most_h * 60
        if week.contract.account_h <= 0 or worked < most:
            return
        before = weeks_before(week, self.weeks - 1)
        mondays = {shift.start.date() - dt.timedelta(days=shift.start.weekday()) for shift in before}
        full = sum(paid_min(s for s in before if 0 <= (s.start.date() - m).days < 7) >= most for m in mondays)
        if worked > most:
            yield self.breach(week, week.shifts[0].start, f"{hours(worked)} in the week", f"{self.most_h:g} h")
        elif full >= self.full_weeks:
            found = f"full week number {full + 1} in {self.weeks} weeks"
            yield self.breach(week, week.shifts[0].start, found, f"{self.full_weeks} weeks of {self.most_h:g} h")
