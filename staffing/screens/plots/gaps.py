"""Where the week is short or long: a map of signed gaps, day by clock time, with the numbers printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.look import INK, dressed
from staffing.screens.speech import day_short, number
from staffing.words import say

PUOR = (
    (0.0, "#f1933a"), (0.25, "#fbbf7c"), (0.46, "#fee8d0"), (0.5, "#ffffff"), (0.54, "#eceaf4"), (0.75, "#d0cae4"),
    (1.0, "#b2abd2"),
)  # fmt: skip


def gap_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Scheduled less required agents, one line a day and one column a clock time; NaN where closed."""
    frame = pd.DataFrame(
        {
            "day": rows["start"].dt.date,
            "clock": rows["start"].dt.strftime("%H:%M"),
            "gap": rows["scheduled"] - rows["required"],
        }
    )
    return frame.pivot_table(index="day", columns="clock", values="gap", aggfunc="mean")


def gap_figure(table: pd.DataFrame, language: str) -> go.Figure:
    """The map: orange is short, violet is more than needed; each cell says its number."""
    values = table.to_numpy(dtype=float)
    texts = [[_signed(v, language) for v in line] for line in values]
    most = max(3.0, float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 3.0)
    days = [day_short(day, language) for day in table.index]
    figure = go.Figure(
        go.Heatmap(
            z=values, x=list(table.columns), y=days, text=texts, zmid=0, zmin=-most, zmax=most,
            texttemplate="%{text}" if values.size <= 700 else None, textfont={"size": 12, "color": INK}, xgap=1, ygap=1,
            colorscale=[list(stop) for stop in PUOR], hoverongaps=False,
            hovertemplate="%{y} %{x} : %{text}<extra></extra>",
            colorbar={"title": {"text": say("charts.gap", language)}, "thickness": 12, "len": 1.0},
        )
    )  # fmt: skip
    dressed(figure, language, height=90 + 34 * len(days))
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(type="category", side="top", showgrid=False, tickangle=0, nticks=14)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure


def _signed(value: float, language: str) -> str:
    if not np.isfinite(value):
        return ""
    whole = round(value)
    return "0" if whole == 0 else ("+" if whole > 0 else "−") + number(abs(whole), language)
