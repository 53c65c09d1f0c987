"""Roster: who does what when, and the proof that came with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from forecasts.grid import Grid, Week

MEAL = "meal"
BREAK = "break"
COLUMNS = ("agent", "start", "end", "activity")


@dataclass(frozen=True)
class Proof:
    """What the engine knows of its own answer. Money in EUR, times in seconds.

    ``bound_eur`` is a cost below which no lawful roster exists; ``gap`` = (cost - bound) / cost; ``gap_hours`` the
    same in agent-hours at the mean wage ``wage_eur_h``.
    """

    status: str
    cost_eur: float
    bound_eur: float
    seconds: float
    seed: int
    wage_eur_h: float

    @property
    def gap(self) -> float:
        return max(0.0, self.cost_eur - self.bound_eur) / self.cost_eur if self.cost_eur > 0 else 0.0

    @property
    def gap_hours(self) -> float:
        return max(0.0, self.cost_eur - self.bound_eur) / self.wage_eur_h if self.wage_eur_h > 0 else 0.0

    def costing(self, more_eur: float) -> Proof:
        """The proof of a roster that costs so much more."""
        cost = self.cost_eur + more_eur
        return replace(self, cost_eur=cost, bound_eur=min(self.bound_eur, cost))


@dataclass(frozen=True)
class Reason:
    """Something the engine could not do, and why: ``kind`` a stable word, ``subject`` an agent, queue or rule."""

    kind: str
    subject: str
    detail: str


@dataclass(frozen=True)
class Roster:
    """A week's segments.

    ``frame`` is sorted by (agent, start): ``agent`` id, ``start``/``end`` tz-aware in ``grid.tz``, ``activity`` a
    queue's name, ``meal`` (unpaid), ``break`` (paid) or a commitment's word (paid). The segments of one shift touch.
    Shifts that begin on Sunday may end on Monday.
    """

    week: Week
    grid: Grid
    frame: pd.DataFrame
    proof: Proof | None = None
    reasons: tuple[Reason, ...] = ()

    def __post_init__(self) -> None:
        missing = [c for c in COLUMNS if c not in self.frame.columns]
        if missing:
            raise ValueError(f"roster lacks the columns {', '.join(missing)}")

    def of(self, agent: str) -> pd.DataFrame:
        return self.frame[self.frame["agent"] == agent]


@dataclass(frozen=True)
class Progress:
    """A word from a running engine: phase, best cost and bound so far, and the best roster when it is new."""

    phase: str
    seconds: float
    cost_eur: float | None = None
    bound_eur: float | None = None
    roster: Roster | None = None


Watch = Callable[[Progress], bool]
"""Called at each improvement and at least every second; answers False to stop and keep the best."""


def silent(_: Progress) -> bool:
    """A watch that never stops the engine."""
    return True
