"""The one way to publish what people read: never beside a broken rule that nobody has accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from staffing.files.roster_text import roster_digest
from staffing.rostering.team import Absence
from staffing.store.carry import beside_published
from staffing.store.database import Database
from staffing.store.plans import load_plan
from staffing.store.publication import Terms, Version, publish
from staffing.store.refusals import BrokenRules
from staffing.store.rights import LOCAL, Act, User, require


def promise(
    database: Database,
    id: int,
    terms: Terms,
    *,
    knowingly: bool = False,
    away: Sequence[Absence] = (),
    by: User = LOCAL,
) -> Version:
    """Read a plan against every rule, beside the weeks published around it, and publish it.

    Raises BrokenRules, with every breach, unless they are accepted ``knowingly``: the log then names them, line by
    line. ``away``: absences of the centre as it is today. All else as ``publish``; what is published is what was read.
    """
    require(by, Act.PUBLISH)
    plan = beside_published(database, load_plan(database, id, away=away, by=by), by=by)
    found = plan.verification.breaches
    if found and not knowingly:
        raise BrokenRules(found)
    seen = terms.seen or roster_digest(plan.roster.frame)
    absent = frozenset((a.agent, d) for a in plan.centre.team.absences for d in plan.week.days if a.covers(d))
    return publish(database, id, replace(terms, seen=seen, broken=found, away=absent), by=by)
