"""Changing a week: run the engine, ask why an interval is short, change one agent's day, repair after an absence."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.plan import Plan
from staffing.rostering.explain import why_short
from staffing.rostering.replan import Repair, replan
from staffing.rostering.team import Absence
from staffing.screens import desk
from staffing.screens.agent_day import keep_edits, show_breach_table
from staffing.screens.speech import day_short, euros, hours, number, pointed
from staffing.screens.tiles import queue_label
from staffing.store.edits import edits_towards

SECONDS = (10, 30, 60, 300, 900)


def show_solve(week: Week) -> None:
    """Which week, for how long: the run goes on in its own process."""
    with st.popover(desk.words("week.solve"), width="stretch"):
        text = st.text_input(desk.words("week.solve_week"), str(week), help=desk.words("week.solve_week_help"))
        seconds = st.select_slider(desk.words("week.solve_seconds"), SECONDS, value=30)
        seed = st.number_input(desk.words("week.solve_seed"), 0, 10_000, 1, help=desk.words("week.solve_seed_help"))
        if st.button(desk.words("week.solve_go"), type="primary"):
            try:
                asked = Week.parse(text)
            except ValueError:
                st.error(desk.words("week.solve_week_help"))
                return
            desk.start(asked, seconds=float(seconds), seed=int(seed))
            st.rerun()


def show_why(plan: Plan) -> None:
    """Why an interval is short, in words, the cheapest lawful changes first."""
    speak = desk.language()
    rows = plan.verification.coverage
    worst = rows.sort_values("shortage", ascending=False).head(12)
    worst = worst[worst["shortage"] > 0.05]
    if worst.empty:
        st.text(desk.words("week.none_short"))
        return
    options = list(zip(worst["queue"], worst["start"], worst["shortage"], strict=True))
    at = st.selectbox(
        desk.words("week.why_when"), range(len(options)),
        format_func=lambda i: (
            f"{day_short(options[i][1].date(), speak)} {options[i][1]:%H:%M} · "
            f"{queue_label(plan, options[i][0])} · −{number(options[i][2], speak, 1)}"
        ),
    )  # fmt: skip
    queue, moment, _ = options[at]
    for line in _why(plan, queue, moment):
        st.text(line)


def _why(plan: Plan, queue: str, moment: pd.Timestamp) -> list[str]:
    speak = desk.language()
    return desk.kept(
        plan,
        ("why", queue, moment.isoformat(), speak),
        lambda: [pointed(line, speak) for line in why_short(desk.reading(plan), queue, moment).sentences(speak)],
    )


def show_breaches(plan: Plan) -> None:
    """Each broken rule, when there are any."""
    if plan.verification.breaches:
        show_breach_table(plan.verification.breaches, plan.centre)


def show_absence(plan: Plan) -> None:
    """Somebody is away: the fewest, cheapest lawful changes that make up for it, shown before they are kept."""
    speak, id = desk.language(), desk.plan_id()
    if id is None or desk.running() is not None:
        st.text(desk.words("week.edit_later"))
        return
    names = {a.id: a.name for a in plan.centre.team.agents}
    one, two, three = st.columns([2, 1, 1], vertical_alignment="bottom")
    agent = one.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a], key="absent_agent")
    day = two.selectbox(
        desk.words("week.day"), plan.week.days, format_func=lambda d: day_short(d, speak), key="absent_day"
    )
    if three.button(desk.words("week.absence_ask"), width="stretch"):
        gone = (Absence(agent, day, day),)
        st.session_state["repair"] = (id, replan(plan.roster, plan.requirement, plan.centre, absences=gone))
    known: tuple[int, Repair] | None = st.session_state.get("repair")
    if known is None or known[0] != id:
        return
    repair = known[1]
    st.text(
        desk.words(
            "week.absence_says", changes=len(repair.changes), absent=hours(repair.short_absent, speak),
            after=hours(repair.short_after, speak), before=hours(repair.short_before, speak),
        )
    )  # fmt: skip
    for change in repair.changes:
        st.text(f"{names[change.agent]} · {change.queue} · {change.moment:%d/%m %H:%M} · {euros(change.eur, speak)}")
    if st.button(desk.words("week.absence_keep"), type="primary"):
        st.session_state.pop("repair")
        keep_edits(id, edits_towards(repair.roster, desk.held(id)))
