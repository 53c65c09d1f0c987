"""Work at a screen is interrupted from time to time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, minutes, stretches
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class ScreenWork(FreeRule):
    """At most ``most_min`` minutes in a row between pauses (meal or break) of ``break_min`` minutes or more.

    The text asks for pauses or changes of task and gives no number: it is the site's to say, ``most_min = 120`` in the
    contract's limits for one. As it stands (1440 min) the rule asks for nothing. A change of task is no pause here,
    which is the careful side. Private centres have the branch's own rhythm: see ``work_sequence``.
    """

    key = "screen_work"
    article = "Code du travail R4542-4"
    words = (
        "au plus {most_min} min d'écran de suite, puis {break_min} min de pause",
        "at most {most_min} min at the screen in a row, then {break_min} min of break",
    )
    most_min: int = 1440
    break_min: int = 10

    def permits(self, shape: Shape, setting: Setting) -> bool:
        start, longest = shape.start_min, 0
        for low, high in sorted((*shape.breaks, *((shape.meal,) if shape.meal else ()))):
            if high - low >= self.break_min:
                longest, start = max(longest, low - start), high
        return max(longest, shape.end_min - start) <= self.most_min

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            for start, end in stretches(shift, self.break_min):
                if (worked := minutes(start, end)) > self.most_min:
                    yield self.breach(week, start, f"{hours(worked)} in a row", hours(self.most_min))
