"""What a centre has seen: contacts and handle time per channel and interval, validated once."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from forecasts.grid import Grid, Opening

COLUMNS = ("start", "channel", "offered", "handled", "abandoned", "aht_s", "wait_s")


@dataclass(frozen=True)
class Event:
    """Something that makes days special: a campaign, a reform, an outage.

    ``effect`` is the volume ratio when known beforehand (1.5 = half as many again), None when it must be learned
    from past occurrences of the same ``name``. ``leave_out`` keeps the days out of training (outage, strike).
    ``channels`` empty means every channel. Both days included. Raises ValueError on a last day before the first and on
    an effect that is no ratio above 0.
    """

    name: str
    first: dt.date
    last: dt.date
    channels: tuple[str, ...] = ()
    effect: float | None = None
    leave_out: bool = False

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"event {self.name}: last day {self.last} lies before first day {self.first}")
        if self.effect is not None and not 0 < self.effect < math.inf:
            raise ValueError(f"event {self.name}: effect must be a ratio above 0, got {self.effect}")


@dataclass(frozen=True)
class ChannelHours:
    """The hours in which a channel's contacts are expected; outside them a count is neither zero nor missing."""

    channel: str
    opening: Opening


@dataclass(frozen=True)
class History:
    """Contacts per channel and interval.

    ``frame`` is long, sorted by (channel, start), one row per channel and interval recorded:
    ``start`` tz-aware in ``grid.tz``; ``channel`` str; ``offered`` contacts arrived (float, >= 0); ``handled``,
    ``abandoned`` (float, NaN when unknown); ``aht_s`` mean handle time of the handled, seconds (NaN when unknown);
    ``wait_s`` mean wait of all offered, seconds (NaN when unknown). An open interval without a row is *missing*,
    not zero. Raises ValueError when a column is absent, a pair repeats, or a start is off the grid.
    """

    grid: Grid
    frame: pd.DataFrame
    hours: tuple[ChannelHours, ...]
    holidays: tuple[tuple[dt.date, str], ...] = ()
    school_holidays: tuple[dt.date, ...] = ()
    events: tuple[Event, ...] = ()

    def __post_init__(self) -> None:
        missing = [c for c in COLUMNS if c not in self.frame.columns]
        if missing:
            raise ValueError(f"history lacks the columns {', '.join(missing)}")
        if not isinstance(self.frame["start"].dtype, pd.DatetimeTZDtype):
            raise ValueError("history starts must be tz-aware")
        if self.frame.duplicated(["channel", "start"]).any():
            raise ValueError("history has the same channel and start twice")
        unknown = set(self.frame["channel"].unique()) - set(self.channels)
        if unknown:
            raise ValueError(f"history has channels without hours: {sorted(unknown)}")

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(h.channel for h in self.hours)

    def opening(self, channel: str) -> Opening:
        """The hours of one channel; KeyError when unknown."""
        for hours in self.hours:
            if hours.channel == channel:
                return hours.opening
        raise KeyError(channel)

    def of(self, channel: str) -> pd.DataFrame:
        """One channel's rows, indexed by start."""
        return self.frame[self.frame["channel"] == channel].set_index("start").drop(columns="channel")

    def offered(self, channel: str) -> pd.Series:
        """Contacts on every open interval from the first to the last recorded day; NaN where missing."""
        rows = self.of(channel)["offered"]
        if rows.empty:
            return rows
        starts = self.grid.span(rows.index[0].date(), rows.index[-1].date())
        return rows.reindex(starts[self.opening(channel).mask(starts)])

    def until(self, instant: pd.Timestamp) -> History:
        """The same history as it was known at ``instant`` (rows starting before it)."""
        kept = self.frame[self.frame["start"] < instant].reset_index(drop=True)
        return History(self.grid, kept, self.hours, self.holidays, self.school_holidays, self.events)
