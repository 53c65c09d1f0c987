"""The corridor: a centre and a week in, a plan out."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Protocol

import pandas as pd

from forecasts.distribution import Forecast
from forecasts.forecast import Each, forecast_contacts
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.problems import BadInput, Problem
from staffing.rostering.assign import Solve, assign
from staffing.rostering.hours import in_post
from staffing.rostering.ledger import ledgers_before
from staffing.rostering.roster import Progress, Roster, Watch, silent
from staffing.rostering.verify import Verification, verify
from staffing.rostering.worked import shift_starts
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size

ONE_MINUTE = Solve()
WEEKS_AHEAD = 13
"""Weeks past the history that can be forecast."""
QUICK_NEED = "a first need: each interval is sized by itself, without those whom the one before left waiting"


class Scenario(Protocol):
    """A named change to the question: it answers with another centre and another forecast."""

    @property
    def name(self) -> str: ...

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        """The centre and the forecast under this scenario."""
        ...


@dataclass(frozen=True)
class AsExpected:
    """Nothing out of the ordinary."""

    name: str = "as expected"

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        return centre, forecast


AS_EXPECTED = AsExpected()


@dataclass(frozen=True)
class Plan:
    """One week planned: what was asked, what each room answered, and what an independent reading says of it."""

    centre: Centre
    week: Week
    scenario: str
    forecast: Forecast
    requirement: Requirement
    roster: Roster
    verification: Verification

    @property
    def quick(self) -> bool:
        """Whether it answers a forecast or a need made in haste, shown until the full ones are in."""
        return self.forecast.quick or QUICK_NEED in self.requirement.notes


def forecast_week(centre: Centre, week: Week, *, quick: bool = False, each: Each = map) -> Forecast:
    """The centre's contacts in that week, its hand edits applied; BadInput when the history cannot tell, or when no
    queue is open that week: there is nothing to answer then.

    ``quick`` tries nothing on past weeks: a first answer, marked as such; ``each`` may make channels side by side.
    """
    if not opens(centre, week):
        fix = "Plan another week, or correct the hours' closed days."
        shut = f"every queue closed all through {week}"
        raise BadInput([Problem("centre.toml", None, "hours", shut, "a week in which a queue is open", fix)])
    aht_s = {channel.name: channel.aht_s for channel in centre.channels}
    try:
        return forecast_contacts(
            centre.history, week, edits=centre.edits, aht_s=aht_s, borrow=centre.borrows, quick=quick, each=each
        )
    except ValueError as error:
        fix = "Plan a week that follows the history by 13 weeks at most, or add history."
        raise BadInput(
            [Problem("history.csv", None, "start", str(error), f"a history that reaches {week}", fix)]
        ) from error


def quick_need(forecast: Forecast, centre: Centre, week: Week) -> Requirement:
    """A first need in a tenth of the time, and it says so: each interval sized by itself."""
    need = size(forecast, centre, week, options=Sizing(method="stationary"))
    return replace(need, notes=(*need.notes, QUICK_NEED))


def size_week(centre: Centre, week: Week, scenario: Scenario = AS_EXPECTED) -> tuple[Centre, Forecast, Requirement]:
    """The centre under the scenario, its forecast, and the agents needed."""
    centre, forecast = scenario.applied(centre, forecast_week(centre, week))
    return centre, forecast, size(forecast, centre, week)


def forecast_mark(centre: Centre) -> str:
    """Identifies all that ``forecast_week`` reads of a centre: two centres of one mark have one forecast."""
    history = centre.history
    hours = [
        (h.channel, h.opening.weekdays, sorted(h.opening.closed), sorted(h.opening.exceptions)) for h in history.hours
    ]
    aside = (history.grid, hours, history.holidays, history.school_holidays, history.events)
    told = (aside, centre.edits, [(c.name, c.aht_s) for c in centre.channels], centre.borrows)
    rows = pd.util.hash_pandas_object(history.frame, index=False).to_numpy()
    return hashlib.sha256(rows.tobytes() + repr(told).encode()).hexdigest()


def plan_week(
    centre: Centre,
    week: Week,
    *,
    options: Solve = ONE_MINUTE,
    watch: Watch = silent,
    scenario: Scenario = AS_EXPECTED,
) -> Plan:
    """Forecast, size, roster and verify one week.

    ``options`` are the roster engine's. Too few agents is not an error: it is a roster with shortages.
    Raises BadInput when the history does not reach the week.
    """
    watch(Progress("forecast", 0.0))
    centre, forecast, requirement = size_week(before(centre, week), week, scenario)
    roster = assign(requirement, centre, week, options=options, watch=watch)
    return Plan(centre, week, scenario.name, forecast, requirement, roster, verify(roster, requirement, centre))


def opens(centre: Centre, week: Week) -> bool:
    """Whether any queue is open in that week."""
    starts = centre.grid.week(week)
    return any(bool(queue.opening.mask(starts).any()) for queue in centre.queues)


def week_after(centre: Centre) -> Week:
    """The first week that the history does not reach, later where every queue is closed all through it."""
    first = Week.of(centre.history.frame["start"].max().date()).plus(1)
    return next((week for i in range(WEEKS_AHEAD) if opens(centre, week := first.plus(i))), first)


def begun(week: Week, today: dt.date) -> str:
    """``past`` when all of the week lies before ``today``, ``running`` when today lies in it, else empty.

    >>> begun(Week(2026, 49), dt.date(2026, 12, 6)), begun(Week(2026, 49), dt.date(2026, 11, 29))
    ('running', '')
    """
    return "past" if week.days[-1] < today else "running" if week.monday <= today else ""


def _of_week(roster: pd.DataFrame | None, centre: Centre, week: Week) -> pd.DataFrame | None:
    """The shifts that begin in the week; None where there are none."""
    if roster is None:
        return None
    starts = shift_starts(roster)
    inside = (starts >= centre.grid.at(week.monday, 0)) & (starts < centre.grid.at(week.plus(1).monday, 0))
    if not inside.any():
        return None
    return roster if inside.all() else roster[inside].reset_index(drop=True)


def before(centre: Centre, week: Week) -> Centre:
    """The same centre with only those past shifts that began before the week, those of the week ahead beside them where
    they are told, and locked shifts that begin in it, with a fairness ledger counted from that past for whom the folder
    tells none, and with agents away before their first day and after their last."""
    monday, next_monday = centre.grid.at(week.monday, 0), centre.grid.at(week.plus(1).monday, 0)
    past, later, locked = centre.team.past, centre.team.later, centre.team.locked
    later = next((ahead for told in (later, past) if (ahead := _of_week(told, centre, week.plus(1))) is not None), None)
    if past is not None:
        starts = shift_starts(past)
        past = past if (starts < monday).all() else past[starts < monday].reset_index(drop=True)
    if locked is not None:
        starts = shift_starts(locked)
        locked = locked[(starts >= monday) & (starts < next_monday)].reset_index(drop=True)
    centre = in_post(replace(centre, team=replace(centre.team, past=past, later=later, locked=locked)), week)
    return replace(centre, team=replace(centre.team, ledgers=ledgers_before(centre, week)))
