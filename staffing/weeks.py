"""Several weeks in a row: each is planned with the weeks before it as they were planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.plan import AS_EXPECTED, ONE_MINUTE, Plan, Scenario, opens, plan_week
from staffing.rostering.assign import Solve
from staffing.rostering.ledger import ledgers_after
from staffing.rostering.roster import Roster, Watch, silent
from staffing.rostering.worked import shift_starts

MOST_WEEKS = 4


def plan_weeks(
    centre: Centre,
    first: Week,
    count: int,
    *,
    options: Solve = ONE_MINUTE,
    watch: Watch = silent,
    scenario: Scenario = AS_EXPECTED,
) -> Iterator[Plan]:
    """The plans of ``count`` weeks from ``first``, each as soon as it is made.

    A week knows what the weeks before it left: rests, days in a row, means over a quarter, and everybody's ledger of
    late shifts, Saturdays and wishes, so that burdens go round. ``options`` hold for each week. A week in which every
    queue is closed has no plan and is passed over.
    ValueError for a count that is not 1 to 4; BadInput when the history does not reach a week, or all are closed.
    """
    if not 1 <= count <= MOST_WEEKS:
        raise ValueError(f"weeks must be 1 to {MOST_WEEKS}, got {count}")
    weeks = [first.plus(i) for i in range(count)]
    for week in [week for week in weeks if opens(centre, week)] or weeks:
        made = plan_week(centre, week, options=options, watch=watch, scenario=scenario)
        yield made
        centre = after(centre, made)


def after(centre: Centre, plan: Plan) -> Centre:
    """The centre once the plan's week is worked: its roster in the past, the ledgers a week further."""
    return once_worked(centre, plan.centre, plan.roster)


def once_worked(centre: Centre, then: Centre, roster: Roster) -> Centre:
    """The same of any roster; ``then`` is the centre as it was before that week (``plan.before``)."""
    past, monday = centre.team.past, centre.grid.at(roster.week.monday, 0)
    kept = [] if past is None else [past[shift_starts(past) < monday]]
    joined = pd.concat([*kept, roster.frame]).sort_values(["agent", "start"], ignore_index=True)
    return replace(centre, team=replace(centre.team, past=joined, ledgers=ledgers_after(roster, then)))
