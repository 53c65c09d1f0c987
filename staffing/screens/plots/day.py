"""One day's Gantt: who does what when, a page of agents at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from forecasts.grid import DAY_MIN
from staffing.centre import Centre
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.screens.plots.drawn import HATCH, escaped, framed
from staffing.screens.plots.look import GRID, Look, clock_ticks, looks
from staffing.words import say
from staffing.words.speech import clock

PAGE = 40


def day_rows(roster: Roster, centre: Centre, day: dt.date) -> pd.DataFrame:
    """Segments of the shifts that start on ``day``: agent, name, activity, start_min, end_min after its midnight,
    sorted by level, then first start, then name."""
    frame = roster.frame[(roster.frame["start"].dt.date == day)].copy()
    frame["start_min"] = frame["start"].dt.hour * 60 + frame["start"].dt.minute
    ahead = (frame["end"].dt.tz_localize(None).dt.normalize() - pd.Timestamp(day)).dt.days
    frame["end_min"] = frame["end"].dt.hour * 60 + frame["end"].dt.minute + DAY_MIN * ahead
    frame["name"] = frame["agent"].map({a.id: a.name for a in centre.team.agents}).fillna(frame["agent"])
    frame["level"] = frame["agent"].map({a.id: a.level for a in centre.team.agents}).fillna(9).astype(int)
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


def day_chart(rows: pd.DataFrame, labels: Mapping[str, str], language: str, sentence: str) -> str:
    """One line an agent, one box a segment, as HTML; ``labels`` name the activities."""
    styles = {activity: box(look) for activity, look in looks(list(labels)).items()}
    seen = set(rows["activity"])
    key = [(style, labels[activity]) for activity, style in styles.items() if activity in seen]
    low = int(rows["start_min"].min()) // 60 * 60
    span = max(60, -(-int(rows["end_min"].max()) // 60) * 60 - low)
    marks, clocks = clock_ticks([low, low + span], 60 if span <= 16 * 60 else 120)
    hours = "".join(
        f'<b style="left:{100 * (m - low) / span:.2f}%">{c}</b>' for m, c in zip(marks, clocks, strict=True)
    )
    lines = [f'<div class="aff-row aff-hours"><span></span><div style="border:0">{hours}</div></div>']
    grid = f"repeating-linear-gradient(90deg,transparent 0 calc({6000 / span:.4f}% - 1px),{GRID} 0 {6000 / span:.4f}%)"
    for _, mine in rows.groupby("agent", sort=False):
        name = escaped(str(mine["name"].iloc[0]))
        spans = zip(mine["activity"], mine["start_min"], mine["end_min"], strict=True)
        boxes = "".join(
            f'<i class="{"r" if start > low + span / 2 else ""}" data-t="{name}, {clock(start)}–{clock(end)}, '
            f'{escaped(labels[activity])}" style="left:{100 * (start - low) / span:.2f}%;'
            f'width:{100 * (end - start) / span:.2f}%;{styles[activity]}"></i>'
            for activity, start, end in spans
        )
        lines.append(f'<div class="aff-row"><span>{name}</span><div style="background:{grid}">{boxes}</div></div>')
    return framed("".join(lines), sentence, key)


def box(look: Look) -> str:
    """A look as a style: its hatch over its colour."""
    return f"background:{HATCH[look.pattern]},{look.colour}" if look.pattern else f"background:{look.colour}"


def activity_labels(roster: Roster, centre: Centre, language: str) -> dict[str, str]:
    """Every activity of the roster by its shown name: queues in the centre's order, other paid time, then rests."""
    used = list(roster.frame["activity"].unique())
    queues = {q.name: q.label or q.name for q in centre.queues}
    rests = {MEAL: say("charts.meal", language), BREAK: say("charts.break", language)}
    others = {a: a for a in sorted(used) if a not in queues and a not in rests}
    return {**queues, **others, **rests}
