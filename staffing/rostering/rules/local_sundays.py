"""Sundays and public holidays in the commerce of Moselle and Alsace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, hours, on_each_day, paid_min
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek

DAY = dt.timedelta(days=1)


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class LocalSundays(FreeRule):
    """Where local law binds, at most ``most_h`` paid hours in what begins on a Sunday or public holiday, and with
    ``feasts`` = 1 none on the first days of Christmas, Easter and Pentecost.

    Whether a centre is commerce under local law is its own to say: set ``most_h = 5`` and ``feasts = 1`` in the
    contract's limits. As it stands (24 h, 0) the rule asks for nothing.
    """

    key = "local_sundays"
    article = "Code du travail L3134-4"
    words = (
        "dimanches et jours fériés : au plus {most_h:g} h (droit local, s'il s'applique)",
        "Sundays and public holidays: at most {most_h:g} h (local law, where it binds)",
    )
    most_h: float = 24.0
    feasts: int = 0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        most, day_max = int(self.most_h * 60), list(limits.paid_on_max_min)
        rest = {i for i, day in enumerate(setting.days) if self.feasts and day in feasts(day.year)}
        for i, day in enumerate(setting.days):
            if i == 6 or day in setting.holidays:
                day_max[i] = min(day_max[i], most)
        return replace(limits.resting(rest), paid_on_max_min=tuple(day_max))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        begun = by_day(week)
        for day, shifts in on_each_day(week).items():
            worked = paid_min(begun.get(day, ()))
            if self.feasts and ((day.month, day.day) == (12, 25) or _after_easter(day) in (0, 49)):
                yield self.breach(week, shifts[0].start, f"a shift on {day}", "Christmas, Easter or Pentecost")
            elif (day.isoweekday() == 7 or day in week.holidays) and worked > self.most_h * 60:
                yield self.breach(week, shifts[0].start, f"{hours(worked)} on {day}", f"{self.most_h:g} h")


def feasts(year: int) -> frozenset[dt.date]:
    """Christmas, Easter Sunday and Pentecost; Easter by the anonymous Gregorian computus (Meeus, Astronomical
    Algorithms, chapter 8).

    >>> sorted(feasts(2026))
    [datetime.date(2026, 4, 5), datetime.date(2026, 5, 24), datetime.date(2026, 12, 25)]
    """
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    lift = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + lift - 7 * ((a + 11 * h + 22 * lift) // 451) + 114, 31)
    easter = dt.date(year, month, day + 1)
    return frozenset({easter, easter + 49 * DAY, dt.date(year, 12, 25)})


def _after_easter(day: dt.date) -> int:
    """Days since Easter Sunday, the first Sunday after the Church's full moon: Gauss's rule, as corrected for the two
    moons that come a day early."""
    year = day.year
    century = year // 100
    moon = (15 - (13 + 8 * century) // 25 + century - century // 4) % 30
    full = (19 * (year % 19) + moon) % 30
    full -= full == 29 or (full == 28 and year % 19 > 10)
    after = dt.date(year, 3, 22) + full * DAY
    return (day - (after + (6 - after.weekday()) * DAY)).days
