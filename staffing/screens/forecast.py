"""The forecast: what is expected and how sure, what came before, how the models did, and changes made by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasts.distribution import Forecast
from forecasts.edits import edited
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.data import edit_table
from staffing.screens.guarded import telling
from staffing.screens.plots.contacts import daily_figure, daily_rows, forecast_figure, week_rows
from staffing.screens.plots.past import cause_figure, cause_rows, past_figure, past_rows
from staffing.screens.runs import show_run
from staffing.screens.shown import rounded, show_chart, show_table
from staffing.screens.tiles import relabelled
from staffing.words.heard import forecaster, heard
from staffing.words.speech import number, percent, pointed, week_text


def forecast_page() -> None:
    """One channel at a time."""
    plan = show_run("forecast")
    if plan is None:
        return
    st.title(f"{desk.words('forecasting.title')} · {week_text(plan.week, desk.language())}")
    show_channel(plan)


@st.fragment
@telling
def show_channel(plan: Plan) -> None:
    """Curve, days, trials and edits of the channel chosen."""
    speak = desk.language()
    names = {c.name: c.label or c.name for c in plan.centre.channels}
    channel = st.selectbox(
        desk.words("forecasting.channel"), list(plan.forecast.channels), format_func=lambda c: names.get(c, c)
    )
    forecast = relayered(plan)
    rows = week_rows(forecast, plan.centre.history, channel)
    if rows.empty:
        st.text(desk.words("forecasting.closed"))
    else:
        show_contacts(plan, forecast, channel, rows)
    for note in plan.forecast.notes:
        st.text(pointed(heard(relabelled(plan, note), speak), speak))
    show_layer("edits")
    show_layer("events")


def show_contacts(plan: Plan, forecast: Forecast, channel: str, rows: pd.DataFrame) -> None:
    """A channel's curve, from its rows of the week, its days, and how such forecasts did."""
    speak = desk.language()
    says = desk.words(
        "forecasting.says", contacts=number(float(rows["contacts"].sum()), speak),
        peak=number(float(rows["contacts"].max()), speak), clock=f"{rows['start'][rows['contacts'].argmax()]:%H:%M}",
        aht=number(float((rows["aht_s"] * rows["contacts"]).sum() / max(rows["contacts"].sum(), 1e-9)), speak),
    )  # fmt: skip
    table = rounded(rows, 1)
    show_chart(forecast_figure(rows, speak), key="forecast", sentence=says, table=table)
    st.header(desk.words("forecasting.days"))
    days = daily_rows(forecast, plan.centre.history, channel)
    show_chart(daily_figure(days, speak), key="days", sentence=desk.words("forecasting.days_say"), table=days.round(0))
    st.header(desk.words("forecasting.trials"))
    st.text(desk.words("forecasting.trials_say"))
    trials = trial_table(plan, channel, speak)
    figures = ("wape", "bias", "coverage", "weight")
    formulas = {desk.words(f"forecasting.{name}"): name for name in figures}
    show_table(trials, alt=desk.words("forecasting.trials_say"), formulas=formulas)
    show_past(plan, channel, speak)


def relayered(plan: Plan) -> Forecast:
    """The plan's forecast under the hand edits that now stand in the centre's folder: seen before planning again."""
    edits = desk.centre().edits
    if edits == plan.centre.edits:
        return plan.forecast
    frame = plan.forecast.frame
    bare = frame if "model_contacts" not in frame else frame.assign(contacts=frame["model_contacts"])
    return replace(plan.forecast, frame=edited(bare, edits))


def show_layer(name: str) -> None:
    """Hand edits or special days, changed in place; what they change is seen above once they are kept."""
    st.header(desk.words(f"forecasting.{name}"))
    st.text(desk.words(f"forecasting.{name}_say"))
    edit_table(desk.folder(), f"{name}.csv")


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
            desk.words("forecasting.model"): forecaster(a.model, speak),
            desk.words("forecasting.wape"): percent(a.wape, speak, 1),
            desk.words("forecasting.bias"): percent(a.bias, speak, 1),
            desk.words("forecasting.coverage"): percent(a.coverage80, speak),
            desk.words("forecasting.weight"): percent(a.weight, speak) if a.weight else "–",
        }
        for a in sorted(told, key=lambda a: a.wape)
    ]
    return pd.DataFrame(rows)
