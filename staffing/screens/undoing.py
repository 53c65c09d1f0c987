"""One button that takes the last kept change of the plan on the desk back, and what it took back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from staffing.files.roster_text import span
from staffing.gate.absences import take_out
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.agent_day import locked, set_locks
from staffing.screens.changed import show_changes
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL
from staffing.store.undo import Kept, undo
from staffing.words.speech import day_short

NAMED = 4
"""As many changed days as the button names."""


def show_undo(plan: Plan, place: DeltaGenerator) -> None:
    """The button, where there is a change to take back; it names it before it is pressed."""
    id, kept = desk.plan_id(), desk.last_kept()
    if id is None or kept is None or desk.running() is not None:
        return
    text = f"{told_kept('week.undo_help', kept)} {named(kept, plan)}"
    if place.button(desk.words("week.undo"), key="undo", help=desk.unmarked(text), width="stretch"):
        try:
            st.session_state["undone"] = id, undo(desk.database(), id, seen=kept.mark, by=desk.user())
        except Refused as refused:
            st.session_state["undo_refused"] = told_refusal(refused)
        else:
            _put_back(plan, kept)
        st.rerun()


def tell_undone(plan: Plan) -> None:
    """What was just taken back, day by day, or why it was not."""
    if (refused := st.session_state.pop("undo_refused", None)) is not None:
        st.warning(desk.unmarked(refused))
    id, kept = st.session_state.pop("undone", (None, None))
    if kept is None or id != desk.plan_id():
        return
    says = told_kept("week.undone", kept)
    st.success(desk.unmarked(says))
    if kept.changes:
        show_changes([replace(c, before=c.after, after=c.before) for c in kept.changes], plan, alt=says)
    names = {a.id: a.name for a in plan.centre.team.agents}
    for agent, *days in kept.absences:
        told = " – ".join(dict.fromkeys(day_short(day, desk.language()) for day in days))
        st.text(desk.words("week.undone_absence", name=names.get(agent, agent), days=told))


def told_kept(key: str, kept: Kept) -> str:
    """Who kept the change, and when."""
    date, clock = kept.at.split(" ")
    return desk.words(key, author=_author(kept.author), date=date, clock=clock)


def told_refusal(refused: Refused) -> str:
    """Why not, this desk by its own name."""
    told = {**refused.values, "author": _author(str(refused.values.get("author", "")))}
    return Refused(refused.key, **told).say(desk.language())


def _author(login: str) -> str:
    return desk.words("publishing.this_desk") if login == LOCAL.login else login


def named(kept: Kept, plan: Plan) -> str:
    """Whose days the change was about, the first few of them with their hours."""
    names, off = {a.id: a.name for a in plan.centre.team.agents}, desk.words("store.day_off")
    told = []
    for c in kept.changes:
        hours = dict.fromkeys(span(text) or off for text in (c.before, c.after))  # parts alone may have moved
        told.append(f"{names.get(c.agent, c.agent)}, {day_short(c.day, desk.language())}, {' → '.join(hours)}")
    return " · ".join([*told[:NAMED], *(["…"] if len(told) > NAMED else [])])


def _put_back(plan: Plan, kept: Kept) -> None:
    """What was kept in the centre's folder with it: absences noted go, days locked are so at the hours that stand."""
    take_out(desk.folder(), kept.absences)
    _relock(plan, [(c.agent, c.day) for c in kept.changes])


def _relock(plan: Plan, days: Sequence[tuple[str, dt.date]]) -> None:
    held = desk.held(desk.plan_id() or 0)
    stands = {day: held[day].pieces for day in locked(plan).intersection(days) if day in held}
    if stands:
        set_locks(plan, {d: pieces for d, pieces in stands.items() if pieces}, [d for d, p in stands.items() if not p])
