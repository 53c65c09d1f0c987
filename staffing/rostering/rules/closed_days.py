"""Days on which nobody works, from midnight to midnight: Sundays, the first of May, public holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import on_each_day
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class SundayRest(FreeRule):
    """No work on a Sunday, unless the contract works ``sundays`` under a derogation: a Saturday's shift ends by
    midnight, for the rest is given on Sunday."""

    key = "sunday_rest"
    article = "Code du travail L3132-3"
    words = ("pas de travail le dimanche sans dérogation", "no work on Sundays without a derogation")

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return limits if setting.contract.sundays else limits.resting({6})

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for day, shifts in on_each_day(week).items():
            if day.isoweekday() == 7 and not week.contract.sundays:
                yield self.breach(week, shifts[0].start, "a shift on a Sunday", "none without a derogation")


@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class FirstOfMay(FreeRule):
    """The first of May is a paid day of rest for everybody, unless the contract works ``sundays``: services that
    cannot stop (L3133-6)."""

    key = "first_of_may"
    article = "Code du travail L3133-4, L3133-6"
    words = ("pas de travail le 1er mai", "no work on the first of May")

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        fell = {i for i, day in enumerate(_with_monday(setting)) if (day.month, day.day) == (5, 1)}
        return limits if setting.contract.sundays else limits.resting(fell)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for day, shifts in on_each_day(week).items():
            if day == dt.date(day.year, 5, 1) and not week.contract.sundays:
                yield self.breach(week, shifts[0].start, "a shift on the first of May", "a day of rest")


@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class HolidayRest(FreeRule):
    """Public holidays of the centre's calendar are not worked: eleven in France, thirteen in Moselle and Alsace.

    Whether local law binds a given administration is the site's to say, through ``calendar.subdivision``.
    """

    key = "holiday_rest"
    article = "Code du travail L3133-1, L3134-13"
    words = ("pas de travail les jours fériés", "no work on public holidays")

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        fell = {i for i, day in enumerate(_with_monday(setting)) if day in setting.holidays}
        return limits if setting.contract.sundays else limits.resting(fell)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for day, shifts in on_each_day(week).items():
            if day in week.holidays and not week.contract.sundays:
                yield self.breach(week, shifts[0].start, f"a shift on {day}", "a public holiday")


def _with_monday(setting: Setting) -> tuple[dt.date, ...]:
    """The days of the week, and the one into which its last night goes."""
    return (*setting.days, setting.days[-1] + dt.timedelta(days=1))
