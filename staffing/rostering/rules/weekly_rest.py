"""One long rest a week."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from staffing.rostering.rules.free_rule import FreeRule, Furthest
from staffing.rostering.rules.pack import in_pack
from staffing.rostering.rules.reading import at_clock, hours, minutes
from staffing.rostering.rules.rule import MONDAY_MIN, Breach, Setting, Shift, WeekLimits, WorkedWeek

WEEK = dt.timedelta(days=7)


@in_pack("neutral")
@in_pack("fr_private_idcc2098")
@in_pack("fr_state_2000_815")
@dataclass(frozen=True)
class WeeklyRest(FreeRule):
    """At least ``rest_h`` hours in a row without work in each civil week: 24 hours and the daily rest.

    Counted from Monday midnight, or from the end of a night that began on Sunday, until ``MONDAY_MIN`` minutes into the
    next Monday, or until the first shift of that week where it is settled already. Where a week needs those minutes,
    the next one is held to them: nobody starts before the rest is over.
    """

    key = "weekly_rest"
    article = "Code du travail L3132-2; décret 2000-815 art. 3"
    words = (
        "au moins {rest_h:g} h de repos de suite par semaine",
        "at least {rest_h:g} h of rest in a row",
    )
    furthest = (
        Furthest("fr_private_idcc2098", "rest_h", "L3132-2, D3131-6", least=33.0),
        Furthest("fr_state_2000_815", "rest_h", "décret 2000-815 art. 3", least=35.0),
    )
    rest_h: float = 35.0

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        rest, first = round(self.rest_h * 60), limits.first_start_min
        free_min, longest = _left_by(setting)
        if longest < rest and free_min + rest <= MONDAY_MIN:
            first = max(first, free_min + rest)
        return replace(
            limits,
            week_rest_min=max(limits.week_rest_min, rest),
            week_from_min=max(limits.week_from_min, free_min),
            first_start_min=first,
            monday_min=min(limits.monday_min, *_until(setting)),
        )

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        if not week.shifts:
            return
        first, least = week.shifts[0].start, self.rest_h * 60
        monday = at_clock(first, week.days[0])
        opens, closes = _free(week.past, monday), at_clock(first, week.days[6], 1440 + MONDAY_MIN)
        found = _longest(week.shifts, opens, closes)
        if found < least:
            yield self.breach(week, first, f"{hours(found)} at the longest", f"{self.rest_h:g} h")
        elif week.later and (found := _longest(week.shifts, opens, min(closes, week.later[0].start))) < least:
            yield self.breach(week, first, f"{hours(found)} at the longest before next week", f"{self.rest_h:g} h")
        monday_before, until = at_clock(first, week.days[0] - WEEK), at_clock(first, week.days[0], MONDAY_MIN)
        last_week = tuple(takewhile(lambda shift: shift.start >= monday_before, reversed(week.past)))[::-1]
        if last_week:
            opens = _free(week.past[: -len(last_week)], monday_before)
            found = _longest(last_week, opens, min(first, until))
            if found < least <= _longest(last_week, opens, until):
                yield self.breach(week, first, f"{hours(found)} at the longest last week", f"{self.rest_h:g} h")


def _left_by(setting: Setting) -> tuple[int, int]:
    """Of earlier weeks as the engine counts: the minute after Monday 00:00 when the last shift ends, and the longest
    rest of last week before that shift; a week of which nothing is known was rest."""
    if not setting.past:
        return -7 * 1440, 7 * 1440
    zone = setting.past[-1][0].tzinfo
    opens_s, monday_s = (
        dt.datetime.combine(day, dt.time(), tzinfo=zone).timestamp()
        for day in (setting.days[0] - WEEK, setting.days[0])
    )
    free_s, longest_s = opens_s, 0.0
    for start, end, _ in setting.past:
        if start.timestamp() >= opens_s:
            longest_s = max(longest_s, start.timestamp() - free_s)
        free_s = max(free_s, end.timestamp())
    return int(free_s - monday_s) // 60, int(longest_s) // 60


def _until(setting: Setting) -> Iterator[int]:
    """The clock minute of next Monday until which the week's rest may count, and that of the first shift ahead."""
    yield MONDAY_MIN
    if setting.later:
        start = min(start for start, _, _ in setting.later)
        midnight = dt.datetime.combine(setting.days[-1] + dt.timedelta(days=1), dt.time(), tzinfo=start.tzinfo)
        yield int(start.timestamp() - midnight.timestamp()) // 60


def _free(past: Sequence[Shift], monday: dt.datetime) -> dt.datetime:
    """When the rest of a week may begin."""
    return max(monday, past[-1].end) if past else monday


def _longest(shifts: Sequence[Shift], opens: dt.datetime, closes: dt.datetime) -> float:
    """Minutes of the longest rest around and between ``shifts``."""
    edges = [opens, *(moment for shift in shifts for moment in (shift.start, shift.end)), closes]
    return max(minutes(a, b) for a, b in list(pairwise(edges))[::2])
