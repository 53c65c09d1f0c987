"""The week as a grid that can be typed in: a code, hours or nothing in a cell, and what that would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from staffing.files.roster_text import AgentDay, Piece, agent_days, in_week
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.agent_day import keep_edits, locked, set_locks, told_effect
from staffing.screens.shift_codes import Code, codes, typed
from staffing.screens.tiles import week_grid
from staffing.store.edits import DayEdit, Held, Key
from staffing.words.heard import heard
from staffing.words.speech import day_short

UNBROKEN = str.maketrans({" ": "\xa0", "–": "–\u2060"})
"""A code and its hours stay on one line."""
New = dict[Key, tuple[Piece, ...]]
Stand = tuple[str, int, int]


@dataclass
class Typing:
    """What was typed into a plan's grid and is not kept yet, locks among it, each cell with the revision it was typed
    on; ``drawn`` what the table was drawn with, ``held`` the revisions of the roster it showed."""

    plan: int
    cells: dict[Key, tuple[str, int]] = field(default_factory=dict)
    locks: dict[str, bool] = field(default_factory=dict)
    drawn: pd.DataFrame | None = None
    held: Mapping[Key, Held] = field(default_factory=dict)


def show_grid(plan: Plan, stand: Stand) -> None:
    """Every agent's week in hours, the roster that stood as ``stand`` when the page was drawn; changed cells are read
    against every rule before they are kept."""
    id = desk.plan_id()
    if id is None or desk.running() is not None:
        show_table(plan)
    else:
        _edited(plan, _table(plan), _typing(id), stand)


def _typing(id: int) -> Typing:
    """What this visit typed into that plan: it outlives another tab looked at and a roster that somebody else changes,
    where the table is drawn anew."""
    typing: Typing | None = st.session_state.get("typing")
    if typing is None or typing.plan != id:
        typing = st.session_state["typing"] = Typing(id)
    return typing


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
        desk.words("week.account"): st.column_config.TextColumn(width="small", help=desk.words("formulas.account")),
    }


def _edited(plan: Plan, table: pd.DataFrame, typing: Typing, stand: Stand) -> None:
    """The grid open to typing, its codes, its locks, and the button that keeps what was typed."""
    st.text(desk.words("week.grid_says", agents=len(table)))
    name, level, *rest = table.columns
    held, lock = locked(plan), desk.words("week.lock_column")
    worked = _days(plan)
    free = {agent for agent, day in worked if (agent, day) not in held}
    shown = table.assign(**{lock: [a not in free and any(who == a for who, _ in held) for a in table.index]})
    box = st.column_config.CheckboxColumn(width="small", help=desk.words("week.lock_help"))
    key = f"grid_{stand}_{len(held)}_{desk.language()}"
    if typing.drawn is None or key not in st.session_state:
        typing.drawn, typing.held = _with_typed(plan, shown, typing), desk.held(typing.plan)
    new = st.data_editor(
        typing.drawn, hide_index=True, height=_height(table), key=key, width="stretch",
        disabled=[name, level, *rest[7:]], column_config={**_columns(table), lock: box}, alt=desk.words("week.grid"),
    )  # fmt: skip
    known = _codes(plan)
    st.caption(desk.words("week.grid_help"))
    st.caption(" · ".join(f"**{c.code}** {c.text}".translate(UNBROKEN) for c in known.values()))
    typing.cells = _typed_cells(plan, shown, new, typing)
    typing.locks = {str(a): bool(on) for a, on in new[lock].items() if bool(on) != shown.at[a, lock]}
    st.session_state["unkept"] = typing.plan if typing.cells or typing.locks else None
    asked = _asked(plan, typing, known)
    if asked:
        told_effect(desk.reading(plan), asked)
    kept = st.button(desk.words("week.grid_keep"), type="primary", disabled=not asked and not typing.locks)
    if kept and desk.stand() == stand:
        _keep(plan, asked, typing)
    elif kept:  # the page is about to be drawn with what somebody else changed
        st.toast(desk.words("week.grid_meanwhile"), duration="long")


def _with_typed(plan: Plan, shown: pd.DataFrame, typing: Typing) -> pd.DataFrame:
    """The table as it stands, with what was typed and is not kept yet."""
    out = shown.copy()
    for (agent, day), (text, _) in typing.cells.items():
        if agent in out.index:
            out.loc[agent, out.columns[2 + plan.week.days.index(day)]] = text
    for agent, on in typing.locks.items():
        if agent in out.index:
            out.loc[agent, out.columns[-1]] = on
    return out


def _typed_cells(plan: Plan, shown: pd.DataFrame, new: pd.DataFrame, typing: Typing) -> dict[Key, tuple[str, int]]:
    """The cells that differ from what stands, each on the revision that was seen when it was typed first."""
    columns = list(shown.columns[2:9])
    texts = new[columns].fillna("")
    found = {}
    for row, column in zip(*(shown[columns] != texts).to_numpy().nonzero(), strict=True):
        key = str(shown.index[row]), plan.week.days[column]
        seen = typing.held[key].revision if key in typing.held else 0
        found[key] = str(texts.iloc[row, column]), typing.cells[key][1] if key in typing.cells else seen
    return found


def _asked(plan: Plan, typing: Typing, known: dict[str, Code]) -> New:
    """The agent-days typed, as segments; what cannot be read is told and left out."""
    days = _days(plan)
    asked: New = {}
    for (id, day), (text, _) in typing.cells.items():
        agent = plan.centre.team.agent(id)
        try:
            asked[id, day] = typed(text, agent, day, plan.centre, like=_like(days, id, day), known=known)
        except ValueError as error:
            told = heard(str(error), desk.language())
            st.error(f"{desk.unmarked(agent.name)} · {day_short(day, desk.language())} · {desk.unmarked(told)}")
    return asked


def _like(days: dict[Key, AgentDay], agent: str, day: dt.date) -> AgentDay | None:
    """The shift to shape a new one after: that day's, else another of the agent's."""
    own = [d for (who, _), d in days.items() if who == agent]
    return days.get((agent, day)) or (own[0] if own else None)


def _keep(plan: Plan, asked: New, typing: Typing) -> None:
    """Into the store, and the locks into the centre's folder. A clash is told once: who keeps again has read it."""
    now = {key: day.pieces for key, day in _days(plan).items()} | asked
    set_locks(
        plan, {key: pieces for key, pieces in now.items() if typing.locks.get(key[0]) and pieces},
        [(agent, day) for agent, on in typing.locks.items() if not on for day in plan.week.days],
    )  # fmt: skip
    edits = [DayEdit(*key, pieces, typing.cells[key][1]) for key, pieces in asked.items()]
    unread = {key: cell for key, cell in typing.cells.items() if key not in asked}
    if keep_edits(typing.plan, edits, rerun=False):
        typing.cells, typing.locks, typing.drawn = unread, {}, None
        st.rerun(scope="app")
    held = desk.held(typing.plan)
    typing.cells = {key: (text, held[key].revision if key in held else 0) for key, (text, _) in typing.cells.items()}
