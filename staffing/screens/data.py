"""Data: the centre on the desk, its people, absences, events and hand edits, changed in place through the gate."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

import pandas as pd
import streamlit as st

from staffing.centre import Centre
from staffing.files.atomic import replacing
from staffing.gate.read import name_told, read_centre
from staffing.gate.schema import FILES
from staffing.gate.sheet import plain_table
from staffing.problems import BadInput, Problem
from staffing.screens import desk
from staffing.screens.bring import offer_to_bring
from staffing.screens.problems import show_problems
from staffing.screens.shown import DAY_FORMAT
from staffing.words import say
from staffing.words.heard import heard
from staffing.words.speech import day_long, number

EDITABLE = ("agents.csv", "absences.csv", "events.csv", "edits.csv")
WITH_WEEKDAYS = ("wish_weekdays_off", "telework", "availability")
CHOICES = {
    "avoid_late": ("yes", "no"), "avoid_saturday": ("yes", "no"), "leave_out": ("yes", "no"),
    "act": ("multiply", "set", "add"), "level": ("1", "2"),
}  # fmt: skip


def data_page() -> None:
    """Which centre, what it holds, and its tables."""
    st.title(desk.words("data.title"))
    choose_centre()
    broken = told_problems(desk.folder())
    if broken:
        show_problems(broken)
    else:
        show_contents(desk.centre())
        if desk.plan_id() is None:
            desk.make_ready()
    torn = next((f for f in EDITABLE if f in {p.file for p in broken}), EDITABLE[0])
    file = st.segmented_control(
        desk.words("data.table"), EDITABLE, default=torn, required=True,
        format_func=lambda f: desk.words(f"data.{f.removesuffix('.csv')}"),
    )  # fmt: skip
    edit_table(desk.folder(), file)


def told_problems(folder: Path) -> tuple[Problem, ...]:
    """All that is wrong with a centre's folder; nothing when it reads."""
    try:
        if folder == desk.folder():
            desk.centre()  # kept from visit to visit
        else:
            read_centre(folder)
    except BadInput as error:
        return error.problems
    return ()


def show_contents(centre: Centre) -> None:
    """How much the centre holds."""
    frame, speak = centre.history.frame, desk.language()
    st.text(
        desk.words(
            "data.holds", agents=len(centre.team.agents), channels=len(centre.channels), queues=len(centre.queues),
            rows=number(len(frame), speak), first=day_long(frame["start"].min().date(), speak),
            last=day_long(frame["start"].max().date(), speak),
        )
    )  # fmt: skip


def choose_centre() -> None:
    """The centres kept here, and the way to bring another."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    known = list(dict.fromkeys((desk.folder(), *desk.folders())))
    picked = left.selectbox(desk.words("data.centre"), known, format_func=centre_name)
    if picked != desk.folder():
        desk.take_folder(picked)
        st.rerun()
    offer_to_bring(right)


def centre_name(folder: Path) -> str:
    """What a centre is called, the folder's name where two may be called alike or its file is broken."""
    name = name_told(folder)
    if not name:
        return folder.name
    return name if name == folder.name else f"{name} ({folder.name})"


def cells_of(folder: Path, file: str) -> pd.DataFrame:
    """The table as texts, with every column that the file may hold; without a row when there is no such file yet.

    ValueError where the file is too torn to be shown whole.
    """
    fields = list(FILES[file].model_fields)
    header, rows = plain_table(folder / file) if (folder / file).exists() else (fields, [])
    cells = pd.DataFrame(rows, columns=header, dtype=object)
    return cells.reindex(columns=list(dict.fromkeys((*header, *fields))), fill_value="")


