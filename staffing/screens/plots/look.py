"""One look for every chart: colours and patterns that stay apart in grey and for colour-blind eyes, ticks in words."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import pandas as pd
import plotly.graph_objects as go

from staffing.rostering.roster import BREAK, MEAL
from staffing.words.speech import SEPARATORS, day_short

INK = "#161616"
BLUE = "#7ea6d9"
DEEP = "#000091"
ORANGE = "#c2410c"
GREY = "#6b6b6b"
GRID = "#e3e3e8"
FONT = "Source Sans, Source Sans Pro, Marianne, Arial, sans-serif"
CONFIG = {"displayModeBar": False, "scrollZoom": False}

QUEUES = ("#000091", "#5b9bd5", "#b5480b", "#f2c14e", "#1b6b5a", "#a9d6c6", "#6a1b5e", "#e3a6c8")
"""Pairs of dark and light by hue: neighbours differ in lightness, so grey keeps them apart."""
QUEUE_PATTERNS = ("", "", "", "", "/", "/", "x", "x")
RESTS = {MEAL: ("#ffffff", ""), BREAK: ("#c9c9d1", "")}


@dataclass(frozen=True)
class Look:
    """Colour and hatch of one activity."""

    colour: str
    pattern: str = ""


def looks(activities: Sequence[str]) -> dict[str, Look]:
    """A look for each activity; queues take the palette in their order, rests keep theirs."""
    free = islice(cycle(zip(QUEUES, QUEUE_PATTERNS, strict=True)), len(activities))
    found: dict[str, Look] = {}
    for activity in activities:
        found[activity] = Look(*RESTS[activity]) if activity in RESTS else Look(*next(free))
    return found


def plain(text: str) -> str:
    """User text that Plotly shall show as it is, tags and all.

    >>> plain("A <b>& C")
    'A &lt;b&gt;&amp; C'
    """
    return html.escape(text, quote=False)


def dressed(figure: go.Figure, language: str, *, height: int, y_title: str = "") -> go.Figure:
    """The figure with the house look: legend on top, number marks of the language, quiet axes."""
    figure.update_layout(
        template="simple_white", height=height, separators=SEPARATORS[language], hovermode="x unified",
        font={"family": FONT, "size": 13, "color": INK}, margin={"l": 56, "r": 12, "t": 34, "b": 40},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None}, bargap=0.0,
        hoverlabel={"font": {"family": FONT}}, dragmode=False,
    )  # fmt: skip
    figure.update_yaxes(
        title=y_title, gridcolor=GRID, showgrid=True, zeroline=False, fixedrange=True, separatethousands=True
    )
    figure.update_xaxes(gridcolor=GRID, fixedrange=True)
    return figure


def day_ticks(starts: Sequence[pd.Timestamp], language: str) -> tuple[list[int], list[str]]:
    """Where each civil day begins in a run of open intervals, and its name: ticks of a week without closed hours."""
    where, names = [], []
    last: dt.date | None = None
    for i, start in enumerate(starts):
        if start.date() != last:
            last = start.date()
            where.append(i)
            names.append(day_short(last, language))
    return where, names


def clock_ticks(minutes: Sequence[int], every_min: int = 60) -> tuple[list[int], list[str]]:
    """Round clock minutes inside a span, and their text.

    >>> clock_ticks([480, 510, 540, 570, 600])
    ([480, 540, 600], ['08:00', '09:00', '10:00'])
    """
    if not minutes:
        return [], []
    low = -(-min(minutes) // every_min) * every_min
    found = list(range(low, max(minutes) + 1, every_min))
    return found, [f"{m // 60 % 24:02d}:{m % 60:02d}" for m in found]
