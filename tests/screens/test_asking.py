"""The audits' questions and the months ahead on a page: inputs that are typed, answers in the reader's language."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from staffing.gate.read import read_centre
from staffing.plan import Plan
from staffing.problems import BadInput
from staffing.scenarios.audits import QUESTIONS, InHouse
from staffing.scenarios.changes import KINDS, Volume
from staffing.scenarios.scenario import Scenario, combined, load, save, saved, text_of
from staffing.scenarios.scenario_words import FREE, change_lines
from staffing.scenarios.templates import TEMPLATES, event
from staffing.screens.audits import answer_table, asked_with, input_table, shown
from staffing.screens.data import day_names
from staffing.screens.problems import problem_table
from staffing.store.database import open_database
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.jobs import Jobs
from staffing.store.plans import reading_of
from staffing.words import catalogue, say
from staffing.words.heard import heard
from staffing.worker import run
from tests.screens.planned import SAMPLES, planned_home


@pytest.mark.parametrize("name", QUESTIONS)
def test_inputs_shown_ask_the_same_question_and_nothing_is_left_in_english(name: str) -> None:
    kind = QUESTIONS[name]
    for language in ("fr", "en"):
        table = input_table(kind, language)
        assert asked_with(kind, dict(zip(table.index, table.iloc[:, 1], strict=True)), language) == kind()
    french, english = input_table(kind, "fr"), input_table(kind, "en")
    same = {text for text in french.iloc[:, 3] if text and text in set(english.iloc[:, 3])}
    assert same <= {"8 minutes", "35 %"}
    answer = kind().answer()
    told = answer_table(answer, "fr").iloc[:, 0]
    assert not set(told) & set(answer["figure"])


@pytest.mark.parametrize("text", ["", "0", "-3", "many", "1 2", "1e99"])
def test_an_input_that_makes_no_sense_is_refused_by_its_name(text: str) -> None:
    texts = {field.name: shown(field.default, "en") for field in dataclasses.fields(InHouse)} | {"aht_s": text}
    with pytest.raises(ValueError, match="AHT"):
        asked_with(InHouse, texts, "en")


@pytest.mark.parametrize("name", TEMPLATES)
def test_what_an_event_changes_is_told_in_french_with_its_days(name: str, at_home: Plan) -> None:
    scenario = TEMPLATES[name](at_home.week.monday, ())
    french, english = (change_lines(scenario, at_home.centre, language) for language in ("fr", "en"))
    assert len(french) == len(english) == len(scenario.changes)
    assert not set(french) & set(english)
    assert all(heard(figure, "fr") != figure for figure in scenario.figures)


def test_every_kind_of_change_has_its_words() -> None:
    told = {kind: {field.name for field in dataclasses.fields(made)} for kind, made in KINDS.items()}
    known = catalogue("fr")
    assert {kind for kind in told if f"changes.kind_{kind}" not in known} == set()
    assert {name for names in told.values() for name in names if f"changes.{name}" not in known} == set()


def test_weekdays_are_typed_as_one_says_them_and_kept_as_the_file_has_them() -> None:
    cells = pd.DataFrame({"wish_weekdays_off": ["wed|fri", ""], "availability": ["mon 08:00-12:00", ""], "name": "Mon"})
    french = day_names(cells, "fr")
    assert list(french["wish_weekdays_off"]) == ["mer|ven", ""]
    assert list(french["availability"]) == ["lun 08:00-12:00", ""]
    assert day_names(french, "fr", back=True).equals(cells)
    assert day_names(cells, "en").equals(cells)


def test_what_is_wrong_with_the_files_is_told_in_french(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(SAMPLES / "small", folder)
    text = (folder / "agents.csv").read_text("utf-8").splitlines()
    rows = [text[0], text[1].replace(",1,", ",seven,", 1), text[1], "x,y", *text[2:]]
    (folder / "agents.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "absences.csv").write_text("agent,first,last\nnobody,2026-12-03,2026-12-01\n", "utf-8")
    with pytest.raises(BadInput) as told:
        read_centre(folder)
    french, english = (problem_table(told.value.problems, language) for language in ("fr", "en"))
    assert len(french) >= 3
    for name in french.columns[4:]:
        same = set(french[name]) & set(english.iloc[:, list(french.columns).index(name)])
        assert same == set(), f"still in English: {same}"


def test_the_months_ahead_are_worked_out_once_and_answer_for_hires_and_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned_home(tmp_path, "small")
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    jobs = Jobs(open_database(tmp_path / "affluence.sqlite"))
    asked = {"kind": "horizon", "folder": str(tmp_path / "centres" / "sample-small"), "first": str(plan.week)}
    id = jobs.submit({**asked, "weeks": 3})
    run(jobs, id)
    assert jobs.read(id).status == "done", jobs.read(id).told
    need = json.loads(jobs.read(id).told)["need"]
    assert [row["week"] for row in need] == [str(plan.week.plus(i)) for i in range(3)]
    assert need[0]["need_h"] == pytest.approx(plan.verification.required_hours, rel=0.25)

    def draw(home: str) -> None:
        import json
        from pathlib import Path

        import pandas as pd

        from staffing.gate.read import read_centre
        from staffing.screens.horizon import show_capacity

        place = Path(home)
        need = pd.DataFrame(json.loads((place / "need.json").read_text("utf-8")))
        show_capacity(read_centre(place / "centres" / "sample-small"), need)

    (tmp_path / "need.json").write_text(json.dumps(need), "utf-8")
    app = AppTest.from_function(draw, args=(str(tmp_path),), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    assert len(app.success) + len(app.warning) >= 1, "the leave question is answered"
    app.number_input(key="ahead_lost").set_value(80).run()
    assert any("missing" in text.value for text in app.text), "with so few hours on queues people are missing"


def test_too_short_a_history_is_told_and_not_a_crash(tmp_path: Path) -> None:
    folder = tmp_path / "short"
    shutil.copytree(SAMPLES / "small", folder)
    history = pd.read_csv(folder / "history.csv.gz", dtype=str, keep_default_na=False)
    history[history["start"] >= "2026-09-14"].to_csv(folder / "history.csv", index=False)
    (folder / "history.csv.gz").unlink()
    jobs = Jobs(open_database(tmp_path / "s.sqlite"))
    id = jobs.submit({"kind": "horizon", "folder": str(folder), "first": "2027-W20", "weeks": 2})
    run(jobs, id)
    assert jobs.read(id).status == "failed"
    assert "history.csv" in jobs.read(id).told


def draw_peaks() -> None:
    from staffing.screens.peaks import peaks_page

    peaks_page()


def test_an_answer_to_another_peak_or_roster_than_the_one_shown_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a reload the peak set above is the first of the list again; the answer below stayed without a word."""
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    plan = planned_home(tmp_path)
    database = open_database(tmp_path / "affluence.sqlite")
    jobs, folder = Jobs(database), tmp_path / "centres" / "sample-medium"
    held = working_copy(database, 1)
    school, flu = (event(name, plan.week.monday, (), plan.centre) for name in ("back_to_school", "flu_wave"))
    stand, shown = reading_of(database, 1)[0], combined(school, Scenario(FREE, ()))
    asked = {"kind": "peak", "folder": str(folder), "plan": 1, "scenario": text_of(shown), "stand": stand}
    peak, roster = (say(f"peaks.other_{name}", "en") for name in ("peak", "roster"))
    app = AppTest.from_function(draw_peaks, default_timeout=60)
    app.query_params["lang"] = "en"

    def warned(question: dict[str, object]) -> set[str]:
        id = jobs.submit(question)
        jobs.take(id)
        jobs.finish(id)
        return {warning.value for warning in app.run().warning} & {peak, roster}

    assert warned(asked) == set()
    assert warned({**asked, "scenario": text_of(flu)}) == {peak}
    (agent, day), was = next(iter(held.items()))
    edit_days(database, 1, [DayEdit(agent, day, (), was.revision)])
    assert warned(asked) == {roster}
    save(Scenario("flu", flu.changes), folder)
    queue = plan.requirement.queues[0]
    row = {"scenario": "flu", "queue": queue, "target": 0.8, "expected": 0.5, "low": 0.4, "high": 0.6, "agents": 9,
           "required_hours": 9.0, "shortage_hours": 1.0, "eur": 9.0, "agents_changed": 0, "breaches": 0}  # fmt: skip
    id = jobs.submit(
        {"kind": "scenarios", "folder": str(folder), "plan": 1, "scenarios": [text_of(flu)], "stand": stand}
    )
    jobs.take(id)
    jobs.finish(id, answer={"rows": [row], "missing": []})
    assert [w.value for w in app.run().warning].count(roster) == 2, "side by side, too"
    assert not app.exception


