"""Publish: hand over, make it a version that never changes, and take the week away as files."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from staffing.files.roster_text import roster_digest
from staffing.files.team_sheets import team_sheets
from staffing.files.wall import A3, A4
from staffing.outputs import plan_files
from staffing.plan import Plan
from staffing.rostering.notice import Notice
from staffing.screens import desk
from staffing.screens.agent_day import show_breach_table
from staffing.screens.back import show_back, show_compared
from staffing.screens.guarded import telling
from staffing.screens.played import show_played
from staffing.screens.runs import show_run
from staffing.screens.shown import show_table
from staffing.store.database import Database, local_time
from staffing.store.handout import Wanted, hand_out
from staffing.store.plans import Saved
from staffing.store.promise import promise
from staffing.store.publication import Terms, Version, propose, versions
from staffing.store.refusals import BrokenRules, Refused, ShortNotice
from staffing.store.rights import LOCAL, Act, NotAllowed, User, may
from staffing.words.speech import day_short, week_text


def publish_page() -> None:
    """State, versions, files."""
    plan = show_run("publish")
    if plan is None:
        return
    st.title(f"{desk.words('publishing.title')} · {week_text(plan.week, desk.language())}")
    saved = next((s for s in desk.saved_plans() if s.id == desk.plan_id()), None)
    if saved is None:
        st.info(desk.words("runs.soon"))
        return
    made = versions(desk.database(), saved.id)
    show_state(saved, plan)
    show_versions(made, plan.roster.grid.tz)
    show_compared(saved, made)
    st.header(desk.words("played.title"))
    show_played(plan)
    show_files(saved, plan)
    show_back(saved)


def show_state(saved: Saved, plan: Plan) -> None:
    """Where the plan stands and the one step that comes next."""
    state = saved.state if saved.published else f"{saved.state}_never"
    st.text(desk.words(f"publishing.state_{state}", number=saved.published))
    broken = plan.verification.breaches
    if broken:
        st.warning(desk.words("publishing.breaches", count=len(broken)))
        show_breach_table(broken, plan.centre)
    if saved.state == "published":
        return
    if desk.running() is not None:  # its roster replaces this one
        st.info(desk.words("publishing.later"))
        return
    if told := desk.told_begun(plan, saved.published):
        st.warning(told)
    if not may(desk.user(), Act.PUBLISH):
        if saved.state == "draft":
            st.button(desk.words("publishing.propose"), type="primary", on_click=_propose, args=(saved,))
        _told_no()
        return
    with st.form("publish", border=True):
        st.text_input(desk.words("publishing.reason"), key="reason", max_chars=200)
        st.checkbox(desk.words("publishing.exceptional"), key="exceptional")
        st.checkbox(desk.words("publishing.short_notice"), key="short_notice")
        accepted = f"knowingly_{desk.stand()}"  # of this roster: the breaches of another are asked anew
        if broken:
            st.checkbox(desk.words("publishing.knowingly"), key=accepted)
        st.form_submit_button(
            desk.words("publishing.publish"), type="primary", on_click=_publish, args=(saved, plan, accepted)
        )
    _told_no()


def _propose(saved: Saved) -> None:
    """As far as somebody goes who may not publish."""
    try:
        propose(desk.database(), saved.id, by=desk.user())
    except (Refused, NotAllowed) as error:
        st.session_state["refused"] = error


def _publish(saved: Saved, plan: Plan, accepted: str) -> None:
    """The roster that was looked at, before the page is drawn anew, so that it is drawn once and no click after it is
    lost."""
    state = st.session_state
    terms = Terms(
        state["reason"], exceptional=state["exceptional"], short=state["short_notice"], outright=True,
        seen=roster_digest(plan.roster.frame),
    )  # fmt: skip
    away, knowingly = desk.centre().team.absences, bool(state.get(accepted))
    try:
        promise(desk.database(), saved.id, terms, knowingly=knowingly, away=away, by=desk.user())
    except (BrokenRules, ShortNotice, Refused, NotAllowed) as error:
        state["refused"] = error


def _told_no() -> None:
    """Why the last publication was refused."""
    error = st.session_state.pop("refused", None)
    if isinstance(error, ShortNotice):
        box = desk.words("publishing.short_notice")
        st.warning(desk.words("publishing.late", count=len(error.notices), box=box))
        _told_notices(error)
    elif isinstance(error, BrokenRules):
        st.warning(desk.words("publishing.broken"))
    elif isinstance(error, Refused):
        st.warning(desk.unmarked(error.say(desk.language())))
    elif error is not None:
        raise error


def _told_notices(error: ShortNotice) -> None:
    """One row an agent: the days told too late and the working days of notice of the first, beside what is owed."""
    plan, speak = desk.plan(), desk.language()
    names = {} if plan is None else {a.id: a.name for a in plan.centre.team.agents}
    late: dict[str, list[Notice]] = {}
    for notice in sorted(error.notices, key=lambda n: (n.agent, n.day)):
        late.setdefault(notice.agent, []).append(notice)
    rows = [
        (names.get(agent, agent), ", ".join(day_short(n.day, speak) for n in own), own[0].given, own[0].owed)
        for agent, own in late.items()
    ]
    heads = [desk.words(f"publishing.late_{head}") for head in ("agent", "days", "given", "owed")]
    show_table(pd.DataFrame(rows, columns=heads), alt=desk.words("publishing.late_days"), formulas={})
    st.caption(", ".join(dict.fromkeys(n.article for n in error.notices)))


def show_versions(made: tuple[Version, ...], zone: str) -> None:
    """Every version, newest first, by the centre's clock."""
    for version in reversed(made):
        author = desk.words("publishing.this_desk") if version.author == LOCAL.login else version.author
        said = desk.words(
            "publishing.version", number=version.number, at=local_time(version.at, zone),
            author=author, agents=len(version.affected), reason=version.reason,
        )  # fmt: skip
        broken = f" {desk.words('publishing.broken_then', count=version.broken)}" if version.broken else ""
        st.text(said + broken)


