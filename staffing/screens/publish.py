"""Publish: hand over, make it a version that never changes, and take the week away as files."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from staffing.files.exports import write_calendars, write_french_csv, write_teams_shifts
from staffing.files.sheet_pdf import write_pdf
from staffing.files.workbook import Stamp, write_workbook
from staffing.outputs import plan_files
from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.played import show_played
from staffing.screens.runs import show_run
from staffing.screens.speech import week_text
from staffing.store.plans import Saved
from staffing.store.publication import Terms, Version, propose, publish, versions
from staffing.store.refusals import Refused, ShortNotice
from staffing.store.rights import NotAllowed


def publish_page() -> None:
    """State, versions, files."""
    plan = show_run()
    if plan is None:
        return
    st.title(f"{desk.words('publishing.title')} · {week_text(plan.week, desk.language())}")
    saved = next((s for s in desk.saved_plans() if s.id == desk.plan_id()), None)
    if saved is None:
        st.info(desk.words("runs.soon"))
        return
    made = versions(desk.database(), saved.id)
    show_played(plan)
    show_state(saved, plan)
    show_versions(made)
    show_files(plan, made)


def show_state(saved: Saved, plan: Plan) -> None:
    """Where the plan stands and the one step that comes next."""
    st.text(desk.words(f"publishing.state_{saved.state}", number=saved.published))
    if plan.verification.breaches:
        st.warning(desk.words("publishing.breaches", count=len(plan.verification.breaches)))
    if saved.state == "published":
        return
    with st.form("publish", border=True):
        st.text_input(desk.words("publishing.reason"), key="reason", max_chars=200)
        st.checkbox(desk.words("publishing.exceptional"), key="exceptional")
        st.checkbox(desk.words("publishing.short_notice"), key="short_notice")
        st.form_submit_button(desk.words("publishing.publish"), type="primary", on_click=_publish, args=(saved,))
    _told_no()


def _publish(saved: Saved) -> None:
    """Before the page is drawn anew, so that it is drawn once and no click after it is lost."""
    state = st.session_state
    terms = Terms(state["reason"], exceptional=state["exceptional"], short=state["short_notice"])
    try:
        if saved.state == "draft":
            propose(desk.database(), saved.id, by=desk.user())
        publish(desk.database(), saved.id, terms, by=desk.user())
    except (ShortNotice, Refused, NotAllowed) as error:
        state["refused"] = error


def _told_no() -> None:
    """Why the last publication was refused."""
    error = st.session_state.pop("refused", None)
    if isinstance(error, ShortNotice):
        st.warning(desk.words("publishing.late", count=len(error.notices)))
        for notice in error.notices[:10]:
            st.text(notice.say(desk.language()))
    elif isinstance(error, Refused):
        st.warning(desk.unmarked(error.say(desk.language())))
    elif error is not None:
        raise error


def show_versions(made: tuple[Version, ...]) -> None:
    """Every version, newest first."""
    for version in reversed(made):
        st.text(
            desk.words(
                "publishing.version", number=version.number, at=version.at[:16].replace("T", " "),
                author=version.author, agents=len(version.affected), reason=version.reason,
            )
        )  # fmt: skip


def show_files(plan: Plan, made: tuple[Version, ...]) -> None:
    """Downloads, each made when its button is pressed."""
    st.header(desk.words("publishing.files"))
    st.text(desk.words("publishing.files_say"))
    speak, newest = desk.language(), made[-1] if made else None
    author = st.text_input(desk.words("publishing.author"), key="author", max_chars=80)
    stamp = Stamp(
        newest.number if newest else 0, author or (newest.author if newest else ""),
        dt.datetime.fromisoformat(newest.at) if newest else None, {a.id: a.name for a in plan.centre.team.agents},
    )  # fmt: skip
    names = stamp.names or {}
    week = str(plan.week)
    offers: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
        ("pdf", f"{week}.pdf", lambda p: write_pdf(plan, p, language=speak, stamp=stamp)),
        ("workbook", f"{week}.xlsx", lambda p: write_workbook(plan, p, language=speak, stamp=stamp)),
        ("french_csv", f"{week}.csv", lambda p: write_french_csv(plan.roster, p, names=names)),
        ("teams", f"{week}-teams.xlsx", lambda p: write_teams_shifts(plan.roster, p, names=names, emails={}, group="")),
        ("calendars", f"{week}-ics.zip", lambda p: _write(p, calendars(plan, speak))),
        ("all", f"{week}.zip", lambda p: _write(p, zipped(plan_files(plan)))),
    )
    for column, (name, file, write) in zip(st.columns(3) * 2, offers, strict=True):
        column.download_button(
            desk.words(f"publishing.file_{name}"), data=partial(made_file, write, file), file_name=file,
            key=f"file_{name}", on_click="ignore", width="stretch", help=desk.words(f"publishing.help_{name}"),
        )  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def made_file(write: Callable[[Path], None], name: str) -> bytes:
    """What a writer of files writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def calendars(plan: Plan, language: str) -> bytes:
    """One calendar an agent, zipped."""
    with tempfile.TemporaryDirectory() as folder:
        at = dt.datetime.combine(plan.week.monday, dt.time(), dt.UTC)
        paths = write_calendars((plan.roster,), Path(folder), centre=plan.centre.name, at=at, language=language)
        return zipped({path.name: path.read_text("utf-8") for path in paths})


def zipped(files: dict[str, str]) -> bytes:
    """Texts by file name in one archive."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return kept.getvalue()
