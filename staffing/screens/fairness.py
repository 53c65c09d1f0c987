"""Fairness: who had the late shifts and the Saturdays, whose wishes were granted, week by week."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.plan import Plan
from staffing.rostering.explain import why_week
from staffing.rostering.ledger import WEEKS, summed, week_by_week
from staffing.rostering.team import Ledger
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.plots.burdens import MEASURES, burden, burden_map, rate, total_text
from staffing.screens.plots.day import PAGE
from staffing.screens.plots.shares import shares_figure
from staffing.screens.runs import show_run
from staffing.screens.shown import show_chart, show_drawn
from staffing.store.carry import carried
from staffing.words.speech import clock, number, percent, pointed, week_text


def fairness_page() -> None:
    """Burdens by agent, then one agent's week in words."""
    plan = show_run("fairness")
    if plan is None:
        return
    st.title(f"{desk.words('fairness.title')} · {week_text(plan.week, desk.language())}")
    table = burden_table(plan)
    speak = desk.language()
    says = desk.words(
        "fairness.says", late=int(plan.verification.hours["late_shifts"].sum()),
        saturdays=int(plan.verification.hours["saturdays"].sum()), weeks=most_weeks(plan),
    )  # fmt: skip
    heads = [name for name in table.columns if name not in ("agent", "name")]
    show_chart(
        shares_figure(table, speak), key="fairness", sentence=says, table=shown_table(table),
        helps={desk.words(f"fairness.{name}"): _formula(name, plan.centre) for name in heads},
    )  # fmt: skip
    show_weeks(plan)
    show_reasons(plan)


def _formula(name: str, centre: Centre) -> str:
    """How a count of this page is worked out: the same for the weeks before and this one."""
    kind = "late" if "late" in name else "saturdays" if "saturdays" in name else "wishes"
    return desk.words(f"formulas.fair_{kind}", clock=clock(centre.goals.late_after_min))


@st.fragment
@telling
def show_weeks(plan: Plan) -> None:
    """One measure, agent by agent and week by week: the published weeks before, then this one."""
    speak = desk.language()
    st.header(desk.words("fairness.weeks"))
    weeks = desk.kept(plan, ("by_week", str(desk.mark())), lambda: told_weeks(plan))
    if len(weeks) == 1:
        st.info(desk.words("fairness.no_past"))
    if (more := most_weeks(plan) - len(weeks) + 1) > 0:
        st.caption(desk.words("fairness.only_sums", more=more))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    sums = [summed(ledgers) for ledgers in zip(*weeks.values(), strict=True)]
    first = next((m for m in MEASURES if any(rate(ledger, m) for ledger in sums)), MEASURES[0])
    measure = left.segmented_control(
        desk.words("fairness.measure"), MEASURES, default=first, required=True, key="fair_measure",
        format_func=lambda m: desk.words(f"fairness.measure_{m}"),
    )  # fmt: skip
    pages = -(-len(plan.centre.team.agents) // PAGE)
    page = int(right.number_input(desk.words("week.page"), 1, pages, key="fair_page")) if pages > 1 else 1
    cells, totals = week_table(weeks, plan, measure, speak)
    formula = _formula(measure, plan.centre)
    says = week_sentence(weeks, measure, speak)
    part = slice((page - 1) * PAGE, page * PAGE)
    drawn = burden_map(cells.iloc[part], totals.iloc[part], formula, speak, says)
    last = desk.words("fairness.a_week")
    table = cells.map(lambda cell: cell.text).assign(**{last: totals}).rename_axis(desk.words("fairness.name"))
    show_drawn(
        drawn, key="fair_weeks", sentence=says, table=table.reset_index(),
        helps=dict.fromkeys(cells.columns, formula) | {last: desk.words(f"formulas.fair_{measure}_rate")},
    )  # fmt: skip


def told_weeks(plan: Plan) -> dict[Week, tuple[Ledger, ...]]:
    """The weeks that the store has published before the plan's, what the folder tells of others, and the plan's own."""
    known = carried(desk.database(), plan.centre, plan.week, weeks=WEEKS, by=desk.user())
    return week_by_week(plan.roster, known)


def week_table(
    weeks: Mapping[Week, tuple[Ledger, ...]], plan: Plan, measure: str, speak: str
) -> tuple[pd.DataFrame, pd.Series]:
    """Cells by agent's name and week, and the rate over all weeks; the most burdened first."""
    every = {ledgers[0].agent: ledgers for ledgers in zip(*weeks.values(), strict=True)}
    sums = {agent: summed(ledgers) for agent, ledgers in every.items()}
    order = sorted(sums, key=lambda a: -1.0 if (own := rate(sums[a], measure)) is None else own, reverse=True)
    most = max((rate(ledger, measure) or 0.0 for ledgers in every.values() for ledger in ledgers), default=0.0)
    names = [plan.centre.team.agent(agent).name or agent for agent in order]
    heads = [desk.words("fairness.week", number=week.number) for week in weeks]
    rows = [[burden(ledger, measure, most, speak) for ledger in every[agent]] for agent in order]
    totals = pd.Series([total_text(sums[agent], measure, speak) for agent in order], index=names, dtype=object)
    return pd.DataFrame(rows, index=names, columns=heads), totals


def week_sentence(weeks: Mapping[Week, tuple[Ledger, ...]], measure: str, speak: str) -> str:
    """The least and the most burdened over all weeks."""
    sums = [summed(ledgers) for ledgers in zip(*weeks.values(), strict=True)]
    rates = [own for ledger in sums if (own := rate(ledger, measure)) is not None]
    low, high = min(rates, default=0.0), max(rates, default=0.0)
    if not rates or (high == 0 and measure != "wishes"):
        return desk.words("fairness.nothing", weeks=len(weeks))
    least, most = (
        (percent(1 - high, speak), percent(1 - low, speak)) if measure == "wishes"
        else (number(low, speak, 1), number(high, speak, 1))
    )  # fmt: skip
    return desk.words(f"fairness.weeks_say_{measure}", weeks=len(weeks), least=least, most=most)


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
@telling
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
