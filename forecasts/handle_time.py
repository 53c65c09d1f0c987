"""Handle time: forecast apart from contacts, per channel, weekday and hour, weighted by volume."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import clock_min
from forecasts.history import History
from forecasts.panel import Panel

Floats = npt.NDArray[np.float64]
HALF_LIFE_WEEKS = 8.0
RECENT_HALF_LIFE_WEEKS = 2.0
LEVEL_SD = 0.08
"""How far a level of handle times may well have moved in some weeks."""
ODD_DAY = 0.15
PRIOR_CONTACTS = 60.0
CONTACT_CV = 1.0
LONGEST_S = 4 * 3600.0
MOST_RATIO = 6.0


def handle_time(
    history: History, channel: str, starts: pd.DatetimeIndex, *, panel: Panel | None = None
) -> tuple[Floats, Floats, list[str]]:
    """Mean handle time (s) and its coefficient of variation over contacts, for each start, and what was odd.

    Cells of weekday x hour are volume-weighted means, newer weeks counting more (half-life 8 weeks), shrunk to the
    weekday and hour margins by as much as 60 contacts. Their common level is that of the last weeks (half-life 2
    weeks), as far as these had contacts enough to tell: a new tool or script moves all of them at once. The
    coefficient of variation comes from how interval means scatter: a mean of n contacts has variance cv^2 / n. NaN
    means the history has none: the caller must say what stands in. Intervals that ``panel`` sets aside have no say here
    either, and none speaks for over six times as many contacts as a busy one.
    """
    rows = history.of(channel)
    rows = rows[rows["aht_s"].notna() & (rows["aht_s"] > 0)]
    kept = rows if panel is None else rows[panel.holds(pd.DatetimeIndex(rows.index))]
    rows = kept if len(kept) else rows
    contacts = rows["handled"].fillna(rows["offered"])
    rows, contacts = rows[contacts > 0], contacts[contacts > 0]
    if rows.empty:
        return np.full(len(starts), np.nan), np.full(len(starts), np.nan), []
    index, n = pd.DatetimeIndex(rows.index), contacts.to_numpy(dtype=float)
    n = np.minimum(n, MOST_RATIO * float(np.quantile(n, 0.9)))
    age = np.asarray((index[-1] - index) / pd.Timedelta(weeks=1), dtype=float)
    weight = n * 0.5 ** (age / HALF_LIFE_WEEKS)
    aht, notes = _without_absurd(rows["aht_s"].to_numpy(dtype=float), n, channel)
    mean = _shrunk_cells(aht, weight, _cell(index), _cell(starts))
    fitted = _shrunk_cells(aht, weight, _cell(index), _cell(index))
    enough = n >= 2
    cv = CONTACT_CV
    if enough.sum() >= 30:
        squared = ((aht / fitted - 1.0) ** 2 * n)[enough]
        cv = float(np.sqrt(np.mean(np.minimum(squared, 25.0 * np.median(squared) + 1e-9))))
    cv = float(np.clip(cv, 0.05, 3.0))
    recent = n * 0.5 ** (age / RECENT_HALF_LIFE_WEEKS)
    level = _recent_level(recent * aht, recent * fitted, n, index, (cv / LEVEL_SD) ** 2 * float(fitted.mean()))
    return mean * level, np.full(len(starts), cv), notes


def _recent_level(spent: Floats, due: Floats, n: Floats, index: pd.DatetimeIndex, prior: float) -> float:
    """Ratio of the handle time ``spent`` of late to that ``due``, pulled to 1 by a ``prior`` amount of it.

    Credibility (Buhlmann & Gisler 2005, ch. 3): a mean of n contacts varies by cv / sqrt(n), a level by ``LEVEL_SD``. A
    day apart from the others by more than chance is held near them.
    """
    day = np.unique(index.tz_localize(None).normalize(), return_inverse=True)[1]
    weight = np.bincount(day, due)
    level = np.bincount(day, spent) / weight
    order = np.argsort(level)
    typical = level[order][np.searchsorted(np.cumsum(weight[order]), 0.5 * weight.sum())]
    reach = np.maximum(ODD_DAY, 3.0 / np.sqrt(np.bincount(day, n)))
    held = np.clip(level, typical * (1 - reach), typical * (1 + reach))
    return float((held @ weight + prior) / (weight.sum() + prior))


def _without_absurd(aht: Floats, n: Floats, channel: str) -> tuple[Floats, list[str]]:
    """Interval means are held within ten times and a tenth of the median, or nearer when many contacts made them.

    A mean of n contacts strays like 1 / sqrt(n): beyond thrice (a third of) the median by over 7 / sqrt(n) is no
    chance. One contact may well have been very short, so times are capped below from two contacts on only.
    """
    usual = float(np.median(aht))
    most = np.minimum(10.0, 3.0 + 7.0 / np.sqrt(n))
    top = np.minimum(usual * most, max(LONGEST_S, usual))
    low = np.where(n >= 2, usual / most, 0.0)
    notes = []
    if (aht > top).any():
        notes.append(f"{channel}: {int((aht > top).sum())} handle times over {top[aht > top].min():.0f} s capped")
    if (aht < low).any():
        notes.append(
            f"{channel}: {int((aht < low).sum())} handle times under {low[aht < low].max():.0f} s raised to it"
        )
    return np.clip(aht, low, top), notes


def _cell(starts: pd.DatetimeIndex) -> npt.NDArray[np.int64]:
    """Weekday x hour cell, 0..167."""
    return np.asarray(starts.day_of_week, dtype=np.int64) * 24 + clock_min(starts) // 60


def _shrunk_cells(aht: Floats, weight: Floats, cell: npt.NDArray[np.int64], wanted: npt.NDArray[np.int64]) -> Floats:
    """Weighted cell means pulled to overall x weekday x hour ratios."""
    overall = float(aht @ weight / weight.sum())

    def ratios(group: npt.NDArray[np.int64], size: int) -> Floats:
        top = np.bincount(group, aht * weight, size) + PRIOR_CONTACTS * overall
        return np.asarray(top / (np.bincount(group, weight, size) + PRIOR_CONTACTS) / overall)

    weekday, hour = ratios(cell // 24, 7), ratios(cell % 24, 24)
    margin = overall * np.repeat(weekday, 24) * np.tile(hour, 7)
    top = np.bincount(cell, aht * weight, 168) + PRIOR_CONTACTS * margin
    return np.asarray(top / (np.bincount(cell, weight, 168) + PRIOR_CONTACTS))[wanted]
