"""How to size: the choices a planner may make beside what the centre says of itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

METHODS = ("auto", "stationary", "mol", "transient")
MODELS = ("auto", "erlang_a", "erlang_c", "general")


@dataclass(frozen=True)
class Sizing:
    """Choices for ``size``.

    ``method``: stationary (each interval by itself), mol (modified offered load: the load that lags behind arrivals),
    transient (queue carried over), auto (transient, or mol where patience is a curve). ``model`` wins over the queue's
    own when not auto. ``confidence``: share of the forecast's futures in which the target must hold (None: the expected
    contacts); ``expected``: the target must hold on average over the futures. ``sloped``: contacts rise and fall inside
    an interval as their neighbours do; False spreads them evenly. ``carried``: contacts left over from last week by
    deferrable queue (none named: last week was like this). ``retrials``: a channel's callers who give up call again
    as the centre says.
    """

    method: str = "auto"
    model: str = "auto"
    confidence: float | None = None
    expected: bool = False
    sloped: bool = True
    carried: tuple[tuple[str, float], ...] = ()
    retrials: bool = True

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}, got {self.method!r}")
        if self.model not in MODELS:
            raise ValueError(f"model is one of {', '.join(MODELS)}, got {self.model!r}")
        if self.confidence is not None and not 0 < self.confidence < 1:
            raise ValueError(f"confidence lies between 0 and 1, got {self.confidence}")
        if self.confidence is not None and self.expected:
            raise ValueError("size for a confidence or for the expected service, not both")
        for queue, contacts in self.carried:
            if not 0 <= contacts < math.inf:
                raise ValueError(f"contacts carried by {queue} must be finite and at least 0, got {contacts}")
