"""Work that may wait: e-mail, post and promised call-backs, laid into the troughs of live work before it is due.

A linear program on cumulative work: never more done than arrived, everything done by its due date, and the staff
curve it adds to kept as low and as flat as it can be. Never sized by Erlang: nobody waits on the line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, sparse

from forecasts.grid import Grid, Opening
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import Ints
from staffing.sizing.rates import Bools
from staffing.targets import CallBack, Deadline

FAR_DAYS = 60


@dataclass(frozen=True)
class Workload:
    """Agent-hours of deferrable work on consecutive intervals of one week.

    ``work_h`` arrives in each interval; ``due`` index of the last interval in which it may be done (may lie past the
    end: next week); ``open_`` when it can be worked on; ``live`` agents that live work occupies beside it.
    ``carried_h`` left over from last week, None when the weeks before brought the same work as this one: ``before``
    holds, the last first, by when each then had to be done (see ``dues_before``).
    """

    work_h: Floats
    due: Ints
    open_: Bools
    live: Floats
    interval_h: float
    carried_h: float | None = None
    carried_due: int = 0
    before: tuple[Ints, ...] = ()


def due_interval(starts: pd.DatetimeIndex, grid: Grid, opening: Opening, promise: Deadline | CallBack) -> Ints:
    """Index of the last open interval in which a contact arriving at each start still meets its promise.

    ``starts`` are all intervals of a week. Deadline(N): the end of the Nth opening day after the arrival's day; with
    N = 0 the same day, or the next opening day for what comes after closing. CallBack: that many minutes later, or
    the first open interval after, when it falls in closed hours. Indices past the week mean a later week. ValueError
    when it lies beyond ``FAR_DAYS``, or the queue never opens within them.

    >>> from tests import tiny
    >>> starts = tiny.GRID.week(tiny.WEEK)
    >>> due = due_interval(starts, tiny.GRID, tiny.NINE_TO_FIVE, Deadline(1))
    >>> f"{starts[20]:%a %H:%M} -> {starts[due[20]]:%a %H:%M}"
    'Mon 10:00 -> Tue 16:30'
    """
    first, last = starts[0].date(), starts[-1].date()
    span = grid.span(first, last + dt.timedelta(days=FAR_DAYS))
    open_ = np.flatnonzero(opening.mask(span))
    if not len(open_):
        raise ValueError(f"deferrable work has no opening hours within {FAR_DAYS} days of {first}")
    here = np.arange(len(starts))
    if isinstance(promise, CallBack):
        reach = here + int(promise.within_min // grid.interval_min)
        inside = open_[np.maximum(np.searchsorted(open_, reach, side="right") - 1, 0)]
        following = open_[np.minimum(np.searchsorted(open_, here), len(open_) - 1)]
        return np.maximum(inside, following)
    day = np.asarray((span.tz_localize(None).normalize() - pd.Timestamp(first)).days, dtype=np.int64)
    days, last_of = np.unique(day[open_][::-1], return_index=True)
    ends = open_[::-1][last_of]
    position = np.searchsorted(days, day[: len(starts)], side="right") - 1 + promise.working_days
    if promise.working_days == 0:
        position = np.where(ends[np.maximum(position, 0)] < here, position + 1, position)
        position = np.where(position < 0, 0, position)
    if position.max(initial=0) >= len(days):
        raise ValueError(f"a deadline of {promise.working_days} working days reaches further than {FAR_DAYS} days")
    return np.asarray(ends[np.maximum(position, 0)], dtype=np.int64)


def dues_before(
    starts: pd.DatetimeIndex, grid: Grid, opening: Opening, promise: Deadline | CallBack
) -> tuple[Ints, ...]:
    """``due_interval`` of what came at the same clock times of the weeks before, the last first, as far back as
    anything is due from this week's first instant on; indices of this week, below zero what was due before it.

    By the calendar as it was: what came on a Friday before Easter Monday is due a day later than after other weekends.
    """
    out: list[Ints] = []
    monday, clock = starts[0].date(), starts.tz_localize(None)
    for weeks in range(1, FAR_DAYS // 7 + 2):
        back = dt.timedelta(weeks=weeks)
        since = grid.span(monday - back, monday - dt.timedelta(days=1))
        then = since[since < grid.at(monday - back + dt.timedelta(weeks=1), 0)]
        due = due_interval(then, grid, opening, promise) - len(since)
        same = np.searchsorted(then.tz_localize(None), clock - back)
        due = due[np.minimum(same, len(then) - 1)]
        if due.max() < 0:
            break
        out.append(due)
    return tuple(out)


def carried_due(starts: pd.DatetimeIndex, grid: Grid, opening: Opening, promise: Deadline | CallBack) -> int:
    """Index of the last interval in which work left over from last week may be done: it arrived on last week's last
    opening day at the latest, so Deadline(N) ends with this week's Nth opening day (N = 0: overdue, the first)."""
    open_ = np.flatnonzero(opening.mask(starts))
    if isinstance(promise, CallBack) or not len(open_):
        return int(due_interval(starts, grid, opening, promise)[0])
    rest = Deadline(max(promise.working_days - 1, 0))
    return int(due_interval(starts, grid, opening, rest)[open_[0]])


