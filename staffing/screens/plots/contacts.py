"""Contacts: what came, what is expected, and how sure that is."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from forecasts.distribution import Forecast
from forecasts.history import History
from staffing.screens.plots.coverage import ticked
from staffing.screens.plots.look import BLUE, DEEP, GREY, dressed
from staffing.words import say
from staffing.words.speech import day_short, number

DAYS_BACK = 56
BAND = "rgba(126,166,217,.45)"


def week_rows(forecast: Forecast, history: History, channel: str) -> pd.DataFrame:
    """One row per open interval of the week: start, contacts, model_contacts, p10, p90, aht_s, and the same clock time
    in the last week recorded (``last_week``, one or two weeks before, NaN where nothing is recorded)."""
    rows = forecast.of(channel).reset_index()
    if "model_contacts" not in rows:
        rows["model_contacts"] = rows["contacts"]
    known = history.of(channel)["offered"]
    clock = pd.DatetimeIndex(rows["start"].dt.tz_localize(None))
    for weeks in (1, 2):
        before = history.grid.from_clock(clock - pd.Timedelta(days=7 * weeks))
        rows["last_week"] = known.reindex(before).to_numpy()
        if rows["last_week"].notna().any():
            break
    return rows[["start", "contacts", "model_contacts", "p10", "p90", "aht_s", "last_week"]]


def forecast_figure(rows: pd.DataFrame, language: str) -> go.Figure:
    """The week by interval: expected line, band of eight chances in ten, last week dotted."""
    x = list(range(len(rows)))
    starts = list(rows["start"])
    hover = [
        say(
            "charts.contacts_hover", language, day=day_short(start.date(), language), clock=f"{start:%H:%M}",
            contacts=number(mean, language, 1), low=number(low, language), high=number(high, language),
        )
        for start, mean, low, high in zip(starts, rows["contacts"], rows["p10"], rows["p90"], strict=True)
    ]  # fmt: skip
    figure = go.Figure()
    figure.add_scatter(x=x, y=rows["p90"], mode="lines", line={"width": 0}, showlegend=False, hoverinfo="skip")
    figure.add_scatter(
        x=x, y=rows["p10"], mode="lines", line={"width": 0}, fill="tonexty", fillcolor=BAND, hoverinfo="skip",
        name=say("charts.band", language),
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=rows["last_week"], mode="lines", line={"color": GREY, "width": 1.2, "dash": "dot"}, hoverinfo="skip",
        name=say("charts.last_week", language),
    )  # fmt: skip
    if (rows["contacts"] - rows["model_contacts"]).abs().max() > 1e-9:
        figure.add_scatter(
            x=x, y=rows["model_contacts"], mode="lines", line={"color": GREY, "width": 1.5, "dash": "dash"},
            hoverinfo="skip", name=say("charts.model", language),
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=rows["contacts"], mode="lines", line={"color": DEEP, "width": 2}, name=say("charts.expected", language),
        text=hover, hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    dressed(figure, language, height=340, y_title=say("charts.contacts", language))
    return ticked(figure, starts, language)


def daily_rows(forecast: Forecast, history: History, channel: str) -> pd.DataFrame:
    """Contacts a day: the last eight weeks recorded (``seen``), then the forecast week (``expected``)."""
    rows = history.of(channel)["offered"]
    seen = rows.groupby(pd.DatetimeIndex(rows.index).date).sum().rename("seen").tail(DAYS_BACK)
    ahead = forecast.of(channel)["contacts"]
    expected = ahead.groupby(pd.DatetimeIndex(ahead.index).date).sum().rename("expected")
    table = pd.concat([seen, expected], axis=1)
    table.index.name = "day"
    return table.sort_index().reset_index()


def daily_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """Days as bars: recorded in blue, expected in dark; Mondays named."""
    x = list(range(len(table)))
    names = [day_short(day, language) for day in table["day"]]
    figure = go.Figure()
    for column, colour in (("seen", BLUE), ("expected", DEEP)):
        figure.add_bar(
            x=x, y=table[column], marker={"color": colour}, name=say(f"charts.{column}", language), text=names,
            textposition="none", hovertemplate="%{text} : %{y:,.0f}<extra></extra>",
        )  # fmt: skip
    dressed(figure, language, height=260, y_title=say("charts.contacts_day", language))
    mondays = [i for i in x if table["day"][i].weekday() == 0]
    figure.update_layout(barmode="overlay", bargap=0.15)
    figure.update_xaxes(tickvals=mondays, ticktext=[f"{table['day'][i]:%d/%m}" for i in mondays], showgrid=False)
    return figure
