"""The ground all models stand on: day types, the usual week of a channel, and its daily level split into causes.

The log of each day's level (contacts over what the usual week says) is a sum of independent Gaussian parts: slow and
fast drift, growth, weekday drift, season, place in the month, calendar effects, noise. Variances are found by
penalised marginal likelihood, parts by the best linear predictor (Rasmussen & Williams 2006, eq. 2.25, 2.30, 5.9):
the regression form of an unobserved-components model, exact under missing days and short histories.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

from forecasts.panel import Panel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PARTS = ("drift", "wander", "ripple", "weekday", "growth", "season", "month", "calendar", "noise")
PRIOR = {
    "drift": 0.02,
    "wander": 0.004,
    "ripple": 0.004,
    "weekday": 0.001,
    "growth": 0.02,
    "season": 0.01,
    "month": 0.001,
    "calendar": 1.0,
    "noise": 0.004,
}
PRIOR_SD = 1.2
STEP_VARIANCE = 0.1
STEP_GAIN = 8.0
STEP_MARGIN_DAYS = 5
MAX_STEPS = 3
LEVEL_DAYS = 1100
FIT_DAYS = 420
SURPRISE = 3.5
FEATURE_SD = (("holiday ", 0.3), ("holiday", 0.4), ("eve", 0.15), ("day after", 0.15), ("bridge", 0.25))
EVENT_SD = 1.0
OTHER_SD = 0.15


@dataclass(frozen=True)
class Ground:
    """What a channel's past says at one origin; arrays over the panel's D days.

    ``kind`` [D] day type 0..6 (a holiday may borrow the rest day's); ``usual`` [7, S] contacts per slot at level 1;
    ``level`` [D] log level expected, of which ``calendar`` [D] is due to the calendar and events and ``steps`` to
    level shifts; ``parts`` each named part [D]; ``sd`` [D] standard deviation of the log level;
    ``variances`` the fitted hyperparameters.
    """

    panel: Panel
    kind: Ints
    usual: Floats
    level: Floats
    calendar: Floats
    parts: tuple[tuple[str, Floats], ...]
    sd: Floats
    observed: Floats
    exposure: Floats
    variances: tuple[float, ...]
    shifts: tuple[tuple[dt.date, float], ...] = ()
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def weeks(self) -> float:
        """Weeks of history on record."""
        return float(np.isfinite(self.panel.counts).any(axis=1).sum() / max(self._open_days_per_week, 1.0))

    @property
    def _open_days_per_week(self) -> float:
        return 7.0 * float(self.panel.is_open.any(axis=1).mean())

    def part(self, name: str) -> Floats:
        """One part of the log level on every day; KeyError when unknown."""
        return dict(self.parts)[name]

    def age_weeks(self) -> Floats:
        """Age of each known day in weeks, seen from the first unknown day; shape [known]."""
        return np.arange(self.panel.known, 0, -1) / 7.0

    def future(self) -> slice:
        return slice(self.panel.known, len(self.panel.days))


def ground_of(panel: Panel, variances: tuple[float, ...] | None = None, *, refit: bool = True) -> Ground:
    """Study a panel; ``variances`` start (or, without ``refit``, replace) the search for hyperparameters."""
    kind, notes = _kinds(panel)
    usual = usual_week(panel.counts, kind, np.zeros(len(kind)), half_life_weeks=26.0, known=panel.known)
    observed, exposure = day_level(panel, usual, kind)
    fit = _Level(panel, kind, observed, exposure)
    theta = fit.search(variances) if refit or variances is None else np.log(np.asarray(variances))
    parts, sd, shifts = fit.predict(theta)
    level = np.asarray(sum(values for name, values in parts if name != "noise"))
    usual = usual_week(panel.counts, kind, level, half_life_weeks=13.0, known=panel.known)
    usual = filled(usual, panel)
    observed, exposure = day_level(panel, usual, kind)
    named = dict(parts)
    calendar = named["calendar"] + np.log(panel.marks.given)
    found = tuple(f"{panel.channel}: volume {np.expm1(s):+.0%} since about {day}" for day, s in shifts)
    return Ground(
        panel,
        kind,
        usual,
        level,
        calendar,
        parts,
        sd,
        observed,
        exposure,
        tuple(np.exp(theta)),
        shifts,
        (*notes, *found),
    )


def _kinds(panel: Panel) -> tuple[Ints, list[str]]:
    """Day type of each day: its weekday, or the quietest weekday on a public holiday unless the past says otherwise."""
    kind = panel.weekday
    holiday = panel.marks.holiday
    totals = _totals(panel.counts, kind, ~holiday)
    if not holiday.any() or not np.isfinite(totals).any():
        return kind, []
    rest = int(np.nanargmin(totals))
    if totals[rest] > 0.75 * np.nanmedian(totals):
        return kind, []
    past = [i for i in np.nonzero(holiday)[0] if np.isfinite(panel.counts[i]).any() and np.isfinite(totals[kind[i]])]
    if len(past) >= 3:
        seen = np.array([np.nansum(panel.counts[i]) for i in past]) + 0.5
        as_own = np.abs(np.log(seen / (totals[kind[past]] + 0.5)))
        as_rest = np.abs(np.log(seen / (totals[rest] + 0.5)))
        if as_own.sum() < as_rest.sum():
            return kind, [f"{panel.channel}: public holidays look like ordinary days here"]
    return np.where(holiday, rest, kind), []


def _totals(counts: Floats, kind: Ints, use: Bools) -> Floats:
    """Mean day total per weekday, NaN where never seen."""
    out = np.full(7, np.nan)
    seen = np.isfinite(counts).any(axis=1) & use
    for k in range(7):
        rows = counts[seen & (kind == k)]
        if len(rows):
            out[k] = float(np.nansum(rows) / len(rows))
    return out


def usual_week(counts: Floats, kind: Ints, log_level: Floats, *, half_life_weeks: float, known: int) -> Floats:
    """Contacts per weekday and slot at level 1 [7, S]: discounted counts over levels; NaN if never seen."""
    weight = 0.5 ** (np.arange(known, 0, -1) / 7.0 / half_life_weeks)
    level = np.exp(log_level[:known])
    seen = np.isfinite(counts[:known])
    out = np.full((7, counts.shape[1]), np.nan)
    for k in range(7):
        rows = kind[:known] == k
        if not rows.any():
            continue
        top = (weight[rows, None] * np.where(seen[rows], counts[:known][rows], 0.0)).sum(axis=0)
        bottom = (weight[rows] * level[rows]) @ seen[rows]
        out[k] = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return out


def filled(usual: Floats, panel: Panel) -> Floats:
    """A usual week without holes: an unseen weekday takes the mean of the others, an unseen slot its neighbours'."""
    if not np.isfinite(usual).any():
        return np.zeros_like(usual)
    slots = np.arange(usual.shape[1])
    seen = np.isfinite(usual)
    mean = np.divide(np.where(seen, usual, 0.0).sum(0), seen.sum(0), out=np.full(len(slots), np.nan), where=seen.any(0))
    known = np.isfinite(mean)
    mean = np.interp(slots, slots[known], mean[known])
    out = usual.copy()
    for k in range(7):
        holes = ~seen[k]
        if holes.any():
            here = seen[k] & (mean > 0)
            ratio = usual[k, here].sum() / mean[here].sum() if here.any() else 1.0
            out[k, holes] = mean[holes] * ratio
    return out


def day_level(panel: Panel, usual: Floats, kind: Ints) -> tuple[Floats, Floats]:
    """Contacts of each known day and what the usual week expected on the same slots; NaN where nothing is on record."""
    counts, expected = panel.counts[: panel.known], usual[kind[: panel.known]]
    both = np.isfinite(counts) & np.isfinite(expected)
    some = both.any(axis=1)
    seen = np.where(some, np.where(both, counts, 0.0).sum(axis=1), np.nan)
    return seen, np.where(some, np.where(both, expected, 0.0).sum(axis=1), np.nan)


class _Level:
    """The Gaussian decomposition of one channel's daily log level."""

    def __init__(self, panel: Panel, kind: Ints, observed: Floats, exposure: Floats) -> None:
        self.panel = panel
        self.days = len(panel.days)
        use = np.isfinite(observed) & (np.nan_to_num(exposure) > 0)
        use[: max(0, panel.known - LEVEL_DAYS)] = False
        self.rows = np.nonzero(use)[0]
        given = panel.marks.given[self.rows]
        count, expected = observed[self.rows], exposure[self.rows] * given
        self.z = np.log((count + 0.5) / (expected + 0.5))
        self.noise = 1.0 / (np.maximum(np.minimum(count, expected * 3), 0.3 * expected) + 0.5)
        self.kind = kind
        self.features, self.names = self._features()
        self.ordinary = ~(np.abs(self.features[self.rows]) > 0).any(axis=1)
        self.steps = np.zeros((self.days, 0))

    def _features(self) -> tuple[Floats, tuple[str, ...]]:
        """Calendar columns scaled by how large an effect is thought to be beforehand."""
        names = self.panel.marks.names
        scale = [next((sd for start, sd in FEATURE_SD if n.startswith(start)), OTHER_SD) for n in names]
        scale = [EVENT_SD if n.startswith("event ") else s for n, s in zip(names, scale, strict=True)]
        return self.panel.marks.values * np.array(scale)[None, :], names

    def kernels(self, left: Ints, right: Ints) -> dict[str, Floats]:
        """Unit covariance of each part between two sets of days."""
        gap = np.abs(left[:, None] - right[None, :]).astype(float)
        same = self.kind[left][:, None] == self.kind[right][None, :]
        years = np.arange(self.days) / 365.25
        years = years - years[self.panel.known - 1]
        month = _month_place(self.panel.days)
        return {
            "drift": np.exp(-gap / 150.0),
            "wander": np.exp(-gap / 21.0),
            "ripple": np.exp(-gap / 3.0),
            "weekday": same * np.exp(-gap / 90.0),
            "growth": np.outer(years[left], years[right]),
            "season": np.exp(-2.0 * np.sin(np.pi * gap / 365.25) ** 2 / 0.6**2),
            "month": month[left] @ month[right].T,
            "calendar": self.features[left] @ self.features[right].T,
        }

    def search(self, start: tuple[float, ...] | None) -> Floats:
        """Hyperparameters (log variances, in the order of PARTS) of highest penalised marginal likelihood."""
        prior = np.log([PRIOR[name] for name in PARTS])
        theta = prior if start is None else np.log(np.asarray(start))
        rows = slice(max(0, len(self.rows) - FIT_DAYS), None)
        if len(self.rows) < 15:
            return prior
        at, z, noise = self.rows[rows], self.z[rows], self.noise[rows]
        stack = np.stack(list(self.kernels(at, at).values()))
        z = z - z.mean()

        def loss(t: Floats) -> tuple[float, Floats]:
            v = np.exp(t)
            k = np.tensordot(v[:-1], stack, axes=1)
            k[np.diag_indices_from(k)] += v[-1] + noise
            chol = linalg.cholesky(k, lower=True, check_finite=False, overwrite_a=True)
            inverse = _inverse(chol)
            a = inverse @ z
            value = 0.5 * z @ a + np.log(np.diag(chol)).sum() + 0.5 * (((t - prior) / PRIOR_SD) ** 2).sum()
            m = inverse - np.outer(a, a)
            grad = np.array([0.5 * v[j] * np.vdot(m, stack[j]) for j in range(len(stack))])
            grad = np.append(grad, 0.5 * v[-1] * np.trace(m))
            return float(value), grad + (t - prior) / PRIOR_SD**2

        bounds = [(p - 5.0, p + 4.0) for p in prior]
        found = optimize.minimize(
            loss, theta, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 25 if start is None else 8}
        )
        return np.asarray(found.x, dtype=float)

    def predict(
        self, theta: Floats
    ) -> tuple[tuple[tuple[str, Floats], ...], Floats, tuple[tuple[dt.date, float], ...]]:
        """Every part on every day, the standard deviation of their sum, and the level shifts found."""
        if not len(self.rows):
            zero = np.zeros(self.days)
            return tuple((name, zero) for name in (*PARTS[:-1], "steps", "base")), zero, ()
        v = np.exp(theta)
        k = sum(v[j] * b for j, b in enumerate(self.kernels(self.rows, self.rows).values()))
        k = np.asarray(k) + 4.0  # an unknown overall level
        noise = self.noise + v[-1]
        noise = self._forgiving(k, noise)
        shifts = self._find_steps(k, noise)
        if self.steps.shape[1]:
            k = k + STEP_VARIANCE * self.steps[self.rows] @ self.steps[self.rows].T
        a = linalg.solve(k + np.diag(noise), self.z, assume_a="pos", check_finite=False)
        every = np.arange(self.days)
        cross = self.kernels(every, self.rows)
        parts = [(name, v[j] * (cross[name] @ a)) for j, name in enumerate(PARTS[:-1])]
        parts.append(("steps", STEP_VARIANCE * self.steps @ (self.steps[self.rows].T @ a)))
        parts.append(("base", np.full(self.days, 4.0 * a.sum())))
        sd = np.full(self.days, np.sqrt(v[-1]))
        sizes = STEP_VARIANCE * (self.steps[self.rows].T @ a)
        found = tuple((self.panel.days[i], float(size)) for i, size in zip(shifts, sizes, strict=True))
        return tuple(parts), sd, found

    def _forgiving(self, k: Floats, noise: Floats) -> Floats:
        """Widen the noise of ordinary days that nobody could have expected (leave-one-out residual over 3.5 sd)."""
        inverse = linalg.inv(k + np.diag(noise), check_finite=False)
        own = np.diag(inverse)
        residual = (inverse @ self.z) / own
        odd = (np.abs(residual) * np.sqrt(own) > SURPRISE) & self.ordinary
        odd &= self.rows < self.panel.known - 2
        return np.where(odd, noise + residual**2, noise)

    def _find_steps(self, k: Floats, noise: Floats) -> list[int]:
        """Days from which the level lies elsewhere for good, by the gain in log likelihood of a step there."""
        first, last = self.rows[0] + 2 * STEP_MARGIN_DAYS, self.panel.known - STEP_MARGIN_DAYS
        found: list[int] = []
        if last <= first:
            return found
        at = np.arange(first, last)
        steps = (np.arange(self.days)[:, None] >= at[None, :]).astype(float)
        inverse = linalg.inv(k + np.diag(noise), check_finite=False)
        for _ in range(MAX_STEPS):
            s = steps[self.rows]
            ks = inverse @ s
            information = np.einsum("ij,ij->j", s, ks)
            score = ks.T @ self.z
            gain = 0.5 * (
                score**2 * STEP_VARIANCE / (1 + STEP_VARIANCE * information) - np.log1p(STEP_VARIANCE * information)
            )
            best = int(np.argmax(gain))
            if gain[best] < STEP_GAIN:
                break
            found.append(int(at[best]))
            self.steps = np.column_stack([self.steps, steps[:, best]])
            u = ks[:, best]
            inverse = inverse - STEP_VARIANCE * np.outer(u, u) / (1 + STEP_VARIANCE * information[best])
        return found


def _inverse(chol: Floats) -> Floats:
    inverse, info = linalg.lapack.dpotri(chol, lower=1)
    if info:
        raise np.linalg.LinAlgError("covariance of the daily level is singular")
    lower = np.tril(inverse)
    return np.asarray(lower + np.tril(inverse, -1).T)


def _month_place(days: tuple[dt.date, ...]) -> Floats:
    """Smooth place in the month, and its first and last working days; scaled so that each row has norm about 1."""
    stamps = np.array(days, dtype="datetime64[D]")
    start = stamps.astype("datetime64[M]")
    length = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    place = (stamps - start.astype("datetime64[D]")).astype(int)
    share = place / length
    waves = [f(2 * np.pi * j * share) / j for j in (1, 2, 3) for f in (np.sin, np.cos)]
    from_end = length - 1 - place
    edges = [(place < 3), (from_end < 3), (np.abs(place - 14) < 2)]
    return np.column_stack([*waves, *(e.astype(float) for e in edges)]) / 1.7


def again(ground: Ground, panel: Panel) -> Ground:
    """The same study at another origin, with the hyperparameters already known."""
    return replace(ground_of(panel, ground.variances, refit=False))
