"""Handle time: forecast apart from contacts, per channel, weekday and hour, weighted by volume."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import clock_min
from forecasts.history import History

Floats = npt.NDArray[np.float64]
HALF_LIFE_WEEKS = 8.0
PRIOR_CONTACTS = 60.0
CONTACT_CV = 1.0
LONGEST_S = 4 * 3600.0


def handle_time(history: History, channel: str, starts: pd.DatetimeIndex) -> tuple[Floats, Floats, list[str]]:
    """Mean handle time (s) and its coefficient of variation over contacts, for each start, and what was odd.

    Cells of weekday x hour are volume-weighted means, newer weeks counting more (half-life 8 weeks), shrunk to the
    weekday and hour margins by as much as 60 contacts. The coefficient of variation comes from how interval means
    scatter: a mean of n contacts has variance cv^2 / n. NaN means the history has none: the caller must say what
    stands in.
    """
    rows = history.of(channel)
    rows = rows[rows["aht_s"].notna() & (rows["aht_s"] > 0)]
    contacts = rows["handled"].fillna(rows["offered"])
    rows, contacts = rows[contacts > 0], contacts[contacts > 0]
    if rows.empty:
        return np.full(len(starts), np.nan), np.full(len(starts), np.nan), []
    aht, notes = _without_absurd(rows["aht_s"].to_numpy(dtype=float), channel)
    index = pd.DatetimeIndex(rows.index)
    age = np.asarray((index[-1] - index) / pd.Timedelta(weeks=1), dtype=float)
    weight = contacts.to_numpy(dtype=float) * 0.5 ** (age / HALF_LIFE_WEEKS)
    mean = _shrunk_cells(aht, weight, _cell(index), _cell(starts))
    fitted = _shrunk_cells(aht, weight, _cell(index), _cell(index))
    n = contacts.to_numpy(dtype=float)
    enough = n >= 2
    cv = CONTACT_CV
    if enough.sum() >= 30:
        squared = ((aht / fitted - 1.0) ** 2 * n)[enough]
        cv = float(np.sqrt(np.mean(np.minimum(squared, 25.0 * np.median(squared) + 1e-9))))
    return mean, np.full(len(starts), np.clip(cv, 0.05, 3.0)), notes


def _without_absurd(aht: Floats, channel: str) -> tuple[Floats, list[str]]:
    """Interval means are capped at ten times the median, so that one forgotten line does not rule its cell."""
    top = min(10.0 * float(np.median(aht)), max(LONGEST_S, float(np.median(aht))))
    odd = aht > top
    notes = [f"{channel}: {int(odd.sum())} handle times over {top:.0f} s capped"] if odd.any() else []
    return np.minimum(aht, top), notes


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
