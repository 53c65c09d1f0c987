"""Verification: a roster read by clock times, by code that knows nothing of the engine that made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.hours import hours_owed
from staffing.rostering.ledger import is_late
from staffing.rostering.promises import PROMISES, paid_h, unknown_agents
from staffing.rostering.roster import Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.reading import by_day
from staffing.rostering.rules.rule import Breach, WorkedWeek
from staffing.rostering.team import Contract
from staffing.rostering.worked import present, worked_weeks
from staffing.sizing.requirement import Requirement

Reader = Callable[[WorkedWeek], Iterable[Breach]]
"""What one rule or promise finds in a worked week."""


@dataclass(frozen=True)
class Verification:
    """What an independent reading finds.

    ``coverage`` long, sorted by (queue, start): start, queue, required, scheduled, shortage (agents; scheduled counts
    the minutes truly on the queue times proficiency, so it can be fractional; shortage >= 0). ``hours`` one row an
    agent: agent, hours_paid, hours_owed, shifts, late_shifts, saturdays, sundays (the last two: days worked).
    """

    breaches: tuple[Breach, ...]
    coverage: pd.DataFrame
    hours: pd.DataFrame
    required_hours: float
    shortage_hours: float
    surplus_hours: float

    @property
    def demand_met(self) -> float:
        """Share of required agent-hours that is scheduled, 0..1."""
        return 1.0 - self.shortage_hours / self.required_hours if self.required_hours > 0 else 1.0


def verify(roster: Roster, requirement: Requirement, centre: Centre) -> Verification:
    """Every rule of every contract read again, what the team was promised, and what each interval gets."""
    weeks = tuple(worked_weeks(roster, centre))
    coverage, hours = coverage_of(roster, requirement, centre), requirement.grid.interval_h
    return Verification(
        tuple(unknown_agents(roster, centre)) + breaches_of(weeks, centre),
        coverage,
        _hours(weeks, centre, roster),
        float(coverage["required"].sum()) * hours,
        float(coverage["shortage"].sum()) * hours,
        float((coverage["scheduled"] - coverage["required"]).clip(lower=0).sum()) * hours,
    )


def breaches_of(weeks: tuple[WorkedWeek, ...], centre: Centre) -> tuple[Breach, ...]:
    """What these weeks break, by agent then time."""
    readers: dict[str, tuple[Reader, ...]] = {}
    found: list[Breach] = []
    for week in weeks:
        if week.contract.name not in readers:
            rules, promises = readers_of(week.contract, centre)
            readers[week.contract.name] = (*rules, *promises)
        found += [b for read in readers[week.contract.name] for b in read(week)]
    return tuple(found)


def readers_of(contract: Contract, centre: Centre) -> tuple[tuple[Reader, ...], tuple[Reader, ...]]:
    """What a week under a contract is read for: the rules of its pack, and what people are promised."""

    def reads(promise: Callable[[WorkedWeek, Centre], Iterator[Breach]]) -> Reader:
        return lambda week: promise(week, centre)

    return tuple(rule.breaches for rule in rules_for(contract)), tuple(reads(promise) for promise in PROMISES)


def coverage_of(roster: Roster, requirement: Requirement, centre: Centre) -> pd.DataFrame:
    """``coverage`` of a ``Verification``: segments of a queue counted by the minute, times proficiency, those of nights
    that began in the week before among them."""
    pace = {(a.id, s.queue): s.proficiency for a in centre.team.agents for s in a.skills}
    rows = requirement.frame[["start", "queue", "agents"]].sort_values(["queue", "start"], ignore_index=True)
    scheduled = np.zeros(len(rows))
    there = present(roster, centre)
    for queue in requirement.queues:
        at = np.flatnonzero(rows["queue"] == queue)
        on_queue = there[there["activity"] == queue]
        weight = np.array([pace.get((agent, queue), 1.0) for agent in on_queue["agent"]])
        scheduled[at] = mean_present(
            seconds_of(on_queue["start"]), seconds_of(on_queue["end"]), weight,
            seconds_of(rows["start"].iloc[at]), 60 * requirement.grid.interval_min,
        )  # fmt: skip
    required = rows["agents"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "start": rows["start"], "queue": rows["queue"], "required": required, "scheduled": scheduled,
            "shortage": np.maximum(required - scheduled, 0.0),
        }
    )  # fmt: skip


def summed(coverage: pd.DataFrame, queue: str = "") -> pd.DataFrame:
    """One row per start: required, scheduled and shortage agents of one queue, or of all when none is named.

    The shortage of all queues is the sum of each queue's own: agents too many on one do not help another.
    """
    rows = coverage if not queue else coverage[coverage["queue"] == queue]
    return rows.groupby("start", sort=True)[["required", "scheduled", "shortage"]].sum().reset_index()


def seconds_of(instants: pd.Series) -> npt.NDArray[np.int64]:
    """[n] seconds since 1970, UTC."""
    return np.asarray(pd.DatetimeIndex(instants).tz_convert("UTC").tz_localize(None).as_unit("s").astype("int64"))


def mean_present(
    start: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64],
    slots: npt.NDArray[np.int64],
    length_s: int,
) -> npt.NDArray[np.float64]:
    """[slots] time-average of the weights present in [slot, slot + length): the difference of their running integral.

    With present(t) = sum of weights whose [start, end) holds t, the integral is piecewise linear between the sorted
    starts and ends, so reading it at both ends of a slot is exact.
    """
    if not len(start):
        return np.zeros(len(slots))
    times, inverse = np.unique(np.concatenate([start, end]), return_inverse=True)
    change = np.bincount(inverse, np.concatenate([weight, -weight]), len(times))
    integral = np.concatenate([[0.0], np.cumsum(np.cumsum(change)[:-1] * np.diff(times))])
    present = np.interp(slots + length_s, times, integral) - np.interp(slots, times, integral)
    return np.asarray(np.maximum(present / length_s, 0.0))


def _hours(weeks: tuple[WorkedWeek, ...], centre: Centre, roster: Roster) -> pd.DataFrame:
    rows = [
        {
            "agent": week.agent.id,
            "hours_paid": paid_h(week.shifts),
            "hours_owed": hours_owed(week.agent, centre, roster.week),
            "shifts": len(week.shifts),
            "late_shifts": sum(is_late(shift, centre.goals.late_after_min) for shift in week.shifts),
            "saturdays": sum(day.weekday() == 5 for day in by_day(week)),
            "sundays": sum(day.weekday() == 6 for day in by_day(week)),
        }
        for week in weeks
    ]
    return pd.DataFrame(rows)
