"""Coverage against need: bars of agents scheduled under a black step line of agents needed, shortage hatched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from staffing.screens.plots.drawn import HEIGHT_PX, SHORT, escaped, framed, steps
from staffing.screens.plots.look import BLUE, INK, clock_ticks, day_ticks
from staffing.words import say
from staffing.words.speech import day_short, number


def coverage_chart(rows: pd.DataFrame, language: str, sentence: str) -> str:
    """Agents scheduled and needed by open interval, from ``verify.summed``, as HTML; closed hours are left out."""
    key = (
        (f"background:{BLUE}", say("charts.scheduled", language)),
        (f"background:{SHORT}", say("charts.shortage", language)),
        (f"height:2px;vertical-align:4px;background:{INK}", say("charts.required", language)),
    )
    starts = list(rows["start"])
    covered = rows[["required", "scheduled"]].min(axis=1)
    most = max(1.0, float((covered + rows["shortage"]).max()), float(rows[["required", "scheduled"]].max().max()))
    px = HEIGHT_PX * 0.97 / most
    where, names = ticks(starts, language)
    first = set(where) if len({s.date() for s in starts}) > 1 else set()
    columns = "".join(_columns(rows, covered, px, first, language))
    heights = "".join(
        f'<div class="aff-y" style="bottom:{y * px:.1f}px"><b>{number(y, language, 0 if y == int(y) else 1)}</b></div>'
        for y in steps(most)
    )
    marks = "".join(
        f'<span class="aff-x" style="left:{100 * at / len(starts):.2f}%">{escaped(name)}</span>'
        for at, name in zip(where, names, strict=True)
    )
    return framed(f'<div class="aff-plot">{heights}{columns}{marks}</div>', sentence, key)


def _columns(rows: pd.DataFrame, covered: pd.Series, px: float, first: set[int], language: str) -> list[str]:
    """One element an interval; its heights in pixels: bar, shortage and its foot, need and its step from before."""
    need = rows["required"].to_numpy() * px
    before = np.concatenate([need[:1], need[:-1]])
    values = zip(rows["start"], rows["required"], rows["scheduled"], rows["shortage"], covered * px, strict=True)
    found = []
    for i, (start, required, scheduled, short, foot) in enumerate(values):
        told = say(
            "charts.coverage_hover", language, day=day_short(start.date(), language), clock=f"{start:%H:%M}",
            required=number(required, language, 1), scheduled=number(scheduled, language, 1),
            shortage=number(short, language, 1),
        )  # fmt: skip
        low, high = sorted((need[i], before[i]))
        style = f"--b:{scheduled * px:.1f};--c:{foot:.1f};--h:{short * px:.1f};--n:{need[i]:.1f};"
        style += f"--k:{low:.1f};--j:{high - low:.1f}"
        kind = ("d" if i in first and i else "") + (" r" if 2 * i > len(rows) else "")
        found.append(f'<i class="{kind}" style="{style}" data-t="{escaped(told)}"></i>')
    return found


def ticks(starts: list[pd.Timestamp], language: str) -> tuple[list[int], list[str]]:
    """Positions and names: days of a week, clock times of one day."""
    where, names = day_ticks(starts, language)
    if len(where) == 1:
        minutes = [s.hour * 60 + s.minute for s in starts]
        marks, clocks = clock_ticks(minutes)
        where = [minutes.index(m) for m in marks if m in minutes]
        names = [name for m, name in zip(marks, clocks, strict=True) if m in minutes]
    return where, names


def ticked(figure: go.Figure, starts: list[pd.Timestamp], language: str) -> go.Figure:
    """Day names under a week, clock times under one day."""
    where, names = ticks(starts, language)
    if len({s.date() for s in starts}) > 1:
        for edge in where[1:]:
            figure.add_vline(x=edge - 0.5, line={"color": "#9a9aa6", "width": 1})
    figure.update_xaxes(tickvals=where, ticktext=names, range=[-0.5, len(starts) - 0.5], showgrid=False)
    return figure
