"""Modulation: light weeks have a floor, heavy ones a ceiling, and full ones are few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class Modulation(FreeRule):
    """Under a contract that keeps an hours account (``account_h``): no week worked under ``least_h`` hours or above
    ``most_h``, and at most ``full_weeks`` weeks of ``most_h`` hours among any ``weeks``.

    The lower limit falls by a fifth for each day from Monday to Friday that is a public holiday or an absence, and is
    never above the agent's own hours. Weeks of which nothing is known count as not full.
    """

    key = "modulation"
    article = "IDCC 2098, accord du 11 avril 2000 art. 3"
    words = (
        "en modulation, de {least_h:g} à {most_h:g} h par semaine, au plus "
        "{full_weeks} {full_weeks:semaine pleine|semaines pleines} sur {weeks}",
        "modulated: {least_h:g} to {most_h:g} h a week, and at most "
        "{full_weeks} full {full_weeks:week|weeks} in {weeks}",
    )
    least_h: float = 20.0
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
        there = [day for day in setting.days[:5] if day not in setting.absent | setting.holidays]
        least = min(self.least_h, setting.contract.hours_of(setting.agent)) * 60 * len(there) / 5
        return replace(
            limits,
            paid_min_min=max(limits.paid_min_min, ceil(least - 1e-6)),
            paid_max_min=min(limits.paid_max_min, most - 1 if spent else most),
        )

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        worked, most, least = paid_min(week.shifts), self.most_h * 60, self._least_min(week)
        if week.contract.account_h <= 0 or not week.shifts:
            return
        if worked < least - 1e-6:
            yield self.breach(week, week.shifts[0].start, f"{hours(worked)} in the week", f"{hours(least)} at least")
        if worked < most:
            return
        before = weeks_before(week, self.weeks - 1)
        known: dict[dt.date, float] = {}
        for shift in before:
            monday = shift.start.date() - dt.timedelta(days=shift.start.weekday())
            known[monday] = known.get(monday, 0.0) + paid_min((shift,))
        full = sum(paid >= most for paid in known.values())
        if worked > most:
            yield self.breach(week, week.shifts[0].start, f"{hours(worked)} in the week", f"{self.most_h:g} h")
        elif full >= self.full_weeks:
            found = f"full week number {full + 1} in {self.weeks} weeks"
            yield self.breach(week, week.shifts[0].start, found, f"{self.full_weeks} weeks of {self.most_h:g} h")

    def _least_min(self, week: WorkedWeek) -> float:
        away = sum(day in week.absent or day in week.holidays for day in week.days if day.isoweekday() <= 5)
        return 60 * min(week.contract.hours_of(week.agent), self.least_h) * (1 - away / 5)
