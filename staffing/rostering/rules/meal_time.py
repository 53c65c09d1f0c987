"""The meal: long enough, at midday, not too late into the day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from forecasts.grid import DAY_MIN
from staffing.rostering.roster import MEAL
from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import minutes
from staffing.rostering.rules.rule import Breach, Setting, Shape, Shift, WorkedWeek


@in_pack("fr_private_idcc2098", latest_after_min=240)
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class MealTime(FreeRule):
    """A meal lasts ``least_min`` minutes or more. In a shift from before ``before_min`` to after ``after_min`` by the
    clock it lies between ``from_min`` and ``to_min`` and begins at most ``latest_after_min`` after the start (a whole
    day: whenever the window lets it).

    The texts name the window for everybody. Who begins at noon or later, or is gone by 14:00 (the shift of 6:00 to
    14:00), eats before or after work: such a shift's meal is a rest inside it, at any hour.
    """

    key = "meal_time"
    article = "IDCC 2098, avenant du 20 juin 2002 art. 5; arrêté du 19 avril 2002 art. 2"
    words = (
        "un repas d'au moins {least_min} min, entre {from_clock} et {to_clock} et au plus {latest_after_min} min après"
        " le début pour qui travaille avant {before_clock} et après {after_clock}",
        "a meal of at least {least_min} min, between {from_clock} and {to_clock} and at most {latest_after_min} min"
        " after the start for who works before {before_clock} and after {after_clock}",
    )
    least_min: int = 45
    from_min: int = 660
    to_min: int = 900
    before_min: int = 720
    after_min: int = 840
    latest_after_min: int = DAY_MIN

    def sentence(self, language: str) -> str:
        told = super().sentence(language)
        return (
            told if self.latest_after_min < DAY_MIN else re.sub(r" (et au plus|and at most) .*?(début|start)", "", told)
        )

    def permits(self, shape: Shape, setting: Setting) -> bool:
        if shape.meal is None:
            return True
        low, high = shape.meal
        at_midday = shape.start_min < self.before_min and shape.end_min > self.after_min
        inside = self.from_min <= low and high <= self.to_min and low - shape.start_min <= self.latest_after_min
        return high - low >= self.least_min and (inside or not at_midday)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            for meal in (s for s in shift.segments if s.activity == MEAL):
                length = minutes(meal.start, meal.end)
                if length < self.least_min:
                    yield self.breach(week, meal.start, f"a meal of {length:g} min", f"{self.least_min} min")
                if self._at_midday(shift) and not self._inside(shift, meal.start, meal.end):
                    found = f"a meal from {meal.start:%H:%M} to {meal.end:%H:%M}, start {shift.start:%H:%M}"
                    yield self.breach(week, meal.start, found, self._limit())

    def _limit(self) -> str:
        first, last, late = (f"{m // 60}:{m % 60:02d}" for m in (self.from_min, self.to_min, self.latest_after_min))
        if self.latest_after_min < 1440:
            return f"between {first} and {last}, {late} after the start at most"
        return f"between {first} and {last}"

    def _clock(self, shift: Shift, moment: dt.datetime) -> float:
        """Wall-clock minutes after the midnight before the shift."""
        days = (moment.date() - shift.start.date()).days
        return 1440 * days + 60 * moment.hour + moment.minute + moment.second / 60

    def _at_midday(self, shift: Shift) -> bool:
        return self._clock(shift, shift.start) < self.before_min and self._clock(shift, shift.end) > self.after_min

    def _inside(self, shift: Shift, low: dt.datetime, high: dt.datetime) -> bool:
        start, end = self._clock(shift, low), self._clock(shift, high)
        late = start - self._clock(shift, shift.start) > self.latest_after_min
        return self.from_min <= start and end <= self.to_min and not late
