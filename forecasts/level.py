"""A channel's daily level split into causes by Gaussian regression.

The log of each day's level (contacts over what the usual week says) is a sum of independent Gaussian parts: slow and
fast drift, growth, weekday drift, season, place in the month (waves, and each day of it), calendar effects, level
shifts, noise. Variances are found by penalised marginal likelihood, parts by the best linear predictor (Rasmussen &
Williams 2006, eq. 2.25, 2.26, 5.9): the regression form of an unobserved-components model, exact under missing days and
short histories.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, optimize

from forecasts.panel import Panel
from forecasts.yearly import yearly_columns

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

PRIOR = {
    "drift": 0.02,
    "wander": 0.004,
    "ripple": 0.004,
    "weekday": 0.001,
    "growth": 0.02,
    "season": 0.01,
    "weekday season": 0.001,
    "month": 0.001,
    "month day": 0.001,
    "calendar": 1.0,
    "noise": 0.004,
}
"""Variance of each part thought likely beforehand (log scale: 0.01 is about 10 %)."""

BASE_VARIANCE = 4.0
PRIOR_SD = 1.2
STEP_VARIANCE = 0.1
STEP_GAIN = 5.5
"""Log of a year's working days: a channel's level is thought to move once a year, on any of them."""
STEP_MARGIN_DAYS = 5
LONGEST_PULSE = 13
LASTING_DAYS = 7
BACK_DAYS = 3
"""Days on record that must follow a pulse of a week or more: a quiet week-end does not end it."""
MAX_STEPS = 4
LEVEL_DAYS = 1100
FIT_DAYS = 420
LEAST_DAYS = 15
SURPRISE = 3.5
LARGEST_JUMP = 0.9
"""A new level begins at most so far (log) from the old one: yesterday at thrice the usual is an odd day."""
EVERYDAY = frozenset({"school holidays"})
"""Marks of weeks on end: their days can be wild as any other."""
FEATURE_SD = (
    ("holiday ", 0.3),
    ("holiday", 0.4),
    ("eve", 0.15),
    ("day after", 0.15),
    ("bridge", 0.25),
    ("event ", 1.0),
    ("course ", 0.4),
    ("", 0.15),
)


@dataclass(frozen=True)
class Decomposition:
    """The log level of D days as a sum of named ``parts`` [D]; ``sd`` [D] of a day's own level given the past.

    ``odd`` [known] marks days set apart as unexpected; ``shifts`` the days the level moved for good, and by how much.
    """

    parts: tuple[tuple[str, Floats], ...]
    sd: Floats
    odd: Bools
    shifts: tuple[tuple[dt.date, float], ...]

    @property
    def total(self) -> Floats:
        return np.asarray(sum(values for _, values in self.parts))

    def part(self, name: str) -> Floats:
        """One part; KeyError when unknown."""
        return dict(self.parts)[name]


class Level:
    """The Gaussian regression of one channel's daily log level.

    ``kind`` [D] day types; ``observed`` and ``exposure`` [known] contacts and what the usual week expects.
    """

    def __init__(self, panel: Panel, kind: Ints, observed: Floats, exposure: Floats) -> None:
        self.panel = panel
        self.days = len(panel.days)
        use = np.isfinite(observed) & (np.nan_to_num(exposure) > 0)
        use[: max(0, panel.known - LEVEL_DAYS)] = False
        self.rows = np.nonzero(use)[0]
        count, expected = observed[self.rows], exposure[self.rows] * panel.marks.given[self.rows]
        self.z = np.log((count + 0.5) / (expected + 0.5))
        self.counting = 1.0 / (np.maximum(np.minimum(count, expected * 3), 0.3 * expected) + 0.5)
        self.kind = kind
        names = panel.marks.names
        scale = np.array([next(sd for start, sd in FEATURE_SD if n.startswith(start)) for n in names])
        self.features = panel.marks.values * scale[None, :]
        marked = np.abs(self.features[self.rows]) > 0
        self.ordinary = ~marked.any(axis=1)
        self.everyday = ~marked[:, [name not in EVERYDAY for name in names]].any(axis=1)
        self.month = _month_place(panel.days)
        self.steps = np.zeros((self.days, 0))

    def kernels(self, left: Ints, right: Ints) -> dict[str, Floats]:
        """Unit covariance of each part between two sets of days."""
        gap = np.abs(left[:, None] - right[None, :])
        same = self.kind[left][:, None] == self.kind[right][None, :]
        due = self.panel.marks.month_days
        years = (np.arange(self.days) - self.panel.known + 1) / 365.25
        apart = np.arange(self.days, dtype=float)  # A function of the gap is looked up: dear to compute for each pair.
        season = np.exp(-2.0 * np.sin(np.pi * apart / 365.25) ** 2 / 0.6**2)[gap]
        return {
            "drift": np.exp(-apart / 150.0)[gap],
            "wander": np.exp(-apart / 21.0)[gap],
            "ripple": np.exp(-apart / 3.0)[gap],
            "weekday": same * np.exp(-apart / 90.0)[gap],
            "growth": np.outer(years[left], years[right]),
            "season": season,
            "weekday season": same * season,
            "month": self.month[left] @ self.month[right].T,
            "month day": due[left] @ due[right].T,
            "calendar": self.features[left] @ self.features[right].T,
        }

    def search(self, start: tuple[float, ...] | None) -> Floats:
        """Log variances, in the order of PRIOR, of highest penalised marginal likelihood."""
        prior = np.log(list(PRIOR.values()))
        if len(self.rows) < LEAST_DAYS:
            return prior
        at, z, counting = self.rows[-FIT_DAYS:], self.z[-FIT_DAYS:], self.counting[-FIT_DAYS:]
        stack = np.stack(list(self.kernels(at, at).values()))
        z = np.clip(z - np.median(z), -1.5, 1.5)

        def loss(theta: Vector) -> tuple[float, Vector]:
            v = np.exp(theta)
            k = np.tensordot(v[:-1], stack, axes=1)
            k[np.diag_indices_from(k)] += v[-1] + counting
            chol = linalg.cholesky(k, lower=True, check_finite=False, overwrite_a=True)
            inverse = _inverse(chol)
            a = inverse @ z
            away = (theta - prior) / PRIOR_SD
            value = 0.5 * z @ a + np.log(np.diag(chol)).sum() + 0.5 * (away**2).sum()
            m = inverse - np.outer(a, a)
            slope = [0.5 * v[j] * np.vdot(m, stack[j]) for j in range(len(stack))]
            return float(value), np.array([*slope, 0.5 * v[-1] * np.trace(m)]) + away / PRIOR_SD

        theta = np.array(prior if start is None else np.log(np.asarray(start)))
        bounds = optimize.Bounds(prior - 5.0, prior + 4.0)
        most = 25 if start is None else 8
        found = optimize.minimize(loss, theta, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": most})
        return np.asarray(found.x, dtype=float)

    def split(self, theta: Floats) -> Decomposition:
        """Every part on every day, the standard deviation of each day's level, the level shifts found."""
        v = dict(zip(PRIOR, np.exp(theta), strict=True))
        odd = np.zeros(self.panel.known, dtype=bool)
        if not len(self.rows):
            zero = np.zeros(self.days)
            still = tuple((name, zero) for name in (*PRIOR, "steps", "base") if name != "noise")
            return Decomposition(still, zero + np.sqrt(v["drift"] + v["noise"]), odd, ())
        k = _weighted(v, self.kernels(self.rows, self.rows)) + BASE_VARIANCE
        noise = self.counting + v["noise"]
        inverse = _inverse(linalg.cholesky(k + np.diag(noise), lower=True, check_finite=False))
        self.steps = yearly_columns(self.panel.days, self.rows, self.z, inverse, STEP_VARIANCE)
        yearly = self.steps.shape[1]
        k += STEP_VARIANCE * self.steps[self.rows] @ self.steps[self.rows].T
        noise = self._forgiving(inverse, noise, odd)
        shifts = self._find_steps(k, noise)
        k += STEP_VARIANCE * self.steps[self.rows, yearly:] @ self.steps[self.rows, yearly:].T
        chol = linalg.cho_factor(k + np.diag(noise), lower=True, check_finite=False, overwrite_a=True)
        a = linalg.cho_solve(chol, self.z, check_finite=False)
        cross = self.kernels(np.arange(self.days), self.rows)
        sizes = STEP_VARIANCE * (self.steps[self.rows].T @ a)
        parts = {name: v[name] * (unit @ a) for name, unit in cross.items()}
        parts["month"] = parts["month"] + parts.pop("month day")  # Waves and single days are one cause to a reader.
        parts["season"] = parts["season"] + self.steps[:, :yearly] @ sizes[:yearly]
        parts |= {"steps": self.steps[:, yearly:] @ sizes[yearly:], "base": np.full(self.days, BASE_VARIANCE * a.sum())}
        found = tuple((self.panel.days[day], float(sizes[j])) for j, day in shifts)
        return Decomposition(tuple(parts.items()), self._sd(v, cross, chol), odd, found)

    def _sd(self, v: dict[str, float], cross: dict[str, Floats], chol: tuple[Floats, bool]) -> Floats:
        """Predictive standard deviation of each future day's log level, day noise included; noise alone on the past."""
        sd = np.full(self.days, np.sqrt(v["noise"]))
        ahead = np.arange(self.panel.known, self.days)
        if len(ahead):
            own = _weighted(v, self.kernels(ahead, ahead)).diagonal() + BASE_VARIANCE
            with_past = _weighted(v, {name: unit[ahead] for name, unit in cross.items()}) + BASE_VARIANCE
            with_past += STEP_VARIANCE * self.steps[ahead] @ self.steps[self.rows].T
            own = own + STEP_VARIANCE * np.square(self.steps[ahead]).sum(axis=1)
            reduced = linalg.solve_triangular(chol[0], with_past.T, lower=True, check_finite=False)
            sd[ahead] = np.sqrt(np.maximum(own - np.square(reduced).sum(axis=0), 1e-8) + v["noise"])
        return sd

    def _forgiving(self, inverse: Floats, noise: Floats, odd: Bools) -> Floats:
        """Widen the noise of ordinary days that nobody could have expected (leave-one-out residual over 3.5 sd)."""
        own = np.diag(inverse)
        residual = (inverse @ self.z) / own
        far = self.everyday & (np.abs(residual) > LARGEST_JUMP)
        likely = (self.ordinary & (self.rows < self.panel.known - 2)) | far
        wild = (np.abs(residual) * np.sqrt(own) > SURPRISE) & likely
        odd[self.rows[wild]] = True
        return np.where(wild, noise + residual**2, noise)

    def _find_steps(self, k: Floats, noise: Floats) -> list[tuple[int, int]]:
        """Level shifts as (column of steps, first day): where a lasting step gains most log likelihood.

        What a pulse of at most two weeks explains as well (a storm, a campaign) becomes a pulse and is no shift;
        what has lasted a week and still lasts, or did until two days ago, is a shift.
        """
        first, last = self.rows[0] + 2 * STEP_MARGIN_DAYS, self.panel.known - STEP_MARGIN_DAYS
        found: list[tuple[int, int]] = []
        if last <= first:
            return found
        at = np.arange(first, last)
        day = np.arange(self.days)[:, None]
        inverse = _inverse(linalg.cholesky(k + np.diag(noise), lower=True, check_finite=False))
        for _ in range(MAX_STEPS):
            gain, ks = self._gain_of_steps(inverse, at)
            best = int(np.argmax(gain))
            if gain[best] < STEP_GAIN:
                break
            start = np.arange(at[best] - LONGEST_PULSE, at[best] + 1)
            runs = [
                (s, s + n)
                for s in start
                for n in range(1, LONGEST_PULSE + 1)
                if (abs(s + n - at[best]) < 2 or s == at[best])
                and (not self._lasted(s, s + n) or s + n <= self.rows[-BACK_DAYS:][0])
            ]
            pulses = np.column_stack([(day[:, 0] >= s) & (day[:, 0] < e) for s, e in runs]).astype(float)
            pulse_gain, pulse_ks = self._gain(inverse, pulses)
            pulse = int(np.argmax(pulse_gain))
            if pulse_gain[pulse] >= gain[best] and self._ended(*runs[pulse]):
                column, u = pulses[:, pulse], pulse_ks[:, pulse]
            else:
                column, u = (day[:, 0] >= at[best]).astype(float), ks[:, best]
                found.append((self.steps.shape[1], int(at[best])))
            self.steps = np.column_stack([self.steps, column])
            inverse -= STEP_VARIANCE * np.outer(u, u) / (1 + STEP_VARIANCE * float(column[self.rows] @ u))
        return found

    def _lasted(self, start: int, end: int) -> bool:
        """Whether a pulse holds as many days on record as a week of late: Monday to Friday of an office is a week."""
        late = self.rows[self.rows > self.rows[-1] - 4 * LASTING_DAYS]
        return bool(np.sum((self.rows >= start) & (self.rows < end)) >= np.ceil(len(late) / 4))

    def _ended(self, start: int, end: int) -> bool:
        """Whether days after a pulse of a week or more lie nearer to the days before it than to its own: in a small
        queue a few days hardly tell by likelihood, and a pulse may choose when it ends."""
        spans = ((start - LONGEST_PULSE, start), (start, end), (end, end + LASTING_DAYS))
        before, within, after = (self.z[(self.rows >= a) & (self.rows < b)] for a, b in spans)
        if not self._lasted(start, end) or not (len(before) and len(within) and len(after)):
            return True
        now = np.median(after)
        return bool(abs(now - np.median(before)) < abs(now - np.median(within)))

    def _gain(self, inverse: Floats, columns: Floats) -> tuple[Floats, Floats]:
        """Gain in log likelihood of adding each column with variance STEP_VARIANCE, and inverse x column."""
        s = columns[self.rows]
        ks = inverse @ s
        return self._likelier(np.einsum("ij,ij->j", s, ks), ks), ks

    def _gain_of_steps(self, inverse: Floats, at: Ints) -> tuple[Floats, Floats]:
        """The same of a step up on each day ``at``: such columns are ones to the end, so their products are sums of
        the inverse's last columns."""
        known = len(self.rows)
        tails = np.zeros((known, known + 1))
        tails[:, :known] = np.cumsum(inverse[:, ::-1], axis=1)[:, ::-1]
        first = np.searchsorted(self.rows, at)
        ks = tails[:, first]
        return self._likelier(np.append(np.tril(tails[:, :known]).sum(axis=0), 0.0)[first], ks), ks

    def _likelier(self, own: Floats, ks: Floats) -> Floats:
        information = STEP_VARIANCE * own
        score = ks.T @ self.z
        return np.asarray(0.5 * (score**2 * STEP_VARIANCE / (1 + information) - np.log1p(information)))


