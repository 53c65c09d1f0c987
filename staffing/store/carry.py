"""What published weeks leave behind: rests, consecutive days, the year's hours and the fairness ledger read them and no
draft; rests and consecutive days read the week ahead too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.roster_text import roster_digest
from staffing.plan import Plan
from staffing.rostering.ledger import YEAR_WEEKS, counted, weeks_of
from staffing.rostering.team import Ledger
from staffing.rostering.verify import verify
from staffing.rostering.worked import earlier_shifts, shift_starts
from staffing.store.database import Database
from staffing.store.plans import Saved, owed_when_planned, plans
from staffing.store.publication import Told, last_told, published_weeks
from staffing.store.rights import LOCAL, Act, User, require


def carried(
    database: Database,
    centre: Centre,
    week: Week,
    *,
    weeks: int = YEAR_WEEKS,
    last: Week | None = None,
    by: User = LOCAL,
) -> Centre:
    """The centre as the published of the ``weeks`` before ``week`` leave it, and with the one ahead where it is
    published, after the ``last`` of several; unchanged while none is.

    A published week replaces what the folder tells of it. An agent's ledger counts the published weeks in which they
    work; wishes stay as the folder told them, for a roster does not say which were asked. An hours account goes on from
    what the folder tells, by the hours that were owed when each week was planned.
    """
    require(by, Act.READ)
    asked = _beside(week, last, weeks)
    published = {told.roster.week: told for told in last_told(database, centre.name, asked, by=by)}
    ahead = published.pop(asked[-1], None)
    if ahead is not None:
        centre = replace(centre, team=replace(centre.team, later=ahead.roster.frame))
    if not published:
        return centre
    frames, past = [told.roster.frame for told in published.values()], centre.team.past
    if past is not None:
        frames.insert(0, past[[Week.of(start.date()) not in published for start in shift_starts(past)]])
    joined = pd.concat(frames).sort_values(["agent", "start"], ignore_index=True)
    worked = weeks_of(earlier_shifts(joined), published)
    owed_h = _owed_h(database, published, centre)
    ledgers = counted(_started(centre), worked, centre, week, owed_h=owed_h)
    return replace(centre, team=replace(centre.team, past=joined, ledgers=ledgers))


def _beside(week: Week, last: Week | None, weeks: int = YEAR_WEEKS) -> list[Week]:
    """The weeks before a week, and the one after it or after the ``last`` of several."""
    return [*(week.plus(-i) for i in range(weeks, 0, -1)), (last or week).plus(1)]


def told_weeks(
    database: Database, centre: Centre, week: Week, *, last: Week | None = None, by: User = LOCAL
) -> tuple[Week, ...]:
    """The published weeks that ``carried`` reads."""
    require(by, Act.READ)
    known = {told for name, told in published_weeks(database, by=by) if name == centre.name}
    return tuple(beside for beside in _beside(week, last) if str(beside) in known)


def draft_before(database: Database, centre: Centre, week: Week, *, by: User = LOCAL) -> Saved | None:
    """The newest plan of the week before, where none of it is published and the folder does not tell that week either:
    what it leaves behind counts for nothing in ``week`` as yet."""
    last, past = week.plus(-1), centre.team.past
    kept = [p for p in plans(database, centre=centre.name, week=str(last), by=by) if p.state != "archived"]
    if not kept or any(saved.published for saved in kept) or tells(past, last):
        return None
    return kept[0]


def tells(past: pd.DataFrame | None, week: Week) -> bool:
    """Whether a past roster has shifts of that week."""
    return past is not None and any(Week.of(start.date()) == week for start in shift_starts(past))


def beside_published(database: Database, plan: Plan, *, by: User = LOCAL) -> Plan:
    """The plan read beside the weeks before and after it as they are published by now; it knows those of when it was
    made."""
    team, known = carried(database, plan.centre, plan.week, by=by).team, plan.centre.team
    if _alike(team.past, known.past) and _alike(team.later, known.later):
        return plan
    centre = replace(plan.centre, team=replace(known, past=team.past, later=team.later))
    return replace(plan, centre=centre, verification=verify(plan.roster, plan.requirement, centre))


def _alike(now: pd.DataFrame | None, known: pd.DataFrame | None) -> bool:
    """Whether nothing new is told; what a plan knew is never taken from it."""
    return now is known or (now is not None and known is not None and roster_digest(now) == roster_digest(known))


def _started(centre: Centre) -> Sequence[Ledger]:
    """Everybody's ledger without the burdens that published weeks tell."""
    told = {ledger.agent: ledger for ledger in centre.team.ledgers}
    ledgers = (told.get(agent.id, Ledger(agent.id)) for agent in centre.team.agents)
    return [replace(ledger, weeks=0, late_shifts=0, saturdays=0) for ledger in ledgers]


def _owed_h(database: Database, published: Mapping[Week, Told], centre: Centre) -> dict[Week, Mapping[str, float]]:
    """Hours owed by week and agent, where any contract keeps an account."""
    if not any(contract.account_h > 0 for contract in centre.team.contracts):
        return {}
    owed = owed_when_planned(database, [told.plan for told in published.values()])
    return {week: owed[told.plan] for week, told in published.items()}
