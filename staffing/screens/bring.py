"""Bring my files: a whole centre folder, or one export of a history with its columns mapped; problems all at once."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from forecasts.grid import Grid
from staffing.files.atomic import copy_folder
from staffing.files.centre_folder import unwritten, write_centre
from staffing.files.history_import import ENOUGH, detect, import_history, tables_of
from staffing.files.imported import Answers, Imported
from staffing.files.mapper import FIELDS, propose
from staffing.files.new_centre import Stand, team_size
from staffing.files.parts import parts_of
from staffing.files.reading import Table
from staffing.files.safe import safe_file_name
from staffing.gate.read import read_centre
from staffing.home import home_folder
from staffing.plan import week_after
from staffing.problems import BadInput
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.problems import show_problems
from staffing.screens.runs import FIRST_SECONDS
from staffing.words import catalogue
from staffing.words.speech import number

ANY, OWN_MAPPER = 60, "table"
ONE_BY_ONE, ANY_FINE = ("queue_log", "calls"), 1
"""Contacts told one by one, which are counted by whatever interval."""
BRINGING = "bringing"
INTERVALS_MIN, USUAL_MIN = (15, 30, 60), 30
ZONES = (
    "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte",
    "America/Miquelon", "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis",
)  # fmt: skip
"""Those of France first."""
COUNTED = {"unknown": None, "start": False, "end": True}
RULES = ("fr_private_idcc2098", "fr_state_2000_815", "neutral")


def offer_to_bring(place: DeltaGenerator) -> None:
    """The button, and its dialog until that is put away: a run that draws the page anew meanwhile leaves it open."""
    if place.button(desk.words("home.own"), width="stretch"):
        st.session_state[BRINGING] = True
    if st.session_state.get(BRINGING):
        st.dialog(desk.words("home.own"), width="large", on_dismiss=put_away)(telling(_bring))()


def put_away() -> None:
    """No dialog any more."""
    st.session_state.pop(BRINGING, None)


def _bring() -> None:
    st.text(desk.words("bring.says"))
    dropped = st.file_uploader(desk.words("bring.drop"), accept_multiple_files=True, max_upload_size=20)
    if not dropped:
        return
    try:
        if any(file.name == "centre.toml" for file in dropped):
            _folder(dropped)
        else:
            if len(dropped) > 1:
                st.warning(desk.words("bring.one_export", name=desk.unmarked(dropped[0].name)))
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
        rows = number(len(centre.history.frame), desk.language())
        st.text(desk.words("bring.read", agents=len(centre.team.agents), rows=rows))
        if st.button(desk.words("bring.take"), type="primary"):
            place = _place(centre.name)
            try:
                copy_folder(Path(half), place)
            except OSError as error:
                raise unwritten(place, error) from error
            _take(place)


def _history(file: Any) -> None:
    """One export: what it was recognised as or which column is which, a preview, what stands in for the rest."""
    with tempfile.TemporaryDirectory() as half:
        path = Path(half) / safe_file_name(Path(file.name).name)
        path.write_bytes(file.getvalue())
        whole = tables_of(path)[0][0]
        table = parts_of(whole)[0].table
        guess = detect(table)[0]
        form = guess.profile if guess.confidence >= ENOUGH else OWN_MAPPER
        known = catalogue(desk.language())
        clear = form != OWN_MAPPER or propose(table.headers()).enough
        told = desk.words("bring.form", form=known.get(f"bring.form_{form}", form))
        st.text(told if clear else desk.words("bring.unclear"))
        st.dataframe(previewed(whole), hide_index=True, alt=desk.words("bring.preview"))
        columns = {} if form != OWN_MAPPER else _columns(table.headers())
        if not clear and not propose(table.headers(), columns).enough:
            st.info(desk.words("bring.needed"))
            return
        zone = str(st.session_state.get("bring_zone", ZONES[0]))
        read = _read(path.read_bytes(), path.name, tuple(columns.items()), zone)
        grid, stand = _stand(read, Path(file.name).stem.replace("_", " ").strip())
        answers = _answered(read, columns)
        if st.button(desk.words("bring.take"), type="primary"):
            place = _place(stand.name)
            again = place.name.removeprefix(slug(stand.name))  # plans go by the centre's name
            stand = replace(stand, name=stand.name + again.replace("-", " "))
            read = import_history(path, grid, answers=answers)
            write_centre(read, grid, stand, place, desk.language())
            _take(place)


def previewed(table: Table) -> pd.DataFrame:
    """The first rows under their heads, without columns that hold nothing; a form without heads as it is."""
    cells = table.cells.head(6)
    if propose(table.headers()).columns:
        heads = [f"{head}{' ' * i}" for i, head in enumerate(table.headers())]  # two columns may have one name
        cells = cells.iloc[1:].set_axis(heads, axis=1)
    else:
        cells = cells.set_axis([str(i + 1) for i in range(cells.shape[1])], axis=1)
    return cells.dropna(axis=1, how="all").fillna("")


def _answered(read: Imported, columns: dict[str, str]) -> Answers:
    """What was read with care, and the questions that the file leaves open, with a place for each answer."""
    for line in read.notes:
        if line.key != "columns_read":  # the mapper says so
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
def _read(content: bytes, name: str, columns: tuple[tuple[str, str], ...], zone: str) -> Imported:
    """An export read before any question is answered; the same file is not read again at every touch of the dialog."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return import_history(path, Grid(zone, ANY), answers=Answers(columns=dict(columns), channel="phone"))


