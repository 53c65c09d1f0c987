"""What moves the contacts from day to day, and how past forecasts compare with what then came."""

from __future__ import annotations

from itertools import cycle

import pandas as pd
import plotly.graph_objects as go

from forecasts.channel import CAUSES
from staffing.screens.plots.look import BLUE, DEEP, GREY, QUEUES, dressed
from staffing.words import say
from staffing.words.speech import day_short

DASHES = ("solid", "dash", "dot", "dashdot")
FEW_DAYS = 14
LEAST_EFFECT = 0.01
"""A cause that never moves a day by 1 % is not drawn."""


def cause_rows(decomposition: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Effect of each cause on each day of a channel in percent of the usual day: ``day``, then causes that matter."""
    rows = decomposition[decomposition["channel"] == channel]
    told = [c for c in CAUSES if len(rows) and (rows[c] - 1).abs().max() >= LEAST_EFFECT]
    effects = (rows[told] - 1) * 100
    return pd.concat([rows[["day"]], effects], axis=1).reset_index(drop=True)


def cause_figure(rows: pd.DataFrame, language: str) -> go.Figure:
    """One line a cause, above zero where it brings contacts; apart in grey by colour and dash."""
    x, names = list(range(len(rows))), [day_short(day, language) for day in rows["day"]]
    figure = go.Figure()
    for cause, colour, dash in zip(rows.columns[1:], cycle(QUEUES), cycle(DASHES), strict=False):
        figure.add_scatter(
            x=x, y=rows[cause], mode="lines", line={"color": colour, "dash": dash, "width": 1.8},
            name=say(f"causes.{cause.replace(' ', '_')}", language), text=names,
            hovertemplate="%{text} : %{y:+.1f} %<extra></extra>",
        )  # fmt: skip
    dressed(figure, language, height=300, y_title=say("charts.cause_percent", language))
    return _mondays(figure, rows)


def past_rows(backtest: pd.DataFrame, channel: str) -> pd.DataFrame:
    """Contacts a day over the past origins: ``day``, ``actual``, ``expected``, ``four-week mean``."""
    rows = backtest[backtest["channel"] == channel]
    day = pd.DatetimeIndex(rows["start"]).date
    return rows.groupby(day)[["actual", "expected", "four-week mean"]].sum().rename_axis("day").reset_index()


def past_figure(rows: pd.DataFrame, language: str) -> go.Figure:
    """Days tried: what came as bars, what had been expected and the four-week mean as lines."""
    x, names = list(range(len(rows))), [day_short(day, language) for day in rows["day"]]
    figure = go.Figure()
    figure.add_bar(
        x=x, y=rows["actual"], marker={"color": BLUE}, name=say("charts.seen", language), text=names,
        textposition="none", hovertemplate="%{text} : %{y:,.0f}<extra></extra>",
    )  # fmt: skip
    lines = (("expected", DEEP, "solid", "charts.expected"), ("four-week mean", GREY, "dot", "charts.four_weeks"))
    for column, colour, dash, name in lines:
        figure.add_scatter(
            x=x, y=rows[column], mode="lines", line={"color": colour, "dash": dash, "width": 2},
            name=say(name, language), hovertemplate="%{y:,.0f}<extra></extra>",
        )  # fmt: skip
    dressed(figure, language, height=280, y_title=say("charts.contacts_day", language))
    figure.update_layout(bargap=0.15)
    return _mondays(figure, rows)


def _mondays(figure: go.Figure, rows: pd.DataFrame) -> go.Figure:
    """Ticks on Mondays alone, on every day of a week or two."""
    here = [i for i, day in enumerate(rows["day"]) if day.weekday() == 0 or len(rows) <= FEW_DAYS]
    figure.update_xaxes(tickvals=here, ticktext=[f"{rows['day'][i]:%d/%m}" for i in here], showgrid=False)
    return figure
