"""Counting what happened: one replication's log into contacts by queue and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.centre import Centre, Queue
from staffing.simulation.floor import Contacts, Floats, Log
from staffing.sizing.channels import kind_of
from staffing.targets import AbandonRate, AnswerRate, AverageWait, CallBack, Counting, Deadline, ServiceLevel, Target

NAMES = ("offered", "answered", "in_time", "short", "gave_up", "turned_away", "wait_s", "pending", "vain_s")
OFFERED, ANSWERED, IN_TIME, SHORT, GAVE_UP, TURNED, WAIT, PENDING, VAIN = range(len(NAMES))
LONGEST_S = 30 * 86_400.0
WAIT_EDGES_S = np.concatenate([np.arange(0.0, 120.0, 2.0), np.geomspace(120.0, LONGEST_S, 250), [np.inf]])
"""Bins of waits: 2 s wide at first, then each 4 % wider, up to work that waits for weeks."""


@dataclass(frozen=True, eq=False)
class Tally:
    """``counts`` [names, queues, intervals]; ``waits`` [queues + 1, bins] answered contacts by wait, the last row the
    whole wait of those who went through a transfer; ``busy_s`` and ``overrun_s`` by agent."""

    counts: npt.NDArray[np.float32]
    waits: Floats
    busy_s: Floats
    overrun_s: Floats


def within_s(queue: Queue) -> float:
    """The wait that a queue's service level counts; 20 s where its target is of another kind."""
    return queue.target.within_s if isinstance(queue.target, ServiceLevel) else 20.0


def tallied(log: Log, contacts: Contacts, centre: Centre, due_s: Floats, open_: npt.NDArray[np.bool_]) -> Tally:
    """Contacts by the interval they came in. Deferrable work is ``in_time`` when done by its due instant; what is
    neither done nor due when the week ends is ``pending`` and not yet offered to the promise; ``vain_s`` is what those
    who gave up waited. ``due_s`` and ``open_``
    [queues, intervals]: when work arriving there should be done, and whether the queue is open. What is handed on to
    a closed queue is ``turned_away``, not offered."""
    length = centre.grid.interval_min * 60.0
    queues, intervals = due_s.shape
    came = ~np.isnan(log.arrival_s)
    slot = np.minimum((np.nan_to_num(log.arrival_s) // length).astype(np.int64), intervals - 1)
    cell = log.queue * intervals + slot
    answered = came & ~np.isnan(log.answer_s)
    wait = np.where(answered, log.answer_s - np.nan_to_num(log.arrival_s), 0.0)
    live = np.array([kind_of(q.kind).live for q in centre.queues])[log.queue]
    limit = np.array([within_s(q) for q in centre.queues])[log.queue]
    due = due_s[log.queue, slot]
    shut = log.turned_away & live & ~open_[log.queue, slot]
    done = answered & (log.done_s <= intervals * length)
    in_time = answered & np.where(live, wait <= limit + 1e-9, log.done_s <= due)
    pending = came & ~live & ~done & (due > intervals * length)
    patience = contacts.patience_s[log.parent]
    kinds = (
        came & ~pending & ~shut, answered & ~pending, in_time & ~pending, log.gave_up & (patience < limit), log.gave_up,
        shut & came,
    )  # fmt: skip
    size = queues * intervals
    counts = [np.bincount(cell[kind], minlength=size) for kind in kinds]
    counts.append(np.bincount(cell[answered & ~pending], weights=wait[answered & ~pending], minlength=size))
    counts.append(np.bincount(cell[pending], minlength=size))
    counts.append(np.bincount(cell[log.gave_up], weights=log.patience_s[log.gave_up], minlength=size))
    return Tally(
        np.array(counts, dtype=np.float32).reshape(len(NAMES), queues, intervals),
        _waits(log, contacts, answered, wait, queues), log.busy_s, log.overrun_s,
    )  # fmt: skip


def _waits(log: Log, contacts: Contacts, answered: npt.NDArray[np.bool_], wait: Floats, queues: int) -> Floats:
    bins = len(WAIT_EDGES_S) - 1
    at = np.searchsorted(WAIT_EDGES_S, wait, side="right") - 1
    rows = np.bincount(log.queue[answered] * bins + at[answered], minlength=queues * bins).reshape(queues, bins)
    child = contacts.child[log.parent]
    through = answered & (child >= 0)
    through[through] = answered[child[through]]
    total = wait[through] + wait[child[through]]
    both = np.bincount(np.searchsorted(WAIT_EDGES_S, total, side="right") - 1, minlength=bins)
    return np.vstack([rows, both]).astype(float)


def parts(target: Target, counts: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """Numerator and denominator of what a target measures, from counts [names, ...]; their ratio is the service."""
    offered, answered = counts[OFFERED].astype(float), counts[ANSWERED].astype(float)
    if isinstance(target, AverageWait):
        return counts[WAIT].astype(float), answered
    if isinstance(target, AbandonRate):
        return counts[GAVE_UP].astype(float), offered
    if isinstance(target, AnswerRate):
        return answered, offered
    if isinstance(target, ServiceLevel) and target.counting is not Counting.OFFERED:
        return counts[IN_TIME].astype(float), offered - counts[SHORT]
    return counts[IN_TIME].astype(float), offered


def served(target: Target, counts: npt.NDArray[np.floating]) -> tuple[Floats, Floats]:
    """The same as a share of contacts of which more is better, so that queues of different promises can stand side by
    side and be weighed together: a mean wait is told by those answered within 20 s, abandonment by those answered."""
    offered = counts[OFFERED].astype(float)
    if isinstance(target, AverageWait):
        return counts[IN_TIME].astype(float), offered
    if isinstance(target, AbandonRate):
        return counts[ANSWERED].astype(float), offered
    return parts(target, counts)


def limit(target: Target) -> tuple[float, bool]:
    """The figure a target sets, and whether more is better. Deferred work promises all of it in time: 95 % here."""
    if isinstance(target, (ServiceLevel, AnswerRate)):
        return target.share, True
    if isinstance(target, AbandonRate):
        return target.share, False
    if isinstance(target, AverageWait):
        return target.seconds, False
    assert isinstance(target, (Deadline, CallBack))
    return 0.95, True
