"""The forecast: what is expected and how sure, what came before, how the models did, and changes made by hand."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.plots.contacts import daily_figure, daily_rows, forecast_figure, week_rows
from staffing.screens.plots.past import cause_figure, cause_rows, past_figure, past_rows
from staffing.screens.runs import show_run
from staffing.screens.shown import show_chart
from staffing.screens.speech import number, percent, week_text


def forecast_page() -> None:
    """One channel at a time."""
    plan = show_run()
    if plan is None:
        return
    st.title(f"{desk.words('forecasting.title')} · {week_text(plan.week, desk.language())}")
    show_channel(plan)


@st.fragment
def show_channel(plan: Plan) -> None:
    """Curve, days, trials and edits of the channel chosen."""
    speak = desk.language()
    names = {c.name: c.label or c.name for c in plan.centre.channels}
    channel = st.selectbox(
        desk.words("forecasting.channel"), list(plan.forecast.channels), format_func=lambda c: names.get(c, c)
    )
    rows = week_rows(plan.forecast, plan.centre.history, channel)
    says = desk.words(
        "forecasting.says", contacts=number(float(rows["contacts"].sum()), speak),
        peak=number(float(rows["contacts"].max()), speak), clock=f"{rows['start'][rows['contacts'].argmax()]:%H:%M}",
        aht=number(float((rows["aht_s"] * rows["contacts"]).sum() / max(rows["contacts"].sum(), 1e-9)), speak),
    )  # fmt: skip
    table = rows.assign(start=rows["start"].dt.strftime("%Y-%m-%d %H:%M")).round(1)
    show_chart(forecast_figure(rows, speak), key="forecast", sentence=says, table=table)
    st.header(desk.words("forecasting.days"))
    days = daily_rows(plan.forecast, plan.centre.history, channel)
    show_chart(daily_figure(days, speak), key="days", sentence=desk.words("forecasting.days_say"), table=days.round(0))
    st.header(desk.words("forecasting.trials"))
    st.text(desk.words("forecasting.trials_say"))
    trials = trial_table(plan, channel, speak)
    st.dataframe(trials, hide_index=True, alt=desk.words("forecasting.trials_say"))
    show_past(plan, channel, speak)
    for note in plan.forecast.notes:
        st.text(note)
    show_edits(plan)


def show_past(plan: Plan, channel: str, speak: str) -> None:
    """Past forecasts beside what came, then what moves the days."""
    if plan.forecast.backtest is not None and channel in set(plan.forecast.backtest["channel"]):
        past = past_rows(plan.forecast.backtest, channel)
        says = desk.words("forecasting.past_say")
        show_chart(past_figure(past, speak), key="past", sentence=says, table=past.round(0))
    if plan.forecast.decomposition is not None:
        causes = cause_rows(plan.forecast.decomposition, channel)
        st.header(desk.words("forecasting.causes"))
        says = desk.words("forecasting.causes_say")
        show_chart(cause_figure(causes, speak), key="causes", sentence=says, table=causes.round(1))


def trial_table(plan: Plan, channel: str, speak: str) -> pd.DataFrame:
    """How each model did on past weeks, best first; baselines and the floor that nobody beats stay in."""
    told = [a for a in plan.forecast.accuracy if a.channel == channel]
    rows = [
        {
            desk.words("forecasting.model"): a.model,
            desk.words("forecasting.wape"): percent(a.wape, speak, 1),
            desk.words("forecasting.bias"): percent(a.bias, speak, 1),
            desk.words("forecasting.coverage"): percent(a.coverage80, speak),
            desk.words("forecasting.weight"): percent(a.weight, speak),
        }
        for a in sorted(told, key=lambda a: a.wape)
    ]
    return pd.DataFrame(rows)


def show_edits(plan: Plan) -> None:
    """The hand edits that hold, each with its reason."""
    st.header(desk.words("forecasting.edits"))
    if not plan.centre.edits:
        st.text(desk.words("forecasting.no_edits"))
        return
    rows = [
        (e.channel, f"{e.first:%Y-%m-%d %H:%M}", f"{e.until:%Y-%m-%d %H:%M}", e.act, e.value, e.reason)
        for e in plan.centre.edits
    ]
    heads = ("channel", "first", "until", "act", "value", "reason")
    table = pd.DataFrame(rows, columns=[desk.words(f"forecasting.edit_{h}") for h in heads])
    st.dataframe(table, hide_index=True, alt=desk.words("forecasting.edits"))
