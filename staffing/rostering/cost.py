"""What one goal costs: the line of a bill."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one goal costs for one ``subject`` (an agent, a team or a queue): ``amount`` in the goal's unit (hours,
    days, shifts, switches), ``eur``."""

    goal: str
    subject: str
    amount: float
    eur: float
