"""How far a forecast was off in agents, not contacts: what past weeks would have asked for, expected against actual."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from staffing.centre import Centre, Channel
from staffing.sizing.channels import kind_of
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import agents_for

COLUMNS = ("channel", "model", "agents_mean", "agents_error", "agents_bias")
MODELS = {"expected": "combination", "last week": "last week", "four-week mean": "four-week mean"}


def agents_error(forecast: Forecast, centre: Centre) -> pd.DataFrame:
    """Error in agents over the forecast's past origins, one row per channel and model; COLUMNS.

    ``agents_mean`` agents an interval that the actual contacts asked for, ``agents_error`` mean absolute and
    ``agents_bias`` mean difference of what the expectation asked for (above zero: too many). Each channel is sized
    alone at its queue's target and the week's mean handle time; work that may wait counts its erlangs. Empty when
    nothing was tried.

    >>> from dataclasses import replace
    >>> from tests import tiny
    >>> past = {"channel": "phone", "actual": [12.0, 24.0], "expected": [12.0, 18.0]}
    >>> tried = pd.DataFrame({**past, "last week": [18.0, 18.0], "four-week mean": [12.0, 24.0]})
    >>> told = agents_error(replace(tiny.forecast(), backtest=tried), tiny.centre())
    >>> told[["model", "agents_error", "agents_bias"]].to_numpy().tolist()
    [['combination', 0.5, -0.5], ['last week', 1.0, 0.0], ['four-week mean', 0.0, 0.0]]
    """
    tried = forecast.backtest
    if tried is None or tried.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = []
    for channel in centre.channels:
        mine = tried[tried["channel"] == channel.name]
        if mine.empty:
            continue
        asked = _agents(forecast, centre, channel, mine["actual"].to_numpy(dtype=np.float64))
        for column, model in MODELS.items():
            off = _agents(forecast, centre, channel, mine[column].to_numpy(dtype=np.float64)) - asked
            error, bias = float(np.nanmean(np.abs(off))), float(np.nanmean(off))
            rows.append((channel.name, model, float(asked.mean()), error, bias))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _agents(forecast: Forecast, centre: Centre, channel: Channel, contacts: Floats) -> Floats:
    """Agents that so many contacts in an interval ask for; NaN stays NaN."""
    queue, week = centre.queue(channel.queue), forecast.of(channel.name)
    weight = np.maximum(week["contacts"].to_numpy(dtype=np.float64), 1e-9)
    aht_s = float(np.average(week["aht_s"].to_numpy(dtype=np.float64), weights=weight)) + queue.pacing_s
    load_erl = contacts * aht_s / (60.0 * centre.grid.interval_min)
    if not kind_of(queue.kind).live:
        return load_erl
    known = np.isfinite(load_erl)
    agents = agents_for(
        queue.target,
        np.where(known, load_erl, 0.0),
        aht_s,
        patience=queue.patience_s,
        max_occupancy=queue.max_occupancy,
    )
    return np.where(known, agents, np.nan)


def accuracy_report(forecast: Forecast, centre: Centre) -> pd.DataFrame:
    """The backtest in one table: each model of each channel with its error in contacts (shares of the actual ones, see
    ``Accuracy``) and, where sized, in agents an interval; empty when nothing was tried.

    >>> from dataclasses import replace
    >>> from forecasts.distribution import Accuracy
    >>> from tests import tiny
    >>> past = {"channel": "phone", "actual": [12.0, 24.0], "expected": [12.0, 18.0]}
    >>> tried = pd.DataFrame({**past, "last week": [18.0, 18.0], "four-week mean": [12.0, 24.0]})
    >>> weighed = (Accuracy("phone", "combination", 0.17, -0.17, 0.8, 1.0, 1),)
    >>> told = accuracy_report(replace(tiny.forecast(), backtest=tried, accuracy=weighed), tiny.centre())
    >>> told[["model", "wape", "agents_error"]].to_numpy().tolist()
    [['combination', 0.17, 0.5]]
    """
    told = pd.DataFrame([vars(line) for line in forecast.accuracy])
    if told.empty:
        return told
    return told.merge(agents_error(forecast, centre), on=["channel", "model"], how="left")
