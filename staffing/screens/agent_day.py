"""One agent's day in a dialog: its segments in a table, read again at every change; locked or free for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from staffing.centre import Centre
from staffing.files.roster_text import AgentDay, frame_of, read_day, span
from staffing.plan import Plan
from staffing.rostering.changes import Reading
from staffing.rostering.closed import ClosedWork
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Absence
from staffing.screens import desk
from staffing.screens.data import cells_of, keep_table
from staffing.screens.effects import Days, effect_of
from staffing.screens.guarded import telling
from staffing.screens.plots.day import activity_labels
from staffing.screens.shift_codes import clock
from staffing.screens.shown import show_table
from staffing.store.edits import DayEdit, Key, edit_days
from staffing.store.refusals import Clash, Conflict, Refused
from staffing.store.rights import LOCAL
from staffing.words.heard import heard, rule_named
from staffing.words.speech import day_long, day_short, euros, hours, moved, pointed

LOCKED = "locked.csv"


@st.fragment
@telling
def show_agent_day(plan: Plan) -> None:
    """Whose day, and the dialog that changes it."""
    if desk.plan_id() is None or desk.running() is not None:
        st.text(desk.words("week.edit_later"))
        return
    names = {a.id: a.name for a in plan.centre.team.agents}
    seen = st.session_state.get("day")
    one, two, three = st.columns([2, 1, 1], vertical_alignment="bottom")
    agent = one.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a], key="edit_agent")
    day = two.selectbox(
        desk.words("week.day"), plan.week.days, plan.week.days.index(seen) if seen in plan.week.days else 0,
        format_func=lambda d: day_short(d, desk.language()),
    )  # fmt: skip
    if three.button(desk.words("week.edit"), width="stretch", key="edit_open"):
        title = f"{desk.unmarked(names[agent])} · {day_long(day, desk.language())}"
        st.dialog(title, width="large")(telling(edit_day))(plan, agent, day)


def edit_day(plan: Plan, agent: str, day: dt.date) -> None:
    """The segments, what changing them would do, and the lock."""
    id, grid = desk.plan_id(), plan.roster.grid
    if id is None:
        return
    held = desk.held(id).get((agent, day))
    rows = [(clock(p.start), clock(p.end), p.activity) for p in (held.pieces if held else ())]
    heads = [desk.words(f"week.segment_{h}") for h in ("start", "end", "activity")]
    words = [s.queue for s in plan.centre.team.agent(agent).skills] + [MEAL, BREAK]
    words += sorted({row[2] for row in rows} - set(words))
    table = pd.DataFrame(rows, columns=heads, dtype=str)
    new = st.data_editor(
        table, num_rows="dynamic", hide_index=True, key=f"segments_{id}_{agent}_{day}_{held.revision if held else 0}",
        column_config={heads[2]: _activities(plan, words)}, width="stretch",
        alt=desk.words("week.edit_text"),
    )  # fmt: skip
    st.caption(desk.words("week.edit_help"))
    text = "; ".join(f"{a}-{b} {c}" for a, b, c in new.dropna(how="any").itertuples(index=False, name=None))
    try:
        pieces = read_day(text, day, grid)
    except ValueError as error:
        st.error(desk.unmarked(heard(str(error), desk.language())))
        return
    changed = pieces != (held.pieces if held else ())
    if changed:
        told_effect(desk.reading(plan), {(agent, day): pieces})
    stands = (agent, day) in locked(plan)
    ticked = st.checkbox(
        desk.words("week.lock"), stands, key=f"lock_{agent}_{day}", help=desk.words("week.lock_help"),
        disabled=not pieces,
    )  # fmt: skip
    lock = ticked and bool(pieces)
    if not pieces:
        st.caption(desk.words("week.lock_off"))
    if st.button(desk.words("week.edit_keep"), type="primary", disabled=not changed and lock == stands):
        set_locks(plan, {(agent, day): pieces} if lock else {}, [] if lock else [(agent, day)])
        keep_edits(id, (DayEdit(agent, day, pieces, held.revision if held else 0),) if changed else ())


def _activities(plan: Plan, words: list[str]) -> Any:
    """The column of activities, each by the name people say."""
    labels = activity_labels(plan.roster, plan.centre, desk.language())
    return st.column_config.SelectboxColumn(
        options=words, required=True, format_func=lambda a: labels.get(str(a), str(a))
    )


def told_effect(reading: Reading, days: Days) -> None:
    """What a change does, before it is kept."""
    speak, found = desk.language(), effect_of(reading, days)
    st.text(
        desk.words(
            "week.edit_says", breaches=len(found.breaches),
            short=moved(-found.less_h, lambda h: hours(h, speak, 2)), eur=moved(found.eur, lambda e: euros(e, speak)),
        )
    )  # fmt: skip
    if found.breaches:
        show_breach_table(found.breaches, reading.centre)
    tell_closed(found.closed, reading.centre)


def tell_closed(works: tuple[ClosedWork, ...], centre: Centre) -> None:
    """Live work while its queue is closed, a line each."""
    names = {q.name: q.label or q.name for q in centre.queues} | {a.id: a.name for a in centre.team.agents}
    for work in works:
        told = {**work.told, "day": day_long(work.start.date(), desk.language())}
        told |= {key: names.get(told[key], told[key]) for key in ("agent", "queue")}
        st.warning(desk.unmarked(desk.words("roster.closed_work", **told)))


def show_breach_table(breaches: tuple[Breach, ...], centre: Centre) -> None:
    """The list, each head saying on hover where its figures come from."""
    names = {a.id: a.name for a in centre.team.agents}
    formulas = {desk.words(f"week.breach_{h}"): f"breach_{h}" for h in ("when", "rule", "found", "limit", "article")}
    show_table(breach_table(breaches, names), alt=desk.words("week.breaches"), formulas=formulas)


def breach_table(breaches: tuple[Breach, ...], names: dict[str, str]) -> pd.DataFrame:
    """One row a breach."""
    speak = desk.language()
    rows = [
        (
            names.get(b.agent, b.agent), f"{day_short(b.start.date(), speak)} {b.start:%H:%M}" if b.start else "",
            rule_named(b.rule, speak), *(pointed(heard(text, speak), speak) for text in (b.found, b.limit)),
            heard(b.article, speak),
        )
        for b in breaches
    ]  # fmt: skip
    heads = ("agent", "when", "rule", "found", "limit", "article")
    return pd.DataFrame(rows, columns=[desk.words(f"week.breach_{h}") for h in heads])


def keep_edits(id: int, edits: Iterable[DayEdit], *, noted: Iterable[Absence] = (), rerun: bool = True) -> bool:
    """Into the store, and the page drawn anew; or why not. Whether they are kept. ``noted``: absences that go into the
    centre's folder with them."""
    try:
        edit_days(desk.database(), id, edits, noted=noted, by=desk.user())
    except Conflict as error:
        for clash in error.clashes:
            st.warning(desk.unmarked(told_clash(clash)))
    except Refused as error:
        st.warning(desk.unmarked(error.say(desk.language())))
    else:
        if rerun:
            st.rerun(scope="app")
        return True
    return False


