"""A run of the engine on screen: how far it is, stop and keep the best, and the plan to show meanwhile."""

from __future__ import annotations

import streamlit as st

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.speech import euros, number, percent
from staffing.store.jobs import FAILED, LOST, Job

FIRST_SECONDS = 8.0


def show_run() -> Plan | None:
    """The plan to show: the one on the desk, or the best so far of the run under way; starts the sample's first run."""
    job = desk.running()
    if job is None and desk.plan_id() is None:
        job = _first_run()
    if job is not None:
        _progress(job.id)
        return _best(job)
    return desk.plan()


def _first_run() -> Job | None:
    """A centre without a plan: the sample is planned unasked, anything else when asked."""
    own = desk.folder() != desk.sample_folder()
    week = week_after(desk.centre()) if own else Week.parse(desk.SAMPLE_WEEK)
    over = [job for job in desk.runs() if job.over]
    if over and over[0].status in (FAILED, LOST):
        st.error(desk.words("runs.failed" if over[0].status == FAILED else "runs.lost"))
        if over[0].told:
            st.text(over[0].told)
        if not st.button(desk.words("runs.again"), type="primary"):
            return None
    elif own:
        st.title(desk.unmarked(desk.centre().name))
        st.info(desk.words("runs.no_plan"))
        if not st.button(desk.words("runs.first", week=week), type="primary"):
            return None
    id = desk.start(week, seconds=FIRST_SECONDS)
    return desk.jobs().read(id)


def week_after(centre: Centre) -> Week:
    """The first week the history does not reach."""
    return Week.of(centre.history.frame["start"].max().date()).plus(1)


@st.fragment(run_every=1.0)
def _progress(id: int) -> None:
    """Phase, cost, bound and gap, every second; the page is drawn anew at each better roster and at the end."""
    job = desk.jobs().read(id)
    speak = desk.language()
    with st.container(border=True):
        st.text(_told(job, speak))
        if st.button(desk.words("runs.stop"), key=f"stop_{id}", disabled=job.cancel):
            desk.jobs().stop(id)
    seen = (job.improvements, job.plan, job.over)
    if st.session_state.get("seen_run", (id, *seen)) != (id, *seen):
        st.session_state["seen_run"] = (id, *seen)
        if job.over and job.plan is not None:
            desk.take_plan(job.plan)
        st.rerun()
    st.session_state["seen_run"] = (id, *seen)


def _told(job: Job, speak: str) -> str:
    """Where a run stands, in words."""
    phase = desk.words({"forecast": "runs.forecast", "queued": "runs.queued"}.get(job.phase or "queued", "runs.search"))
    if job.cost_eur is None:
        return desk.words("runs.at", phase=phase, seconds=number(job.seconds, speak))
    bound = job.bound_eur or 0.0
    gap = max(0.0, job.cost_eur - bound) / job.cost_eur if job.cost_eur else 0.0
    return desk.words(
        "runs.at_cost", phase=phase, seconds=number(job.seconds, speak), cost=euros(job.cost_eur, speak),
        bound=euros(bound, speak), gap=percent(gap, speak, 1),
    )  # fmt: skip


def _best(job: Job) -> Plan | None:
    """The first roster's plan with the best roster so far in it."""
    if job.plan is None:
        st.info(desk.words("runs.soon"))
        return desk.plan() if desk.plan_id() is not None else None
    plan = desk.plan(job.plan)
    return None if plan is None else desk.best_of(job, plan)
