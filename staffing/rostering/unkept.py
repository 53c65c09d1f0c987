"""What a roster promised and could not keep: no breach of law or contract, but named."""

from __future__ import annotations

from staffing.centre import Centre
from staffing.rostering import minimum, off_queue
from staffing.rostering.roster import Reason, Roster
from staffing.rostering.worked import worked_weeks
from staffing.sizing.requirement import Requirement


def unkept_promises(roster: Roster, requirement: Requirement, centre: Centre) -> tuple[Reason, ...]:
    """Minimum staff on queues, then hours off the queues by agent, read by clock times."""
    weeks = tuple(worked_weeks(roster, centre))
    return minimum.unkept(roster, requirement, centre) + off_queue.unkept(weeks, centre)