def day_names(cells: pd.DataFrame, to: str, back: bool = False) -> pd.DataFrame:
    """Weekdays of the file (mon..sun) as readers of that language write them, or ``back`` to the file's."""
    names = (say("data.weekdays", "en").split(), say("data.weekdays", to).split())
    old, new = names[::-1] if back else names
    named = dict(zip(old, new, strict=True))
    word = re.compile(rf"\b({'|'.join(old)})\b", re.IGNORECASE)

    def said(text: object) -> object:
        return word.sub(lambda found: named[found[0].lower()], text) if isinstance(text, str) else text

    return cells.assign(**{name: cells[name].map(said) for name in WITH_WEEKDAYS if name in cells})


def dated(cells: pd.DataFrame, file: str) -> pd.DataFrame:
    """The columns of days as days, where every cell is one or empty: a day that is no day is left to be mended."""
    out = cells.copy()
    for name in set(day_columns(file)) & set(cells):
        with contextlib.suppress(ValueError):
            days = [dt.date.fromisoformat(text) if text else None for text in cells[name]]
            out[name] = pd.Series(days, index=cells.index, dtype=object)
    return out


def written(cells: pd.DataFrame) -> pd.DataFrame:
    """Days as the file writes them."""

    def text(cell: object) -> object:
        return cell.isoformat()[:10] if isinstance(cell, dt.date) and not pd.isna(cell) else cell

    return cells.map(text)


def day_columns(file: str) -> tuple[str, ...]:
    """The columns of a file that hold one day."""
    return tuple(name for name, field in FILES[file].model_fields.items() if is_day(field.annotation))


def is_day(annotation: object) -> bool:
    """Whether a field holds one day."""
    return annotation is dt.date or (get_origin(annotation) is not tuple and any(map(is_day, get_args(annotation))))


def stamp_of(path: Path) -> int:
    """When a file was last written, 0 before it is there: what is typed into its table holds until then."""
    return path.stat().st_mtime_ns if path.exists() else 0


def edit_table(folder: Path, file: str) -> None:
    """The table, and what is wrong with it before it is kept; nothing of a file too torn to be shown whole."""
    speak = desk.language()
    try:
        plain = cells_of(folder, file)
    except ValueError:
        return
    cells = dated(day_names(plain, speak), file)
    people = {} if "agent" not in cells else names_of(folder)
    config = {name: column_of(file, name, cells, people) for name in FILES[file].model_fields if name in cells}
    draft = draft_of(folder / file, cells, config, speak)
    new = st.data_editor(
        draft.drawn, num_rows="dynamic", hide_index=True, key=f"{draft.key}_{speak}", column_config=config,
        height=min(560, 185 + 35 * len(cells)), width="stretch", alt=file, placeholder="",
    )  # fmt: skip
    draft.typed = new
    st.caption(desk.words("data.help"))
    if not st.button(desk.words("data.save"), type="primary", disabled=new.equals(cells), key=f"save_{file}"):
        return
    try:
        left = keep_table(folder, file, day_names(written(new), speak, back=True))
    except BadInput as error:
        show_problems(error.problems)
    else:
        st.session_state["drafts"].pop(folder / file, None)
        st.toast(desk.words("data.fewer_left", count=left) if left else desk.words("data.saved"))
        st.rerun()


@dataclass
class Draft:
    """A table that is being changed: the ``key`` of its editor, of the file as it was ``read``; what the editor was
    ``drawn`` with, what stands ``typed`` in it now; all in the language ``speak``."""

    key: str
    read: pd.DataFrame
    drawn: pd.DataFrame
    typed: pd.DataFrame
    speak: str

    def said(self, to: str) -> Draft:
        """The same in another language, for an editor that begins anew."""
        read, typed = (day_names(day_names(t, self.speak, back=True), to) for t in (self.read, self.typed))
        return Draft(self.key, read, typed, typed, to)


