"""Shift minutes and instants, right over a clock change."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from forecasts.grid import Grid, Week

CHANGED_MIN = 240
"""Clocks change before 4:00 everywhere the law of these packs holds."""


@dataclass(frozen=True)
class Clock:
    """Shift minutes and instants. Shifts are laid out from opening time, ``low_min`` by the clock, in elapsed
    minutes; on a day whose clocks change after opening, from ``CHANGED_MIN``, so that meals and nights are where the
    clock says. Nobody starts before that on such a day: who works its early hours started the evening before."""

    grid: Grid
    week: Week
    low_min: int

    def first_min(self, day: int) -> int:
        """The clock minute from which weekday ``day`` is laid out."""
        date = self.week.days[day]
        if self.low_min >= CHANGED_MIN:
            return self.low_min
        spent = self.grid.at(date, CHANGED_MIN) - self.grid.at(date, self.low_min)
        return self.low_min if spent == pd.Timedelta(minutes=CHANGED_MIN - self.low_min) else CHANGED_MIN

    @cached_property
    def firsts(self) -> tuple[tuple[int, pd.Timestamp, int], ...]:
        """Per weekday its first minute, when that is, and how many minutes after Monday 0:00."""
        monday, found = self.grid.at(self.week.monday, 0), []
        for day, date in enumerate(self.week.days):
            first = self.first_min(day)
            at = self.grid.at(date, first)
            found.append((first, at, int((at - monday).total_seconds() // 60)))
        return tuple(found)

    def instant(self, day: int, minute: int) -> pd.Timestamp:
        """The instant of shift minute ``minute`` of weekday ``day``."""
        first, at, _ = self.firsts[day]
        return at + pd.Timedelta(minutes=minute - first)

    def minute(self, day: int, instant: pd.Timestamp) -> int:
        """The shift minute of an instant, the inverse of ``instant``."""
        first, at, _ = self.firsts[day]
        return first + int((instant - at).total_seconds() // 60)

    def elapsed(self, day: int, minute: int) -> int:
        """Minutes since Monday 0:00 at shift minute ``minute`` of ``day``."""
        first, _, since = self.firsts[day]
        return since + minute - first
