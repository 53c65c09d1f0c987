"""Twenty minutes once work reaches six hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, minutes, stretches
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class Pause(FreeRule):
    """No stretch of ``from_h`` hours without a pause (meal or break) of ``pause_min`` minutes or more."""

    key = "pause"
    article = "Code du travail L3121-16; décret 2000-815 art. 3"
    words = (
        "une pause de {pause_min} min avant {from_h:g} h de travail de suite",
        "a pause of {pause_min} min before {from_h:g} h of work in a row",
    )
    furthest = (
        Furthest("fr_private_idcc2098", "pause_min", "L3121-16", least=20),
        Furthest("fr_private_idcc2098", "from_h", "L3121-16", most=6.0),
        Furthest("fr_state_2000_815", "pause_min", "décret 2000-815 art. 3", least=20),
        Furthest("fr_state_2000_815", "from_h", "décret 2000-815 art. 3", most=6.0),
    )
    pause_min: int = 20
    from_h: float = 6.0

    def permits(self, shape: Shape, setting: Setting) -> bool:
        start = shape.start_min
        for low, high in sorted((*shape.breaks, *((shape.meal,) if shape.meal else ()))):
            if high - low >= self.pause_min:
                if low - start >= self.from_h * 60:
                    return False
                start = high
        return shape.end_min - start < self.from_h * 60

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            for start, end in stretches(shift, self.pause_min):
                if minutes(start, end) >= self.from_h * 60:
                    found = f"{hours(minutes(start, end))} without a pause of {self.pause_min} min"
                    yield self.breach(week, start, found, f"less than {self.from_h:g} h")