def told_clash(clash: Clash) -> str:
    """Who changed whose day, by names and hours as the grid writes them, parts only where the hours are the same."""
    speak, off = desk.language(), desk.words("store.day_off")
    names = {a.id: a.name for a in desk.centre().team.agents}
    same = span(clash.theirs) == span(clash.yours)
    theirs, yours = ((text if same else span(text)) or off for text in (clash.theirs, clash.yours))
    author = desk.words("publishing.this_desk") if clash.author == LOCAL.login else clash.author
    day = day_long(dt.date.fromisoformat(clash.day), speak)
    told = replace(clash, agent=names.get(clash.agent, clash.agent), day=day, author=author, theirs=theirs, yours=yours)
    return told.say(speak)


def locked(plan: Plan) -> frozenset[Key]:
    """Agent-days that the engine leaves as they are."""
    frame = desk.centre().team.locked
    if frame is None:
        return frozenset()
    days = zip(frame["agent"], frame["start"].dt.date, strict=True)
    return frozenset((str(agent), day) for agent, day in days if day in plan.week.days)


def set_locks(plan: Plan, more: Days, less: Iterable[Key]) -> None:
    """Write ``locked.csv`` of the centre's folder: these days locked as given, those free again."""
    free = set(less) | set(more)
    old = cells_of(desk.folder(), LOCKED)
    keep = [(row["agent"], dt.date.fromisoformat(row["start"][:10])) not in free for _, row in old.iterrows()]
    made = frame_of([AgentDay(a, d, pieces) for (a, d), pieces in more.items()], plan.roster.grid)
    rows = made.assign(start=made["start"].map(pd.Timestamp.isoformat), end=made["end"].map(pd.Timestamp.isoformat))
    table = pd.concat([old[keep], rows.astype(str)], ignore_index=True)
    if not table.equals(old):
        keep_table(desk.folder(), LOCKED, table)