def draft_of(path: Path, cells: pd.DataFrame, config: Mapping[str, Any], speak: str) -> Draft:
    """What this visit changed in a table and has not saved: it outlives a look at another table or page. Where somebody
    else has saved the file since, it is shown as it is now, and the rows typed are told beside it."""
    drafts: dict[Path, Draft] = st.session_state.setdefault("drafts", {})
    key, old = f"table_{path.name}_{stamp_of(path)}", drafts.get(path)
    if old is not None and old.speak != speak:
        old = drafts[path] = old.said(speak)
    if old is None or (old.key != key and old.typed.equals(old.read)):
        old = drafts[path] = Draft(key, cells, cells, cells, speak)
    elif old.key != key:
        there = set(old.read.itertuples(index=False, name=None))
        mine = old.typed[[row not in there for row in old.typed.itertuples(index=False, name=None)]]
        alt = desk.words("data.meanwhile")
        st.warning(alt)
        st.dataframe(mine, hide_index=True, column_config=dict(config), placeholder="", alt=alt)
        if not st.button(desk.words("runs.put_away"), key=f"put_away_{path.name}"):
            return Draft(key, cells, cells, cells, speak)
        old = drafts[path] = Draft(key, cells, cells, cells, speak)
        st.rerun()
    if f"{key}_{speak}" not in st.session_state:  # the editor begins anew
        old.drawn = old.typed
    return old


def names_of(folder: Path) -> dict[str, str]:
    """Every agent of the team by name and id, as lists show them."""
    try:
        team = cells_of(folder, "agents.csv")
    except ValueError:
        return {}
    return {id: f"{name} ({id})" if name else id for id, name in zip(team["id"], team["name"], strict=True)}


def column_of(file: str, name: str, cells: pd.DataFrame, people: Mapping[str, str]) -> Any:
    """A column headed in words; closed choices as a list, with what the file says otherwise; agents by name."""
    field = FILES[file].model_fields[name]
    label, help = desk.words(f"data.column_{name}"), heard(field.description or "", desk.language())
    if name in CHOICES:
        said = {choice: desk.words(f"data.choice_{choice}") for choice in CHOICES[name]}
        options = list(dict.fromkeys((*CHOICES[name], *cells[name])))
        return st.column_config.SelectboxColumn(
            label, help=help, options=options, format_func=lambda v: said.get(str(v), str(v))
        )
    if name == "agent" and people:
        options = list(dict.fromkeys((*people, *cells[name])))
        return st.column_config.SelectboxColumn(
            label, help=help, options=options, format_func=lambda v: people.get(str(v), str(v)), pinned=True, width=220
        )
    if name in day_columns(file) and all(cell is None or isinstance(cell, dt.date) for cell in cells[name]):
        return st.column_config.DateColumn(label, help=help, format=DAY_FORMAT)
    width = 200 if name == "skills" else None  # two skills are longer than a column is made for
    return st.column_config.TextColumn(label, help=help, pinned=name in ("id", "agent"), width=width)


def filled_columns(cells: pd.DataFrame, old: Path) -> pd.DataFrame:
    """The table without columns that were offered and hold nothing: those needed and those of the ``old`` file stay."""
    stay = [name for name, field in FILES[old.name].model_fields.items() if field.is_required()]
    with contextlib.suppress(ValueError, FileNotFoundError):
        stay += plain_table(old)[0]
    return cells[[name for name in cells if name in stay or (cells[name] != "").any()]]


def keep_table(folder: Path, file: str, cells: pd.DataFrame) -> int:
    """Write one table of a centre's folder after reading the whole with it, and return how much is left to mend.

    BadInput leaves all as it was; a folder that was broken before may stay so, with less to mend. A table emptied of
    its last row is a file the less.
    """
    left = 0
    with tempfile.TemporaryDirectory() as half:
        trial = Path(half) / folder.name
        shutil.copytree(folder, trial)
        if cells.empty:
            (trial / file).unlink(missing_ok=True)
        else:
            filled_columns(cells.fillna(""), folder / file).to_csv(trial / file, index=False)
        try:
            read_centre(trial)
        except BadInput as error:
            left = len(error.problems)
            if left >= len(told_problems(folder)):
                raise
        if cells.empty:
            (folder / file).unlink(missing_ok=True)
            return left
        with replacing(folder / file) as temporary:
            shutil.copyfile(trial / file, temporary)
    return left
