"""SVD factors of days x slots (Shen & Huang 2008, Manufacturing & Service Operations Management 10(3))."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecasts.ground import Ground

Floats = npt.NDArray[np.float64]
FACTORS = 4
HALF_LIFE_WEEKS = 6.0
MOST_DAYS = 500


def svd_factors(ground: Ground) -> Floats:
    """Root counts as a few day shapes with daily scores; scores forecast by weekday mean and AR(1); [H, S] contacts.

    Counts are freed of calendar effects first; holes take the level times the usual week. The square root makes
    Poisson noise alike everywhere (section 3.1 of the paper); its mean is put back by the ratio of past sums.
    """
    panel, known = ground.panel, ground.panel.known
    first = max(0, known - MOST_DAYS)
    fixed = ground.adjusted
    usual = ground.usual[ground.kind]
    stand_in = usual * np.exp(ground.level - fixed)[:, None]
    counts = panel.counts / np.exp(fixed)[:, None]
    rows = np.nonzero(np.isfinite(panel.counts[:known]).any(axis=1) & ~ground.odd)[0]
    rows = rows[rows >= first]
    if len(rows) < 2 * FACTORS:
        return np.asarray(stand_in[known:] * np.exp(fixed[known:])[:, None])
    table = np.sqrt(np.where(np.isfinite(counts[rows]), counts[rows], stand_in[rows]))
    weight = 0.5 ** ((known - rows) / 7.0 / (2 * HALF_LIFE_WEEKS))
    _, _, shapes = np.linalg.svd(table * np.sqrt(weight)[:, None], full_matrices=False)
    shapes = shapes[: min(FACTORS, len(shapes))]
    scores = table @ shapes.T
    ahead, mean = _scores_ahead(scores, rows, ground)
    typical = np.square(np.maximum(mean @ shapes, 0.0))
    lift = float((np.square(table) * weight[:, None]).sum() / max((typical * weight[:, None]).sum(), 1e-9))
    return np.asarray(np.square(np.maximum(ahead @ shapes, 0.0)) * np.exp(fixed[known:])[:, None] * lift)


def _scores_ahead(scores: Floats, rows: npt.NDArray[np.int64], ground: Ground) -> tuple[Floats, Floats]:
    """Scores of the future days [H, factors]: discounted weekday means plus the last day's deviation fading away.

    Beside them the weekday means of the past days [rows, factors].
    """
    known, kind = ground.panel.known, ground.kind
    weight = 0.5 ** ((known - rows) / 7.0 / HALF_LIFE_WEEKS)
    overall = weight @ scores / weight.sum()
    mean = np.tile(overall, (7, 1))
    for k in range(7):
        here = kind[rows] == k
        if here.any():
            mean[k] = (weight[here] @ scores[here] + 0.05 * overall) / (weight[here].sum() + 0.05)
    deviation = scores - mean[kind[rows]]
    follows = np.diff(rows) == 1
    ahead = np.arange(len(ground.panel.days) - known) + 1.0
    out = mean[kind[known:]].copy()
    for f in range(scores.shape[1]):
        x, y = deviation[:-1, f][follows], deviation[1:, f][follows]
        rho = float(np.clip((x @ y) / (x @ x), 0.0, 0.97)) if len(x) > 20 and x @ x > 0 else 0.0
        fade = rho ** (ahead + (known - 1 - rows[-1]))
        out[:, f] += deviation[-1, f] * fade
    return out, mean[kind[rows]]
