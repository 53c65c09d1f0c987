"""One channel's forecast over a span, with everything that stands behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from threadpoolctl import ThreadpoolController

from forecasts.backtest import Trial, accuracy, baseline, combined, trials, weights
from forecasts.calibration import Calibration, PastErrors, calibrated, within_day
from forecasts.distribution import Accuracy, Spread
from forecasts.grid import clock_min
from forecasts.ground import Ground, ground_of
from forecasts.level import PRIOR
from forecasts.models import MODELS, QUICK
from forecasts.panel import Panel, place

Floats = npt.NDArray[np.float64]
LONGEST_DAYS = 98
LONGEST_TRIED_LEAD = 28
SHORT_DAYS = 28
RECENT_DAYS = 56
SHOWN_DAYS = 91
CAUSES = ("calendar", "season", "weekday season", "weekday", "month", "steps", "growth")


@dataclass(frozen=True)
class ChannelForecast:
    """``rates`` [days, S] contacts expected on every clock slot from ``first`` on; ``trials`` its past origins."""

    panel: Panel
    ground: Ground
    first: dt.date
    rates: Floats
    calibration: Calibration
    spread: Spread
    trials: tuple[Trial, ...]
    weights: dict[str, float]
    accuracy: tuple[Accuracy, ...]
    notes: tuple[str, ...]

    @property
    def channel(self) -> str:
        return self.panel.channel

    def rows(self, starts: pd.DatetimeIndex) -> pd.DataFrame:
        """Expected contacts and variation at open starts: columns start, channel, contacts, day_cv, interval_cv."""
        row = place(starts, self.first)
        contacts = self.rates[row, np.searchsorted(self.panel.slot_min, clock_min(starts))]
        sd = self.ground.split.sd[row + self.panel.row(self.first)]
        day, interval = self.calibration.cv(contacts, sd)
        columns = {"start": starts, "channel": self.channel, "contacts": contacts}
        return pd.DataFrame({**columns, "day_cv": day, "interval_cv": interval})


@lru_cache(maxsize=1)
def _pools() -> ThreadpoolController:
    """The libraries that compute with threads; to look for them takes as long as a panel."""
    return ThreadpoolController()


def channel_forecast(panel: Panel, first: dt.date, *, origins: int, quick: bool = False) -> ChannelForecast:
    """Forecast the panel's days from ``first`` to its last; raises ValueError past 14 weeks after the record.

    ``quick`` climbs no likelihood: the level's parts vary as thought beforehand, models that only add up weigh alike.
    """
    with _pools().limit(limits=1, user_api="blas"):  # Small matrices: threads would wait ten times longer than work.
        return _forecast(panel, first, 0 if quick else origins, quick)


def _forecast(panel: Panel, first: dt.date, origins: int, quick: bool) -> ChannelForecast:
    name, last = panel.channel, panel.days[-1]
    if len(panel.days) - panel.known > LONGEST_DAYS:
        raise ValueError(
            f"channel {name} is on record until {panel.days[panel.known - 1]}: {last} is over 13 weeks later"
        )
    lead = panel.row(first) - panel.known
    past = trials(panel, origins=origins, lead_days=min(lead, LONGEST_TRIED_LEAD))
    start = past[-1].ground.variances if past else None
    ground = ground_of(panel, tuple(PRIOR.values()), refit=False) if quick else ground_of(panel, start)
    notes = [*panel.notes, *ground.notes]
    recorded = panel.known
    if recorded < SHORT_DAYS:
        share = {"weekday average": 1.0}
        notes.append(f"{name}: {recorded} days of history, so the weekday average stands alone")
    elif quick:
        share = dict.fromkeys(QUICK, 1.0 / len(QUICK))
    else:
        share = weights(past)
    rates = combined(tuple((model, MODELS[model](ground)) for model in share), share)[lead:]
    errors = _past_errors(past, share)
    calibration = calibrated(errors, _recent(ground))
    notes += [f"{name}: {text}" for text in panel.marks.unknown(panel.known)]
    report = accuracy(name, past, weights(past), calibration)
    day, interval = calibration.cv(np.maximum(rates.mean(axis=1), 1e-9), ground.split.sd[panel.row(first) :])
    surprises = within_day(errors, panel.slot_min / 60)
    spread = Spread(name, float(np.mean(day)), float(np.mean(interval)), **asdict(surprises))
    return ChannelForecast(
        panel, ground, first, rates, calibration, spread, past, share, tuple(report), tuple(dict.fromkeys(notes))
    )


def _past_errors(past: tuple[Trial, ...], share: dict[str, float]) -> PastErrors | None:
    if not past:
        return None
    return PastErrors(
        np.concatenate([combined(t.forecasts, share) for t in past]),
        np.concatenate([t.actual for t in past]),
        np.concatenate([t.sd for t in past]),
    )


def _recent(ground: Ground) -> PastErrors:
    """The last eight weeks against the ground's own fit."""
    known = ground.panel.known
    rows = slice(max(0, known - RECENT_DAYS), known)
    expected = ground.usual[ground.kind[rows]] * np.exp(ground.level[rows])[:, None]
    return PastErrors(expected, ground.panel.counts[rows], ground.split.sd[rows])


def decomposition(part: ChannelForecast) -> pd.DataFrame:
    """Each recent and coming day of a channel: contacts expected and on record, and each cause's ratio (1 = none)."""
    panel, ground = part.panel, part.ground
    days = np.arange(max(0, panel.known - SHOWN_DAYS), len(panel.days))
    usual = np.where(panel.is_open[days], ground.usual[ground.kind[days]], 0.0).sum(axis=1)
    actual = np.where(days < panel.known, np.append(ground.observed, [np.nan])[np.minimum(days, panel.known)], np.nan)
    frame = pd.DataFrame({"channel": part.channel, "day": [panel.days[i] for i in days], "usual": usual})
    frame["expected"] = usual * np.exp(ground.level[days])
    frame["actual"] = actual
    for cause in CAUSES:
        frame[cause] = np.exp(ground.calendar[days] if cause == "calendar" else ground.part(cause)[days])
    return frame[frame["usual"] > 0].reset_index(drop=True)


def tried(part: ChannelForecast) -> pd.DataFrame:
    """Every past origin's week, interval by interval: actual, expected and the two baselines, contacts."""
    frames = []
    panel = part.panel
    for trial in part.trials:
        columns = {"actual": trial.actual, "expected": combined(trial.forecasts, part.weights)}
        columns |= {name: baseline(trial, name) for name in ("last week", "four-week mean")}
        row, slot = np.nonzero(np.isfinite(trial.actual))
        days = [panel.days[trial.first + i] for i in row]
        starts = [panel.grid.at(day, int(panel.slot_min[s])) for day, s in zip(days, slot, strict=True)]
        frame = pd.DataFrame({"channel": part.channel, "origin": panel.days[trial.known], "start": starts})
        frames.append(frame.assign(**{name: values[row, slot] for name, values in columns.items()}))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
