"""Agents needed through the week, and what changes when a target, handle time or volume does."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.coverage import ticked
from staffing.screens.plots.look import DEEP, ORANGE, dressed
from staffing.words import say


def need_figure(now: pd.DataFrame, other: pd.DataFrame | None, language: str) -> go.Figure:
    """Steps of agents needed by interval; ``other`` (same rows) the what-if, dashed. Columns start, agents."""
    x = list(range(len(now)))
    figure = go.Figure()
    figure.add_scatter(
        x=x, y=now["agents"], mode="lines", line={"color": DEEP, "width": 2, "shape": "hvh"}, fill="tozeroy",
        fillcolor="rgba(126,166,217,.35)", name=say("charts.required", language),
        hovertemplate="%{y:.1f}<extra></extra>",
    )  # fmt: skip
    if other is not None:
        figure.add_scatter(
            x=x, y=other["agents"], mode="lines", line={"color": ORANGE, "width": 2, "dash": "dash", "shape": "hvh"},
            name=say("charts.what_if", language), hovertemplate="%{y:.1f}<extra></extra>",
        )  # fmt: skip
    dressed(figure, language, height=320, y_title=say("charts.agents", language))
    return ticked(figure, list(now["start"]), language)
