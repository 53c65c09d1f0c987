"""Queues whose callers give up: M/M/n+M (Erlang A) and M/M/n+G, by the virtual wait's density.

The virtual wait V of a caller who never gives up has density lambda exp(lambda H(u) - n mu u) / D with H(u) the
integral of the survival of patience and D = 1/B(n-1) + lambda J(0), J(t) the integral of that exponential from t on
(Baccelli & Hebuterne 1981; Zeltyn & Mandelbaum 2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from staffing.sizing.gamma import TINY, Floats, blocking, log_poisson, lower_ratio
from staffing.sizing.patience import PatienceCurve

TOGETHER = 30_000
"""Elements looked at in one go: bounds the memory of a sum over many queues."""


class Chain(Protocol):
    """What the formulas ask of a queue with abandonment."""

    @property
    def p_wait(self) -> Floats: ...

    @property
    def abandon(self) -> Floats: ...

    def p_longer(self, t_s: Floats) -> tuple[Floats, Floats, Floats]:
        """P(V > t), P(V > t and answered), P(still waiting at t)."""

    def mean_wait_s(self) -> Floats: ...

    def asa_s(self) -> Floats: ...


@dataclass(frozen=True)
class Markovian:
    """Erlang A in the variables x = n patience/aht, y = load patience/aht.

    Overloaded queues are scaled by P(x, y), others by the Poisson weight at x: neither can underflow.
    """

    x: Floats
    y: Floats
    patience_s: Floats
    weight: Floats
    total: Floats
    p_wait: Floats
    abandon: Floats

    def p_longer(self, t_s: Floats) -> tuple[Floats, Floats, Floats]:
        t = np.broadcast_to(np.asarray(t_s, dtype=np.float64), self.x.shape)
        z = self.y * np.exp(-t / self.patience_s)
        late = self.y / self.x * self._mass(self.x, z, t) / self.total
        answered = self._mass(self.x + 1, z, t) / self.total
        return late, answered, late * np.exp(-t / self.patience_s)

    def _mass(self, a: Floats, z: Floats, t: Floats) -> Floats:
        """P(a, z) over the scale of this element."""
        out = np.empty_like(z)
        heavy = self.y >= self.x
        out[heavy] = special.gammainc(a[heavy], z[heavy])
        light = ~heavy
        if light.any():
            al, zl, yl, xl = a[light], z[light], self.y[light], self.x[light]
            with np.errstate(divide="ignore", invalid="ignore"):
                step = yl * -np.expm1(-t[light] / self.patience_s[light]) - al * t[light] / self.patience_s[light]
                ratio = lower_ratio(al, zl) * np.exp(step)
                out[light] = ratio * np.where(al > xl, yl / al, 1.0)
        return out

    def mean_wait_s(self) -> Floats:
        return self.abandon * self.patience_s

    def asa_s(self) -> Floats:
        """Mean wait of the answered: the integral of P(answered after t), which is patience / total times

            sum over j >= 0 of  w_j h_j,   w_j = e^-y y^(x+1+j) / Gamma(x+2+j),   h_j = sum over k <= j of 1 / (x+1+k)

        (term by term from P(x+1, z) / z). Every term is positive: nothing cancels. Overloaded queues start where the
        Poisson weights do, nine standard deviations below y.
        """
        a, heavy = self.x + 1.0, self.y >= self.x
        skip = np.where(heavy, np.floor(np.maximum(self.y - a - 9.0 * np.sqrt(self.y) - 30.0, 0.0)), 0.0)
        at = (a + skip)[..., None]
        weight = np.where(heavy, np.exp(log_poisson(a + skip, self.y)), self.y / a)[..., None]
        harmonic = np.where(skip > 0, special.digamma(a + skip + 1.0) - special.digamma(a), 1.0 / a)[..., None]
        y, area = self.y[..., None], np.zeros_like(self.x)
        many = np.arange(1.0, 1.0 + int(np.clip(TOGETHER // max(1, self.x.size), 16, 1024)))
        while True:
            after = at + many
            weights, means = weight * np.cumprod(y / after, axis=-1), harmonic + np.cumsum(1.0 / after, axis=-1)
            area += (weight * harmonic)[..., 0] + (weights * means)[..., :-1].sum(axis=-1)
            at, weight, harmonic = after[..., -1:], weights[..., -1:], means[..., -1:]
            done = (weight * harmonic * at)[..., 0] <= 1e-17 * area
            if (done & (at > y + 1.0)[..., 0]).all():
                return np.asarray(area * self.patience_s / self.total / np.maximum(1.0 - self.abandon, TINY))


def markovian(load: Floats, n: Floats, aht: Floats, patience: Floats) -> Markovian:
    """Erlang A for arrays of one shape; n = 0 gives a queue that only loses callers."""
    ratio = patience / aht
    x, y = np.maximum(n, 1e-12) * ratio, load * ratio
    heavy = y >= x
    lost = blocking(load, np.maximum(n - 1.0, 0.0))
    weight = np.exp(log_poisson(x, y))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        mass = np.where(heavy, special.gammainc(x, y), 1.0)
        light = ~heavy
        mass[light] = lower_ratio(x[light], y[light])
        queued = y / x * mass
        total = np.where(heavy, weight, 1.0) / np.maximum(lost, TINY) + queued
        p_wait = queued / total
        abandon = ((y / x - 1.0) * mass + np.where(heavy, weight, 1.0)) / total
    none = n <= 0
    p_wait = np.where(none, 1.0, p_wait)
    abandon = np.where(none, 1.0, np.clip(abandon, 0.0, 1.0))
    return Markovian(x, y, patience, weight, total, p_wait, abandon)


@dataclass(frozen=True)
class General:
    """M/M/n+G on a patience curve of steps: between two steps the exponent is linear, so every integral is exact.

    Arrays are [elements, segments]; ``tail`` holds lambda J from each segment's start, scaled by the largest term.
    """

    shape: tuple[int, ...]
    rate: Floats
    starts: Floats
    lengths: Floats
    survival: Floats
    slope: Floats
    height: Floats
    total: Floats
    p_wait: Floats
    abandon: Floats

    def p_longer(self, t_s: Floats) -> tuple[Floats, Floats, Floats]:
        t = np.broadcast_to(np.asarray(t_s, dtype=np.float64), self.shape).reshape(-1, 1)
        skip = np.clip(t - self.starts, 0.0, self.lengths)
        piece = self.rate * self.height * np.exp(self.slope * skip)
        piece = piece * _phi(self.slope, self.lengths - skip)
        late = piece.sum(axis=1) / self.total
        answered = (piece * self.survival).sum(axis=1) / self.total
        at = np.clip(np.searchsorted(self.starts, t[:, 0], side="right") - 1, 0, len(self.starts) - 1)
        still = late * self.survival[at]
        return late.reshape(self.shape), answered.reshape(self.shape), still.reshape(self.shape)

    def mean_wait_s(self) -> Floats:
        mass = self.rate * self.height * _phi(self.slope, self.lengths)
        after = np.cumsum(mass[:, ::-1], axis=1)[:, ::-1] - mass
        finite = np.where(np.isinf(self.lengths), 0.0, self.lengths)
        inside = self.rate * self.height * _psi(self.slope, self.lengths)
        area = self.survival * (finite * after + inside)
        return np.asarray((area.sum(axis=1) / self.total).reshape(self.shape))

    def asa_s(self) -> Floats:
        mass = self.starts * _phi(self.slope, self.lengths) + _psi(self.slope, self.lengths)
        area = (self.survival * self.rate * self.height * mass).sum(axis=1) / self.total
        answered = np.maximum(1.0 - self.abandon.reshape(-1), TINY)
        return np.asarray((area / answered).reshape(self.shape))


def _phi(slope: Floats, length: Floats) -> Floats:
    """Integral of e^(slope u) from 0 to length (an infinite length needs a negative slope)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x = slope * length
        return np.where(np.abs(x) < 1e-8, length, np.expm1(x) / slope)


