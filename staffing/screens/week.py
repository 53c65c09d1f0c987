"""The week: what it covers, where it is short, who works when, and one day in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.plan import Plan
from staffing.rostering.verify import summed
from staffing.screens import desk
from staffing.screens.agent_day import show_agent_day
from staffing.screens.changing import show_absence, show_breaches, show_solve, show_why
from staffing.screens.grid import show_grid
from staffing.screens.guarded import telling
from staffing.screens.played import show_played
from staffing.screens.plots.coverage import coverage_chart
from staffing.screens.plots.day import activity_labels, day_chart, day_rows, page_of, pages
from staffing.screens.plots.gaps import gap_map, gap_table, places_short
from staffing.screens.runs import show_run
from staffing.screens.shown import rounded, show_drawn
from staffing.screens.tiles import proof_line, queue_label, week_tiles
from staffing.screens.undoing import show_undo, tell_undone
from staffing.screens.unkept import show_unkept
from staffing.words.speech import covered, day_long, day_short, hours, number, week_text


def week_page() -> None:
    """Tiles, what could not be kept, coverage, gaps, why, grid, day, changes."""
    plan = show_run("week")
    if plan is None:
        return
    st.title(f"{desk.unmarked(plan.centre.name)} · {week_text(plan.week, desk.language())}")
    show_tools(plan)
    tell_undone(plan)
    show_tiles(plan)
    show_breaches(plan)
    show_unkept(plan)
    show_coverage(plan)
    show_views(plan, desk.stand())


@st.fragment
@telling
def show_views(plan: Plan, stand: tuple[str, int, int]) -> None:
    """Grid, one day, why short, absence, played: each is drawn when it is looked at, and the page anew when the roster
    no longer stands as it did when this was drawn: somebody else changed it."""
    views: dict[str, Callable[[Plan], None]] = {
        "grid": partial(show_grid, stand=stand), "one_day": show_day, "why": show_why, "absence": show_absence,
        "played": show_played,
    }  # fmt: skip
    names = [desk.words(f"week.{name}") for name in views]
    for tab, draw in zip(st.tabs(names, key="week_views", on_change="rerun"), views.values(), strict=True):
        if tab.open:
            with tab:
                draw(plan)
    if desk.stand() != stand:
        st.rerun(scope="app")


def show_tools(plan: Plan) -> None:
    """Which plan is shown, its last change taken back, and a new run."""
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    saved = {p.id: p for p in desk.saved_plans()}
    known = desk.plan_id()
    if known is not None:
        picked = left.selectbox(
            desk.words("week.plan"), list(saved), list(saved).index(known),
            format_func=lambda id: desk.words(
                "week.plan_name", id=id, week=week_text(Week.parse(saved[id].week), desk.language()),
                state=desk.words(f"week.state_{saved[id].state}"),
            ),
        )  # fmt: skip
        if picked != known:
            desk.take_plan(picked)
            st.rerun()
    show_undo(plan, middle)
    with right:
        show_solve(plan.week)


def show_tiles(plan: Plan) -> None:
    """Four figures, then what the engine proved."""
    tiles = desk.kept(plan, ("tiles", desk.language()), lambda: week_tiles(plan, desk.language()))
    for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(tile.label, tile.value, help=tile.formula)
            st.caption(("✓ " if tile.good else "▲ ") + desk.unmarked(tile.note))
    if desk.running() is None:  # a run tells its own cost and bound
        st.caption(proof_line(plan, desk.language()))


@st.fragment
@telling
def show_coverage(plan: Plan) -> None:
    """Coverage against need and the map of gaps, of one queue or all."""
    speak = desk.language()
    st.header(desk.words("week.coverage"))
    left, right = st.columns(2)
    queues = ["", *plan.requirement.queues]
    name = left.selectbox(
        desk.words("week.queue"), queues, key="coverage_queue",
        format_func=lambda q: queue_label(plan, q) if q else desk.words("week.all_queues"),
    )  # fmt: skip
    rows = desk.kept(plan, ("summed", name), lambda: summed(plan.verification.coverage, name))
    days = sorted(set(rows["start"].dt.date))
    day = right.selectbox(
        desk.words("week.day"), [None, *days], key="coverage_day",
        format_func=lambda d: day_short(d, speak) if d else desk.words("week.all_days"),
    )  # fmt: skip
    seen = rows if day is None else rows[rows["start"].dt.date == day]
    table = rounded(seen, 2)
    says = coverage_sentence(plan, seen)
    chart = desk.kept(plan, ("coverage", name, str(day), speak), lambda: coverage_chart(seen, speak, says))
    show_drawn(chart, key="coverage", sentence=says, table=table)
    st.subheader(desk.words("week.gaps"))
    gaps = desk.kept(plan, ("gap_table", name), lambda: gap_table(rows))
    below, cells = (number(count, speak) for count in (places_short(gaps), int(gaps.notna().sum().sum())))
    says = desk.words("week.gaps_say" if name or len(queues) == 2 else "week.gaps_all", below=below, cells=cells)
    shown = desk.kept(plan, ("gaps", name, speak), lambda: gap_map(gaps, speak, says))
    show_drawn(shown, key="gaps", sentence=says, table=gaps.round(1).reset_index())


def coverage_sentence(plan: Plan, rows: pd.DataFrame) -> str:
    """What a coverage chart says: hours needed, covered, short."""
    speak, step_h = desk.language(), plan.requirement.grid.interval_h
    short, needed = float(rows["shortage"].sum()) * step_h, float(rows["required"].sum()) * step_h
    return desk.words(
        "week.coverage_says", needed=hours(needed, speak, 0), short=hours(short, speak),
        share=covered(1 - short / needed if needed else 1.0, speak),
    )  # fmt: skip


def show_day(plan: Plan) -> None:
    """Who does what when on one day, forty agents a page; the way to change one of them."""
    days = sorted(set(plan.roster.frame["start"].dt.date) & set(plan.week.days))
    if not days:
        st.info(desk.words("week.nobody"))
        return
    show_one_day(plan, days)
    show_agent_day(plan)


@st.fragment
@telling
def show_one_day(plan: Plan, days: list[dt.date]) -> None:
    """The day chosen; its own fragment, so that another day draws nothing else anew."""
    speak = desk.language()
    left, right = st.columns([3, 1])
    day = left.segmented_control(
        desk.words("week.day"), days, default=days[0], key="day", format_func=lambda d: day_short(d, speak),
        required=True,
    )  # fmt: skip
    rows = desk.kept(plan, ("day", day.isoformat()), lambda: day_rows(plan.roster, plan.centre, day))
    most = pages(rows)
    page = int(right.number_input(desk.words("week.page"), 1, most, key="day_page")) if most > 1 else 1
    says = desk.words("week.day_says", day=day_long(day, speak), agents=rows["agent"].nunique())
    labels = desk.kept(plan, ("labels", speak), lambda: activity_labels(plan.roster, plan.centre, speak))
    chart = desk.kept(
        plan,
        ("day_chart", day.isoformat(), str(page), speak),
        lambda: day_chart(page_of(rows, page - 1), labels, speak, says),
    )
    table = rows[["name", "level", "activity", "start_min", "end_min"]].assign(activity=rows["activity"].map(labels))
    show_drawn(chart, key="day_chart", sentence=says, table=table)
