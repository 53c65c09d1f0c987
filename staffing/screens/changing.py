"""Changing a week: run the engine, ask why an interval is short, change one agent's day, repair after an absence."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.files.roster_text import AgentDay, Piece, agent_days, day_text, frame_of, read_day
from staffing.plan import Plan
from staffing.rostering.changes import Reading
from staffing.rostering.explain import why_short
from staffing.rostering.replan import Repair, replan
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Absence
from staffing.rostering.verify import Verification, verify
from staffing.screens import desk
from staffing.screens.speech import day_short, euros, hours, number
from staffing.screens.tiles import queue_label
from staffing.store.edits import DayEdit, edit_days, edits_towards, working_copy
from staffing.store.refusals import Conflict, Refused

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


@st.fragment
def show_why(plan: Plan) -> None:
    """Why an interval is short, in words, the cheapest lawful changes first."""
    speak = desk.language()
    st.header(desk.words("week.why"))
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
    reading = Reading(plan.roster, plan.requirement, plan.centre)
    for line in why_short(reading, queue, moment).sentences(speak):
        st.text(line)


def breach_table(breaches: tuple[Breach, ...], names: dict[str, str]) -> pd.DataFrame:
    """One row a breach."""
    rows = [
        (
            names.get(b.agent, b.agent),
            f"{b.start:%Y-%m-%d %H:%M}" if b.start else "",
            b.rule,
            b.found,
            b.limit,
            b.article,
        )
        for b in breaches
    ]  # fmt: skip
    heads = ("agent", "when", "rule", "found", "limit", "article")
    return pd.DataFrame(rows, columns=[desk.words(f"week.breach_{h}") for h in heads])


def show_breaches(plan: Plan) -> None:
    """Each broken rule, when there are any."""
    if plan.verification.breaches:
        names = {a.id: a.name for a in plan.centre.team.agents}
        st.dataframe(breach_table(plan.verification.breaches, names), hide_index=True, alt=desk.words("week.breaches"))


def changed(plan: Plan, agent: str, day: dt.date, pieces: tuple[Piece, ...]) -> Verification:
    """What the verification says of the roster with another day for one agent."""
    kept = [d for d in agent_days(plan.roster.frame) if (d.agent, d.day) != (agent, day)]
    days = [*kept, AgentDay(agent, day, pieces)] if pieces else kept
    roster = replace(plan.roster, frame=frame_of(days, plan.roster.grid), proof=None)
    return verify(roster, plan.requirement, plan.centre)


@st.fragment
def show_edit(plan: Plan) -> None:
    """One agent-day as text, read again at every change; kept when asked."""
    speak = desk.language()
    st.header(desk.words("week.edit"))
    id = desk.plan_id()
    if id is None or desk.running() is not None:
        st.text(desk.words("week.edit_later"))
        return
    names = {a.id: a.name for a in plan.centre.team.agents}
    one, two = st.columns(2)
    agent = one.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a], key="edit_agent")
    day = two.selectbox(
        desk.words("week.day"), plan.week.days, format_func=lambda d: day_short(d, speak), key="edit_day"
    )
    held = working_copy(desk.database(), id).get((agent, day))
    now = day_text(held.pieces, plan.roster.grid) if held else ""
    text = st.text_area(
        desk.words("week.edit_text"), now, key=f"edit_{id}_{agent}_{day}_{held.revision if held else 0}",
        help=desk.words("week.edit_help"),
    )  # fmt: skip
    try:
        pieces = read_day(text, day, plan.roster.grid)
    except ValueError as error:
        st.error(desk.unmarked(str(error)))
        return
    if text != now:
        _told(plan, changed(plan, agent, day, pieces), names)
    if st.button(desk.words("week.edit_keep"), type="primary", disabled=text == now):
        _keep(id, (DayEdit(agent, day, pieces, held.revision if held else 0),))


def _told(plan: Plan, found: Verification, names: dict[str, str]) -> None:
    """What a change does, before it is kept."""
    speak = desk.language()
    new = tuple(b for b in found.breaches if b not in plan.verification.breaches)
    less = plan.verification.shortage_hours - found.shortage_hours
    sign = "−" if less >= 0 else "+"
    st.text(desk.words("week.edit_says", breaches=len(new), short=sign + hours(abs(less), speak, 2)))
    if new:
        st.dataframe(breach_table(new, names), hide_index=True, alt=desk.words("week.breaches"))


def _keep(id: int, edits: tuple[DayEdit, ...]) -> None:
    """Into the store, or why not."""
    try:
        edit_days(desk.database(), id, edits)
    except Conflict as error:
        for clash in error.clashes:
            st.warning(desk.unmarked(clash.say(desk.language())))
    except Refused as error:
        st.warning(desk.unmarked(error.say(desk.language())))
    else:
        st.rerun(scope="app")


@st.fragment
def show_absence(plan: Plan) -> None:
    """Somebody is away: the fewest, cheapest lawful changes that make up for it, shown before they are kept."""
    speak, id = desk.language(), desk.plan_id()
    st.header(desk.words("week.absence"))
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
        _keep(id, edits_towards(repair.roster, working_copy(desk.database(), id)))
