"""What money buys against a peak, and scenarios side by side."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.look import DEEP, ORANGE, QUEUE_PATTERNS, QUEUES, dressed, plain
from staffing.words import say
from staffing.words.speech import euros, percent


def frontier_figure(points: pd.DataFrame, language: str) -> go.Figure:
    """Service and chance of the target against EUR of levers; columns eur, service, p_target, shown."""
    points = points.sort_values("eur")
    figure = go.Figure()
    lines = (("service", DEEP, "solid", "circle"), ("p_target", ORANGE, "dash", "square"))
    for column, colour, dash, symbol in lines:
        figure.add_scatter(
            x=points["eur"], y=100 * points[column], mode="lines+markers", name=say(f"charts.{column}", language),
            line={"color": colour, "dash": dash}, marker={"symbol": symbol, "size": 9}, hoverinfo="text",
            hovertext=[f"{euros(e, language)} : {percent(v, language)}" for e, v in
                       zip(points["eur"], points[column], strict=True)],
        )  # fmt: skip
    figure.update_xaxes(title=say("charts.levers_eur", language), tickformat=",.0f")
    figure.update_yaxes(range=[0, 103])
    return dressed(figure, language, height=340, y_title=say("charts.percent", language))


def services_figure(rows: pd.DataFrame, language: str) -> go.Figure:
    """Expected service of each queue by scenario with its interval; columns name, label, expected, low, high."""
    figure = go.Figure()
    for number, (label, mine) in enumerate(rows.groupby("label", sort=False)):
        expected = 100 * mine["expected"]
        error = {"array": 100 * mine["high"] - expected, "arrayminus": expected - 100 * mine["low"]}
        figure.add_bar(
            x=[plain(str(n)) for n in mine["name"]], y=expected, name=plain(str(label)),
            marker={"color": QUEUES[number % 8], "pattern": {
                "shape": QUEUE_PATTERNS[number % 8], "fillmode": "overlay", "fgcolor": "#ffffff"}},
            error_y={"type": "data", "color": "#161616", **error}, hoverinfo="text",
            hovertext=[percent(float(v), language) for v in mine["expected"]],
        )  # fmt: skip
    figure.update_yaxes(range=[0, 103])
    dressed(figure, language, height=340, y_title=say("charts.percent", language))
    return figure.update_layout(barmode="group", bargap=0.3)
