"""Coverage against need: bars of agents scheduled under a black step line of agents needed, shortage hatched."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.look import BLUE, INK, ORANGE, clock_ticks, day_ticks, dressed
from staffing.screens.speech import day_short, number
from staffing.words import say


def summed(coverage: pd.DataFrame, queue: str = "") -> pd.DataFrame:
    """One row per start: required, scheduled and shortage agents of one queue, or of all when none is named.

    The shortage of all queues is the sum of each queue's own: agents too many on one do not help another.
    """
    rows = coverage if not queue else coverage[coverage["queue"] == queue]
    return rows.groupby("start", sort=True)[["required", "scheduled", "shortage"]].sum().reset_index()


def coverage_figure(rows: pd.DataFrame, language: str) -> go.Figure:
    """Agents scheduled and needed by open interval, from ``summed``; closed hours are left out."""
    starts = list(rows["start"])
    x = list(range(len(starts)))
    hover = [
        say(
            "charts.coverage_hover", language, day=day_short(start.date(), language), clock=f"{start:%H:%M}",
            required=number(required, language, 1), scheduled=number(scheduled, language, 1),
            shortage=number(shortage, language, 1),
        )
        for start, required, scheduled, shortage in zip(
            starts, rows["required"], rows["scheduled"], rows["shortage"], strict=True
        )
    ]  # fmt: skip
    covered = rows[["required", "scheduled"]].min(axis=1)
    figure = go.Figure()
    figure.add_bar(
        x=x, y=rows["scheduled"], name=say("charts.scheduled", language), marker={"color": BLUE, "line": {"width": 0}},
        text=hover, hovertemplate="%{text}<extra></extra>", textposition="none",
    )  # fmt: skip
    figure.add_bar(
        x=x, y=rows["shortage"], base=covered, name=say("charts.shortage", language), hoverinfo="skip",
        marker={
            "color": "#ffffff", "line": {"width": 0},
            "pattern": {"shape": "/", "fgcolor": ORANGE, "fillmode": "overlay", "size": 5, "solidity": 0.55},
        },
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=rows["required"], name=say("charts.required", language), mode="lines", hoverinfo="skip",
        line={"color": INK, "width": 2, "shape": "hvh"},
    )  # fmt: skip
    dressed(figure, language, height=340, y_title=say("charts.agents", language))
    figure.update_layout(barmode="overlay")
    return ticked(figure, starts, language)


def ticked(figure: go.Figure, starts: list[pd.Timestamp], language: str) -> go.Figure:
    """Day names under a week, clock times under one day."""
    where, names = day_ticks(starts, language)
    if len(where) == 1:
        minutes = [s.hour * 60 + s.minute for s in starts]
        marks, names = clock_ticks(minutes)
        where = [minutes.index(m) for m in marks if m in minutes]
        names = [name for m, name in zip(marks, names, strict=True) if m in minutes]
    else:
        for edge in where[1:]:
            figure.add_vline(x=edge - 0.5, line={"color": "#9a9aa6", "width": 1})
    figure.update_xaxes(tickvals=where, ticktext=names, range=[-0.5, len(starts) - 0.5], showgrid=False)
    return figure
