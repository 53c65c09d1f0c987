"""Queues whose load moves: M_t/M/n_t+M, the number of contacts present carried from interval to interval.

Forward Kolmogorov equations of the birth-death chain, k contacts present, n agents:

    p_k' = lambda p_(k-1) - (lambda + d_k) p_k + d_(k+1) p_(k+1),   d_k = min(k, n) / aht + max(k - n, 0) / patience

(chats, of which an agent holds several: n times as many places, and the rate of ``Chats.ends``)
by an implicit rule of second order (two tridiagonal solves a step). Service is asked of a tagged contact that finds j
others waiting: each leaves at rate n / aht + j / patience, the tagged one gives up at rate 1 / patience. Ingolfsson et
al. 2007, "A survey and experimental comparison of service-level approximation methods for nonstationary M(t)/M/s(t)
queueing systems", found the same equations the most accurate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.linalg import lapack
from scipy.special import gammaln

from staffing.sizing.chat import ended
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import Ints, smallest_from
from staffing.sizing.rates import fine
from staffing.sizing.tagged import tagged, waits
from staffing.targets import Counting

STEPS_PER_CALL = 8
"""Time steps in one mean handle time."""
GAMMA = 1 - 1 / np.sqrt(2)
NEVER = 1e-20
"""A state less likely than this is left out when agents leave."""


@dataclass(frozen=True)
class Slot:
    """What one interval's callers met: expected ``arrived`` contacts, those who ``gave_up`` and were ``completed``,
    ``service_level``, mean wait of the answered ``asa_s``, busy share of agents ``occupancy``. NaN: nobody came."""

    arrived: float
    gave_up: float
    completed: float
    service_level: float
    asa_s: float
    occupancy: float

    @property
    def abandon(self) -> float:
        return min(1.0, self.gave_up / self.arrived) if self.arrived > 0 else 0.0


@dataclass(frozen=True)
class Line:
    """One queue on consecutive intervals: ``arrivals`` [intervals, parts] contacts by part of an interval; ``held``
    contacts an agent has at once, each further one slowing the others by ``slowdown``."""

    arrivals: Floats
    aht_s: Floats
    interval_s: float
    patience_s: float | None
    within_s: float
    counting: Counting = Counting.OFFERED
    most: int = 0
    held: int = 1
    slowdown: float = 0.0
    served: dict[float, tuple[Floats, Floats]] = field(default_factory=dict, compare=False)

    @staticmethod
    def of(
        contacts: Floats, aht_s: Floats, interval_s: float, *, patience_s: float | None, within_s: float,
        counting: Counting = Counting.OFFERED, sloped: bool = True, most_agents: float = 0.0,
        held: int = 1, slowdown: float = 0.0,
    ) -> Line:  # fmt: skip
        """The line of ``contacts`` per interval, all open, one after the other."""
        shortest = float(np.min(aht_s))
        parts = int(np.clip(np.ceil(interval_s / shortest * STEPS_PER_CALL), 10, 240))
        arrivals = fine(contacts, np.ones(len(contacts), dtype=bool), parts, sloped=sloped)
        full_s, places = aht_s * (1 + slowdown * (held - 1)), most_agents * held
        stay_s = max(float(np.max(full_s)), patience_s or 0.0)
        rate = float(arrivals.max(initial=0.0)) * parts / interval_s
        mean = rate * stay_s
        if patience_s is None:
            mean += max(0.0, float(np.cumsum(contacts - places * interval_s / full_s).max(initial=0.0)))
        most = int(max(mean, places) * (1.0 if patience_s else 1.3) + 9 * np.sqrt(mean + 1)) + 30
        return Line(arrivals, aht_s, interval_s, patience_s, within_s, counting, most, held, slowdown)

    def empty(self) -> Floats:
        """[states] nobody present."""
        out = np.zeros(self.most + 1)
        out[0] = 1.0
        return out

    def advance(self, present: Floats, i: int, agents: int, before: int | None = None) -> tuple[Floats, Slot]:
        """The distribution after interval ``i`` with ``agents`` there (``before``: how many there were until then), and
        what its callers met."""
        if before is not None and agents < before:
            present = _left(present, before, agents, self.held)
        k, places = np.arange(self.most + 1), min(agents * self.held, self.most + 1)
        aht, give_up = float(self.aht_s[i]), 0.0 if self.patience_s is None else 1.0 / self.patience_s
        waiting = np.maximum(k - places, 0)
        done = ended(np.minimum(k, places), agents, aht, self.held, self.slowdown)
        leave = done + waiting * give_up
        good, short = self._in_time(float(done[-1]))
        width = self.interval_s / self.arrivals.shape[1]
        told, weights = np.zeros(8), np.zeros((7, self.most + 1))
        weights[0, :places] = weights[4, :places] = 1.0
        weights[:2, places:] = good[waiting[places:]], short[waiting[places:]]
        weights[2:4] = waiting, done
        weights[4:6, places:] = waits(float(done[-1]), give_up, self.most + 1 - places)
        weights[6] = np.minimum(k, agents)
        for come in self.arrivals[i]:
            after = _step(present, come / width, leave, width)
            met = weights @ (0.5 * (present + after))
            told += [come, *(come * met[:2]), *(width * met[2:4]), *(come * met[4:6]), width * met[6]]
            present = after
        return present, self._slot(told, give_up, agents)

    def _slot(self, told: Floats, give_up: float, agents: int) -> Slot:
        come, good, short, waited_s, done, answered, wait_s, busy_s = (float(v) for v in told)
        level = asa = np.nan
        if come > 0:
            level = good / (come - short) if self.counting is Counting.OFFERED_LESS_SHORT else good / come
            asa = wait_s / answered if answered > 0 else np.inf
        occupancy = busy_s / (agents * self.interval_s) if agents else np.nan
        return Slot(come, waited_s * give_up, done, level, asa, occupancy)

    def _in_time(self, rate: float) -> tuple[Floats, Floats]:
        """[waiting + 1] chance of being answered within ``within_s``, and of giving up before, for a contact that finds
        all hands full, emptied at ``rate`` a second, and j others waiting. Under VIRTUAL the tagged contact never gives
        up."""
        if rate not in self.served:
            self.served[rate] = tagged(
                rate, 0.0 if self.patience_s is None else 1 / self.patience_s, self.within_s, self.most + 1,
                leaves=self.counting is not Counting.VIRTUAL,
            )  # fmt: skip
        return self.served[rate]


def _left(present: Floats, before: int, agents: int, held: int = 1) -> Floats:
    """Whoever remains when agents leave: each leaver finishes what is in hand elsewhere.

    k contacts lie evenly in the hands of ``before`` agents, k mod ``before`` of whom have one more than the others: how
    many of those leave is hypergeometric. With a queue all hands are full.
    """
    leavers, full = before - agents, min(before * held, len(present) - 1)
    likely = np.flatnonzero(present[: full + 1] > NEVER)
    inside, taken = likely[:, None], np.arange(leavers + 1)[None, :]
    each, k = np.divmod(inside, before)
    possible = (taken <= k) & (leavers - taken <= before - k)
    factorials = gammaln(np.arange(before + leavers + 1) + 1.0)

    def log_choose(n: Ints, r: Ints) -> Floats:
        return np.asarray(factorials[n] - factorials[r] - factorials[np.maximum(n - r, 0)])

    logs = log_choose(k, taken) + log_choose(before - k, np.maximum(leavers - taken, 0))
    logs = np.where(possible, logs - log_choose(np.array(before), np.array(leavers)), -np.inf)
    left = np.maximum(inside - each * leavers - taken, 0)
    moved = np.exp(logs) * present[likely, None]
    out: Floats = np.bincount(left.ravel(), moved.ravel(), minlength=len(present)).astype(np.float64)
    gone = leavers * held
    out[full + 1 - gone : len(present) - gone] += present[full + 1 :]
    return np.asarray(out)


def _step(present: Floats, rate: float, leave: Floats, width: float) -> Floats:
    """One time step of the chain: the two-stage diagonally implicit rule with gamma = 1 - 1/sqrt(2) (Alexander 1977),
    second order and damping what moves faster than the step."""
    out = rate + leave
    out[-1] = leave[-1]
    a = GAMMA * width

    def flow(p: Floats) -> Floats:
        moved = -out * p
        moved[1:] += rate * p[:-1]
        moved[:-1] += leave[1:] * p[1:]
        return moved

    def solved(right: Floats) -> Floats:
        lower, upper = np.full(len(right) - 1, -a * rate), -a * leave[1:]
        return np.asarray(lapack.dgtsv(lower, 1 + a * out, upper, right)[3])

    first = solved(flow(present))
    second = solved(flow(present + (1 - GAMMA) * width * first))
    return np.asarray(present + width * ((1 - GAMMA) * first + GAMMA * second))


def played(line: Line, agents: Ints) -> tuple[Slot, ...]:
    """What callers meet interval by interval with ``agents`` there; the first interval starts empty.

    >>> line = Line.of(np.full(3, 24.0), np.full(3, 300.0), 1800.0, patience_s=180.0, within_s=20.0, sloped=False)
    >>> [round(slot.service_level, 3) for slot in played(line, np.full(3, 6))]
    [0.888, 0.84, 0.839]
    """
    present, out, before = line.empty(), [], None
    for i, n in enumerate(agents):
        present, slot = line.advance(present, i, int(n), before)
        before = int(n)
        out.append(slot)
    return tuple(out)


def least_agents(
    line: Line, kept: Callable[[Slot], bool], guess: Ints, least: Ints | int = 0
) -> tuple[Ints, tuple[Slot, ...]]:
    """Fewest agents, interval after interval, for which every interval keeps its promise.

    Each interval starts with whoever the one before left waiting, and takes the smallest number that is ``kept``,
    ``least`` (one for all, or one an interval) at least. ``guess`` is where the search starts.

    >>> line = Line.of(np.full(3, 24.0), np.full(3, 300.0), 1800.0, patience_s=180.0, within_s=20.0, sloped=False)
    >>> least_agents(line, lambda slot: slot.service_level >= 0.8, np.full(3, 4), 1)[0].tolist()
    [6, 6, 6]
    """
    present, before, agents, slots = line.empty(), None, [], []
    floor = np.broadcast_to(least, guess.shape)
    for i in range(len(guess)):
        tried = _Tried(line, present, i, before, kept)
        before = smallest_from(tried, max(int(guess[i]), int(floor[i])), int(floor[i]))
        present, slot = tried.at(before)
        agents.append(before)
        slots.append(slot)
    return np.array(agents, dtype=np.int64), tuple(slots)


@dataclass
class _Tried:
    """Numbers of agents tried in one interval, and whether each keeps the promise."""

    line: Line
    present: Floats
    i: int
    before: int | None
    kept: Callable[[Slot], bool]
    known: dict[int, tuple[Floats, Slot]] = field(default_factory=dict)

    def at(self, agents: int) -> tuple[Floats, Slot]:
        if agents not in self.known:
            self.known[agents] = self.line.advance(self.present, self.i, agents, self.before)
        return self.known[agents]

    def __call__(self, agents: int) -> bool:
        slot = self.at(agents)[1]
        return slot.arrived < 1e-9 or self.kept(slot)
