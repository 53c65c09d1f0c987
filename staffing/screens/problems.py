"""Every problem of a folder at once, with its fix."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from staffing.problems import Problem
from staffing.screens import desk
from staffing.screens.shown import show_table
from staffing.words import say
from staffing.words.heard import heard


def problem_table(problems: Sequence[Problem], language: str) -> pd.DataFrame:
    """One row a problem, headed in words."""
    names = ("file", "row", "column", "found", "expected", "fix")
    rows = [
        (p.file, str(p.row or ""), p.column or "", *(heard(text, language) for text in (p.found, p.expected, p.fix)))
        for p in problems
    ]
    return pd.DataFrame(rows, columns=[say(f"frame.problem_{n}", language) for n in names])


def remark_table(remarks: Sequence[Problem], language: str) -> pd.DataFrame:
    """One row a remark: where, what was found, what had been expected and how it was read."""
    rows = [(r.file, r.column or "", *(heard(text, language) for text in (r.found, r.expected))) for r in remarks]
    return pd.DataFrame(
        rows, columns=[say(f"frame.problem_{n}", language) for n in ("file", "column", "found", "expected")]
    )


def show_problems(problems: Sequence[Problem]) -> None:
    """The list, as a table that never reads markdown."""
    st.error(desk.words("frame.problems", count=len(problems)))
    table = problem_table(problems, desk.language())
    show_table(table, alt=desk.words("frame.problems", count=len(problems)), formulas={})
