"""Bring my files: a whole centre folder, or one export of a history with its columns mapped; problems all at once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from forecasts.grid import Grid
from staffing.files.centre_folder import write_centre
from staffing.files.history_import import headed, import_history
from staffing.files.imported import Answers, Imported
from staffing.files.mapper import FIELDS, propose
from staffing.files.new_centre import Stand
from staffing.files.reading import read_table
from staffing.files.safe import safe_file_name
from staffing.gate.read import read_centre
from staffing.problems import BadInput
from staffing.screens import desk
from staffing.screens.problems import show_problems

GRID = Grid("Europe/Paris", 30)
COUNTED = {"unknown": None, "start": False, "end": True}
RULES = ("fr_private_idcc2098", "fr_state_2000_815", "neutral")


def bring_files() -> None:
    """The dialog, titled in the language of the visit."""
    st.dialog(desk.words("home.own"), width="large")(_bring)()


def _bring() -> None:
    st.text(desk.words("bring.says"))
    dropped = st.file_uploader(desk.words("bring.drop"), accept_multiple_files=True, max_upload_size=20)
    if not dropped:
        return
    try:
        if any(file.name == "centre.toml" for file in dropped):
            _folder(dropped)
        else:
            _history(dropped[0])
    except BadInput as error:
        show_problems(error.problems)


def _kept(dropped: Sequence[Any], into: Path) -> None:
    for file in dropped:
        (into / safe_file_name(Path(file.name).name)).write_bytes(file.getvalue())


def _folder(dropped: Sequence[Any]) -> None:
    """The files of a centre folder, read through the gate and taken over as they are."""
    with tempfile.TemporaryDirectory() as half:
        _kept(dropped, Path(half))
        centre = read_centre(half)
        st.text(desk.words("bring.read", agents=len(centre.team.agents), rows=len(centre.history.frame)))
        if st.button(desk.words("bring.take"), type="primary"):
            _take(Path(half), centre.name)


def _history(file: Any) -> None:
    """One export: which column is which, a preview, and what stands in for what it cannot say."""
    with tempfile.TemporaryDirectory() as half:
        path = Path(half) / safe_file_name(Path(file.name).name)
        path.write_bytes(file.getvalue())
        table = headed(read_table(path))
        proposal = propose(table.headers())
        st.text(desk.words("bring.preview"))
        st.dataframe(table.cells.head(6), alt=desk.words("bring.preview"))
        columns = _columns(table.headers(), dict(proposal.columns))
        stand = _stand(Path(file.name).stem)
        known = columns if columns != dict(proposal.columns) else {}
        answers = _answered(path, known)
        if not st.button(desk.words("bring.take"), type="primary"):
            return
        place = _place(stand.name)
        write_centre(import_history(path, GRID, answers=answers), GRID, stand, place, desk.language())
        desk.take_folder(place)
        st.rerun()


def _answered(path: Path, columns: dict[str, str]) -> Answers:
    """What was read with care, and the questions that the file leaves open, with a place for each answer."""
    read = _read(path.read_bytes(), path.name, tuple(columns.items()))
    for line in read.notes:
        st.caption(desk.unmarked(line.say(desk.language())))
    wrap_up_s, counted = None, "unknown"
    if "wrap_up_s" in read.questions:
        wrap_up_s = st.number_input(desk.words("bring.ask_wrap_up_s"), 0, 7200, None)
    if "counted_at_end" in read.questions:
        say = {key: desk.words(f"bring.counted_{key}") for key in COUNTED}
        counted = st.segmented_control(
            desk.words("bring.ask_counted_at_end"), list(COUNTED), default="unknown", required=True,
            format_func=lambda key: say[key],
        )  # fmt: skip
    return Answers(wrap_up_s, COUNTED[counted], columns, "phone")


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(content: bytes, name: str, columns: tuple[tuple[str, str], ...]) -> Imported:
    """An export read before any question is answered; the same file is not read again at every touch of the dialog."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return import_history(path, GRID, answers=Answers(columns=dict(columns), channel="phone"))


def _columns(headers: Sequence[str], guessed: dict[str, str]) -> dict[str, str]:
    """The mapping, guesses filled in."""
    chosen = {}
    for column, field in zip(st.columns(4) * 4, FIELDS, strict=False):
        options = ["", *headers]
        at = options.index(guessed[field]) if guessed.get(field) in options else 0
        picked = column.selectbox(desk.words(f"bring.field_{field}"), options, at, key=f"field_{field}")
        if picked:
            chosen[field] = picked
    return chosen


def _stand(name: str) -> Stand:
    """What the history cannot say: the team's size, its rules, a handle time."""
    left, middle, right = st.columns(3)
    agents = left.number_input(desk.words("bring.agents"), 1, 5000, 20)
    rules = middle.selectbox(desk.words("bring.rules"), RULES, format_func=lambda r: desk.words(f"bring.rules_{r}"))
    aht_s = right.number_input(desk.words("bring.aht"), 10, 7200, 300)
    return Stand(name, float(aht_s), int(agents), rules)


def _take(half: Path, name: str) -> None:
    """Keep the folder beside the others and put it on the desk."""
    place = _place(name)
    shutil.copytree(half, place)
    desk.take_folder(place)
    st.rerun()


def _place(name: str) -> Path:
    """A new folder beside the others, named after the centre."""
    home = desk.home_folder() / "centres"
    home.mkdir(parents=True, exist_ok=True)
    slug, count = safe_file_name(name) or "centre", 1
    place = home / slug
    while place.exists():
        count += 1
        place = home / f"{slug}-{count}"
    return place
