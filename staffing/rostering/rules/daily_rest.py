"""Rest between two days of work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import hours, minutes
from staffing.rostering.rules.rule import Breach, Setting, WeekLimits, WorkedWeek


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class DailyRest(FreeRule):
    """At least ``rest_h`` hours between the last shift of a day and the first of the next day worked."""

    key = "daily_rest"
    article = "Code du travail L3131-1; décret 2000-815 art. 3"
    words = ("au moins {rest_h:g} h de repos entre deux jours", "at least {rest_h:g} h of rest a night")
    furthest = (
        Furthest("fr_private_idcc2098", "rest_h", "D3131-6", least=9.0),
        Furthest("fr_state_2000_815", "rest_h", "décret 2000-815 art. 3", least=11.0),
    )
    rest_h: float = 11.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        rest = round(self.rest_h * 60)
        first = limits.first_start_min
        before = [end for start, end, _ in setting.past if start.date() < setting.days[0]]
        if before:
            last = max(before)
            monday = dt.datetime.combine(setting.days[0], dt.time(), tzinfo=last.tzinfo)
            first = max(first, rest + int((last.timestamp() - monday.timestamp()) // 60))
        ends = limits.last_end_min
        if setting.later:
            free = _wall(min(start for start, _, _ in setting.later), rest)
            midnights = (dt.datetime.combine(day, dt.time()) for day in setting.days)
            spans = (int((free - midnight).total_seconds() // 60) for midnight in midnights)
            ends = tuple(map(min, ends, spans))
        return replace(limits, rest_min=max(limits.rest_min, rest), first_start_min=first, last_end_min=ends)

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for one, two in pairwise((*week.past[-1:], *week.shifts)):
            rest = minutes(one.end, two.start)
            if one.start.date() != two.start.date() and rest < self.rest_h * 60:
                yield self.breach(week, two.start, f"{hours(max(rest, 0))} of rest", f"{self.rest_h:g} h")
        for one, two in zip(week.shifts[-1:], week.later[:1], strict=False):
            rest = minutes(one.end, two.start)
            if rest < self.rest_h * 60:
                found = f"{hours(max(rest, 0))} of rest before next week"
                yield self.breach(week, one.start, found, f"{self.rest_h:g} h")


def _wall(start: dt.datetime, rest_min: int) -> dt.datetime:
    """The clock time, without its zone, ``rest_min`` elapsed minutes before ``start``."""
    free = dt.datetime.fromtimestamp(start.timestamp() - 60 * rest_min, tz=start.tzinfo)
    return free.replace(tzinfo=None)
