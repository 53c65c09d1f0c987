"""Hand edits: a layer over the forecast, never mixed into history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

ACTS = ("multiply", "set", "add")


@dataclass(frozen=True)
class Edit:
    """One change by hand: ``act`` is multiply, set or add; ``value`` a ratio, or contacts per interval.

    It holds for ``channel`` ("" = every channel) and interval starts in [``first``, ``until``), tz-aware; ``reason``
    is shown beside the model's own line. Raises ValueError on an empty span or reason, or a negative result.
    """

    act: str
    value: float
    first: pd.Timestamp
    until: pd.Timestamp
    reason: str
    channel: str = ""

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise ValueError(f"an edit is one of {', '.join(ACTS)}, got {self.act!r}")
        if self.first.tzinfo is None or self.until.tzinfo is None:
            raise ValueError("an edit's first and until must be tz-aware")
        if not self.first < self.until:
            raise ValueError(f"an edit needs first < until, got {self.first} and {self.until}")
        if not np.isfinite(self.value) or (self.act != "add" and self.value < 0):
            raise ValueError(f"an edit's value must be a number of at least 0, got {self.value}")
        if not self.reason.strip():
            raise ValueError("an edit needs a reason")


def edited(frame: pd.DataFrame, edits: tuple[Edit, ...]) -> pd.DataFrame:
    """The frame with ``contacts`` after the edits, in order, and ``model_contacts`` as the models said.

    An addition that would fall below zero stops at zero.
    """
    out = frame.copy()
    out["model_contacts"] = frame["contacts"]
    for edit in edits:
        here = (out["start"] >= edit.first) & (out["start"] < edit.until)
        if edit.channel:
            if edit.channel not in set(out["channel"]):
                raise ValueError(f"an edit names the unknown channel {edit.channel!r}")
            here &= out["channel"] == edit.channel
        values = out.loc[here, "contacts"]
        changed = {"multiply": values * edit.value, "set": values * 0 + edit.value, "add": values + edit.value}[
            edit.act
        ]
        out.loc[here, "contacts"] = changed.clip(lower=0.0)
    return out