def test_the_answers_of_a_renamed_peak_stay_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another peak then bears its old name: the answer was said to be another's, or stood under that one's name."""
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    planned_home(tmp_path, "small")
    folder, jobs = tmp_path / "centres" / "sample-small", Jobs(open_database(tmp_path / "affluence.sqlite"))
    reform, dry = Scenario("reform", (Volume(factor=2.0),)), Scenario("dry", (Volume(factor=0.5),))
    for made in (reform, dry):
        save(made, folder)
    one = jobs.submit({"kind": "peak", "folder": str(folder), "plan": 1, "scenario": text_of(reform)})
    texts = [text_of(reform), text_of(dry)]
    two = jobs.submit({"kind": "scenarios", "folder": str(folder), "plan": 1, "scenarios": texts})
    row = {"queue": "standard_prefecture", "target": 0.8, "low": 0.4, "high": 0.6, "agents": 4, "required_hours": 9.0,
           "shortage_hours": 1.0, "eur": 9.0, "agents_changed": 0, "breaches": 0}  # fmt: skip
    rows = [{**row, "scenario": name, "expected": at} for name, at in (("reform", 0.5), ("dry", 0.9))]
    for id, told in ((one, None), (two, {"rows": rows, "missing": []})):
        jobs.take(id)
        jobs.finish(id, answer=told)
    app = AppTest.from_function(draw_peaks, default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "sample-small"
    app.session_state["peak_kind"] = "reform"
    other = say("peaks.other_peak", "en")
    assert other not in {w.value for w in app.run().warning}
    app.text_input(key="rename_reform").set_value("spring").run()
    app.button(key="rename_peak").click().run()
    save(Scenario("reform", (Volume(factor=3.0),)), folder)
    save(Scenario("dry", (Volume(factor=0.4),)), folder, over=1)
    app.run()
    assert not app.exception and app.selectbox(key="peak_kind").value == "spring"
    assert other not in {w.value for w in app.warning}
    shown = [frame.value.iloc[:, 0].tolist() for frame in app.dataframe]
    assert ["spring", "dry (before it was changed)"] in shown
    app.selectbox(key="peak_kind").set_value("reform").run()
    assert other in {w.value for w in app.warning}


def test_a_scenario_says_whose_name_it_would_take_and_is_renamed_or_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved under a name that was taken, it became version 2 of the other without a word; none could be put away."""
    planned_home(tmp_path, "small")
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    folder = tmp_path / "centres" / "sample-small"
    save(Scenario("reform", (Volume(factor=2.0),)), folder)
    app = AppTest.from_function(draw_peaks, default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "sample-small"
    app.run()
    app.text_input(key="peak_name").set_value("reform").run()
    assert any("Another scenario bears the name reform, version 1".replace(",", "") in w.value.replace(",", "")
               for w in app.warning)  # fmt: skip
    assert "save_peak_0" not in {button.key for button in app.button}
    app.button(key="save_peak_1").click().run()
    assert saved(folder) == ["reform"] and load(folder, "reform").version == 2
    app.text_input(key="rename_reform").set_value("spring").run()
    app.button(key="rename_peak").click().run()
    assert not app.exception and saved(folder) == ["spring"]
    assert app.selectbox(key="peak_kind").value == "spring"
    app.text_input(key="rename_spring").set_value("Été").run()
    app.button(key="rename_peak").click().run()
    assert not app.exception and saved(folder) == ["spring"]
    app.button(key="delete_peak").click().run()
    assert not app.exception and not list((folder / "scenarios").iterdir())
    assert app.selectbox(key="peak_kind").value == "back_to_school"
