"""How long callers are ready to wait: a mean, a curve, or what a history's waits and abandonments tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from forecasts.history import History

Floats = npt.NDArray[np.float64]
STEPS = 400
"""Most steps of a curve read from records."""


@dataclass(frozen=True)
class PatienceCurve:
    """Share of callers still patient after a wait: ``survival[i]`` holds from ``times_s[i]`` to the next time.

    Times rise from 0, shares fall and end at 0 (everybody gives up some day). Raises ValueError otherwise.
    """

    times_s: tuple[float, ...]
    survival: tuple[float, ...]

    def __post_init__(self) -> None:
        times, shares = np.asarray(self.times_s), np.asarray(self.survival)
        if len(times) != len(shares) or len(times) < 2 or times[0] != 0:
            raise ValueError("a patience curve starts at 0 s and has as many shares as times, at least two")
        if not np.isfinite(times).all() or not np.isfinite(shares).all():
            raise ValueError("a patience curve has finite times and shares")
        if (np.diff(times) <= 0).any() or (np.diff(shares) > 0).any() or shares[-1] != 0 or shares[0] > 1:
            raise ValueError("a patience curve has rising times, falling shares of at most 1, and ends at 0")

    @classmethod
    def kaplan_meier(cls, waits_s: npt.ArrayLike, abandoned: npt.ArrayLike) -> PatienceCurve:
        """From call records: each wait, and whether it ended in abandonment (else the answer censors it).

        Kaplan & Meier 1958. A curve that ends above 0 gets an exponential tail at the mean rate of abandonment; one of
        more than ``STEPS`` steps is thinned to as many: no share moves by more than 1 / STEPS, the mean stays.

        >>> PatienceCurve.kaplan_meier([10.0, 20.0], [True, True]).survival
        (1.0, 0.5, 0.0)
        """
        waits, gave_up = np.asarray(waits_s, dtype=np.float64), np.asarray(abandoned, dtype=bool)
        if len(waits) != len(gave_up) or not gave_up.any() or not np.isfinite(waits).all() or (waits < 0).any():
            raise ValueError("Kaplan-Meier needs finite waits of at least 0 s, one flag each, one abandonment")
        if waits.max() == 0:
            raise ValueError("Kaplan-Meier needs a wait above 0 s, all waits_s are 0")
        times, losses = np.unique(waits[gave_up], return_counts=True)
        at_risk = len(waits) - np.searchsorted(np.sort(waits), times, side="left")
        survival = np.cumprod(1.0 - losses / at_risk)
        first = 1.0
        if times[0] == 0:
            first, times, survival = float(survival[0]), times[1:], survival[1:]
        knots, shares = np.concatenate([[0.0], times]), np.concatenate([[first], survival])
        if shares[-1] > 0:
            mean_s = max(float(waits.sum()) / gave_up.sum(), 1e-3)
            steps = np.linspace(0.0, 14.0, 141)[1:] * mean_s
            knots = np.concatenate([knots, knots[-1] + steps])
            tail = shares[-1] * np.exp(-(steps + 0.05 * mean_s) / mean_s)
            shares = np.concatenate([shares, tail[:-1], [0.0]])
        if len(knots) > STEPS:
            knots, shares = _thinned(knots, shares)
        return cls(tuple(knots.tolist()), tuple(shares.tolist()))

    @classmethod
    def lognormal(cls, mean_s: float, cv: float) -> PatienceCurve:
        """Lognormal patience of that mean and coefficient of variation, in 600 steps.

        >>> round(PatienceCurve.lognormal(180.0, 1.2).mean_s)
        180
        """
        if mean_s <= 0 or cv <= 0:
            raise ValueError(f"patience needs a mean and a cv above 0, got {mean_s} s and {cv}")
        sigma = float(np.sqrt(np.log1p(cv**2)))
        centre = np.log(mean_s) - sigma**2 / 2
        far = float(np.exp(centre + 5.5 * sigma))
        near = float(np.exp(centre - 4.5 * sigma))
        knots = np.unique(np.concatenate([[0.0], np.geomspace(near, far, 600)]))
        middles = np.concatenate([(knots[1:] + knots[:-1]) / 2, [np.inf]])
        shares = 1.0 - special.ndtr((np.log(middles) - centre) / sigma)
        return cls(tuple(knots.tolist()), tuple(shares.tolist()))

    @property
    def mean_s(self) -> float:
        """Mean time before giving up, seconds."""
        return float(np.dot(np.diff(self.times_s), self.survival[:-1]))


def _thinned(times_s: Floats, survival: Floats) -> tuple[Floats, Floats]:
    """Steps whose shares lie in the same 1 / STEPS joined to one, at their mean over time; the last, at 0, stays."""
    band = np.floor(survival[:-1] * STEPS)
    first = np.flatnonzero(np.concatenate([[True], band[1:] != band[:-1]]))
    area = np.add.reduceat(np.diff(times_s) * survival[:-1], first)
    knots = np.append(times_s[first], times_s[-1])
    return knots, np.append(area / np.diff(knots), 0.0)


Patience = None | npt.ArrayLike | PatienceCurve
"""None: callers never give up. A number or array: exponential with that mean, seconds. A curve: any law."""


def estimated_patience_s(history: History, channels: tuple[str, ...]) -> float | None:
    """Total waiting of all offered / abandonments, seconds, over rows that know both; None when none abandoned.

    Exact for exponential patience, and the ratio that makes Erlang A meet recorded abandonment otherwise
    (Mandelbaum & Zeltyn 2005, section 3); a mean asked in a survey is not.

    >>> from dataclasses import replace
    >>> from tests import tiny
    >>> known = tiny.history().frame.assign(offered=12.0, wait_s=15.0, abandoned=1.0)
    >>> estimated_patience_s(replace(tiny.history(), frame=known), ("phone",))
    180.0
    """
    return patience_of_rows(history.frame[history.frame["channel"].isin(channels)])


def patience_of_rows(frame: pd.DataFrame) -> float | None:
    """The same of rows with offered, wait_s (mean of all offered) and abandoned."""
    frame = frame.dropna(subset=["offered", "wait_s", "abandoned"])
    abandoned = float(frame["abandoned"].sum())
    waiting = float((frame["offered"] * frame["wait_s"]).sum())
    return waiting / abandoned if abandoned > 0 and waiting > 0 else None
