"""Who carries the unloved shifts: late ones and Saturdays, agent by agent."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.look import BLUE, DEEP, dressed, plain
from staffing.words import say

LONG = 24
MOST = 60
UNSEEN = "\u200b"
"""What tells two people of one name apart: a bar each."""


def shares_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """Bars by agent, the most burdened first (sixty at most): before in pale, this week on top in dark."""
    rows = table.head(MOST)
    figure, names = go.Figure(), [plain(n if len(n) < LONG else f"{n[: LONG - 2]}…") for n in rows["name"]]
    bars = [f"{name}{UNSEEN * names[:i].count(name)}" for i, name in enumerate(names)]
    parts = (("late_before", BLUE, "/"), ("late_now", DEEP, "/"), ("saturdays_before", BLUE, ""))
    for column, colour, pattern in (*parts, ("saturdays_now", DEEP, "")):
        figure.add_bar(
            x=bars, y=rows[column], name=say(f"charts.{column}", language),
            text=[plain(n) for n in rows["name"]], textposition="none",
            hovertemplate="%{text} : %{y}<extra></extra>",
            marker={
                "color": colour, "line": {"color": "#ffffff", "width": 0.5},
                "pattern": {"shape": pattern, "fillmode": "overlay", "fgcolor": "#ffffff", "size": 6},
            },
        )  # fmt: skip
    dressed(figure, language, height=360, y_title=say("charts.shifts", language))
    figure.update_layout(barmode="stack", bargap=0.25, hovermode="closest", margin={"b": 110})
    figure.update_xaxes(type="category", tickangle=-45)  # as many names as there is room for
    return figure
