"""The months ahead on a page: need against staff, whom to hire by when, which leave can be granted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.horizon import Hire, Horizon, Workforce, at_level, horizon, least_hires, may_leave
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.peak_answers import show_progress
from staffing.screens.plots.months import months_figure
from staffing.screens.shown import show_chart
from staffing.store.jobs import FAILED, LOST
from staffing.words.speech import day_long, euros, hours, number, week_text

KIND = "horizon"
SPANS = (13, 26, 39, 52)
LONGEST_LEAVE_DAYS = 35


def show_horizon(plan: Plan) -> None:
    """Drawn when it is opened."""
    st.header(desk.words("ahead.title"))
    box = st.expander(desk.words("ahead.open"), key="ahead", on_change="rerun")
    if box.open:
        with box:
            show_months(plan)


@st.fragment
@telling
def show_months(plan: Plan) -> None:
    """How far to look, the need once a process has worked it out, then what the team brings against it."""
    st.text(desk.words("ahead.says"))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    weeks = left.segmented_control(
        desk.words("ahead.weeks"), SPANS, default=SPANS[1], required=True, key="ahead_weeks",
        format_func=lambda n: desk.words("ahead.weeks_count", count=n),
    )  # fmt: skip
    runs = [run for run in desk.runs(KIND) if run.question.get("first") == str(plan.week)]
    busy = bool(runs) and not runs[0].over
    if right.button(desk.words("ahead.go"), type="primary", width="stretch", disabled=busy, key="ahead_go"):
        desk.ask({"kind": KIND, "first": str(plan.week), "weeks": weeks})
        st.rerun(scope="fragment")
    if busy:
        show_progress(runs[0].id, KIND)
        return
    if runs and runs[0].status in (FAILED, LOST):
        st.error(desk.words("runs.failed" if runs[0].status == FAILED else "runs.lost"))
        st.text(runs[0].told)
    done = next((run for run in runs if run.told and run.status not in (FAILED, LOST)), None)
    if done is None:
        st.info(desk.words("ahead.none_yet"))
        return
    show_capacity(plan.centre, pd.DataFrame(json.loads(done.told)["need"]))


def show_capacity(centre: Centre, need: pd.DataFrame) -> None:
    """One level: the chart, its table, hires and leave."""
    speak = desk.language()
    levels = sorted({a.level for a in centre.team.agents} & set(need["level"]))
    level = levels[0]
    if len(levels) > 1:
        level = st.segmented_control(
            desk.words("ahead.level"), levels, default=levels[0], required=True, key="ahead_level",
            format_func=lambda n: desk.words("ahead.level_name", level=n),
        )  # fmt: skip
    here, workforce = at_level(centre, level, asked_workforce())
    mine = need[need["level"] == level]
    weeks = tuple(Week.parse(text) for text in mine["week"])
    need_h = mine["need_h"].to_numpy(dtype=float)
    bare = horizon(here, weeks, need_h, workforce=workforce)
    hires, helped = least_hires(here, weeks, need_h, workforce=workforce)
    table = month_table(bare, helped, list(mine["source"]))
    says = months_sentence(table, weeks, speak)
    shown = table.assign(source=[desk.words(f"ahead.source_{s}") for s in table["source"]]).round(1)
    show_chart(months_figure(table, speak), key="months", sentence=says, table=shown)
    show_hires(hires, weeks, workforce, helped)
    show_leave(bare, here)


def asked_workforce() -> Workforce:
    """How people come, learn and go: what the page asks."""
    one, two, three, four, five = st.columns(5)

    def ask(column: Any, name: str, most: int, usual: int) -> int:
        told = column.number_input(
            desk.words(f"ahead.{name}"), 0, most, usual, help=desk.words(f"ahead.{name}_help"), key=f"ahead_{name}"
        )
        return int(told)

    return Workforce(
        turnover_year=ask(one, "turnover", 90, 15) / 100, lead_weeks=ask(two, "lead", 52, 6),
        training_weeks=ask(three, "training", 52, 9), lost_share=ask(four, "lost", 80, 10) / 100,
        leave_days_year=float(ask(five, "leave_days", 100, 25)),
    )  # fmt: skip


def month_table(bare: Horizon, helped: Horizon, sources: list[str]) -> pd.DataFrame:
    """One row a week, in full-time agents: needed, there, there with the hires, leave; hours spare with the hires."""
    full = bare.workforce.hours_week * (1 - bare.workforce.lost_share)
    return pd.DataFrame(
        {
            "week": bare.frame["week"],
            "need_fte": bare.frame["need_h"] / full,
            "staff_fte": bare.frame["capacity_h"] / full,
            "hired_fte": helped.frame["capacity_h"] / full,
            "leave_fte": bare.frame["leave_h"] / bare.workforce.hours_week,
            "spare_h": helped.frame["spare_h"],
            "source": sources,
        }
    )


def months_sentence(table: pd.DataFrame, weeks: tuple[Week, ...], speak: str) -> str:
    """The week that misses most, without a hire."""
    short = table["need_fte"] - table["staff_fte"]
    if float(short.max()) < 0.05:
        return desk.words("ahead.enough", weeks=len(weeks), spare=number(-float(short.max()), speak, 1))
    return desk.words(
        "ahead.short", count=int((short > 0.05).sum()), weeks=len(weeks), fte=number(float(short.max()), speak, 1),
        week=week_text(weeks[int(short.argmax())], speak),
    )  # fmt: skip


def show_hires(hires: tuple[Hire, ...], weeks: tuple[Week, ...], workforce: Workforce, helped: Horizon) -> None:
    """Whom to hire, when to decide, what it costs to the end; what stays short all the same."""
    speak = desk.language()
    st.subheader(desk.words("ahead.hires"))
    for hire in hires:
        decide = hire.week.monday - dt.timedelta(weeks=workforce.lead_weeks)
        eur = hire.count * workforce.hours_week * workforce.cost_eur_h * (len(weeks) - weeks.index(hire.week))
        st.text(
            desk.words(
                "ahead.hire", count=hire.count, week=week_text(hire.week, speak), decide=day_long(decide, speak),
                eur=euros(eur, speak),
            )
        )  # fmt: skip
    if not hires:
        st.text(desk.words("ahead.no_hire"))
    if helped.short_weeks:
        st.warning(
            desk.words("ahead.still_short", count=len(helped.short_weeks), fte=number(helped.fte_short, speak, 1))
        )


def show_leave(ahead: Horizon, centre: Centre) -> None:
    """Can somebody be away from one day to another?"""
    speak = desk.language()
    st.subheader(desk.words("ahead.leave"))
    names = {a.id: a.name for a in centre.team.agents}
    days = [day for text in ahead.frame["week"] for day in Week.parse(text).days]
    one, two, three = st.columns(3)
    agent = one.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a], key="leave_agent")
    first = two.selectbox(
        desk.words("ahead.leave_first"), days, format_func=lambda d: day_long(d, speak), key="leave_first"
    )
    rest = [day for day in days if first <= day][:LONGEST_LEAVE_DAYS]
    last = three.selectbox(
        desk.words("ahead.leave_last"), rest, min(4, len(rest) - 1), format_func=lambda d: day_long(d, speak),
        key="leave_last",
    )  # fmt: skip
    found = may_leave(ahead, centre, centre.team.agent(agent), first, last)
    takes = hours(float(found.frame["takes_h"].sum()), speak)
    if found.granted:
        st.success(desk.words("ahead.leave_yes", takes=takes))
    else:
        worst = hours(-float(found.frame["after_h"].min()), speak)
        st.warning(desk.words("ahead.leave_no", takes=takes, weeks=", ".join(found.weeks_short), worst=worst))
