"""Bringing an export: what was read with care is said, what it leaves open is asked, the answers stay in the folder."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files.reading import read_table
from staffing.screens.bring import previewed
from staffing.store.database import open_database
from staffing.store.jobs import Jobs
from staffing.words import say
from tests.files import samples


def draw(path: str) -> None:
    from pathlib import Path
    from types import SimpleNamespace

    import streamlit as st

    from staffing.problems import BadInput
    from staffing.screens.bring import _history

    try:
        _history(SimpleNamespace(name=Path(path).name, getvalue=Path(path).read_bytes))
    except BadInput as error:
        st.error(str(error))


@pytest.mark.parametrize("packed", [False, True])
def test_a_log_is_asked_for_its_after_call_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path / "home"))
    log = tmp_path / "queue_log"
    samples.queue_log(log, 2000, seed=2)
    if packed:
        log = log.with_suffix(".gz")
        log.write_bytes(gzip.compress((tmp_path / "queue_log").read_bytes()))
    app = AppTest.from_function(draw, args=(str(log),), default_timeout=60).run()
    assert not app.exception and not app.error
    assert any("offered" in caption.value for caption in app.caption)
    asked = [box for box in app.number_input if box.label == say("bring.ask_wrap_up_s", "en")]
    asked[0].set_value(45).run()
    (step,) = (box for box in app.selectbox if box.label == say("bring.interval", "en"))
    assert (step.value, step.options) == (30, ["15", "30", "60"]), "contacts one by one are counted by any interval"
    app.button[0].click().run()
    assert not app.exception and not app.error
    toml = (tmp_path / "home" / "centres" / "queue-log" / "centre.toml").read_text("utf-8")
    assert "interval_min = 30\n" in toml and "wrap_up_s = 45\n" in toml and "patience_s = 180" not in toml
    (run,) = (jobs := Jobs(open_database(tmp_path / "home" / "affluence.sqlite"))).latest()
    assert run.question["folder"] == str(tmp_path / "home" / "centres" / "queue-log"), "the first plan is under way"
    jobs.stop(run.id)


@pytest.mark.parametrize(("every", "planned"), [(15, 15), (30, 30), (5, 30)])
def test_an_export_is_planned_by_its_own_interval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int, planned: int
) -> None:
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path / "home"))
    path = tmp_path / "export.csv"
    starts = [f"2026-09-{day:02} {at // 60:02}:{at % 60:02}" for day in range(7, 12) for at in range(480, 720, every)]
    path.write_text("start,channel,offered,aht_s\n" + "".join(f"{start},calls,7,240\n" for start in starts), "utf-8")
    app = AppTest.from_function(draw, args=(str(path),), default_timeout=60).run()
    assert not app.exception and not app.error
    (step,) = (box for box in app.selectbox if box.label == say("bring.interval", "en"))
    assert step.value == planned


def test_the_rows_shown_stand_under_their_heads(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Date;Heure;Appels reçus;DMT;Vide\n07/09/2026;08:00;7;240;\n", "utf-8")
    assert previewed(read_table(path)).to_numpy().tolist() == [["07/09/2026", "08:00", "7", "240"]]
    log = tmp_path / "queue_log"
    samples.queue_log(log, 50, seed=2)
    assert list(previewed(read_table(log)).columns)[:3] == ["1", "2", "3"]


def test_a_list_of_calls_is_recognised_and_planned_by_half_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path / "home"))
    path = tmp_path / "calls.csv"
    rows = [f"{day:02}/09/2026;{hour:02}:{hour + day}:07;Accueil;12;240;Répondu" for day in range(7, 12)
            for hour in range(8, 18)]  # fmt: skip
    path.write_text("\n".join(["Date appel;Heure appel;File;Attente;Conversation;Statut", *rows]), "utf-8")
    app = AppTest.from_function(draw, args=(str(path),), default_timeout=60).run()
    assert not app.exception and not app.error
    assert any("a list of calls" in text.value for text in app.text)
    (step,) = (box for box in app.selectbox if box.label == say("bring.interval", "en"))
    assert (step.value, step.options) == (30, ["15", "30", "60"])