def fitted(load: Workload, days: Ints) -> Floats:
    """Agents to put on the work in each interval; [intervals], 0 when closed.

    ``days`` numbers the civil day of each interval. Least sum of the days' highest staff (live + deferrable), then
    the flattest. ValueError when no plan meets the deadlines (work due before the next opening hour).

    >>> live, all_ = np.array([3.0, 1.0, 3.0, 1.0]), np.ones(4, dtype=bool)
    >>> mail = Workload(np.array([4.0, 0.0, 0.0, 0.0]), np.full(4, 3), all_, live, interval_h=0.5, carried_h=0.0)
    >>> fitted(mail, np.zeros(4, dtype=np.int64)).round(6).tolist()
    [1.0, 3.0, 1.0, 3.0]
    """
    here = np.flatnonzero(load.open_)
    if not len(here):
        if load.work_h.sum() > 0:
            raise ValueError("deferrable work arrives in a week without opening hours for it")
        return np.zeros(len(load.work_h))
    program = _program(load, here, days)
    answer = optimize.linprog(**program, method="highs")
    if answer.x is None:
        raise ValueError(f"deferrable work cannot be done by its deadlines: {answer.message}")
    out = np.zeros(len(load.work_h))
    out[here] = np.maximum(answer.x[: len(here)], 0.0)
    return out


def _program(load: Workload, here: Ints, days: Ints) -> dict[str, Any]:
    """Variables: agents x per open interval, done X (cumulative hours), one peak a day, the peak of the week, steps
    |x - x before| for smoothness, and the backlog b carried from last week."""
    n, (_, day) = len(here), np.unique(days[here], return_inverse=True)
    peaks = int(day.max()) + 1
    at = np.cumsum([0, n, n, peaks, 1, n, 1])
    x, done, peak, top, step, backlog = (slice(a, b) for a, b in pairwise(at))
    width, h = int(at[-1]), load.interval_h
    total = float(load.work_h.sum())
    arrived = np.cumsum(load.work_h)[here]
    eye, rows = sparse.eye(n, format="csr"), np.arange(n)
    lag = sparse.eye(n, k=-1, format="csr")
    parts: dict[int, Any] = {0: h * eye, 1: lag - eye}
    equal: Any = sparse.hstack([parts[0], parts[1], sparse.csr_matrix((n, width - 2 * n))])
    ahead = _row(n, width, done, eye, backlog, -1.0)
    due_rows, due_values = _dues(load, here, width, done.start, backlog.start, total)
    by_day = sparse.csr_matrix((np.ones(n), (rows, day)), shape=(n, peaks))
    daily: Any = sparse.hstack([eye, sparse.csr_matrix((n, n)), -by_day, sparse.csr_matrix((n, width - 2 * n - peaks))])
    beside: list[Any] = [
        sparse.csr_matrix((peaks, 2 * n)),
        sparse.eye(peaks),
        -np.ones((peaks, 1)),
        sparse.csr_matrix((peaks, n + 1)),
    ]
    weekly = sparse.hstack(beside)
    same = np.concatenate([[False], day[1:] == day[:-1]])
    diff = (eye - lag)[same]
    after = sparse.csr_matrix((diff.shape[0], n + peaks + 1)), -eye[same], sparse.csr_matrix((diff.shape[0], 1))
    smooth = [sparse.hstack([sign * diff, *after]) for sign in (1, -1)]
    cost = np.zeros(width)
    cost[peak], cost[top], cost[step], cost[x] = 1.0, 0.1, 1e-3, 1e-5
    live = load.live[here]
    bounds: list[tuple[float, float | None]] = [(0.0, None)] * width
    if load.carried_h is not None:
        bounds[backlog.start] = (load.carried_h, load.carried_h)
    return {
        "c": cost,
        "A_ub": sparse.vstack([ahead, due_rows, daily, weekly, *smooth]).tocsr(),
        "b_ub": np.concatenate([arrived, due_values, -live, np.zeros(peaks), np.zeros(2 * diff.shape[0])]),
        "A_eq": equal.tocsr(),
        "b_eq": np.zeros(n),
        "bounds": bounds,
    }


def _row(n: int, width: int, part: slice, matrix: sparse.csr_matrix, single: slice, value: float) -> sparse.csr_matrix:
    """``matrix`` under the columns ``part`` and ``value`` under the one column ``single``."""
    out: Any = sparse.lil_matrix((n, width))
    out[:, part] = matrix
    out[:, single] = value
    return sparse.csr_matrix(out)


def _dues(
    load: Workload, here: Ints, width: int, done: int, backlog: int, total: float
) -> tuple[sparse.csr_matrix, Floats]:
    """Rows of: -done(due) + backlog <= -arrived, for this week's work and that of the weeks before."""
    week, arrived = len(load.work_h), np.cumsum(load.work_h)
    steady = load.carried_h is None
    needs: dict[int, float] = {}
    for weeks, dues in enumerate((load.due, *(load.before if steady else ()))):
        for i in np.flatnonzero((load.work_h > 0) & (dues >= 0) & (dues < week)):
            slot = max(int(np.searchsorted(here, dues[i], side="right")) - 1, 0)
            needs[slot] = max(needs.get(slot, -np.inf), float(arrived[i]) - weeks * total)
    rows, columns, values, right = [], [], [], []
    for k, (slot, owed) in enumerate(needs.items()):
        rows += [k, k]
        columns += [done + slot, backlog]
        values += [-1.0, 1.0]
        right.append(-owed)
    k = len(right)
    rows.append(k)
    columns.append(done + len(here) - 1)
    values.append(-1.0)
    most = total if steady else min(total, float(arrived[here[-1]]) + (load.carried_h or 0.0))
    right.append(-most)
    if load.carried_h:
        slot = max(int(np.searchsorted(here, load.carried_due, side="right")) - 1, 0)
        rows.append(k + 1)
        columns.append(done + slot)
        values.append(-1.0)
        right.append(-load.carried_h)
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(right), width))
    return matrix, np.asarray(right)
