"""Days worked in a row, over the edge of the week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek

DAY = dt.timedelta(days=1)


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class DaysInARow(FreeRule):
    """At most ``most`` days worked in a row, last week's counted, and the next week's where it is settled already.

    The law counts by civil week; a run over two weeks is good practice, kept in every pack.
    """

    key = "days_in_a_row"
    article = "usage, with Code du travail L3132-1"
    words = (
        "au plus {most} {most:jour travaillé|jours travaillés} de suite",
        "at most {most} {most:day|days} worked in a row",
    )
    most: int = 6

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        worked = {start.date() for start, _, _ in setting.past}
        run, day = 0, setting.days[0] - DAY
        while day in worked:
            run, day = run + 1, day - DAY
        after, day, ahead = 0, setting.days[-1] + DAY, {start.date() for start, _, _ in setting.later}
        while day in ahead:
            after, day = after + 1, day + DAY
        return replace(
            limits,
            run_max=min(limits.run_max, self.most),
            run_before=max(limits.run_before, run),
            run_after=max(limits.run_after, after),
        )

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        worked, first = set(by_day(week)), week.days[0]
        for shift in reversed(week.past):
            if shift.start.date() < first - DAY:
                break
            first = shift.start.date()
            worked.add(first)
        for shifts in by_day(week).values():
            first = last = shifts[0].start.date()
            while first - DAY in worked:
                first -= DAY
            run = (last - first).days + 1
            if run > self.most:
                yield self.breach(week, shifts[0].start, f"day {run} in a row", f"{self.most} days")
        yield from self._with_next(week, worked)

    def _with_next(self, week: WorkedWeek, worked: Collection[dt.date]) -> Iterator[Breach]:
        """A run that is short enough by itself and goes on into the week ahead."""
        if not week.later or not week.shifts or week.shifts[-1].start.date() != week.days[-1]:
            return
        days = {*worked, *(shift.start.date() for shift in week.later)}
        first = last = week.days[-1]
        while first - DAY in days:
            first -= DAY
        own = (last - first).days + 1
        while last + DAY in days:
            last += DAY
        run = (last - first).days + 1
        if own <= self.most < run:
            found = f"{run} days in a row with next week's"
            yield self.breach(week, week.shifts[-1].start, found, f"{self.most} days")
