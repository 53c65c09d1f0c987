"""Callers who give up and call again: taken out of what was recorded, put back as the planned service makes them.

A recorded volume holds the repeated calls of its own day's service. With a share r of those who give up calling again,
first calls are recorded x (1 - r P(abandon) then), and the volume to staff solves lambda = first + r P(abandon) lambda,
delayed by the pause before a new try (Phung-Duc 2017, Retrial queueing models, sec. 2).

Callers of a channel only, whichever level answers them: no history records who gives up after a transfer, so their
repeated calls cannot be taken out of the volume on record, and putting them in again would count them twice.
"""

from __future__ import annotations

import numpy as np

from staffing.centre import Centre
from staffing.sizing.gamma import Floats
from staffing.sizing.rates import Bools, delayed

PASSES = 20
CLOSE = 1e-6


def gone_on_record(centre: Centre, channel: str) -> bool:
    """Whether the history tells how many of the channel's callers gave up. Where it does not, the repeated calls it
    holds cannot be told from first ones: they stay in, and none are added."""
    frame = centre.history.frame
    return bool(frame.loc[frame["channel"] == channel, ["offered", "abandoned"]].notna().all(axis=1).any())


def first_tries(centre: Centre, channel: str) -> float:
    """Share (0..1) of recorded contacts that are first calls: 1 - retry share x abandonment, as the history recorded
    it; 1 where it did not.

    >>> from dataclasses import replace
    >>> from tests import tiny
    >>> history = tiny.history().frame.assign(abandoned=3.0, offered=12.0)
    >>> centre = replace(tiny.centre(), retry_share=0.4, history=replace(tiny.history(), frame=history))
    >>> first_tries(centre, "phone")
    0.9
    """
    frame = centre.history.frame
    known = frame[frame["channel"] == channel].dropna(subset=["offered", "abandoned"])
    offered = float(known["offered"].sum())
    return 1.0 - centre.retry_share * float(known["abandoned"].sum()) / offered if offered > 0 else 1.0


def called_again(centre: Centre, contacts: Floats, abandon: Floats, open_: Bools) -> Floats:
    """Repeated calls in each interval [intervals], of ``contacts`` a first time of which the shares ``abandon`` give
    up, and give up again: the fixed point, met once another pass moves no interval by ``CLOSE`` calls.

    Those whose pause ends while the queue is closed do not call that day.

    >>> from dataclasses import replace
    >>> from tests import tiny
    >>> centre = replace(tiny.centre(), retry_share=0.5, retry_delay_min=30.0)
    >>> called_again(centre, np.array([8.0, 0.0, 0.0, 0.0]), np.full(4, 0.5), np.ones(4, dtype=bool)).tolist()
    [0.0, 2.0, 0.5, 0.125]
    """
    pause_s, interval_s = 60.0 * centre.retry_delay_min, 60.0 * centre.grid.interval_min
    again = np.zeros_like(contacts)
    for _ in range(PASSES):
        before, again = again, delayed(centre.retry_share * (contacts + again) * abandon, pause_s, interval_s) * open_
        if np.abs(again - before).max(initial=0.0) < CLOSE:
            break
    return again
