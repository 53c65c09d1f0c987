"""What a roster could not keep: who is left out or owed more than fits, which promise fell, and why."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.rostering.roster import Reason
from staffing.rostering.too_few import too_few
from staffing.screens import desk
from staffing.screens.shown import show_table
from staffing.words import say
from staffing.words.heard import heard
from staffing.words.speech import day_short, pointed

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def show_unkept(plan: Plan) -> None:
    """One line that counts them by kind, the list when it is opened; nothing when all was kept."""
    reasons = desk.kept(plan, ("unkept",), lambda: unkept(plan))
    if not reasons:
        return
    speak = desk.language()
    title = f"{desk.words('week.unkept')} {counted(reasons, speak)}"
    with st.expander(f"▲ {desk.unmarked(title)}", key="unkept"):
        show_table(unkept_table(reasons, plan, speak), alt=title, formulas={})
        st.caption(desk.words("week.unkept_next"))


def unkept(plan: Plan) -> tuple[Reason, ...]:
    """What no roster could keep with these people, then what this one could not."""
    return (*too_few(plan.requirement, plan.centre, plan.week), *plan.roster.reasons)


def counted(reasons: Sequence[Reason], language: str) -> str:
    """How many of each kind, in words."""
    kinds = Counter(reason.kind for reason in reasons)
    return " · ".join(f"{say(f'week.unkept_{kind}', language)} ({count})" for kind, count in kinds.items())


def unkept_table(reasons: Sequence[Reason], plan: Plan, language: str) -> pd.DataFrame:
    """One row a reason: whom or which queues it is about, what was not kept, and why."""
    names = {q.name: q.label or q.name for q in plan.centre.queues} | {a.id: a.name for a in plan.centre.team.agents}
    rows = [
        (
            ", ".join(names.get(part, part) for part in reason.subject.split(", ")),
            say(f"week.unkept_{reason.kind}", language),
            _dated(pointed(heard(reason.detail, language), language), language),
        )
        for reason in reasons
    ]
    return pd.DataFrame(rows, columns=[say(f"week.unkept_{head}", language) for head in ("subject", "kind", "why")])


def _dated(text: str, language: str) -> str:
    """Its days as people write them."""
    return DAY.sub(lambda found: day_short(dt.date.fromisoformat(found[0]), language), text)
