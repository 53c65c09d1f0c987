"""An agent's own page: their published weeks as they stand, what the last version changed, and a calendar to take."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from forecasts.grid import Week
from staffing.files.exports import agent_calendar
from staffing.files.roster_text import AgentDay, agent_days, changes
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.screens import desk
from staffing.screens.shift_codes import clock, span_text
from staffing.screens.shown import show_table
from staffing.store.publication import published_rosters, published_weeks
from staffing.store.rights import NotAllowed, User
from staffing.words.speech import day_long, hours, week_text


def mine_page() -> None:
    """The page of whoever signed in as an agent."""
    show_mine(desk.user())


def show_mine(me: User) -> None:
    """One published week, the one under way or the next first; nothing here can be changed."""
    speak = desk.language()
    st.title(desk.words("mine.title"))
    if not me.agent:
        raise NotAllowed(me.login, "read_nobody")
    known = published_weeks(desk.database(), by=me)
    if not known:
        st.info(desk.words("mine.none_yet"))
        return
    today = str(Week.of(desk.database().clock().date()))
    ahead = [i for i, (_, week) in enumerate(known) if week >= today]
    centre, week = st.selectbox(
        desk.words("mine.week"), known, ahead[-1] if ahead else 0,
        format_func=lambda told: f"{week_text(Week.parse(told[1]), speak)} · {told[0]}",
    )  # fmt: skip
    rosters = published_rosters(desk.database(), centre, Week.parse(week), by=me)
    newest = rosters[-1]
    st.text(desk.words("mine.version", number=len(rosters)))
    worked = agent_days(newest.frame)
    if not worked:
        st.info(desk.words("mine.nothing"))
        return
    table = own_table(newest, worked, speak)
    formulas = {desk.words("mine.paid"): "paid_day"}
    show_table(table, alt=desk.words("mine.title"), formulas=formulas)
    told = sum(paid_h(day) for day in worked)
    st.text(desk.words("mine.sum", shifts=len(worked), hours=hours(told, speak, 2)))
    show_changes(rosters, speak)
    st.download_button(
        desk.words("mine.calendar"), key="mine_ics", file_name=f"{week}.ics", mime="text/calendar", on_click="ignore",
        data=lambda: agent_calendar(rosters, me.agent, centre=centre, at=desk.database().clock(), language=speak),
    )  # fmt: skip


def own_table(roster: Roster, worked: tuple[AgentDay, ...], speak: str) -> pd.DataFrame:
    """One row a day of the week: start and end, the meal and the breaks, what for, hours paid."""
    shifts = {day.day: day for day in worked}
    rows = []
    for day in roster.week.days:
        shift = shifts.get(day)
        pieces = shift.pieces if shift else ()
        rests = [f"{clock(p.start)}–{clock(p.end)}" for p in pieces if p.activity in (MEAL, BREAK)]
        tasks = dict.fromkeys(p.activity.replace("_", " ") for p in pieces if p.activity not in (MEAL, BREAK))
        paid = hours(paid_h(shift), speak, 2) if shift else ""
        rows.append(
            (
                day_long(day, speak),
                span_text(pieces) or desk.words("mine.off"),
                ", ".join(rests),
                ", ".join(tasks),
                paid,
            )
        )
    heads = ("day", "hours", "rests", "tasks", "paid")
    return pd.DataFrame(rows, columns=[desk.words(f"mine.{head}") for head in heads])


def paid_h(day: AgentDay) -> float:
    """Hours paid of one shift: all but the meal."""
    return sum((p.end - p.start).total_seconds() for p in day.pieces if p.activity != MEAL) / 3600


def show_changes(rosters: tuple[Roster, ...], speak: str) -> None:
    """Which of one's own days the newest version changed."""
    if len(rosters) < 2:
        return
    before, after = rosters[-2], rosters[-1]
    moved = changes(before.frame, after.frame, after.grid)
    if not moved:
        st.text(desk.words("mine.unchanged", number=len(rosters) - 1))
        return
    st.header(desk.words("mine.changed", number=len(rosters) - 1))
    old = {day.day: span_text(day.pieces) for day in agent_days(before.frame)}
    new = {day.day: span_text(day.pieces) for day in agent_days(after.frame)}
    off = desk.words("mine.off")
    for change in moved:
        day = change.day
        st.text(f"{day_long(day, speak)} : {old.get(day, off)} → {new.get(day, off)}")
