"""Home: the week's health at a glance, what to do next, and the two ways in: the sample centre, or one's own files."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.new_centre import made_up
from staffing.gate.read import name_told
from staffing.plan import Plan
from staffing.rostering.verify import summed
from staffing.screens import desk
from staffing.screens.ahead import alerts, show_weeks
from staffing.screens.bring import offer_to_bring
from staffing.screens.grid import show_table
from staffing.screens.horizon import show_horizon
from staffing.screens.plots.coverage import coverage_chart
from staffing.screens.problems import remark_table
from staffing.screens.runs import show_run
from staffing.screens.shown import rounded, show_drawn
from staffing.screens.week import coverage_sentence, show_tiles
from staffing.words.speech import week_text

OWN = 3
"""Centres of one's own that Home offers to open; the Data page lists them all."""


def home_page() -> None:
    """Two ways in, then the solved week."""
    left, right = st.columns(2)
    with left.container(border=True):
        st.text(desk.words("home.sample_says"))
        own = desk.folder() != desk.sample_folder()  # whoever has a centre of their own came for that one
        if st.button(desk.words("home.sample"), type="secondary" if own else "primary", width="stretch"):
            desk.take_folder(desk.sample_folder())
            st.rerun()
    box = right.container(border=True)
    box.text(desk.words("home.own_says"))
    offer_to_bring(box)
    offer_own(box)
    plan = show_run("home")
    if plan is None:
        return
    st.title(f"{desk.unmarked(plan.centre.name)} · {week_text(plan.week, desk.language())}")
    show_tiles(plan)
    show_next(plan)
    rows = summed(plan.verification.coverage)
    speak = desk.language()
    table = rounded(rows, 2)
    says = coverage_sentence(plan, rows)
    chart = desk.kept(plan, ("coverage", "", "None", speak), lambda: coverage_chart(rows, speak, says))
    show_drawn(chart, key="home_coverage", sentence=says, table=table)
    show_weeks(plan)
    show_horizon(plan)
    st.header(desk.words("week.grid"))
    show_table(plan)


def offer_own(box: DeltaGenerator) -> None:
    """The way back to the centres of one's own brought last: an address without a centre opens the sample."""
    own = [place for place in desk.folders() if place != desk.folder() and not place.name.startswith("sample-")]
    for place in own[:OWN]:
        name = desk.unmarked(name_told(place) or place.name)
        if box.button(desk.words("home.open", name=name), key=f"open_{place.name}", width="stretch"):
            desk.take_folder(place)
            st.rerun()


def show_next(plan: Plan) -> None:
    """What to do next, what to keep an eye on, and what the files were read with."""
    tell_draft_before(plan.week, plan.centre)
    invented = made_up(a.id for a in plan.centre.team.agents)
    passing = plan.quick or desk.running() is not None  # the page begins with what comes: another run
    if not passing and not invented:
        show_state(plan)
    with st.container(horizontal=True):
        for page in ("week", *(("data",) if invented else () if passing else ("publish",))):
            desk.go_on(page)
    if invented:
        st.info(desk.words("home.made_up", agents=len(plan.centre.team.agents)))
    for alert in alerts(plan, desk.centre().team.absences, desk.language(), desk.today(plan)):
        st.text(f"▲ {alert}")
    if plan.centre.remarks:
        box = st.expander(desk.words("home.remarks", count=len(plan.centre.remarks)), key="remarks", on_change="rerun")
        if box.open:
            box.dataframe(
                remark_table(plan.centre.remarks, desk.language()), hide_index=True, alt=desk.words("home.remarks_alt")
            )


def tell_draft_before(week: Week, centre: Centre) -> None:
    """That the week before is a draft, so that this one is planned without it."""
    draft = desk.draft_before(week, centre)
    if draft is not None:
        told = week_text(Week.parse(draft.week), desk.language())
        st.info(desk.words("store.draft_before", id=draft.id, week=told))


def show_state(plan: Plan) -> None:
    """Where the week stands on the way to its publication."""
    number = next((p.published for p in desk.saved_plans() if p.id == desk.plan_id()), 0)
    begun = "" if desk.published() else desk.told_begun(plan, number)
    if begun:
        st.warning(begun)
    if plan.verification.breaches:
        st.warning(desk.words("home.next_breaches", count=len(plan.verification.breaches)))
    elif plan.verification.demand_met < 0.95:
        st.warning(desk.words("home.next_short"))
    elif desk.published():
        st.success(desk.words("home.next_done"))
    elif not begun:
        st.success(desk.words("home.next_publish"))
