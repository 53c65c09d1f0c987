"""What a queue promises its callers. Shares are 0..1, waits in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Counting(Enum):
    """Which contacts a service level divides by; the three definitions in use differ by several points."""

    OFFERED = "answered within T / all offered"
    OFFERED_LESS_SHORT = "answered within T / (offered - abandoned before T)"
    VIRTUAL = "virtual wait of at most T / all offered"


@dataclass(frozen=True)
class ServiceLevel:
    """At least ``share`` of contacts answered within ``within_s`` seconds."""

    share: float
    within_s: float
    counting: Counting = Counting.OFFERED


@dataclass(frozen=True)
class AverageWait:
    """Mean wait of the answered (ASA) of at most ``seconds``."""

    seconds: float


@dataclass(frozen=True)
class AbandonRate:
    """At most ``share`` of the offered abandon."""

    share: float


@dataclass(frozen=True)
class AnswerRate:
    """At least ``share`` of the offered are answered."""

    share: float


@dataclass(frozen=True)
class Deadline:
    """Work that may wait: done within ``working_days`` opening days after arrival (0 = the same day)."""

    working_days: int


@dataclass(frozen=True)
class CallBack:
    """Callers are rung back within ``within_min`` minutes."""

    within_min: float


Target = ServiceLevel | AverageWait | AbandonRate | AnswerRate | Deadline | CallBack
