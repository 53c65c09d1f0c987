"""Part-time contracts: extra hours, interruptions of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, hours, minutes, paid_min
from staffing.rostering.rules.rule import Breach, Setting, Shape, Shift, WeekLimits, WorkedWeek


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class ExtraHours(FreeRule):
    """A part-time agent works at most ``share`` more than the contract, and less than ``full_time_h``."""

    key = "part_time_extra_hours"
    article = "Code du travail L3123-9, L3123-20; IDCC 2098"
    words = (
        "à temps partiel, au plus {share:.0%} d'heures en plus, et moins de {full_time_h:g} h",
        "part-time: at most {share:.0%} more hours, and less than {full_time_h:g} h",
    )
    furthest = (Furthest("fr_private_idcc2098", "share", "L3123-20", most=1 / 3),)
    share: float = 1 / 3
    full_time_h: float = 35.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        own = setting.contract.hours_of(setting.agent)
        if own >= self.full_time_h:
            return limits
        most = min(int(own * 60 * (1 + self.share) + 1e-6), round(self.full_time_h * 60) - 1)
        return replace(limits, paid_max_min=min(limits.paid_max_min, most))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        own, worked = week.contract.hours_of(week.agent), paid_min(week.shifts) / 60
        if own < self.full_time_h and (worked >= self.full_time_h or worked > own * (1 + self.share) + 1e-6):
            limit = f"{min(own * (1 + self.share), self.full_time_h):.1f} h for {own:g} h"
            yield self.breach(week, week.shifts[0].start, f"{worked:g} h", limit)


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class Interruption(FreeRule):
    """A part-time day holds at most ``most_count`` interruptions, of ``most_min`` minutes at most each.

    The branch's own clauses (IDCC 2098 art. 23.3, partly excluded from extension) are an option, 0 for not asked: with
    ``most_count = 2``, ``span_ratio = 2`` (from first start to last end, in times of the hours worked),
    ``sequence_min = 60`` (each sequence of a day with interruptions) and ``single_min = 180`` (a day without; by the
    contract's hours). The engine gives one shift a day, so only rosters made elsewhere can break the others.
    """

    key = "part_time_interruption"
    article = "Code du travail L3123-30; IDCC 2098 art. 23.3"
    words = (
        "à temps partiel, au plus {most_count} {most_count:interruption|interruptions} par jour, "
        "de {most_min} min au plus",
        "part-time: at most {most_count} {most_count:interruption|interruptions} a day, of {most_min} min at most",
    )
    most_min: int = 120
    full_time_h: float = 35.0
    most_count: int = 1
    span_ratio: float = 0.0
    sequence_min: int = 0
    single_min: int = 0

    def permits(self, shape: Shape, setting: Setting) -> bool:
        return setting.contract.hours_week >= self.full_time_h or shape.paid_min >= self.single_min

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shifts in by_day(week).values():
            for found, limit in self._wrong(shifts, week):
                yield self.breach(week, shifts[0].start, found, limit)

    def _wrong(self, shifts: list[Shift], week: WorkedWeek) -> Iterator[tuple[str, str]]:
        """(found, limit) of one day."""
        lengths = [paid_min([shift]) for shift in shifts]
        if len(shifts) == 1:
            if week.contract.hours_week < self.full_time_h and lengths[0] < self.single_min:
                yield f"a single sequence of {hours(lengths[0])}", f"{hours(self.single_min)} at least"
            return
        if week.contract.hours_of(week.agent) >= self.full_time_h:
            return
        gaps = [minutes(one.end, two.start) for one, two in pairwise(shifts)]
        if len(gaps) > self.most_count or max(gaps) > self.most_min:
            found = f"{len(gaps)} interruptions, the longest {hours(max(gaps))}"
            yield found, f"{self.most_count} of at most {hours(self.most_min)}"
        if min(lengths) < self.sequence_min:
            yield f"a sequence of {hours(min(lengths))}", f"{hours(self.sequence_min)} at least"
        span = minutes(shifts[0].start, shifts[-1].end)
        if self.span_ratio and span > self.span_ratio * sum(lengths):
            yield f"{hours(span)} from start to end for {hours(sum(lengths))}", f"{self.span_ratio:g} times the work"
