"""Forecast: how many contacts will come, as a distribution that can be read as quantiles or played as paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid

COLUMNS = ("start", "channel", "contacts", "p10", "p90", "aht_s", "aht_cv")


@dataclass(frozen=True)
class Spread:
    """How uncertain one channel is: coefficient of variation of the gamma factor shared by a day's intervals,
    and of the gamma factor of each interval beside it (0 = none); Poisson noise comes on top.

    Both are typical values over the span; columns ``day_cv`` and ``interval_cv`` of the forecast's frame, when
    there, say it row by row. Of the day's variance the share ``fading`` (0..1) is not the whole day's: its
    correlation falls by e every ``fade_h`` hours, so that the last hours say most of the next. ``hour_cv`` and
    ``own_cv`` are what an interval shares with its day and has alone beside Poisson, as past days showed (``hour_cv``
    0: too few days to tell).
    """

    channel: str
    day_cv: float
    interval_cv: float = 0.0
    fading: float = 0.0
    fade_h: float = 4.0
    hour_cv: float = 0.0
    own_cv: float = 0.0


@dataclass(frozen=True)
class Accuracy:
    """How a model did on past weeks of one channel, measured at rolling origins.

    ``wape`` = sum |error| / sum actual, ``bias`` = sum error / sum actual, ``coverage80`` the share of actuals
    inside p10..p90, ``coverage95`` inside p2.5..p97.5, ``weight`` the model's share in the
    combination (0 for baselines).
    """

    channel: str
    model: str
    wape: float
    bias: float
    coverage80: float
    weight: float
    origins: int
    coverage95: float = float("nan")


@dataclass(frozen=True)
class Forecast:
    """Contacts and handle time per channel and open interval.

    ``frame`` is long, sorted by (channel, start): ``contacts`` expected, ``p10``, ``p90`` quantiles of the count,
    ``aht_s`` mean handle time in seconds, ``aht_cv`` its coefficient of variation over contacts. Closed intervals
    have no row. ``correlation`` [channels, channels] of the day factors, in the order of ``spreads``.

    Columns that ``forecast_contacts`` adds: ``p025``, ``p975``; ``model_contacts`` before hand edits; ``day_cv``,
    ``interval_cv`` of each row. For the screens, None when not asked for: ``decomposition``, one row per channel and
    ``day`` with ``expected`` contacts and one ratio column per cause; ``backtest``, one row per channel, past
    ``origin`` (its first unknown day) and interval, with ``actual``, ``expected`` and the two baselines. ``quick``
    tells a first answer, made at once without any trial on past weeks.
    """

    grid: Grid
    frame: pd.DataFrame
    spreads: tuple[Spread, ...]
    correlation: npt.NDArray[np.float64] | None = None
    accuracy: tuple[Accuracy, ...] = ()
    notes: tuple[str, ...] = ()
    decomposition: pd.DataFrame | None = None
    backtest: pd.DataFrame | None = None
    quick: bool = False

    def __post_init__(self) -> None:
        missing = [c for c in COLUMNS if c not in self.frame.columns]
        if missing:
            raise ValueError(f"forecast lacks the columns {', '.join(missing)}")
        if self.frame[list(COLUMNS[2:])].isna().any(axis=None):
            raise ValueError("a forecast has no gaps: NaN found")

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(s.channel for s in self.spreads)

    def of(self, channel: str) -> pd.DataFrame:
        """One channel's rows, indexed by start."""
        return self.frame[self.frame["channel"] == channel].set_index("start").drop(columns="channel")
