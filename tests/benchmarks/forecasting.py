"""Ours against the peers, on made-up centres and any real series given: rolling origins, 1 and 2 weeks ahead, hourly.

    python -m tests.benchmarks.forecasting [--us-bank bank_calls_5min.csv] [--origins 6] [--prophet] [--sets insurer]

Needs ``peers.txt`` beside it (statsforecast asks for pandas 2, so an environment of its own). Prints, per series and
as a geometric mean, WAPE and its ratio to each peer, coverage of our bands, and CPU seconds. Every method sees the same
past: open intervals only, gaps filled with the same interval one week before for peers that need whole series.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import pandas as pd

from forecasts.channel import channel_forecast
from forecasts.history import History
from forecasts.panel import Panel, panel_of
from forecasts.spread import count_quantile, total_cv
from tests.benchmarks.forecasting_series import SETS, bank_series, centre

DAYS = 14


@dataclass(frozen=True)
class Fold:
    """One origin: the open intervals known and asked for, with their day type; counts NaN where missing."""

    panel: Panel
    starts: pd.DatetimeIndex
    known: np.ndarray
    asked: pd.DatetimeIndex
    actual: np.ndarray
    holidays: frozenset[dt.date]
    season: int

    @property
    def whole(self) -> np.ndarray:
        """Known counts with holes filled from one week before (or the mean)."""
        values = self.known.copy()
        for i in np.nonzero(np.isnan(values))[0]:
            values[i] = values[i - self.season] if i >= self.season else np.nan
        return np.where(np.isnan(values), np.nanmean(values), values)


def folds(history: History, channel: str, origins: int, step_weeks: int) -> list[Fold]:
    offered = history.offered(channel)
    index = pd.DatetimeIndex(offered.index)
    last = index[-1].date() + dt.timedelta(days=1)
    out = []
    for i in range(origins - 1, -1, -1):
        first = last - dt.timedelta(days=DAYS + 7 * step_weeks * i)
        cut, end = history.grid.at(first, 0), history.grid.at(first + dt.timedelta(days=DAYS), 0)
        past, ahead = index < cut, (index >= cut) & (index < end)
        if past.sum() == 0 or (first - index[0].date()).days < 35:
            continue
        panel = panel_of(history.until(cut), channel, first + dt.timedelta(days=DAYS - 1))
        season = sum((closes - opens) // 60 for spans in history.opening(channel).weekdays for opens, closes in spans)
        named = frozenset(d for d, _ in history.holidays)
        known, actual = offered[past].to_numpy(), offered[ahead].to_numpy()
        out.append(Fold(panel, index[past], known, index[ahead], actual, named, season))
    return out


def ours(fold: Fold) -> np.ndarray:
    return _ours(fold)["contacts"].to_numpy()


def _ours(fold: Fold) -> pd.DataFrame:
    first = fold.asked[0].date()
    return channel_forecast(fold.panel, first, origins=6).rows(fold.asked)


def last_week(fold: Fold) -> np.ndarray:
    """Same clock time of the last known week, two weeks long if need be."""
    known = pd.Series(fold.known, index=fold.starts)
    local = fold.asked.tz_localize(None)
    past = pd.Series(known.to_numpy(), index=fold.starts.tz_localize(None)).groupby(level=0).mean()
    out = past.reindex(local - pd.Timedelta(weeks=1)).to_numpy()
    return np.where(np.isnan(out), past.reindex(local - pd.Timedelta(weeks=2)).to_numpy(), out)


def four_weeks(fold: Fold) -> np.ndarray:
    """Mean of the last four days of the same type, a public holiday counting as the quietest weekday."""
    frame = pd.DataFrame({"y": fold.known, "day": fold.starts.date, "hour": np.asarray(fold.starts.hour)})
    weekday = pd.Series(fold.starts.day_of_week, index=frame.index)
    quiet = int(frame.groupby(weekday)["y"].mean().idxmin())
    frame["kind"] = np.where(frame["day"].isin(fold.holidays), quiet, weekday)
    table = frame.groupby(["kind", "hour", "day"])["y"].mean().dropna().groupby(level=[0, 1]).tail(4)
    mean = table.groupby(level=[0, 1]).mean()
    kind = np.where([d in fold.holidays for d in fold.asked.date], quiet, fold.asked.day_of_week)
    return mean.reindex(pd.MultiIndex.from_arrays([kind, np.asarray(fold.asked.hour)])).to_numpy()


def statsforecast_model(make: Callable[[Fold], object]) -> Callable[[Fold], np.ndarray]:
    def run(fold: Fold) -> np.ndarray:
        model = make(fold)
        mean = model.forecast(y=fold.whole.astype(float), h=len(fold.asked))["mean"]  # type: ignore[attr-defined]
        return np.maximum(np.asarray(mean), 0.0)

    return run


def mstl_autoets(fold: Fold) -> object:
    from statsforecast.models import MSTL, AutoETS

    day = max(1, round(fold.season / max(1, len({d.weekday() for d in fold.starts[-2 * fold.season :].date}))))
    return MSTL(season_length=[day, fold.season], trend_forecaster=AutoETS(model="ZZN"))


def seasonal_es(fold: Fold) -> object:
    from statsforecast.models import SeasonalExponentialSmoothingOptimized

    return SeasonalExponentialSmoothingOptimized(season_length=fold.season)


def lightgbm(fold: Fold) -> np.ndarray:
    """Direct, own lags of two weeks and more plus calendar, Poisson objective."""
    import lightgbm as gbm

    starts = fold.starts.append(fold.asked)
    y = pd.Series(np.concatenate([fold.known, np.full(len(fold.asked), np.nan)]), index=starts.tz_localize(None))
    y = y.groupby(level=0).mean()
    local = starts.tz_localize(None)
    days = pd.Series(starts.date)
    near = [frozenset(d + dt.timedelta(days=k) for d in fold.holidays) for k in (0, 1, -1)]
    x = pd.DataFrame({"hour": local.hour, "weekday": local.day_of_week, "doy": local.dayofyear, "dom": local.day})
    for name, named in zip(("holiday", "after", "before"), near, strict=True):
        x[name] = days.isin(named).to_numpy().astype(int)
    for week in (2, 3, 4, 5, 6, 8):
        x[f"lag{week}"] = y.reindex(local - pd.Timedelta(weeks=week)).to_numpy()
    lags = x[[f"lag{w}" for w in (2, 3, 4, 5)]]
    x["mean4"] = lags.mean(axis=1)
    x["level"] = y.rolling(fold.season, min_periods=20).mean().reindex(local - pd.Timedelta(weeks=2)).to_numpy()
    n = len(fold.known)
    use = np.isfinite(fold.known) & np.isfinite(x["lag2"].to_numpy()[:n])
    options = {"n_estimators": 300, "learning_rate": 0.04, "num_leaves": 31, "min_child_samples": 20, "subsample": 0.8}
    model = gbm.LGBMRegressor(
        objective="poisson", subsample_freq=1, colsample_bytree=0.8, random_state=0, n_jobs=1, verbose=-1, **options
    )
    model.fit(x.iloc[:n][use], fold.known[use])
    return np.asarray(model.predict(x.iloc[n:]))


def prophet(fold: Fold) -> np.ndarray:
    from prophet import Prophet

    table = pd.DataFrame({"ds": fold.starts.tz_localize(None), "y": fold.known}).dropna()
    named = pd.DataFrame({"ds": pd.to_datetime(sorted(fold.holidays)), "holiday": "public"})
    model = Prophet(holidays=named if len(named) else None)
    model.fit(table)
    return np.maximum(model.predict(pd.DataFrame({"ds": fold.asked.tz_localize(None)}))["yhat"].to_numpy(), 0.0)


PEERS: dict[str, Callable[[Fold], np.ndarray]] = {
    "ours": ours,
    "last week": last_week,
    "four weeks": four_weeks,
    "mstl+autoets": statsforecast_model(mstl_autoets),
    "seasonal es": statsforecast_model(seasonal_es),
    "lightgbm": lightgbm,
}


def coverage(fold: Fold) -> tuple[float, float]:
    rows = _ours(fold)
    cv, mean = total_cv(rows["day_cv"].to_numpy(), rows["interval_cv"].to_numpy()), rows["contacts"].to_numpy()
    y = fold.actual
    seen = np.isfinite(y)
    low, p10, p90, high = (count_quantile(mean, cv, s) for s in (0.025, 0.1, 0.9, 0.975))
    return float(np.mean(((y >= p10) & (y <= p90))[seen])), float(np.mean(((y >= low) & (y <= high))[seen]))


def series(args: argparse.Namespace) -> list[tuple[str, History, str]]:
    out = []
    if args.us_bank:
        out.append(("us bank", bank_series(Path(args.us_bank)), "us bank"))
    for name in args.sets.split(",") if args.sets else SETS:
        history = centre(name, args.seed)
        out += [(f"{name}/{channel}", history, channel) for channel in history.channels]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--us-bank", default="")
    parser.add_argument("--origins", type=int, default=6)
    parser.add_argument("--step-weeks", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sets", default="")
    parser.add_argument("--prophet", action="store_true")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    peers = PEERS | ({"prophet": prophet} if args.prophet else {})
    ratios: dict[str, list[float]] = {name: [] for name in peers}
    seconds = dict.fromkeys(peers, 0.0)
    for name, history, channel in series(args):
        mine = folds(history, channel, args.origins, args.step_weeks)
        errors: dict[str, np.ndarray] = {}
        for peer, run in peers.items():
            began = time.process_time()
            answers = [run(fold) for fold in mine]
            seconds[peer] += time.process_time() - began
            errors[peer] = np.array([_errors(f, a) for f, a in zip(mine, answers, strict=True)]).sum(axis=0)
        cover = np.mean([coverage(fold) for fold in mine], axis=0)
        wape = {peer: e[:2] / e[2:] for peer, e in errors.items()}
        for peer in peers:
            ratios[peer].append(float(np.log(errors["ours"][:2].sum() / errors[peer][:2].sum())))
        text = "  ".join(f"{peer} {w[0]:.3f}/{w[1]:.3f}" for peer, w in wape.items())
        print(f"{name:24s} {text}  coverage {cover[0]:.3f}/{cover[1]:.3f}", flush=True)
    for peer, logs in ratios.items():
        print(
            f"ours / {peer:14s} {np.exp(np.mean(logs)):.3f}  worst {np.exp(max(logs)):.3f}  cpu {seconds[peer]:.1f} s"
        )


def _errors(fold: Fold, answer: np.ndarray) -> list[float]:
    """Absolute error of week 1 and 2, and their volume, where the actual is known."""
    week = np.array([(d - fold.asked[0].date()).days // 7 for d in fold.asked.date])
    seen = np.isfinite(fold.actual) & np.isfinite(answer)
    parts = [seen & (week == w) for w in (0, 1)]
    return [float(np.abs(answer - fold.actual)[p].sum()) for p in parts] + [float(fold.actual[p].sum()) for p in parts]


if __name__ == "__main__":
    main()
