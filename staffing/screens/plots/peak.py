"""A peak in figures: demand against capacity through the week."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.coverage import ticked
from staffing.screens.plots.look import BLUE, DEEP, GREY, ORANGE, dressed
from staffing.words import say

NEEDS = (("expected", GREY, "dot"), ("required", ORANGE, "solid"), ("eased", ORANGE, "longdash"))
CAPACITIES = (("kept", BLUE, "solid"), ("anew", DEEP, "dash"), ("helped", "#1b6b5a", "longdashdot"))


def needs_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """Agents scheduled as an area under the need as expected (grey) and under the peak (orange), and on the ground
    those missing, queue by queue; one row a start."""
    figure = _needs(table, language)
    figure.add_scatter(
        x=list(range(len(table))), y=table["scheduled"].round(2), mode="lines", fill="tozeroy",
        name=say("charts.scheduled", language), line={"color": BLUE, "width": 1, "shape": "hvh"},
        fillcolor="rgba(126,166,217,.4)", hovertemplate="%{y:.1f}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=list(range(len(table))), y=table["shortage"].round(2), mode="lines", fill="tozeroy",
        name=say("charts.shortage", language), line={"width": 0, "shape": "hvh"}, fillcolor="#ffffff",
        fillpattern={"shape": "/", "fgcolor": ORANGE, "fgopacity": 1, "fillmode": "overlay"},
        hovertemplate="%{y:.1f}<extra></extra>",
    )  # fmt: skip
    return _dressed(figure, table, language)


def capacity_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """Need without and with the peak, and what levers leave of it; and the agents each answer puts there."""
    figure = _needs(table, language)
    for name, colour, dash in CAPACITIES:
        if name in table:
            figure.add_scatter(
                x=list(range(len(table))), y=table[name].round(2), mode="lines",
                name=say(f"peaks.side_{name}", language), hovertemplate="%{y:.1f}<extra></extra>",
                line={"color": colour, "width": 2, "dash": dash, "shape": "hvh"},
            )  # fmt: skip
    return _dressed(figure, table, language)


def _needs(table: pd.DataFrame, language: str) -> go.Figure:
    figure = go.Figure()
    for column, colour, dash in (column for column in NEEDS if column[0] in table):
        figure.add_scatter(
            x=list(range(len(table))), y=table[column].round(2), mode="lines",
            name=say(f"peaks.need_{column}", language), hovertemplate="%{y:.1f}<extra></extra>",
            line={"color": colour, "width": 2, "dash": dash, "shape": "hvh"},
        )  # fmt: skip
    return figure


def _dressed(figure: go.Figure, table: pd.DataFrame, language: str) -> go.Figure:
    dressed(figure, language, height=360, y_title=say("charts.agents", language))
    return ticked(figure, list(table["start"]), language)
