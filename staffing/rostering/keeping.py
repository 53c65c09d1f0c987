"""A published roster as the engine sees it: which choice each agent-day would be, so that a change has its price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from staffing.rostering.instance import Instance, Ints, Kept, Tours, rested, tour_eur
from staffing.rostering.rules.rule import Shape
from staffing.rostering.shifts import Candidates

NOTHING = -2
"""Marks a day on which there is nothing to keep: any choice is free."""


def kept_row(candidates: Candidates, shapes: dict[int, Shape], days: tuple[int, ...], free: set[int]) -> Ints:
    """[D, 3] the kept choice of one agent: off where no shift was, nothing on the weekdays in ``free``."""
    row = np.full((len(days), 3), -1, dtype=np.int64)
    for d, day in enumerate(days):
        if day in free:
            row[d] = NOTHING
        elif day in shapes:
            found = candidates.row(shapes[day])
            row[d] = NOTHING if found is None else found
    return row


def unknown(candidates: Candidates, shapes: dict[int, Shape]) -> tuple[Shape, ...]:
    """Kept shapes that the contract's own shifts do not hold (drawn by hand)."""
    return tuple(shape for _, shape in sorted(shapes.items()) if candidates.row(shape) is None)


def shifts_of(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Segments of one agent, sorted by start, cut into shifts where they do not touch."""
    if frame.empty:
        return []
    number = (frame["start"] != frame["end"].shift()).cumsum()
    return [shift for _, shift in frame.groupby(number)]


def kept_tours(instance: Instance, kept: Kept, otherwise: Tours) -> Tours:
    """Everybody's kept week where it is still lawful as a whole, else their row of ``otherwise``."""
    week = np.where(kept.choice == NOTHING, -1, kept.choice)
    tours = Tours(otherwise.agent, week)
    possible = _possible(instance, tours) & np.isfinite(tour_eur(instance, tours)) & rested(instance, tours)
    return Tours(otherwise.agent, np.where(possible[:, None, None], week, otherwise.choice))


def _possible(instance: Instance, tours: Tours) -> np.typing.NDArray[np.bool_]:
    """[n] whether every shift and break placement is open to its agent that day, on a lawful set of days."""
    good = np.ones(len(tours), dtype=bool)
    for i, a in enumerate(tours.agent):
        group, works = instance.groups[instance.group_of[a]], tours.choice[i, :, 0] >= 0
        good[i] = bool((works <= instance.people.work_days[a]).all(axis=1).any())
        for d in np.flatnonzero(works):
            good[i] &= not group.barred[d, tours.choice[i, d, 0]]
            if group.barred_option is not None:
                options = tours.choice[i, d, 1:]
                good[i] &= not group.barred_option[d, options[options >= 0]].any()
    return good
