"""Callers who give up and call again: taken out of what was recorded, put back as the planned service makes them.

A recorded volume holds the repeated calls of its own day's service. With a share r of those who give up calling again,
first calls are recorded x (1 - r P(abandon) then), and the volume to staff solves lambda = first + r P(abandon) lambda,
delayed by the pause before a new try (Phung-Duc 2017, Retrial queueing models, sec. 2).

Level 1 only: no history records who gives up after a transfer, so their repeated calls cannot be taken out of the
volume on record, and putting them in again would count them twice.
"""

from __future__ import annotations

from staffing.centre import Centre
from staffing.sizing.gamma import Floats
from staffing.sizing.rates import Bools, delayed


def first_tries(centre: Centre, channel: str) -> float:
    """Share of recorded contacts that are first calls: 1 - retry share x abandonment, as the history recorded it."""
    frame = centre.history.frame
    known = frame[frame["channel"] == channel].dropna(subset=["offered", "abandoned"])
    offered = float(known["offered"].sum())
    return 1.0 - centre.retry_share * float(known["abandoned"].sum()) / offered if offered > 0 else 1.0


def called_again(centre: Centre, contacts: Floats, abandon: Floats, open_: Bools) -> Floats:
    """Repeated calls in each interval [intervals], of ``contacts`` of which the shares ``abandon`` give up.

    Those whose pause ends while the queue is closed do not call that day.
    """
    pause_s, interval_s = 60.0 * centre.retry_delay_min, 60.0 * centre.grid.interval_min
    return delayed(centre.retry_share * contacts * abandon, pause_s, interval_s) * open_
