"""One day's Gantt: who does what when, a page of agents at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from forecasts.grid import DAY_MIN
from staffing.centre import Centre
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.screens.plots.look import INK, clock_ticks, dressed, looks, plain
from staffing.words import say

PAGE = 40


def day_rows(roster: Roster, centre: Centre, day: dt.date) -> pd.DataFrame:
    """Segments of the shifts that start on ``day``: agent, name, activity, start_min, end_min after its midnight,
    sorted by level, then first start, then name."""
    frame = roster.frame[(roster.frame["start"].dt.date == day)].copy()
    people = {a.id: a for a in centre.team.agents}
    frame["start_min"] = frame["start"].dt.hour * 60 + frame["start"].dt.minute
    ahead = pd.Series([(end.date() - day).days for end in frame["end"]], index=frame.index, dtype="int64")
    frame["end_min"] = frame["end"].dt.hour * 60 + frame["end"].dt.minute + DAY_MIN * ahead
    frame["name"] = [people[a].name if a in people else a for a in frame["agent"]]
    frame["level"] = [people[a].level if a in people else 9 for a in frame["agent"]]
    frame["first"] = frame.groupby("agent")["start_min"].transform("min")
    ordered = frame.sort_values(["level", "first", "name", "agent", "start_min"], ignore_index=True)
    wanted: pd.DataFrame = ordered[["agent", "name", "level", "activity", "start_min", "end_min"]]
    return wanted


def pages(rows: pd.DataFrame) -> int:
    """How many pages of forty agents."""
    return max(1, -(-rows["agent"].nunique() // PAGE))


def page_of(rows: pd.DataFrame, page: int) -> pd.DataFrame:
    """The agents of one page, counted from 0."""
    agents = list(dict.fromkeys(rows["agent"]))[page * PAGE : (page + 1) * PAGE]
    return rows[rows["agent"].isin(agents)]


def day_figure(rows: pd.DataFrame, labels: Mapping[str, str], language: str) -> go.Figure:
    """One bar a segment, one trace an activity; ``labels`` name the activities."""
    agents = list(dict.fromkeys(rows["agent"]))
    names = dict(zip(rows["agent"], rows["name"], strict=True))
    figure = go.Figure()
    styles = looks(list(labels))
    for activity, look in styles.items():
        mine = rows[rows["activity"] == activity]
        if mine.empty:
            continue
        spans = [f"{clock(a)}–{clock(b)}" for a, b in zip(mine["start_min"], mine["end_min"], strict=True)]
        figure.add_bar(
            orientation="h", y=mine["agent"], x=mine["end_min"] - mine["start_min"], base=mine["start_min"],
            name=plain(labels[activity]), textposition="none", hovertemplate="%{text}<extra></extra>",
            text=[
                plain(f"{names[a]}, {s}, {labels[activity]}") for a, s in zip(mine["agent"], spans, strict=True)
            ],
            marker={
                "color": look.colour, "line": {"color": INK, "width": 0.6 if activity in (MEAL, BREAK) else 0.3},
                "pattern": {"shape": look.pattern, "fillmode": "overlay", "fgcolor": "#ffffff", "size": 6},
            },
        )  # fmt: skip
    dressed(figure, language, height=70 + 22 * max(4, len(agents)))
    marks, texts = clock_ticks([int(rows["start_min"].min()), int(rows["end_min"].max())]) if len(rows) else ([], [])
    figure.update_layout(barmode="overlay", hovermode="closest", bargap=0.25, margin={"l": 150})
    figure.update_xaxes(tickvals=marks, ticktext=texts, showgrid=True, side="top")
    figure.update_layout(legend={"y": -0.02, "yanchor": "top"})
    figure.update_yaxes(
        tickvals=agents, ticktext=[plain(names[a][:22]) for a in agents], autorange="reversed", type="category",
        showgrid=False, title=None,
    )  # fmt: skip
    return figure


def clock(minute: int) -> str:
    """Minutes after midnight as clock time; past midnight counts on from 00:00."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def activity_labels(roster: Roster, centre: Centre, language: str) -> dict[str, str]:
    """Every activity of the roster by its shown name: queues in the centre's order, other paid time, then rests."""
    used = list(dict.fromkeys(roster.frame["activity"]))
    queues = {q.name: q.label or q.name for q in centre.queues}
    rests = {MEAL: say("charts.meal", language), BREAK: say("charts.break", language)}
    others = {a: a for a in sorted(used) if a not in queues and a not in rests}
    return {**queues, **others, **rests}
