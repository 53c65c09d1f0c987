"""A run of the engine on screen: how far it is, stop and keep the best, and the plan to show meanwhile."""

from __future__ import annotations

import streamlit as st

from forecasts.grid import Week
from staffing.plan import Plan, week_after
from staffing.screens import desk
from staffing.store.jobs import FAILED, LOST, Job
from staffing.words.heard import heard
from staffing.words.speech import euros, number, percent, week_text

FIRST_SECONDS = 8.0
BEAT_S, SOON_S = 1.0, 0.25
"""How often a run is looked at, and how often by a page that waits for its first roster or for the end."""
PHASES = {"forecast": "runs.forecast", "queued": "runs.queued", "backtest": "runs.backtest"}


def show_run(page: str) -> Plan | None:
    """The plan to show: the one on the desk, or the best so far of the run under way; starts the sample's first run.
    Without either, what ``page`` will show and the way there."""
    panel = st.container()  # one place from the first report to the last, or a click on "stop" between two is lost
    job = desk.running()
    if job is None and desk.plan_id() is None:
        job = _first_run(page)
    elif job is not None and desk.plan_id() is None:
        show_title(page)
    if job is not None:
        with panel:
            st.fragment(_follow, run_every=SOON_S if job.plan is None or job.cancel else BEAT_S)(job.id)
    elif desk.plan_id() is not None:
        _show_failure()
    if (other := desk.beside()) is not None:
        _tell_beside(other)
    plan = desk.plan() if job is None else _best(job)
    if plan is not None and plan.quick:
        st.info(desk.words("runs.quick_kept" if job is None else "runs.quick_now"))
    return plan


def _tell_beside(job: Job) -> None:
    """Another run goes on: of another week, or of this one while something typed here is not kept yet."""
    with st.container(border=True):
        week = week_text(Week.parse(str(job.question["week"])), desk.language())
        st.text(desk.words("runs.beside", week=week))
        st.button(desk.words("runs.follow"), on_click=desk.follow, args=(job.id,), key=f"follow_{job.id}")


def show_title(page: str) -> None:
    """The page's name and its centre, and what it will show once there is a plan."""
    name = desk.unmarked(desk.centre().name)
    st.title(name if page == "home" else f"{desk.words(f'frame.page_{page}')} · {name}")
    st.text(desk.words(f"runs.then_{page}"))


def _first_run(page: str) -> Job | None:
    """A centre without a plan: the sample is planned unasked, anything else when asked."""
    own = desk.folder() != desk.sample_folder()
    week = week_after(desk.centre()) if own else Week.parse(desk.SAMPLE_WEEK)
    over = [job for job in desk.runs() if job.over]
    broke = bool(over) and over[0].status in (FAILED, LOST)
    show_title(page)
    if broke or own:
        with st.container(border=True):
            if broke:
                _tell_failure(over[0])
            else:
                st.text(desk.words("runs.no_plan", seconds=number(FIRST_SECONDS, desk.language())))
            desk.make_ready()
            named = week_text(week, desk.language())
            label = desk.words("runs.again") if broke else desk.words("runs.first", week=named)
            if not st.button(label, type="primary"):
                return None
    id = desk.start(week, seconds=FIRST_SECONDS)
    return desk.jobs().read(id)


def _tell_failure(job: Job) -> None:
    """Why a run ended without a plan, what was wrong with the input in words."""
    st.error(desk.words("runs.failed" if job.status == FAILED else "runs.lost"))
    for line in job.told.splitlines():
        st.text(heard(line, desk.language()))


def _show_failure() -> None:
    """The newest run broke off while an older plan is on the desk: said until it is put away."""
    newest = next(iter(desk.runs()), None)
    if newest is None or newest.status not in (FAILED, LOST) or st.session_state.get("run_put_away") == newest.id:
        return
    with st.container(border=True):
        _tell_failure(newest)
        if st.button(desk.words("runs.put_away")):
            st.session_state["run_put_away"] = newest.id
            st.rerun()


def _follow(id: int) -> None:
    """Phase, cost, bound and gap; the page is drawn anew at each better roster and at the end."""
    job = desk.jobs().read(id)
    speak = desk.language()
    with st.container(border=True):
        st.text(_told(job, speak))
        if st.button(desk.words("runs.stop"), key=f"stop_{id}", disabled=job.cancel):
            desk.jobs().stop(id)
            st.rerun()
    seen = (job.improvements, job.plan, job.over)
    if st.session_state.get("seen_run", (id, *seen)) != (id, *seen):
        st.session_state["seen_run"] = (id, *seen)
        if job.over and job.plan is not None:
            desk.take_plan(job.plan)
        st.rerun()
    st.session_state["seen_run"] = (id, *seen)


def _told(job: Job, speak: str) -> str:
    """Where a run stands, in words."""
    phase = desk.words(PHASES.get(job.phase or "queued", "runs.search"))
    if job.cost_eur is None:
        return desk.words("runs.at", phase=phase, seconds=number(job.seconds, speak))
    bound = max(0.0, job.bound_eur or 0.0)
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
