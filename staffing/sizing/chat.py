"""Chat: an agent holds several at once, and each further one slows the others. A birth-death chain, never Erlang / k.

With k chats among n agents spread evenly, an agent who holds j of them ends each at rate 1 / (aht (1 + s (j - 1))).
Beyond n times the concurrency contacts wait, and give up at rate 1 / patience.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.sizing.gamma import Floats
from staffing.sizing.heads import smallest_from
from staffing.sizing.tagged import tagged

FAR = 1e-14


@dataclass(frozen=True)
class Chats:
    """A chat queue in balance: ``rate_s`` arrivals a second, ``held`` chats an agent holds at once, ``slowdown`` by
    which each further one lengthens all."""

    rate_s: float
    aht_s: float
    held: int
    slowdown: float = 0.25
    patience_s: float | None = None

    def ends(self, agents: int, present: Floats) -> Floats:
        """Rate at which the queue empties with k present: ended chats and those who give up."""
        inside = np.minimum(present, agents * self.held)
        leaving = ended(inside, agents, self.aht_s, self.held, self.slowdown)
        return leaving + (present - inside) / (self.patience_s or np.inf)

    def service_level(self, agents: int, within_s: float) -> float:
        """Share of all offered that an agent takes up within ``within_s``; 0 when the queue grows for ever.

        One held at once is Erlang A or C:

        >>> round(Chats(10 / 180, 180.0, 1).service_level(14, 20.0), 6)
        0.88835
        """
        if agents < 1:
            return 0.0
        full = agents * self.held
        top = float(self.ends(agents, np.array([float(full)]))[0])
        if self.patience_s is None and top <= self.rate_s:
            return 0.0
        size = full + int(12 * np.sqrt(full + 1)) + 200
        while True:
            k = np.arange(1, size + 1, dtype=np.float64)
            logs = np.concatenate([[0.0], np.cumsum(np.log(self.rate_s) - np.log(self.ends(agents, k)))])
            weight = np.exp(logs - logs.max())
            if weight[-1] < FAR * weight.max() or size > 10**6:
                break
            size *= 2
        weight /= weight.sum()
        good, _ = tagged(top, 0.0 if self.patience_s is None else 1 / self.patience_s, within_s, size + 1 - full)
        return float(weight[:full].sum() + weight[full:] @ good)


def ended(inside: npt.ArrayLike, agents: int, aht_s: float, held: int, slowdown: float) -> Floats:
    """Contacts ended a second with ``inside`` of them spread evenly over ``agents`` hands of ``held`` each; calls are
    chats of which an agent holds one."""
    each, more = np.divmod(np.asarray(inside, dtype=np.float64), max(agents, 1))

    def rate(j: Floats) -> Floats:
        return np.asarray(j / (aht_s * (1 + slowdown * (np.clip(j, 1, held) - 1))))

    return (agents - more) * rate(each) + more * rate(each + 1)


def agents_for_chats(chats: Chats, share: float, within_s: float, *, least: int = 0) -> int:
    """Fewest agents, ``least`` at least, that take up ``share`` (0..1) of chats within ``within_s`` seconds, by the
    birth-death chain of ``Chats`` in balance.

    >>> [agents_for_chats(Chats(20 / 600, 600.0, held), 0.8, 20.0) for held in (2, 3)]
    [15, 12]
    """
    if chats.rate_s <= 0:
        return least
    guess = chats.rate_s * chats.aht_s * (1 + chats.slowdown * (chats.held - 1)) / chats.held
    return smallest_from(
        lambda n: chats.service_level(n, within_s) >= share, max(1, least, round(guess)), max(1, least)
    )  # fmt: skip
