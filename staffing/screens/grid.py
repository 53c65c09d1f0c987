"""The week as a grid that can be typed in: a code, hours or nothing in a cell, and what that would do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import streamlit as st

from staffing.files.roster_text import AgentDay, Piece, agent_days, in_week
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.agent_day import keep_edits, locked, set_locks, told_effect
from staffing.screens.shift_codes import Code, codes, typed
from staffing.screens.tiles import week_grid
from staffing.store.edits import DayEdit, Key
from staffing.words.heard import heard
from staffing.words.speech import day_short

New = dict[Key, tuple[Piece, ...]]


def show_grid(plan: Plan) -> None:
    """Every agent's week in hours; changed cells are read against every rule before they are kept."""
    if desk.plan_id() is None or desk.running() is not None:
        show_table(plan)
    else:
        _edited(plan, _table(plan))


def show_table(plan: Plan) -> None:
    """The same to read only."""
    table = _table(plan)
    st.text(desk.words("week.grid_says", agents=len(table)))
    st.dataframe(
        table, hide_index=True, height=_height(table), alt=desk.words("week.grid"), column_config=_columns(table)
    )


def _table(plan: Plan) -> pd.DataFrame:
    away = desk.centre().team.absences  # noted since the plan was made, too
    return desk.kept(plan, ("grid", desk.language(), str(hash(away))), lambda: week_grid(plan, desk.language(), away))


def _days(plan: Plan) -> dict[Key, AgentDay]:
    return desk.kept(
        plan, ("days",), lambda: {(d.agent, d.day): d for d in in_week(agent_days(plan.roster.frame), plan.week)}
    )


def _codes(plan: Plan) -> dict[str, Code]:
    return desk.kept(plan, ("codes",), lambda: codes(_days(plan).values()))


def _height(table: pd.DataFrame) -> int:
    return min(620, 40 + 35 * len(table))


def _columns(table: pd.DataFrame) -> dict[str, Any]:
    name, level, *_ = table.columns
    return {
        name: st.column_config.TextColumn(pinned=True, width="medium"),
        level: st.column_config.NumberColumn(width="small"),
        desk.words("week.paid"): st.column_config.NumberColumn(help=desk.words("formulas.paid"), format="localized"),
        desk.words("week.owed"): st.column_config.NumberColumn(help=desk.words("formulas.owed"), format="localized"),
    }


def _edited(plan: Plan, table: pd.DataFrame) -> None:
    """The grid open to typing, its codes, its locks, and the button that keeps what was typed."""
    st.text(desk.words("week.grid_says", agents=len(table)))
    name, level, *rest = table.columns
    held, lock = locked(plan), desk.words("week.lock_column")
    worked = _days(plan)
    free = {agent for agent, day in worked if (agent, day) not in held}
    shown = table.assign(**{lock: [a not in free and any(who == a for who, _ in held) for a in table.index]})
    box = st.column_config.CheckboxColumn(width="small", help=desk.words("week.lock_help"))
    new = st.data_editor(
        shown, hide_index=True, height=_height(table), key=f"grid_{desk.stand()}_{len(held)}", width="stretch",
        disabled=[name, level, *rest[7:]], column_config={**_columns(table), lock: box}, alt=desk.words("week.grid"),
    )  # fmt: skip
    known = _codes(plan)
    st.caption(desk.words("week.grid_help"))
    st.caption(" · ".join(f"**{c.code}** {c.text}".replace(" ", "\xa0") for c in known.values()))
    asked = _asked(plan, shown, new, known)
    changed = new[lock].astype(bool)[new[lock].astype(bool) != shown[lock]]
    if asked:
        told_effect(desk.reading(plan), asked)
    if st.button(desk.words("week.grid_keep"), type="primary", disabled=not asked and changed.empty):
        _keep(plan, asked, {str(a): bool(on) for a, on in changed.items()})


def _asked(plan: Plan, shown: pd.DataFrame, new: pd.DataFrame, known: dict[str, Code]) -> New:
    """The agent-days that differ, as segments; what cannot be read is told and left out."""
    days = _days(plan)
    asked: New = {}
    columns = list(shown.columns[2:9])
    differs = (shown[columns] != new[columns].fillna("")).to_numpy()
    for row, column in zip(*differs.nonzero(), strict=True):
        agent, day = plan.centre.team.agent(str(shown.index[row])), plan.week.days[column]
        text = str(new[columns].fillna("").iloc[row, column])
        try:
            asked[agent.id, day] = typed(
                text, agent, day, plan.roster.grid, like=_like(days, agent.id, day), known=known
            )
        except ValueError as error:
            told = heard(str(error), desk.language())
            st.error(f"{desk.unmarked(agent.name)} · {day_short(day, desk.language())} · {desk.unmarked(told)}")
    return asked


def _like(days: dict[Key, AgentDay], agent: str, day: dt.date) -> AgentDay | None:
    """The shift to shape a new one after: that day's, else another of the agent's."""
    own = [d for (who, _), d in days.items() if who == agent]
    return days.get((agent, day)) or (own[0] if own else None)


def _keep(plan: Plan, asked: New, locks: dict[str, bool]) -> None:
    """Into the store, and the locks into the centre's folder."""
    id, days = desk.plan_id(), _days(plan)
    if id is None:
        return
    held = desk.held(id)
    now = {key: day.pieces for key, day in days.items()} | asked
    set_locks(
        plan, {key: pieces for key, pieces in now.items() if locks.get(key[0]) and pieces},
        [(agent, day) for agent, on in locks.items() if not on for day in plan.week.days],
    )  # fmt: skip
    edits = [DayEdit(a, d, p, held[a, d].revision if (a, d) in held else 0) for (a, d), p in asked.items()]
    keep_edits(id, edits)
