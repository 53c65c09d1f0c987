"""The rhythm of call-centre work: sequences of three hours at most, each earning a paid break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, minutes, pauses
from staffing.rostering.rules.rule import Breach, Setting, Shape, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class WorkSequence(FreeRule):
    """A sequence of work between pauses lasts ``most_min`` minutes at most; the pause after one of up to
    ``short_min`` lasts ``short_break_min`` or more, after a longer one ``long_break_min``. A meal is a pause."""

    key = "work_sequence"
    article = "IDCC 2098, avenant du 20 juin 2002 art. 6"
    words = (
        "au plus {most_min} min de suite ; {short_break_min} min de pause par 2 h ou {long_break_min} par 3 h",
        "at most {most_min} min in a row; {short_break_min} min of break per 2 h or {long_break_min} per 3 h",
    )
    most_min: int = 180
    short_min: int = 120
    short_break_min: int = 10
    long_break_min: int = 15

    def permits(self, shape: Shape, setting: Setting) -> bool:
        start = shape.start_min
        for low, high in sorted((*shape.breaks, *((shape.meal,) if shape.meal else ()))):
            earned = self.short_break_min if low - start <= self.short_min else self.long_break_min
            if low - start > self.most_min or high - low < earned:
                return False
            start = high
        return shape.end_min - start <= self.most_min

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            rests = pauses(shift)
            ends = [shift.start, *(moment for p in rests for moment in (p.start, p.end)), shift.end]
            for i, (start, end) in enumerate(list(pairwise(ends))[::2]):
                length = minutes(start, end)
                if length > self.most_min:
                    yield self.breach(week, start, f"{hours(length)} in a row", hours(self.most_min))
                least = self.long_break_min if length > self.short_min else self.short_break_min
                if i < len(rests) and minutes(rests[i].start, rests[i].end) < least:
                    found = f"{minutes(rests[i].start, rests[i].end):g} min of break after {hours(length)}"
                    yield self.breach(week, end, found, f"{least} min")
