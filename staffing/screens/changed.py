"""What changed between two rosters, as a table people can read: whose day, what stood, what stands now."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from staffing.files.roster_text import Change, parts, span
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.plots.day import activity_labels
from staffing.screens.shown import show_table
from staffing.words.speech import day_short

MOST_DAYS = 60
"""Who agrees to changes reads them all: as many are in sight, in one table that does not scroll by itself."""


def show_changes(changed: Sequence[Change], plan: Plan, *, alt: str) -> None:
    """One row an agent-day that differs; a day whose hours stay shows the parts that moved, one without any whether
    the agent is away or off."""
    speak, off, absent = desk.language(), desk.words("store.day_off"), desk.words("week.absent")
    away = {(a.agent, day) for a in plan.centre.team.absences for day in plan.week.days if a.covers(day)}
    names = {a.id: a.name for a in plan.centre.team.agents}
    labels = activity_labels(plan.roster, plan.centre, speak)
    rows = []
    for c in changed:
        texts = ((c.before, c.after), (c.after, c.before))
        within = span(c.before) == span(c.after)
        none = absent if (c.agent, c.day) in away else off
        told = [(parts(text, other, labels) if within else span(text)) or none for text, other in texts]
        rows.append((names.get(c.agent, c.agent), day_short(c.day, speak), *told))
    heads = [desk.words(head) for head in ("files.agent", "files.day", "publishing.before", "publishing.after")]
    show_table(pd.DataFrame(rows, columns=heads), alt=alt, formulas={}, most=MOST_DAYS)
