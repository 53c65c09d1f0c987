"""What changed and what comes back: two versions side by side, and a workbook edited in Excel, read before applied."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from staffing.files.roster_text import Change
from staffing.problems import BadInput
from staffing.screens import desk
from staffing.screens.agent_day import show_breach_table, tell_closed, told_clash
from staffing.screens.changed import show_changes
from staffing.screens.problems import show_problems
from staffing.store.handout import read_back, take_back
from staffing.store.plans import Saved
from staffing.store.publication import Version, diff
from staffing.store.refusals import Conflict, Refused
from staffing.store.rights import NotAllowed

NOW = 0
"""Stands for the working copy among the version numbers."""


def show_compared(saved: Saved, made: Sequence[Version]) -> None:
    """What differs between two versions, or a version and what is on the desk."""
    if not made:
        return
    box = st.expander(desk.words("publishing.compare"), key="compare", on_change="rerun")
    if not box.open:
        return
    numbers = [version.number for version in made]

    def named(number: int) -> str:
        return desk.words("publishing.now") if number == NOW else desk.words("publishing.number", number=number)

    old, new = box.columns(2)
    last = max(0, len(numbers) - (2 if saved.state == "published" else 1))  # what the last version changed
    before = old.selectbox(desk.words("publishing.before"), numbers, last, format_func=named)
    after = new.selectbox(desk.words("publishing.after"), [NOW, *numbers], format_func=named)
    with box:
        told_changes(diff(desk.database(), saved.id, before, after or None, by=desk.user()))


def told_changes(changed: Sequence[Change]) -> None:
    """How many agent-days differ, and which."""
    says, plan = desk.words("publishing.changes", count=len(changed)), desk.plan()
    st.text(says)
    if changed and plan is not None:
        show_changes(changed, plan, alt=says)


def show_back(saved: Saved) -> None:
    """A workbook that was edited in Excel: its changes and the breaches they make; applied when it is said so."""
    box = st.expander(desk.words("publishing.back"), key="back", on_change="rerun")
    if not box.open:
        return
    with box:
        st.text(desk.words("publishing.back_says"))
        dropped = st.file_uploader(
            desk.words("publishing.back_file"), type="xlsx", key="back_file",
            max_upload_size=20,
        )  # fmt: skip
        if (applied := st.session_state.pop("taken_back", None)) is not None:
            st.success(desk.words("publishing.back_applied", count=applied))
        elif dropped is not None:
            _asked(saved, dropped.name, dropped.getvalue())


def _asked(saved: Saved, name: str, content: bytes) -> None:
    """What the workbook would change, and the button that does it."""
    for line in st.session_state.pop("back_refused", ()):
        st.warning(desk.unmarked(line))
    try:
        with tempfile.TemporaryDirectory() as folder:
            edited = read_back(desk.database(), saved.id, _kept(folder, name, content), by=desk.user())
    except BadInput as refused:
        show_problems(refused.problems)
        return
    told_changes(edited.changes)
    plan = desk.plan()
    assert plan is not None
    if edited.breaches:
        st.warning(desk.words("publishing.back_breaches", count=len(edited.breaches)))
        show_breach_table(edited.breaches, plan.centre)
    tell_closed(edited.closed, plan.centre)
    if edited.changes:
        count = len(edited.changes)
        st.button(
            desk.words("publishing.back_apply", count=count), on_click=_take, args=(saved, name, content), key="back_go"
        )


def _take(saved: Saved, name: str, content: bytes) -> None:
    """Before the page is drawn anew: all of the changes or none."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            done = take_back(desk.database(), saved.id, _kept(folder, name, content), by=desk.user())
        st.session_state["taken_back"] = len(done)
    except Conflict as conflict:
        st.session_state["back_refused"] = [told_clash(clash) for clash in conflict.clashes]
    except (Refused, NotAllowed) as refused:
        st.session_state["back_refused"] = [refused.say(desk.language())]


def _kept(folder: str, name: str, content: bytes) -> Path:
    """The upload as a file of its own name, so that what is wrong with it is told of that file."""
    path = Path(folder) / Path(name).name
    path.write_bytes(content)
    return path
