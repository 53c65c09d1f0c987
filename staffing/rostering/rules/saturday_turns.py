"""Saturdays go round: one in two, or whatever the contract promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, weeks_before
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek

SATURDAY = 5


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class SaturdayTurns(FreeRule):
    """At most ``most`` Saturdays worked in any ``weeks`` weeks in a row, those before counted from the past roster.

    What a contract promises of Saturdays is its own to say: ``weeks = 2`` in its limits is one Saturday in two,
    ``most = 2`` and ``weeks = 4`` two in any four. As it stands (1 in 1) the rule asks for nothing.
    """

    key = "saturday_turns"
    article = "contrat de travail; Code civil art. 1103"
    words = (
        "au plus {most} {most:samedi travaillé|samedis travaillés} en {weeks} {weeks:semaine|semaines} de suite",
        "at most {most} {most:Saturday|Saturdays} worked in {weeks} {weeks:week|weeks} in a row",
    )
    most: int = 1
    weeks: int = 1

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        ago = {(setting.days[0] - start.date()).days for start, _, _ in setting.past if start.weekday() == SATURDAY}
        spent = sum(0 < days < 7 * self.weeks - SATURDAY for days in ago)
        return replace(limits, closed=limits.closed | {SATURDAY}) if spent >= self.most else limits

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        before = {shift.start.date() for shift in weeks_before(week, self.weeks - 1)}
        for day, shifts in by_day(week).items():
            count = 1 + sum(other.isoweekday() == 6 for other in before)
            if day.isoweekday() == 6 and count > self.most:
                found = f"Saturday number {count} in {self.weeks} weeks"
                yield self.breach(week, shifts[0].start, found, f"{self.most} Saturdays in {self.weeks} weeks")