def _columns(headers: Sequence[str]) -> dict[str, str]:
    """What the owner says beyond the guesses: a header for each field; folded when the guesses suffice."""
    proposal, chosen = propose(headers), {}
    with st.expander(desk.words("bring.which"), expanded=not proposal.enough):
        for column, field in zip(st.columns(4) * 4, FIELDS, strict=False):
            options = ["", *headers]
            guessed = proposal.columns.get(field, "")
            picked = column.selectbox(
                desk.words(f"bring.field_{field}"), options, options.index(guessed), key=f"field_{field}",
                format_func=lambda header: header or desk.words("bring.no_column"),
            )  # fmt: skip
            if picked:
                chosen[field] = picked
    return chosen if chosen != dict(proposal.columns) else {}


def _stand(read: Imported, stem: str) -> tuple[Grid, Stand]:
    """What the history cannot say: the centre's name, the team's size, its rules; and where and how finely to plan."""
    left, middle, right = st.columns(3)
    name = left.text_input(desk.words("bring.name"), stem, max_chars=80)
    size = team_size(read, Stand("").aht_s)
    agents = middle.number_input(desk.words("bring.agents"), 1, 5000, size, help=desk.words("bring.agents_help"))
    rules = right.selectbox(desk.words("bring.rules"), RULES, format_func=lambda r: desk.words(f"bring.rules_{r}"))
    with st.expander(desk.words("bring.more")):
        one, two, three = st.columns(3)
        others = sorted(zone for zone in available_timezones() if "/" in zone and zone not in ZONES)
        zone = one.selectbox(desk.words("bring.zone"), [*ZONES, *others], key="bring_zone")
        own = ANY_FINE if read.profile in ONE_BY_ONE else read.grid.interval_min
        steps = [step for step in INTERVALS_MIN if step >= own]
        usual = own if own in steps else max(USUAL_MIN, steps[0])
        step = two.selectbox(desk.words("bring.interval"), steps, steps.index(usual))
        aht_s = three.number_input(desk.words("bring.aht"), 10, 7200, int(Stand("").aht_s))
    return Grid(zone, int(step)), Stand(name.strip() or stem, float(aht_s), int(agents), rules)


def _take(place: Path) -> None:
    """Put the new centre on the desk and begin its first plan: a forecast and a roster before any setting."""
    put_away()
    desk.take_folder(place)
    desk.start(week_after(desk.centre()), seconds=FIRST_SECONDS)
    st.rerun()


def _place(name: str) -> Path:
    """A new folder beside the others, named after the centre."""
    home = home_folder() / "centres"
    home.mkdir(parents=True, exist_ok=True)
    count, place = 1, home / slug(name)
    while place.exists():
        count += 1
        place = home / f"{slug(name)}-{count}"
    return place


def slug(name: str) -> str:
    """A centre's name as that of a folder."""
    return safe_file_name(name) or "centre"
