"""Erlang B and the incomplete gamma ratios behind every formula here, safe from underflow to millions of erlangs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from staffing.sizing.frames import labelled

Floats = npt.NDArray[np.float64]
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
TINY = 1e-290


def checked(name: str, values: npt.ArrayLike, *, above_zero: bool = False) -> Floats:
    """Finite, non-negative float64; ValueError otherwise (a NaN is never read as a zero)."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers, got {values!r}") from error
    if not np.isfinite(array).all() or (array <= 0 if above_zero else array < 0).any():
        raise ValueError(f"{name} must be finite and {'above 0' if above_zero else 'at least 0'}, got {values!r}")
    return array


def checked_share(name: str, share: float, *, zero: bool, one: bool) -> float:
    """A share 0..1, its ends only where they have an answer; ValueError otherwise."""
    if not 0 <= share <= 1 or (share == 0 and not zero) or (share == 1 and not one):
        low, high = "at least 0" if zero else "above 0", "at most 1" if one else "below 1"
        raise ValueError(f"{name} must be {low} and {high}, got {share}")
    return share


def log_poisson(count: Floats, mean: Floats) -> Floats:
    """Log of e^-mean mean^count / Gamma(count + 1) for real ``count``, relative error of the probability near 1e-14.

    Loader's saddle point: -deviance - Stirling remainder, because the plain sum cancels at large counts.
    """
    count, mean = np.broadcast_arrays(np.asarray(count, float), np.asarray(mean, float))
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = special.xlogy(count, mean) - mean - special.gammaln(count + 1)
        u = (mean - count) / count
        small = np.abs(u) < 0.05
        power, series = np.where(small, u, 0.0) ** 2, np.zeros_like(u)
        for k in range(2, 14):
            series += power * ((-1) ** k / k)
            power = power * np.where(small, u, 0.0)
        deviance = count * np.where(small, series, u - np.log1p(u))
        remainder, inverse = np.zeros_like(u), 1.0 / np.maximum(count, 1.0)
        for coefficient in reversed(STIRLING):
            remainder = remainder * inverse**2 + coefficient
        saddle = -deviance - remainder * inverse - 0.5 * np.log(2 * np.pi * np.maximum(count, 1.0))
    return np.where((count < 16) | (mean <= 0), plain, saddle)


@labelled
def blocking(load_erl: npt.ArrayLike, agents: npt.ArrayLike) -> Floats:
    """Erlang B: share of calls that find all ``agents`` lines busy and are lost.

    >>> round(float(blocking(20, 10)), 12)
    0.537963168632
    """
    load, n = np.broadcast_arrays(checked("load_erl", load_erl), checked("agents", agents))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        tail = special.gammaincc(n + 1, load)
        out = np.exp(log_poisson(n, load)) / tail
    hard = (tail < TINY) & (load > 0)
    if hard.any():
        out = np.array(out)
        out[hard] = 1.0 / (load[hard] * _upper_fraction(n[hard] + 1, load[hard]))
    return np.where(load > 0, np.minimum(out, 1.0), np.where(n == 0, 1.0, 0.0))[()]


def _upper_fraction(s: Floats, x: Floats) -> Floats:
    """Gamma(s, x) e^x x^-s by its continued fraction (Lentz), for x well above s; DLMF 8.9.2."""
    b = x + 1 - s
    c, d = np.full_like(x, 1e300), 1 / b
    h = d
    for k in range(1, 5000):
        a = -k * (k - s)
        b = b + 2
        d = 1 / (a * d + b)
        c = b + a / c
        h = h * d * c
        if (np.abs(d * c - 1) < 1e-15).all():
            break
    return h


def lower_ratio(a: Floats, z: Floats) -> Floats:
    """P(a, z) / [e^-z z^a / Gamma(a + 1)] = M(1; a + 1; z), for z <= a."""
    sigma = (a - z) / np.sqrt(np.maximum(a, 1e-300))
    near = (sigma < 4.4) & (z > 0.3 * a) & (a > 20) | (a <= 20) & (z > 0.3 * a)
    out = np.ones_like(z)
    if near.any():
        out[near] = special.gammainc(a[near], z[near]) / np.exp(log_poisson(a[near], z[near]))
    far = ~near & (z > 0)
    if far.any():
        out[far] = _kummer(a[far], z[far])
    return out


def _kummer(a: Floats, z: Floats) -> Floats:
    """M(1; a + 1; z) by its continued fraction, modified Lentz; DLMF 8.9.1 (z below a)."""
    f = np.maximum(a, 1e-300)
    c, d = f.copy(), np.zeros_like(z)
    for k in range(1, 20000):
        term = -(a + (k - 1) / 2) * z if k % 2 else (k / 2) * z
        b = a + k
        d = 1 / (b + term * d)
        c = b + term / c
        step = c * d
        f = f * step
        if (np.abs(step - 1) < 1e-15).all():
            break
    return a / f
