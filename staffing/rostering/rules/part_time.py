"""Part-time contracts: extra hours, and one interruption a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import by_day, hours, minutes, paid_min
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek
from staffing.rostering.team import Agent, Contract


def _weekly_h(agent: Agent, contract: Contract) -> float:
    return contract.hours_week if agent.hours_week is None else agent.hours_week


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
    share: float = 1 / 3
    full_time_h: float = 35.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        own = _weekly_h(setting.agent, setting.contract)
        if own >= self.full_time_h:
            return limits
        most = min(int(own * 60 * (1 + self.share) + 1e-6), round(self.full_time_h * 60) - 1)
        return replace(limits, paid_max_min=min(limits.paid_max_min, most))

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        own, worked = _weekly_h(week.agent, week.contract), paid_min(week.shifts) / 60
        if own < self.full_time_h and (worked >= self.full_time_h or worked > own * (1 + self.share) + 1e-6):
            limit = f"{min(own * (1 + self.share), self.full_time_h):.1f} h for {own:g} h"
            yield self.breach(week, week.shifts[0].start, f"{worked:g} h", limit)


@in_pack("fr_private_idcc2098")
@dataclass(frozen=True)
class Interruption(FreeRule):
    """A part-time day holds at most one interruption, of ``most_min`` minutes at most. The engine gives one shift a
    day, so only rosters made elsewhere can break this."""

    key = "part_time_interruption"
    article = "Code du travail L3123-30"
    words = (
        "à temps partiel, au plus une interruption par jour, de {most_min} min au plus",
        "part-time: at most one interruption a day, of {most_min} min at most",
    )
    most_min: int = 120
    full_time_h: float = 35.0

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        if _weekly_h(week.agent, week.contract) >= self.full_time_h:
            return
        for shifts in by_day(week).values():
            gaps = [minutes(one.end, two.start) for one, two in pairwise(shifts)]
            if len(gaps) > 1 or max(gaps, default=0) > self.most_min:
                found = f"{len(gaps)} interruptions, the longest {hours(max(gaps))}"
                yield self.breach(week, shifts[0].start, found, f"one of at most {hours(self.most_min)}")