def _psi(slope: Floats, length: Floats) -> Floats:
    """Integral of u e^(slope u) from 0 to length."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        x = slope * length
        series = length**2 * (1 / 2 + x / 3 + x**2 / 8 + x**3 / 30 + x**4 / 144)
        exact = (np.where(np.isinf(length), 0.0, length * np.exp(x)) - np.expm1(x) / slope) / slope
        return np.where(np.abs(x) < 1e-3, series, exact)


def general(load: Floats, n: Floats, aht: Floats, curve: PatienceCurve) -> General:
    """M/M/n+G for arrays of one shape."""
    shape = load.shape
    rate, heads = (load / aht).reshape(-1, 1), np.maximum(n, 1e-9).reshape(-1, 1)
    served = heads / aht.reshape(-1, 1)
    starts, survival = np.asarray(curve.times_s), np.asarray(curve.survival)
    lengths = np.append(np.diff(starts), np.inf)
    slope = rate * survival - served
    rise = np.cumsum(slope[:, :-1] * lengths[:-1], axis=1)
    exponent = np.concatenate([np.zeros_like(rate), rise], axis=1)
    top = exponent.max(axis=1, keepdims=True)
    height = np.exp(exponent - top)
    mass = rate * height * _phi(slope, lengths)
    lost = blocking(load.reshape(-1), np.maximum(n.reshape(-1) - 1.0, 0.0))
    with np.errstate(over="ignore"):
        total = np.exp(-top[:, 0]) / np.maximum(lost, TINY) + mass.sum(axis=1)
    none, p_wait = (n <= 0).reshape(-1), mass.sum(axis=1) / total
    left = (mass * (1.0 - survival)).sum(axis=1) / total
    p_wait, left = np.where(none, 1.0, p_wait), np.where(none, 1.0, left)
    return General(
        shape, rate, starts, lengths, survival, slope, height, total, p_wait.reshape(shape), left.reshape(shape)
    )