def show_files(saved: Saved, plan: Plan) -> None:
    """Downloads, each made when its button is pressed."""
    st.header(desk.words("publishing.files"))
    st.text(desk.words("publishing.files_say"))
    signed: dict[str, str] = st.session_state.setdefault("signed", {"author": ""})
    _ask_author(signed)
    wanted = Wanted("", None, desk.language(), away=desk.centre().team.absences)
    hand = partial(_handed_out, desk.database(), saved.id, signed, wanted, desk.user())
    week = str(plan.week)
    offers: tuple[tuple[str, str, Callable[[Path], None]], ...] = (
        ("pdf", f"{week}.pdf", partial(hand, "pdf")),
        *([("pdf_a3", f"{week}-a3.pdf", partial(hand, "pdf-a3"))] if _fewer_on_a3(plan) else []),
        ("workbook", f"{week}.xlsx", partial(hand, "xlsx")),
        ("french_csv", f"{week}.csv", partial(hand, "csv")),
        ("teams", f"{week}-teams.xlsx", partial(hand, "teams")),
        ("calendars", f"{week}-ics.zip", partial(_calendars, hand)),
        ("all", f"{week}.zip", lambda path: _zipped(plan_files(plan), path)),
    )
    for column, (name, file, write) in zip(st.columns(3) * 3, offers, strict=False):
        column.download_button(
            desk.words(f"publishing.file_{name}"), data=partial(made_file, write, file), file_name=file,
            key=f"file_{name}", on_click="ignore", width="stretch", help=desk.words(f"publishing.help_{name}"),
            disabled=name == "calendars" and not saved.published,
        )  # fmt: skip


def _fewer_on_a3(plan: Plan) -> bool:
    """Whether the larger paper saves sheets: one site that fits on A4 gains nothing."""
    small, large = (len(team_sheets(plan.centre, plan.week, paper.agents)) for paper in (A4, A3))
    return large < small


@st.fragment
@telling
def _ask_author(signed: dict[str, str]) -> None:
    """Who signs the sheet. A click right after the name must find the buttons as they are, so a name draws nothing
    anew but itself, and is read when a file is made."""
    st.text_input(
        desk.words("publishing.author"), signed["author"], key="author", max_chars=80,
        on_change=lambda: signed.update(author=st.session_state["author"]),
    )  # fmt: skip


def _handed_out(
    database: Database, id: int, signed: dict[str, str], wanted: Wanted, by: User, form: str, path: Path
) -> None:
    hand_out(database, id, replace(wanted, form=form, author=signed["author"]), path, by=by)


def _calendars(hand: Callable[[str, Path], None], path: Path) -> None:
    """One calendar an agent, zipped."""
    with tempfile.TemporaryDirectory() as folder:
        hand("ics", Path(folder))
        _zipped({made.name: made.read_text("utf-8") for made in sorted(Path(folder).iterdir())}, path)


def _zipped(files: dict[str, str], path: Path) -> None:
    """Texts by file name in one archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def made_file(write: Callable[[Path], None], name: str) -> bytes:
    """What a writer of files writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()
