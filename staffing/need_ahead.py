"""The need of the months ahead: as forecast for a quarter, beyond that as last year's same weeks grown as of late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasts.distribution import COLUMNS, Forecast, Spread
from forecasts.forecast import forecast_days
from forecasts.grid import Week, clock_min
from forecasts.sisters import with_borrowed
from staffing.centre import Centre
from staffing.sizing.options import Sizing
from staffing.sizing.size import size

NEAR_WEEKS = 13
YEAR_DAYS = 364
"""A year of whole weeks: Mondays follow Mondays."""
GROWTH_WEEKS = 26
GROWTH = (0.5, 2.0)
FORECAST, LAST_YEAR = "forecast", "last_year"
Watch = Callable[[int, int, str], bool]


def need_ahead(
    centre: Centre, weeks: Sequence[Week], *, watch: Watch = lambda _done, _total, _name: True
) -> pd.DataFrame:
    """Agent-hours on queues by ``week``, ``level`` and ``source`` (forecast or last_year): ``need_h``.

    Each week is sized like a week's roster, interval by interval alone; a channel without a past of its own goes by
    the sister's that it borrows, beyond the forecast too. ``watch`` may stop it with False. Raises
    ValueError when a week lies beyond the forecast and the history holds no year before it.
    """
    last = max(centre.history.frame["start"]).date()
    near = [w for w in weeks if (w.days[-1] - last).days <= 7 * NEAR_WEEKS]
    parts = [(w, FORECAST) for w in near] + [(w, LAST_YEAR) for w in weeks if w not in near]
    expected = _near(centre, near) if near else None
    known = replace(centre, history=with_borrowed(centre.history, centre.borrows)[0])
    rows = []
    for done, (week, source) in enumerate(parts, start=1):
        forecast = expected if source == FORECAST and expected is not None else last_year(known, week)
        frame = size(forecast, centre, week, options=Sizing(method="stationary")).frame
        agents = frame.groupby("queue")["agents"].sum() * centre.grid.interval_h
        for level in sorted({q.level for q in centre.queues}):
            names = [q.name for q in centre.level_queues(level)]
            rows.append((str(week), level, source, float(agents.reindex(names).sum())))
        if not watch(done, len(parts), str(week)):
            break
    return pd.DataFrame(rows, columns=["week", "level", "source", "need_h"])


def _near(centre: Centre, weeks: Sequence[Week]) -> Forecast:
    aht_s = {channel.name: channel.aht_s for channel in centre.channels}
    span = (weeks[0].monday, weeks[-1].days[-1])
    return forecast_days(centre.history, span, edits=centre.edits, origins=0, aht_s=aht_s, borrow=centre.borrows)


def last_year(centre: Centre, week: Week) -> Forecast:
    """The week as the same one of the latest year on record, times the growth of late.

    Growth: the last 26 weeks' contacts over those of a year before, where both are on record. An interval then closed
    or not recorded takes the mean of its weekday and clock time.
    """
    frames = [_as_then(centre, channel.name, week) for channel in centre.channels]
    frame = pd.concat(frames, ignore_index=True).sort_values(["channel", "start"], kind="stable", ignore_index=True)
    return Forecast(centre.grid, frame, tuple(Spread(c.name, 0.1) for c in centre.channels))


def _as_then(centre: Centre, name: str, week: Week) -> pd.DataFrame:
    own = centre.history.of(name)
    starts = centre.grid.week(week)
    starts = starts[centre.channel(name).opening.mask(starts)]
    last = own.index[-1].date()
    back = YEAR_DAYS * (1 + max(0, (week.days[-1] - last).days - 1) // YEAR_DAYS)
    if week.monday - dt.timedelta(days=back) < own.index[0].date():
        raise ValueError(f"channel {name} is on record from {own.index[0].date()}: not a year before {week}")
    when = pd.DatetimeIndex(own.index)
    then = pd.Series(own["offered"].to_numpy(dtype=float), index=when.tz_localize(None)).groupby(level=0).mean()
    contacts = then.reindex(starts.tz_localize(None) - pd.Timedelta(days=back)).to_numpy(dtype=float)
    usual = (
        own["offered"].groupby([pd.DatetimeIndex(own.index).day_of_week, clock_min(pd.DatetimeIndex(own.index))]).mean()
    )
    keys = pd.MultiIndex.from_arrays([starts.day_of_week, clock_min(starts)])
    contacts = np.where(np.isnan(contacts), usual.reindex(keys).fillna(0.0).to_numpy(dtype=float), contacts)
    contacts = contacts * _growth(then)
    frame = pd.DataFrame({"start": starts, "channel": name, "contacts": contacts, "p10": 0.0, "p90": 2 * contacts})
    frame["aht_s"], frame["aht_cv"] = _aht_s(own, centre.channel(name).aht_s), 1.0
    return frame[list(COLUMNS)]


def _growth(contacts: pd.Series) -> float:
    """Contacts of the last half year over those of the same instants a year before; 1 when hardly any match."""
    late = contacts[contacts.index > contacts.index[-1] - pd.Timedelta(weeks=GROWTH_WEEKS)]
    before = contacts.reindex(late.index - pd.Timedelta(days=YEAR_DAYS)).to_numpy(dtype=float)
    known = np.isfinite(before)
    if known.mean() < 0.5 or before[known].sum() <= 0:
        return 1.0
    return float(np.clip(late.to_numpy(dtype=float)[known].sum() / before[known].sum(), *GROWTH))


def _aht_s(own: pd.DataFrame, otherwise_s: float) -> float:
    late = own.iloc[-min(len(own), 5000) :]
    late = late[late["aht_s"].notna() & (late["offered"] > 0)]
    return float(np.average(late["aht_s"], weights=late["offered"])) if len(late) else otherwise_s
