"""The year's overtime has a quota."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.hours import RTT_DAYS
from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, paid_min
from staffing.rostering.rules.rule import Breach, Setting, Shift, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class OvertimeQuota(FreeRule):
    """At most ``quota_h`` hours of overtime in a calendar year: hours of a week beyond ``full_time_h``, or beyond those
    that the contract's days off make up for (``hours.RTT_DAYS``), so that the year's mean is the legal week. A week
    belongs to the year of its Monday; weeks of which nothing is known count as without.

    Under a contract that keeps an hours account (modulation) at most ``modulated_h``, 90 by agreement: hours beyond
    what the account takes, the contract's and its ``flex_h``. Part-time contracts have extra hours and no overtime.
    """

    key = "overtime_quota"
    article = "Code du travail L3121-30, D3121-24; IDCC 2098, accord du 11 avril 2000 art. 2.7.4 et 3"
    words = (
        "au plus {quota_h:g} h {quota_h:g|supplémentaire|supplémentaires} par an, {modulated_h:g} h en modulation",
        "at most {quota_h:g} h of overtime a year, {modulated_h:g} h when modulated",
    )
    furthest = (Furthest("fr_private_idcc2098", "modulated_h", "IDCC 2098, accord du 11 avril 2000 art. 3", most=90.0),)
    quota_h: float = 220.0
    full_time_h: float = 35.0
    modulated_h: float = 70.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        contract, own = setting.contract, setting.contract.hours_of(setting.agent)
        if own < self.full_time_h:
            return limits
        made_up = [hours for hours, _ in RTT_DAYS.get(contract.rules, ()) if hours <= own]
        quota, usual_h = self.quota_h, max([self.full_time_h, *made_up])
        if contract.account_h > 0:
            quota, usual_h = self.modulated_h, own + contract.flex_h
        usual, monday = round(usual_h * 60), setting.days[0]
        worked: dict[dt.date, int] = {}
        for start, _, paid in setting.past:
            first = start.date() - dt.timedelta(days=start.weekday())
            if first < monday and first.year == monday.year:
                worked[first] = worked.get(first, 0) + paid
        left = round(quota * 60) - sum(max(0, paid - usual) for paid in worked.values())
        return replace(limits, paid_max_min=min(limits.paid_max_min, usual + max(0, left)))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        usual_min = 60 * self._usual_h(week)
        over = paid_min(week.shifts) - usual_min
        if usual_min < self.full_time_h * 60 or over <= 0:
            return
        weeks: dict[tuple[int, int], list[Shift]] = {}
        for shift in week.past:
            weeks.setdefault(shift.start.isocalendar()[:2], []).append(shift)
        for (year, number), shifts in weeks.items():
            first = dt.date.fromisocalendar(year, number, 1)
            if first.year == week.days[0].year and first < week.days[0]:
                over += max(0.0, paid_min(shifts) - usual_min)
        most = self.modulated_h if week.contract.account_h > 0 else self.quota_h
        if over > most * 60:
            yield self.breach(week, week.shifts[0].start, f"{hours(over)} this year", f"{most:g} h a year")

    def _usual_h(self, week: WorkedWeek) -> float:
        """Weekly hours from which on overtime counts; 0 at part-time, where it never does."""
        contract, own = week.contract, week.contract.hours_of(week.agent)
        if own < self.full_time_h:
            return 0.0
        if contract.account_h > 0:
            return own + contract.flex_h
        usual = self.full_time_h
        for made_up, _ in RTT_DAYS.get(contract.rules, ()):
            if usual < made_up <= own:
                usual = made_up
        return usual
