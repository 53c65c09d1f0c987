"""The year's overtime has a quota."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min
from staffing.rostering.rules.rule import Breach, Setting, Shift, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class OvertimeQuota(FreeRule):
    """At most ``quota_h`` hours of overtime in a calendar year: hours of a week beyond the contract's, or beyond
    ``full_time_h``. A week belongs to the year of its Monday; weeks of which nothing is known count as without.

    Part-time contracts have extra hours and no overtime; under modulation hours go to the account instead.
    """

    key = "overtime_quota"
    article = "Code du travail L3121-30, D3121-24"
    words = ("au plus {quota_h:g} h supplémentaires par an", "at most {quota_h:g} h of overtime a year")
    quota_h: float = 220.0
    full_time_h: float = 35.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        own = setting.agent.hours_week or setting.contract.hours_week
        if own < self.full_time_h or setting.contract.account_h > 0:
            return limits
        usual, monday = round(max(own, self.full_time_h) * 60), setting.days[0]
        worked: dict[dt.date, int] = {}
        for start, _, paid in setting.past:
            first = start.date() - dt.timedelta(days=start.weekday())
            if first < monday and first.year == monday.year:
                worked[first] = worked.get(first, 0) + paid
        left = round(self.quota_h * 60) - sum(max(0, paid - usual) for paid in worked.values())
        return replace(limits, paid_max_min=min(limits.paid_max_min, usual + max(0, left)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        contract, own = week.contract, week.agent.hours_week
        usual = contract.hours_week if own is None else own
        if usual < self.full_time_h or contract.account_h > 0:
            return
        over = paid_min(week.shifts) - max(usual, self.full_time_h) * 60
        if over <= 0:
            return
        weeks: dict[tuple[int, int], list[Shift]] = {}
        for shift in week.past:
            weeks.setdefault(shift.start.isocalendar()[:2], []).append(shift)
        for (year, number), shifts in weeks.items():
            first = dt.date.fromisocalendar(year, number, 1)
            if first.year == week.days[0].year and first < week.days[0]:
                over += max(0.0, paid_min(shifts) - max(usual, self.full_time_h) * 60)
        if over > self.quota_h * 60:
            yield self.breach(week, week.shifts[0].start, f"{hours(over)} this year", f"{self.quota_h:g} h a year")
