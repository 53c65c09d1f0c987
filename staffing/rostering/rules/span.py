"""From the first minute of a day's work to the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, hours, minutes
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815", most_h=12.0)
@dataclass(frozen=True)
class Span(FreeRule):
    """At most ``most_h`` hours from the first start to the last end of a day, meals and interruptions included."""

    key = "span"
    article = "IDCC 2098 art. 30 (13 h); décret 2000-815 art. 3 (12 h)"
    words = ("amplitude d'au plus {most_h:g} h", "at most {most_h:g} h from first start to last end")
    furthest = (Furthest("fr_state_2000_815", "most_h", "décret 2000-815 art. 3", most=12.0),)
    most_h: float = 13.0

    def permits(self, shape: Shape, setting: Setting) -> bool:
        return shape.end_min - shape.start_min <= self.most_h * 60

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shifts in by_day(week).values():
            span = minutes(shifts[0].start, shifts[-1].end)
            if span > self.most_h * 60:
                yield self.breach(week, shifts[0].start, f"{hours(span)} from start to end", f"{self.most_h:g} h")
