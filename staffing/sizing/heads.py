"""The fewest agents that keep a promise, and the most load that given agents can carry: exact searches on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import special

from staffing.sizing.erlang import abandonment, average_wait_s, service_level
from staffing.sizing.frames import labelled
from staffing.sizing.gamma import Floats, blocking, checked, checked_share
from staffing.sizing.patience import Patience, PatienceCurve
from staffing.targets import AbandonRate, AnswerRate, AverageWait, CallBack, Deadline, ServiceLevel, Target

Ints = npt.NDArray[np.int64]
MANY = 8
"""From so many loads per head count on, limits are found once and looked up."""
Test = Callable[[Floats, npt.NDArray[np.int64]], npt.NDArray[np.bool_]]


@labelled
def agents_for(
    target: Target,
    load_erl: npt.ArrayLike,
    aht_s: npt.ArrayLike,
    *,
    patience: Patience = None,
    max_occupancy: float = 1.0,
    min_agents: int = 0,
) -> Ints:
    """Fewest whole agents that keep ``target`` (and the occupancy cap and minimum staff) at each load.

    ``load_erl`` offered erlangs, ``aht_s`` handle time in seconds with pacing; they broadcast, scalars give scalars,
    series and frames keep their labels.
    ``patience`` as in service_level. No load needs ``min_agents``. Without abandonment agents always exceed the load.
    ValueError for a share of 1 (never reached for certain), or a promise in days or minutes (see deferrable).

    >>> int(agents_for(ServiceLevel(0.8, 20), 10, 180))
    14
    """
    load, aht = np.broadcast_arrays(checked("load_erl", load_erl), checked("aht_s", aht_s, above_zero=True))
    _check(target, max_occupancy)
    if not 0 <= min_agents < np.inf or min_agents != int(min_agents):
        raise ValueError(f"min_agents is a whole number of at least 0, got {min_agents}")
    flat_load, flat_aht = load.ravel(), aht.ravel()
    wait = None if patience is None or isinstance(patience, PatienceCurve) else _ravel(patience, load.shape)
    law = patience if wait is None else None

    def kept(n: Floats, i: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        return keeps(target, flat_load[i], n, flat_aht[i], law if wait is None else wait[i], max_occupancy)

    def kept_at(load: Floats, n: Floats, row: int) -> npt.NDArray[np.bool_]:
        one = np.full(len(load), flat_aht[row])
        return keeps(target, load, n, one, law if wait is None else np.full(len(load), wait[row]), max_occupancy)

    busy = flat_load > 0
    out = np.zeros(flat_load.shape)
    rows = np.flatnonzero(busy)

    def search(rows: Ints) -> Floats:
        guess, step = _guess(target, flat_load[rows], flat_aht[rows], patience)
        low = np.floor(flat_load[rows]) if patience is None and _positive(target) else np.full(len(rows), -1.0)
        return smallest(lambda n, i: kept(n, rows[i]), guess, step, low)

    alike = len(rows) > 0 and np.ptp(flat_aht[rows]) == 0 and (wait is None or np.ptp(wait[rows]) == 0)
    ends = rows[[flat_load[rows].argmin(), flat_load[rows].argmax()]] if alike else rows
    found = search(ends)
    if alike and len(rows) > MANY * (1 + found[1] - found[0]):
        out[rows] = _by_limits(flat_load[rows], found, lambda load, n: kept_at(load, n, int(rows[0])))
    elif len(rows):
        out[rows] = search(rows) if alike else found
    return np.maximum(out, min_agents).astype(np.int64).reshape(load.shape)[()]


def _by_limits(loads: Floats, ends: Floats, kept: Callable[[Floats, Floats], npt.NDArray[np.bool_]]) -> Floats:
    """Agents for many loads of one handle time: the most load that each head count between ``ends`` carries, found by
    halving down to neighbouring floats, then a lookup."""
    heads = np.arange(ends[0], ends[1])
    low, high = np.full(len(heads), loads.min()), np.full(len(heads), loads.max())
    while True:
        middle = (low + high) / 2
        if not ((low < middle) & (middle < high)).any():
            break
        good = kept(middle, heads)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.asarray(ends[0] + np.searchsorted(low, loads, side="left"))


def keeps(
    target: Target, load: Floats, agents: Floats, aht_s: Floats, patience: Patience, max_occupancy: float = 1.0
) -> npt.NDArray[np.bool_]:
    """Whether that many agents keep the target and the occupancy cap; arrays of one shape, loads in erlangs.

    >>> load, aht_s = np.full(2, 10.0), np.full(2, 180.0)
    >>> keeps(ServiceLevel(0.8, 20), load, np.array([13.0, 14.0]), aht_s, None).tolist()
    [False, True]
    """
    good = (agents > 0) | (load <= 0)
    if isinstance(target, ServiceLevel):
        reached = service_level(load, agents, aht_s, target.within_s, patience=patience, counting=target.counting)
        good = good & (reached >= target.share)
    elif isinstance(target, AverageWait):
        good = good & (average_wait_s(load, agents, aht_s, patience=patience) <= target.seconds)
    if isinstance(target, (AbandonRate, AnswerRate)) or max_occupancy < 1.0:
        lost = abandonment(load, agents, aht_s, patience=patience)
        if isinstance(target, AbandonRate):
            good = good & (lost <= target.share)
        elif isinstance(target, AnswerRate):
            good = good & (1.0 - lost >= target.share)
        if max_occupancy < 1.0:
            good = good & (load * (1.0 - lost) <= agents * max_occupancy)
        if patience is None:
            good = good & ((agents > load) | (load <= 0))
    return np.asarray(good)


def _check(target: Target, max_occupancy: float) -> None:
    if isinstance(target, (Deadline, CallBack)):
        raise ValueError(f"{type(target).__name__} is sized by its deadline, not as live work")
    if not isinstance(target, Target):
        raise ValueError(f"a target is one of staffing.targets, like ServiceLevel(0.8, 20), got {target!r}")
    if isinstance(target, (ServiceLevel, AnswerRate)) and not 0 <= target.share < 1:
        raise ValueError(f"a target share is at least 0 and below 1, got {target.share}")
    if isinstance(target, AbandonRate) and not 0 < target.share <= 1:
        raise ValueError(f"an abandonment target is above 0 and at most 1, got {target.share}")
    if isinstance(target, AverageWait) and not 0 < target.seconds < np.inf:
        raise ValueError(f"a mean wait target is finite and above 0 s, got {target.seconds}")
    if isinstance(target, ServiceLevel) and not 0 <= target.within_s < np.inf:
        raise ValueError(f"within_s of a target is finite and at least 0, got {target.within_s}")
    if not 0 < max_occupancy <= 1:
        raise ValueError(f"max_occupancy is above 0 and at most 1, got {max_occupancy}")


def _positive(target: Target) -> bool:
    return not (isinstance(target, (ServiceLevel, AnswerRate)) and target.share <= 0)


def _ravel(patience: Patience, shape: tuple[int, ...]) -> Floats:
    return np.broadcast_to(checked("patience_s", cast(npt.ArrayLike, patience), above_zero=True), shape).ravel()


def _guess(target: Target, load: Floats, aht: Floats, patience: Patience) -> tuple[Floats, Floats]:
    """Where to start looking, and the first step: square-root staffing (Halfin & Whitt 1981)."""
    root = np.sqrt(load)
    if patience is not None or not isinstance(target, ServiceLevel) or target.share <= 0:
        return np.ceil(load + 0.4 * root), np.maximum(1.0, np.floor(0.25 * root))
    beta, slope = np.full_like(load, 0.7), root * target.within_s / aht
    for _ in range(12):
        ratio = special.ndtr(beta) * np.exp(beta**2 / 2) * 2.5066282746310002
        log_wait = -np.log1p(beta * ratio) - beta * slope - np.log1p(-target.share)
        gradient = -(ratio + beta * (1 + beta * ratio)) / (1 + beta * ratio) - slope
        beta = np.clip(beta - log_wait / gradient, 1e-6, 12.0)
    return np.maximum(np.ceil(load + beta * root), np.floor(load) + 1), np.ones_like(load)


def smallest(test: Test, guess: Floats, step: Floats, low: Floats) -> Floats:
    """Smallest whole n above ``low`` with test(n) true, for a test that stays true once true.

    ``test(n, rows)`` answers for some rows; each row gallops away from its guess with doubling steps, then bisects.
    """
    low, high = low.copy(), np.full_like(guess, np.inf)
    n, step = np.maximum(guess, low + 1), step.copy()
    rows = np.flatnonzero(high - low > 1)
    while len(rows):
        at = n[rows]
        good = test(at, rows)
        high[rows[good]] = at[good]
        low[rows[~good]] = at[~good]
        rows = rows[high[rows] - low[rows] > 1]
        floor, top = low[rows], high[rows]
        down, up = top - step[rows], floor + step[rows]
        n[rows] = np.where(np.isinf(top), up, np.where(down > floor, down, np.floor((floor + top) / 2)))
        met = np.isfinite(top) & (floor >= guess[rows] - 1) & (top - floor > 2 * step[rows])
        n[rows] = np.where(met, np.floor((floor + top) / 2), n[rows])
        step[rows] *= 2
    return high


@labelled
def load_for(
    target: Target,
    agents: npt.ArrayLike,
    aht_s: npt.ArrayLike,
    *,
    patience: Patience = None,
    max_occupancy: float = 1.0,
) -> Floats:
    """Most erlangs that ``agents`` carry within ``target``: the reverse of agents_for; times 3600/aht_s, contacts/h.
    ValueError as in agents_for, and when no load is too much (a share of 0 to answer, of 1 to lose).

    >>> round(float(load_for(ServiceLevel(0.8, 20), 14, 180)), 3)
    10.868
    """
    n, aht = np.broadcast_arrays(checked("agents", agents), checked("aht_s", aht_s, above_zero=True))
    _check(target, max_occupancy)
    return _most(lambda load: keeps(target, load, n, aht, patience, max_occupancy), n)[()]


@labelled
def load_for_blocking(agents: npt.ArrayLike, share: float) -> Floats:
    """Most erlangs that ``agents`` lines carry losing at most ``share`` (Erlang B), at least 0 and below 1.

    >>> round(float(load_for_blocking(10, 0.01)), 2)
    4.46
    """
    n = checked("agents", agents)
    checked_share("share", share, zero=True, one=False)
    return _most(lambda load: np.asarray(blocking(load, n) <= share), n)[()]


@labelled
def agents_for_blocking(load_erl: npt.ArrayLike, share: float) -> Ints:
    """Fewest lines that lose at most ``share`` of the calls (Erlang B), above 0 and at most 1.

    >>> int(agents_for_blocking(10, 0.02))
    17
    """
    load = checked("load_erl", load_erl)
    checked_share("share", share, zero=False, one=True)
    flat = load.ravel()
    root = np.maximum(1.0, np.floor(0.25 * np.sqrt(flat)))
    found = smallest(lambda n, i: np.asarray(blocking(flat[i], n) <= share), np.ceil(flat), root, flat * 0 - 1)
    return found.astype(np.int64).reshape(load.shape)[()]


def _most(test: Callable[[Floats], npt.NDArray[np.bool_]], agents: Floats) -> Floats:
    """Largest load that passes, by doubling then 60 halvings; 0 where none does. ValueError where all do."""
    low, high = np.zeros(agents.shape), np.maximum(agents, 1.0)
    for _ in range(40):
        more = test(high)
        if not more.any():
            break
        low, high = np.where(more, high, low), np.where(more, 2 * high, high)
    else:
        raise ValueError("no load is too much for this target: there is no most to tell")
    for _ in range(60):
        middle = (low + high) / 2
        good = test(middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return low


def smallest_from(good: Callable[[int], bool], guess: int, least: int) -> int:
    """Smallest n >= least that is good, galloping from ``guess``."""
    step, n = 1, guess
    if good(n):
        low = least - 1
        while n > least and n - step > low:
            if good(n - step):
                n -= step
                step *= 2
            else:
                low = n - step
                break
        else:
            low = max(low, least - 1) if n - step <= least - 1 else low
    else:
        low = n
        while not good(n + step):
            low = n + step
            step *= 2
        n += step
    while n - low > 1:
        middle = (n + low) // 2
        if good(middle):
            n = middle
        else:
            low = middle
    return n
