"""The live slots of a week, and the clock minutes between which its shifts lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.grid import clock_min
from staffing.rostering.instance import Bools, Floats, Ints
from staffing.rostering.last_night import sunday_midnight
from staffing.rostering.team import Contract
from staffing.sizing.requirement import Requirement


@dataclass(frozen=True)
class Timeline:
    """The live slots of the week and of its last night: ``starts`` [T] instants; ``elapsed`` [T] minutes since Monday
    0:00; ``open`` [T, Q] whether the queue has a requirement there; ``need`` [T, Q] agents; ``ahead`` [T] past Sunday
    midnight."""

    starts: pd.DatetimeIndex
    elapsed: Ints
    open: Bools
    need: Floats
    ahead: Bools


def timeline(requirement: Requirement) -> Timeline:
    """Slots in which some queue has a requirement row."""
    frame, queues = requirement.frame, requirement.queues
    need = frame.pivot(index="start", columns="queue", values="agents").reindex(columns=list(queues)).sort_index()
    starts = pd.DatetimeIndex(need.index)
    monday = requirement.grid.at(requirement.week.monday, 0)
    elapsed = np.asarray((starts - monday).total_seconds() // 60, dtype=np.int64)
    agents = need.to_numpy(dtype=float)
    ahead = np.asarray(starts >= sunday_midnight(requirement))
    return Timeline(starts, elapsed, ~np.isnan(agents), np.nan_to_num(agents), ahead)


def span_of(line: Timeline, contract: Contract, interval_min: int) -> tuple[int, int]:
    """Clock minutes between which shifts of any day lie; past midnight where a queue stays open through it; with work
    off the queues before and after opening."""
    clock = clock_min(line.starts)
    low, high = int(clock.min()), int(clock.max()) + interval_min
    if low == 0 and high == 1440:
        high += int(contract.shift_max_h * 60) + max(contract.meal_min, default=0)
    desk = contract.off_queue_hours if contract.off_queue_h else ()
    return min([low, *(opens for opens, _ in desk)]), max([high, *(closes for _, closes in desk)])
