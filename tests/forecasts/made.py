"""Histories made for tests: known rates, so that a forecast can be held against the truth."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasts.grid import Grid, Opening, Week, always_open
from forecasts.history import COLUMNS, ChannelHours, Event, History

GRID = Grid("Europe/Paris", 60)
WEEK = Week.parse("2026-W24")
OFFICE = Opening(weekdays=(((480, 1080),),) * 5 + ((), ()))


def frame_of(channel: str, counts: pd.Series, aht_s: float = 240.0) -> pd.DataFrame:
    frame = pd.DataFrame({"start": counts.index, "channel": channel, "offered": counts.to_numpy(), "aht_s": aht_s})
    for column in ("handled", "abandoned", "wait_s"):
        frame[column] = np.nan
    return frame[list(COLUMNS)]


def counts(
    weeks: int, rate: float, seed: int = 0, *, opening: Opening = OFFICE, growth_week: float = 0.0, day_cv: float = 0.0
) -> pd.Series:
    """Poisson counts for the weeks before WEEK; busier Mondays, a morning hump; growing by a rate a week."""
    starts = GRID.span(WEEK.plus(-weeks).monday, WEEK.plus(-1).days[-1])
    starts = starts[opening.mask(starts)]
    rng = np.random.default_rng(seed)
    age = np.asarray((GRID.at(WEEK.monday, 0) - starts) / pd.Timedelta(weeks=1), dtype=float)
    _, day = np.unique(np.asarray(starts.tz_localize(None).normalize()), return_inverse=True)
    factor = rng.gamma(1 / day_cv**2, day_cv**2, day.max() + 1)[day] if day_cv else 1.0
    return pd.Series(rng.poisson(truth(starts, rate) * (1 + growth_week) ** -age * factor).astype(float), index=starts)


def truth(starts: pd.DatetimeIndex, rate: float) -> np.ndarray:
    hump = 1 + 0.5 * np.cos((np.asarray(starts.hour) - 10) / 24 * 2 * np.pi)
    return np.asarray(rate * hump * np.where(np.asarray(starts.day_of_week) == 0, 1.3, 1.0))


def history(
    *frames: pd.DataFrame, opening: Opening = OFFICE, events: tuple[Event, ...] = (), **special: object
) -> History:
    frame = pd.concat(frames, ignore_index=True).sort_values(["channel", "start"], ignore_index=True)
    hours = tuple(ChannelHours(str(name), opening) for name in dict.fromkeys(frame["channel"]))
    return History(GRID, frame, hours, events=events, **special)  # type: ignore[arg-type]


__all__ = ["GRID", "OFFICE", "WEEK", "always_open", "counts", "frame_of", "history", "truth"]
