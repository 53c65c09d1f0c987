"""What changed between two rosters, as a table people can read: whose day, what stood, what stands now."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from staffing.files.roster_text import Change
from staffing.plan import Plan
from staffing.rostering.roster import BREAK, MEAL
from staffing.screens import desk
from staffing.screens.plots.day import activity_labels
from staffing.screens.shown import show_table
from staffing.screens.speech import day_short

PIECE = re.compile(r"(\S+)-(\S+) ([^;]+)")


def show_changes(changed: Sequence[Change], plan: Plan, *, alt: str) -> None:
    """One row an agent-day that differs; a day whose hours stay shows the parts that moved."""
    speak, off = desk.language(), desk.words("store.day_off")
    names = {a.id: a.name for a in plan.centre.team.agents}
    labels = activity_labels(plan.roster, plan.centre, speak)
    rows = []
    for c in changed:
        texts = ((c.before, c.after), (c.after, c.before))
        within = span(c.before) == span(c.after)
        told = [(parts(text, other, labels) if within else span(text)) or off for text, other in texts]
        rows.append((names.get(c.agent, c.agent), day_short(c.day, speak), *told))
    heads = [desk.words(head) for head in ("files.agent", "files.day", "publishing.before", "publishing.after")]
    show_table(pd.DataFrame(rows, columns=heads), alt=alt, formulas={})


def span(text: str) -> str:
    """A day's first start and last end.

    >>> span("08:00-10:00 front; 10:00-10:15 break"), span("")
    ('08:00–10:15', '')
    """
    pieces = PIECE.findall(text)
    return f"{pieces[0][0]}–{pieces[-1][1]}" if pieces else ""


def parts(text: str, other: str, labels: Mapping[str, str]) -> str:
    """What of a day is not in the other: its rests that moved, else its other parts, by the names people say.

    >>> day = "08:00-10:00 front; 10:00-10:15 break; 10:15-12:00 front"
    >>> parts(day, "08:00-11:00 front; 11:00-11:15 break; 11:15-12:00 front", {"break": "Break"})
    'Break 10:00–10:15'
    """
    there = set(PIECE.findall(other))
    differ = [piece for piece in PIECE.findall(text) if piece not in there]
    shown = [piece for piece in differ if piece[2] in (MEAL, BREAK)] or differ
    return ", ".join(f"{labels.get(activity, activity)} {a}–{b}" for a, b, activity in shown)
