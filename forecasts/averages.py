"""Averages and a discounted Poisson regression: the models that lean on the last weeks of the same weekday."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecasts.ground import Ground, filled, usual_week

Floats = npt.NDArray[np.float64]
AVERAGE_HALF_LIFE_WEEKS = 3.0
GLM_HALF_LIFE_WEEKS = 6.0
MEDIAN_WEEKS = 6
NEWTON_STEPS = 12
SPECIAL_SD = 0.15
TREND_SD = 0.01


def weekday_average(ground: Ground) -> Floats:
    """Discounted mean of the same weekdays and slots, freed of calendar effects and level shifts; [H, S] contacts."""
    adjust = ground.adjusted
    panel = ground.panel
    week = usual_week(ground.counts, ground.kind, adjust, half_life_weeks=AVERAGE_HALF_LIFE_WEEKS, known=panel.known)
    ahead = ground.future()
    return np.asarray(filled(week, panel)[ground.kind[ahead]] * np.exp(adjust[ahead])[:, None])


def weekday_median(ground: Ground) -> Floats:
    """Median level of the last six same weekdays times the usual week: deaf to one wild day; [H, S] contacts."""
    adjust = ground.adjusted
    known = ground.panel.known
    with np.errstate(divide="ignore", invalid="ignore"):
        level = ground.observed / (ground.exposure * np.exp(adjust[:known]))
    usable = np.isfinite(level) & ~ground.wild
    overall = float(np.median(level[usable][-30:])) if usable.any() else 1.0
    typical = np.full(7, overall)
    for k in range(7):
        last = level[usable & (ground.kind[:known] == k)][-MEDIAN_WEEKS:]
        if len(last) >= 3:
            typical[k] = float(np.median(last))
    ahead = ground.future()
    kind = ground.kind[ahead]
    return np.asarray(ground.usual[kind] * (typical[kind] * np.exp(adjust[ahead]))[:, None])


def poisson_glm(ground: Ground) -> Floats:
    """Poisson regression, log link: weekday x slot cells and day covariates, discounted with a 6-week half-life.

    The cells are saturated, so given the covariates their estimate is a ratio of sums; given the cells, the
    covariates (calendar as offset from the long history, its recent deviation, a trend) are a small penalised
    Newton problem on day totals. Alternating both is the maximum of the full likelihood. [H, S] contacts.
    """
    panel, known = ground.panel, ground.panel.known
    offset = ground.adjusted
    x = _covariates(ground)
    penalty = np.concatenate([[1.0 / TREND_SD**2], np.full(x.shape[1] - 1, 1.0 / SPECIAL_SD**2)])
    beta = np.zeros(x.shape[1])
    weight = 0.5 ** (ground.age_weeks() / GLM_HALF_LIFE_WEEKS)
    seen = np.isfinite(ground.counts[:known])
    contacts = np.where(seen, ground.counts[:known], 0.0).sum(axis=1)
    week = ground.usual
    scale = max(1.0, _dispersion(ground))
    for _ in range(NEWTON_STEPS):
        log_level = offset + x @ beta
        week = usual_week(ground.counts, ground.kind, log_level, half_life_weeks=GLM_HALF_LIFE_WEEKS, known=known)
        mean = np.where(seen, np.nan_to_num(week[ground.kind[:known]]), 0.0).sum(axis=1) * np.exp(log_level[:known])
        gradient = x[:known].T @ (weight * (contacts - mean)) / scale - penalty * beta
        curvature = (x[:known] * (weight * mean)[:, None]).T @ x[:known] / scale + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    ahead = ground.future()
    week = filled(week, panel)
    return np.asarray(week[ground.kind[ahead]] * np.exp(offset + x @ beta)[ahead][:, None])


def _covariates(ground: Ground) -> Floats:
    """Damped trend in weeks (flat from two weeks past the last day) and the calendar columns; [D, 1 + F]."""
    weeks = (np.arange(len(ground.panel.days)) - (ground.panel.known - 1)) / 7.0
    trend = np.where(weeks <= 0, weeks, 2.0 * (1 - np.exp(-np.maximum(weeks, 0) / 2.0)))
    return np.column_stack([trend, ground.panel.marks.values])


def _dispersion(ground: Ground) -> float:
    """Variance over mean of recent day totals around the level fitted."""
    known = ground.panel.known
    mean = ground.exposure * np.exp(ground.level[:known])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (ground.observed - mean) ** 2 / mean
    ratio = ratio[np.isfinite(ratio) & ~ground.wild][-120:]
    return float(np.mean(ratio)) if len(ratio) else 1.0
