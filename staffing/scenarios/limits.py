"""How far the figures of a scenario's changes may go: whatever lies beyond is a slip, and no answer to it is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

Limits = Mapping[str, tuple[float, float]]
LIMITS: Limits = {
    "factor": (0.0, 1000.0), "factors": (0.0, 1000.0), "share": (0.0, 1.0), "contacts_week": (0.0, 1e7),
    "from_min": (0, 1440), "to_min": (0, 1440), "return_share": (0.0, 1.0), "return_min": (1, 1440),
    "after_min": (0, 1440), "level": (1, 2), "weekdays": (0, 6), "within_s": (0.0, 86_400.0), "minutes": (0, 1440),
    "elasticity": (0.0, 10.0), "concurrency": (1, 100), "slowdown": (0.0, 1.0),
}  # fmt: skip
"""Least and most of every figure that a change may hold, by its name."""


@dataclass(frozen=True)
class Limited:
    """A change whose figures keep within ``limits``; ValueError names the first that does not."""

    limits: ClassVar[Limits] = LIMITS

    def __post_init__(self) -> None:
        for name in (field.name for field in dataclasses.fields(self) if field.name in self.limits):
            low, high = self.limits[name]
            told = getattr(self, name)
            for value in told if isinstance(told, tuple) else (told,):
                if value is not None and not low <= value <= high:
                    raise ValueError(f"{name} must lie from {low:g} to {high:g}, got {value:g}")
