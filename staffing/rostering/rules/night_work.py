"""Work at night is shorter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import at_clock, by_day, hours, minutes, paid_min
from staffing.rostering.rules.rule import Breach, Setting, Shape, Shift, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class NightWork(FreeRule):
    """Who is at work ``from_h`` hours or more between ``night_min`` and ``morning_min`` by the clock works at most
    ``most_h`` hours that day."""

    key = "night_work"
    article = "Code du travail L3122-6; IDCC 2098, avenant du 20 juin 2002 art. 3 (22 h - 7 h)"
    words = (
        "au plus {most_h:g} h quand {from_h:g} h {from_h:g|est travaillée|sont travaillées} de nuit",
        "at most {most_h:g} h when {from_h:g} h are worked at night",
    )
    furthest = (Furthest("fr_private_idcc2098", "most_h", "L3122-17", most=12.0),)
    most_h: float = 8.0
    from_h: float = 3.0
    night_min: int = 1320
    morning_min: int = 420

    def permits(self, shape: Shape, setting: Setting) -> bool:
        nights = ((0, self.morning_min), (self.night_min, 1440 + self.morning_min), (1440 + self.night_min, 3 * 1440))
        at_night = sum(max(0, min(shape.end_min, b) - max(shape.start_min, a)) for a, b in nights)
        return at_night < self.from_h * 60 or shape.paid_min <= self.most_h * 60

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for day, shifts in by_day(week).items():
            worked = paid_min(shifts)
            if worked > self.most_h * 60 and self._night_min(day, shifts) >= self.from_h * 60:
                yield self.breach(week, shifts[0].start, f"{hours(worked)} with night work", f"{self.most_h:g} h")

    def _night_min(self, day: dt.date, shifts: list[Shift]) -> float:
        total, like = 0.0, shifts[0].start
        for ahead in (-1, 0, 1):
            start = at_clock(like, day + dt.timedelta(days=ahead), self.night_min)
            end = at_clock(like, day + dt.timedelta(days=ahead), 1440 + self.morning_min)
            total += sum(max(0.0, minutes(max(s.start, start), min(s.end, end))) for s in shifts)
        return total