def _weighted(variances: dict[str, float], kernels: dict[str, Floats]) -> Floats:
    return np.asarray(sum(variances[name] * unit for name, unit in kernels.items()))


def _inverse(chol: Floats) -> Floats:
    """The inverse of a matrix by its lower factor, which is clean above the diagonal."""
    inverse, info = linalg.lapack.dpotri(chol, lower=1)
    if info:
        raise np.linalg.LinAlgError("covariance of the daily level is singular")
    whole = inverse + inverse.T  # above the diagonal both are zero
    np.fill_diagonal(whole, inverse.diagonal())
    return np.asarray(whole)


def _month_place(days: tuple[dt.date, ...]) -> Floats:
    """Smooth place in the month, and its first, middle and last days; [D, 9], rows of norm about 1."""
    stamps = np.array(days, dtype="datetime64[D]")
    start = stamps.astype("datetime64[M]")
    length = ((start + np.timedelta64(1, "M")).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    place = (stamps - start.astype("datetime64[D]")).astype(int)
    waves = [f(2 * np.pi * j * place / length) / j for j in (1, 2, 3) for f in (np.sin, np.cos)]
    edges = [place < 3, length - 1 - place < 3, np.abs(place - 14) < 2]
    return np.column_stack([*waves, *(e.astype(float) for e in edges)]) / 1.7
