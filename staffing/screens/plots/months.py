"""The months ahead: full-time agents needed against those there, week by week."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from forecasts.grid import Week
from staffing.screens.plots.look import BLUE, DEEP, INK, dressed
from staffing.words import say
from staffing.words.speech import day_text


def months_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """The team of today as an area, with the hires a dashed line, the need in black steps."""
    figure, at = go.Figure(), list(range(len(table)))
    weeks = [Week.parse(text) for text in table["week"]]
    names = [say("ahead.week_from", language, number=w.number, day=_day(w, language)) for w in weeks]
    figure.add_scatter(
        x=at, y=table["staff_fte"].round(2), mode="lines", fill="tozeroy", name=say("ahead.staff", language),
        line={"color": BLUE, "width": 1, "shape": "hvh"}, fillcolor="rgba(126,166,217,.4)", text=names,
        hovertemplate="%{text} : %{y:.1f}<extra></extra>",
    )  # fmt: skip
    for column, colour, dash in (("hired_fte", DEEP, "dash"), ("need_fte", INK, "solid")):
        figure.add_scatter(
            x=at, y=table[column].round(2), mode="lines", name=say(f"ahead.{column}", language), text=names,
            line={"color": colour, "width": 2, "dash": dash, "shape": "hvh"},
            hovertemplate="%{text} : %{y:.1f}<extra></extra>",
        )  # fmt: skip
    dressed(figure, language, height=340, y_title=say("ahead.fte", language))
    firsts = [i for i, week in enumerate(weeks) if i and week.monday.month != weeks[i - 1].monday.month]
    figure.update_xaxes(
        tickangle=0,
        tickvals=firsts,
        ticktext=[day_text(weeks[i].monday, "MMM y", language) for i in firsts],
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def _day(week: Week, language: str) -> str:
    return day_text(week.monday, "d MMM", language)
