"""A chart as every page shows it: a sentence that says what it says, the figure, and the numbers as a table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from staffing.screens import desk
from staffing.screens.plots.look import CONFIG
from staffing.words import catalogue
from staffing.words.speech import clock

Helps = Mapping[str, str]
MOST_ROWS, ROW_PX, LONG_TEXT = 14, 35, 75
DAY_FORMAT = "DD/MM/YYYY"
NOTHING = "–"
"""A cell without a number; left alone it would read None."""


def show_chart(figure: go.Figure, *, key: str, sentence: str, table: pd.DataFrame, helps: Helps | None = None) -> None:
    """The sentence is also the figure's alternative text; the table is sent when it is opened, ``helps`` say by head
    how a column is worked out where the words of its name do not."""
    st.text(sentence)
    st.plotly_chart(figure, key=key, config=CONFIG, theme=None, alt=sentence)
    show_figures(table, key, sentence, helps or {})


def show_drawn(chart: str, *, key: str, sentence: str, table: pd.DataFrame, helps: Helps | None = None) -> None:
    """The same for a chart of plain elements, which carries its alternative text itself."""
    st.text(sentence)
    st.html(chart)
    show_figures(table, key, sentence, helps or {})


def show_figures(table: pd.DataFrame, key: str, sentence: str, helps: Helps) -> None:
    """The chart's numbers, each head with its formula on hover, and the same as a file."""
    box = st.expander(desk.words("frame.chart_data"), key=f"{key}_data", on_change="rerun")
    if box.open:
        known = catalogue(desk.language())
        told = [helps.get(str(name)) or known.get(f"formulas.column_{name}") for name in table.columns]
        table = headed(table, desk.language())
        config = {str(head): read_as(table[head], help) for head, help in zip(table.columns, told, strict=True)}
        box.dataframe(table, hide_index=True, alt=sentence, column_config=config, placeholder=NOTHING)
        box.download_button(
            desk.words("frame.download_csv"), table.to_csv(index=False).encode("utf-8-sig"), f"{key}.csv", "text/csv",
            key=f"{key}_csv", on_click="ignore",
        )  # fmt: skip


def rounded(table: pd.DataFrame, places: int) -> pd.DataFrame:
    """The numbers of a chart for its table: rounded, instants by the centre's clock."""
    out = table.copy()
    for name in table:
        if isinstance(table[name].dtype, pd.DatetimeTZDtype):
            out[name] = table[name].dt.tz_localize(None)
        elif pd.api.types.is_numeric_dtype(table[name]):
            out[name] = table[name].round(places)
    return out


def read_as(column: pd.Series, help: str | None) -> Any:
    """How a column is written: days and instants as in Europe, numbers as the reader's browser writes them."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return st.column_config.DatetimeColumn(help=help, format=f"{DAY_FORMAT} HH:mm")
    if len(column) and isinstance(column.iloc[0], dt.date):
        return st.column_config.DateColumn(help=help, format=DAY_FORMAT)
    if pd.api.types.is_numeric_dtype(column):
        return st.column_config.NumberColumn(help=help, format="localized")
    return st.column_config.Column(help=help)


def show_table(table: pd.DataFrame, *, alt: str, formulas: Mapping[str, str], most: int = MOST_ROWS) -> None:
    """A table whose heads say on hover how the column is worked out: ``formulas`` by head, the sentence's name.

    Where texts are long, every row has room for them on several lines; beyond ``most`` rows it scrolls.
    """
    longest = max((len(text) for column in table for text in table[column] if isinstance(text, str)), default=0)
    row_px = ROW_PX if longest <= LONG_TEXT else ROW_PX + 20 * min(3, longest // LONG_TEXT)
    st.dataframe(
        table, hide_index=True, height=38 + row_px * min(len(table), most), alt=alt, row_height=row_px,
        column_config={
            head: st.column_config.Column(help=desk.words(f"formulas.{name}")) for head, name in formulas.items()
        },
    )  # fmt: skip


def headed(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """The table with its heads in words and its clock minutes as clock times; user names and clocks stay."""
    known = catalogue(language)
    shown = table.assign(**{c: table[c].map(clock) for c in ("start_min", "end_min") if c in table})
    names = [str(column) for column in table.columns]
    slugs = [re.sub(r"[^a-z0-9]+", "_", name) for name in names]
    heads = [known.get(f"columns.{slug}") or known.get(f"causes.{slug}") for slug in slugs]
    shown.columns = pd.Index([head or name for head, name in zip(heads, names, strict=True)])
    return shown
