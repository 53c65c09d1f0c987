"""How each model would have done on past weeks, and what that says of weights, bias and bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from forecasts.calibration import Calibration, mid_place
from forecasts.distribution import Accuracy
from forecasts.ground import Ground, ground_of
from forecasts.models import MODELS
from forecasts.panel import Panel
from forecasts.spread import total_cv

Floats = npt.NDArray[np.float64]
WEEK_DAYS = 7
MIN_KNOWN_DAYS = 28
MIN_ORIGINS = 3
POWER = 6.0
BASELINES = ("last week", "four-week mean")


@dataclass(frozen=True)
class Trial:
    """One past origin (``known`` days), the week forecast from there (from row ``first``) and what came.

    Arrays are [days, S] contacts, NaN where nothing is on record; ``sd`` [days] of the day's log level as thought then.
    """

    known: int
    first: int
    actual: Floats
    forecasts: tuple[tuple[str, Floats], ...]
    sd: Floats
    ground: Ground

    def of(self, model: str) -> Floats:
        return dict(self.forecasts)[model]


def trials(panel: Panel, *, origins: int, lead_days: int, days: int = WEEK_DAYS) -> tuple[Trial, ...]:
    """Forecast ``days`` days from up to ``origins`` past weekly cut-offs, ``lead_days`` ahead; oldest first.

    Every cut-off knows only what came before it; its hyperparameters start from those of the cut-off before.
    """
    done: list[Trial] = []
    variances: tuple[float, ...] | None = None
    cuts = [panel.known - lead_days - days - WEEK_DAYS * i for i in range(origins)]
    for known in sorted(c for c in cuts if c >= MIN_KNOWN_DAYS):
        first, last = known + lead_days, known + lead_days + days
        actual = panel.counts[first:last]
        if not np.isfinite(actual).any():
            continue
        cut = panel.cut(known)
        ground = ground_of(cut, variances)
        variances = ground.variances
        here = slice(lead_days, lead_days + days)
        ahead = tuple((name, model(ground)[here]) for name, model in MODELS.items())
        done.append(Trial(known, first, actual, ahead, ground.split.sd[first:last], ground))
    return tuple(done)


def weights(past: tuple[Trial, ...]) -> dict[str, float]:
    """Share of each model: equal until three origins are past, then inverse to the sixth power of its error."""
    if len(past) < MIN_ORIGINS:
        return {name: 1.0 / len(MODELS) for name in MODELS}
    error = np.array([max(_absolute(past, name), 1e-9) for name in MODELS])
    raw = (error / error.min()) ** -POWER
    return dict(zip(MODELS, (raw / raw.sum()).tolist(), strict=True))


def combined(forecasts: tuple[tuple[str, Floats], ...], share: dict[str, float]) -> Floats:
    """Weighted mean of the models' expectations."""
    return np.asarray(sum(share[name] * values for name, values in forecasts if name in share))


def _absolute(past: tuple[Trial, ...], model: str) -> float:
    return float(sum(np.nansum(np.abs(trial.of(model) - trial.actual)) for trial in past))


def poisson_floor(mean: Floats) -> float:
    """WAPE of a forecaster who knows the true rates: E|N - mu| summed over sum mu, N Poisson.

    E|N - mu| = 2 mu P(N = floor(mu)) (mean absolute deviation of the Poisson law; Johnson, Kemp & Kotz 2005, 4.3).

    >>> round(poisson_floor(np.array([100.0])), 4)
    0.0797
    """
    mu = mean[np.isfinite(mean) & (mean > 0)]
    return float((2 * mu * stats.poisson.pmf(np.floor(mu), mu)).sum() / mu.sum()) if len(mu) else 0.0


def accuracy(
    channel: str, past: tuple[Trial, ...], share: dict[str, float], bands: Calibration
) -> tuple[Accuracy, ...]:
    """The report's rows for one channel: each model, the combination, the baselines and the Poisson floor.

    The combination is scored as it would have been used: weights from the origins before each.
    """
    if not past:
        return ()
    actual = np.concatenate([t.actual for t in past])
    rows = {name: np.concatenate([t.of(name) for t in past]) for name in MODELS}
    rows["combination"] = np.concatenate([combined(t.forecasts, weights(past[:i])) for i, t in enumerate(past)])
    sd = np.repeat(np.concatenate([t.sd for t in past])[:, None], actual.shape[1], axis=1)
    for name in BASELINES:
        rows[name] = np.concatenate([baseline(t, name) for t in past])
    out = []
    for name, expected in rows.items():
        both = np.isfinite(actual) & np.isfinite(expected)
        y, mu = actual[both], expected[both]
        if y.sum() <= 0:
            continue
        day, interval = bands.cv(mu, sd[both])
        place = mid_place(y, np.maximum(mu, 1e-9), total_cv(day, interval))
        inside = [float(np.mean(np.abs(place - 0.5) <= level / 2)) for level in (0.8, 0.95)]
        wape, bias = float(np.abs(y - mu).sum() / y.sum()), float((mu - y).sum() / y.sum())
        out.append(Accuracy(channel, name, wape, bias, inside[0], share.get(name, 0.0), len(past), inside[1]))
    if out:
        floor = poisson_floor(rows["combination"])
        out.append(Accuracy(channel, "poisson floor", floor, 0.0, 0.8, 0.0, len(past)))
    return tuple(out)


def baseline(trial: Trial, name: str) -> Floats:
    """What a planner without a tool would say: last week's counts, or the mean of four weeks with holidays apart.

    The four-week mean takes the last four days of the same type, a public holiday counting as the rest day.
    """
    counts, kind = trial.ground.panel.counts, trial.ground.kind
    out = np.full_like(trial.actual, np.nan)
    for i in range(len(out)):
        day = trial.first + i
        if name == "last week":
            back = day - WEEK_DAYS * ((day - trial.known) // WEEK_DAYS + 1)
            rows = [back] if back >= 0 else []
        else:
            seen = np.isfinite(counts[: trial.known]).any(axis=1) & (kind[: trial.known] == kind[day])
            rows = np.nonzero(seen)[0][-4:].tolist()
        if rows:
            values = counts[rows]
            number = np.isfinite(values).sum(axis=0)
            total = np.where(np.isfinite(values), values, 0.0).sum(axis=0)
            out[i] = np.divide(total, number, out=np.full(len(total), np.nan), where=number > 0)
    return out
