"""Fairness: who had the late shifts and the Saturdays, whose wishes were granted, this week and over past weeks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.rostering.explain import why_week
from staffing.screens import desk
from staffing.screens.plots.shares import shares_figure
from staffing.screens.runs import show_run
from staffing.screens.shown import show_chart
from staffing.screens.speech import pointed, week_text


def fairness_page() -> None:
    """Burdens by agent, then one agent's week in words."""
    plan = show_run()
    if plan is None:
        return
    st.title(f"{desk.words('fairness.title')} · {week_text(plan.week, desk.language())}")
    table = burden_table(plan)
    speak = desk.language()
    says = desk.words(
        "fairness.says", late=int(plan.verification.hours["late_shifts"].sum()),
        saturdays=int(plan.verification.hours["saturdays"].sum()), weeks=most_weeks(plan),
    )  # fmt: skip
    show_chart(shares_figure(table, speak), key="fairness", sentence=says, table=shown_table(table))
    show_reasons(plan)


def most_weeks(plan: Plan) -> int:
    """Over how many published weeks the accounts run."""
    return max((ledger.weeks for ledger in plan.centre.team.ledgers), default=0)


def burden_table(plan: Plan) -> pd.DataFrame:
    """One row an agent: name, late shifts and Saturdays before and this week, wishes asked and granted before."""
    known = {ledger.agent: ledger for ledger in plan.centre.team.ledgers}
    here = {str(row["agent"]): row for row in plan.verification.hours.to_dict("records")}
    rows = []
    for agent in plan.centre.team.agents:
        past = known.get(agent.id)
        now = here.get(agent.id, {"late_shifts": 0, "saturdays": 0})
        rows.append(
            {
                "agent": agent.id,
                "name": agent.name,
                "late_before": past.late_shifts if past else 0,
                "late_now": int(now["late_shifts"]),
                "saturdays_before": past.saturdays if past else 0,
                "saturdays_now": int(now["saturdays"]),
                "asked": past.wishes_asked if past else 0,
                "granted": past.wishes_granted if past else 0,
            }
        )
    table = pd.DataFrame(rows)
    order = table["late_before"] + table["late_now"] + table["saturdays_before"] + table["saturdays_now"]
    return table.loc[order.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def shown_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same, headed in words."""
    return table.drop(columns="agent").rename(
        columns={name: desk.words(f"fairness.{name}") for name in table.columns if name != "agent"}
    )


@st.fragment
def show_reasons(plan: Plan) -> None:
    """Why one agent has this week."""
    st.header(desk.words("fairness.why"))
    names = {a.id: a.name for a in plan.centre.team.agents}
    agent = st.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a])
    reading = desk.reading(plan)
    if agent in reading.weeks:
        for line in why_week(reading, agent, desk.language()):
            st.text(pointed(line, desk.language()))
    else:
        st.text(desk.words("fairness.no_week"))
