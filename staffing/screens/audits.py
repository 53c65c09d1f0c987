"""The audits' sizing questions on a page: every input with its source and open to change, the answer in a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from staffing.scenarios.audits import QUESTIONS
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.shown import show_table
from staffing.words import say
from staffing.words.heard import SOURCES, heard, heard_by_parts, sourced
from staffing.words.speech import number, percent, pointed

MOST_TIMES, MOST_PLAYS = 100.0, 10.0
"""How far an input may go above what it is at first; what sets the length of a play less far."""


def show_audits() -> None:
    """Drawn when it is opened."""
    st.header(desk.words("audits.title"))
    box = st.expander(desk.words("audits.open"), key="audits", on_change="rerun")
    if box.open:
        with box:
            show_question()


@st.fragment
@telling
def show_question() -> None:
    """One question, its inputs, and the answer to them once asked for."""
    speak = desk.language()
    st.text(desk.words("audits.says"))
    name = st.selectbox(
        desk.words("audits.question"), list(QUESTIONS), format_func=lambda n: desk.words(f"audits.question_{n}")
    )
    kind: type[Any] = QUESTIONS[name]
    st.text(desk.words(f"audits.about_{name}"))
    table = input_table(kind, speak)
    label, value, tag, source = table.columns
    new = st.data_editor(
        table, hide_index=True, key=f"audit_{name}", disabled=[label, tag, source], width="stretch",
        height=38 + 35 * len(table), alt=desk.words("audits.inputs"),
        column_config={
            value: st.column_config.TextColumn(help=desk.words("audits.value_help"), width="small"),
            tag: st.column_config.TextColumn(help=desk.words("audits.tag_help"), width="small"),
        },
    )  # fmt: skip
    try:
        asked = asked_with(kind, dict(zip(table.index, new[value], strict=True)), speak)
    except ValueError as error:
        st.error(desk.unmarked(str(error)))
        return
    st.subheader(desk.words("audits.answer"))
    answer = _answered(name, tuple(dataclasses.asdict(asked).items()))
    show_table(answer_table(answer, speak), alt=desk.words("audits.answer"), formulas={})
    st.caption(desk.words("audits.not_verified"))


@st.cache_data(max_entries=32, show_spinner=False)
def _answered(name: str, inputs: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    kind: type[Any] = QUESTIONS[name]
    answer: pd.DataFrame = kind(**dict(inputs)).answer()
    return answer


def input_table(kind: type[Any], speak: str) -> pd.DataFrame:
    """One row an input, by its name: in words, its value, published, derived or guess, and where it comes from."""
    rows = {}
    for field in dataclasses.fields(kind):
        rows[field.name] = (
            say(f"audits.input_{field.name}", speak), shown(field.default, speak),
            *(pointed(told, speak) for told in sourced(kind.TAGS.get(field.name, ""), speak)),
        )  # fmt: skip
    heads = [say(f"audits.{head}", speak) for head in ("input", "value", "tag", "source")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=heads)


def shown(value: Any, speak: str) -> str:
    """A value as it can be typed: decimal mark of the language, several apart by a space.

    >>> shown((0.3, 0.23), "fr"), shown(1300000.0, "en")
    ('0,3 0,23', '1300000')
    """
    if isinstance(value, tuple):
        return " ".join(shown(part, speak) for part in value)
    text = f"{value:.10g}" if value == round(value, 4) else f"{value:.4f}"
    return text.replace(".", ",") if speak == "fr" else text


def asked_with(kind: type[Any], texts: Mapping[str, str], speak: str) -> Any:
    """The question with those inputs; ValueError, in words, for one that cannot be read or makes no sense."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        default: Any = field.default
        if texts[field.name] == shown(default, speak):  # as it was, however many decimals are shown
            found[field.name] = default
            continue
        try:
            numbers = [_read(part, default) for part in str(texts[field.name] or "").split()]
        except ValueError:
            numbers = []
        most = max(default) if isinstance(default, tuple) else default
        played = not kind.TAGS.get(field.name, "").startswith(SOURCES)
        top = 0.99 if is_share(field.name) else most * (MOST_PLAYS if played else MOST_TIMES)
        count = len(default) if isinstance(default, tuple) else 1
        if len(numbers) != count or not all(0 < n <= top for n in numbers):
            label = say(f"audits.input_{field.name}", speak)
            raise ValueError(say("audits.bad_input", speak, input=label, count=count, most=shown(top, speak)))
        found[field.name] = tuple(numbers) if isinstance(default, tuple) else numbers[0]
    return kind(**found)


def _read(text: str, default: Any) -> float | int:
    value = float(text.replace(",", ".").replace("\u202f", ""))
    return int(value) if isinstance(default, int) and value == int(value) else value


def is_share(name: str) -> bool:
    """Whether an input is a share of something, 0..1."""
    return "share" in name or name in ("shrinkage", "heeds", "accepts", "breaks_provider", "breaks_own")


def answer_table(answer: pd.DataFrame, speak: str) -> pd.DataFrame:
    """figure, value, unit in the reader's language."""
    rows = [
        (heard_by_parts(figure, speak), _value(value, unit, speak), pointed(heard(unit, speak), speak).strip())
        for figure, value, unit in answer.itertuples(index=False, name=None)
    ]
    return pd.DataFrame(rows, columns=[say(f"audits.{head}", speak) for head in ("figure", "value", "unit")])


def _value(value: float, unit: str, speak: str) -> str:
    if unit.startswith("share"):
        return percent(value, speak, 1)
    return number(value, speak, 0 if abs(value) >= 1000 else 2)
