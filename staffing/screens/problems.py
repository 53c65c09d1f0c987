"""Every problem of a folder at once, with its fix."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from staffing.problems import Problem
from staffing.screens import desk
from staffing.words import say


def problem_table(problems: Sequence[Problem], language: str) -> pd.DataFrame:
    """One row a problem, headed in words."""
    names = ("file", "row", "column", "found", "expected", "fix")
    rows = [["" if getattr(p, n) is None else str(getattr(p, n)) for n in names] for p in problems]
    return pd.DataFrame(rows, columns=[say(f"frame.problem_{n}", language) for n in names])


def show_problems(problems: Sequence[Problem]) -> None:
    """The list, as a table that never reads markdown."""
    st.error(desk.words("frame.problems", count=len(problems)))
    table = problem_table(problems, desk.language())
    st.dataframe(table, hide_index=True, alt=desk.words("frame.problems", count=len(problems)))
