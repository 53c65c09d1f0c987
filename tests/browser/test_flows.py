"""A manager's and a planner's flow, through the pages as people use them."""

from __future__ import annotations

import io
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from staffing.plan import Plan
from staffing.rostering.roster import Progress
from staffing.store.database import Database, open_database
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.jobs import Jobs
from staffing.store.plans import save_plan
from staffing.words import LANGUAGES, say
from staffing.words.speech import week_text
from tests.browser.conftest import unplanned
from tests.browser.visit import IDLE_MS, Visit
from tests.files.pdf import printed

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_manager_reads_the_week_publishes_it_and_takes_the_sheet_away(
    chromium: Any, served: tuple[str, Plan], language: str, tmp_path: Path
) -> None:
    words = partial(say, language=language)
    with Visit(chromium, served[0], language) as visit:
        page = visit.open(f"week?centre=small-{language}")
        page.get_by_role("tab", name=words("week.one_day")).click()
        page.get_by_role("button", name=words("week.edit")).click()
        page.get_by_role("dialog").get_by_text(words("week.lock")).click()
        page.get_by_role("dialog").get_by_role("button", name=words("week.edit_keep")).click()
        page.get_by_role("dialog").wait_for(state="hidden", timeout=60_000)
        page.get_by_role("tab", name=words("week.grid")).click()
        page.get_by_text(words("week.grid_help")).wait_for(timeout=60_000)
        page.get_by_role("tab", name=words("week.why")).click()
        page.get_by_text({"fr": "il en manque", "en": "missing"}[language]).first.wait_for(timeout=60_000)
        page = visit.open(f"publish?centre=small-{language}")
        page.get_by_text(words("publishing.short_notice")).click()
        page.get_by_role("button", name=words("publishing.publish")).click()
        page.get_by_text(words("publishing.state_published", number=1)).wait_for(timeout=60_000)
        visit.settled()
        for pressed_ms in (50, 150):  # the finger goes from the name right to the button
            page.get_by_label(words("publishing.author")).fill(f"Maud {pressed_ms}")
            with page.expect_download(timeout=60_000) as sheet:
                page.get_by_role("button", name=words("publishing.file_pdf")).click(delay=pressed_ms)
            assert f"Maud {pressed_ms}" in printed(sheet.value.path())
        with page.expect_download(timeout=60_000) as book:
            page.get_by_role("button", name=words("publishing.file_workbook")).click()
        page.get_by_text(words("publishing.back"), exact=True).click()
        page.set_input_files("input[type=file]", one_day_freed(book.value.path(), tmp_path / "edited.xlsx"))
        page.get_by_role("button", name=words("publishing.back_apply", count=1)).click(timeout=60_000)
        page.get_by_text(words("publishing.back_applied", count=1)).wait_for(timeout=60_000)
        page.get_by_text(words("publishing.state_draft", number=1)).wait_for(timeout=60_000)
        assert visit.outside == []


def one_day_freed(book: Path, edited: Path) -> Path:
    """The workbook as somebody saves it who frees the first agent of their first shift."""
    sheets = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))  # a download has no suffix
    next(cell for cell in sheets.worksheets[0][3][2:9] if cell.value).value = None
    sheets.save(edited)
    return edited


@pytest.mark.parametrize("language", ["fr"])
def test_a_planner_builds_a_peak_saves_it_and_compares_answers(
    chromium: Any, served: tuple[str, Plan], language: str
) -> None:
    words = partial(say, language=language)
    with Visit(chromium, served[0], language) as visit:
        page = visit.open(f"peaks?centre=small-{language}")
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name=words("peaks.event_reform_launch")).click()
        page.get_by_text(words("peaks.source_reform_launch")).wait_for(timeout=60_000)
        name = page.get_by_label(words("peaks.name"))
        name.fill("reform-2027")
        name.press("Enter")
        page.get_by_role("button", name=words("peaks.save")).click()
        page.wait_for_selector("text=version 1", timeout=60_000)
        page.get_by_text(words("peaks.which")).wait_for(timeout=60_000)
        assert page.get_by_role("combobox").first.input_value() == "reform-2027", "what was saved stays chosen"
        page.get_by_role("button", name=words("peaks.go"), exact=True).click()
        told = [words(f"peaks.step_{name}", step=2 + i, total=4, seconds="") for i, name in enumerate(("kept", "anew"))]
        steps = [text.strip(" s") for text in told]
        page.get_by_text(re.compile("|".join(map(re.escape, steps)))).wait_for(timeout=60_000)
        page.get_by_role("button", name=words("peaks.stop")).click()
        page.get_by_text(words("peaks.affected")).first.wait_for(timeout=120_000)
        assert words("peaks.answers", name="reform-2027").partition("reform")[0] in visit.text()
        assert visit.outside == []


def under_way(home: Path, folder: Path, plan: Plan) -> tuple[Database, Jobs, int]:
    """The store of that home with a run for the plan's week that has reported once, without a roster."""
    database = open_database(home / "affluence.sqlite")
    jobs = Jobs(database)
    id = jobs.submit({"folder": str(folder), "week": str(plan.week), "seconds": 60.0, "seed": 1, "scenario": ""})
    jobs.take(id)
    jobs.tell(id, Progress("forecast", 1.0))
    return database, jobs, id


def test_files_are_brought_while_a_run_draws_the_page_anew(
    chromium: Any, served: tuple[str, Plan], home: Path, tmp_path: Path
) -> None:
    """The dialog stays open, what was dropped in it too, through the first roster of a run; put away, it stays away."""
    folder, plan = unplanned(home, "meanwhile")
    database, jobs, id = under_way(home, folder, plan)
    export = tmp_path / "export.csv"
    export.write_text("date;heure;appels recus;dmt\n01/09/2026;9:00;12;240\n", "utf-8")
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open("?centre=meanwhile")
        page.get_by_role("button", name=say("home.own", "fr")).click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for(timeout=60_000)
        page.set_input_files("input[type=file]", str(export))
        dialog.get_by_text("export.csv").first.wait_for(timeout=60_000)
        jobs.hold(id, save_plan(database, plan, folder))
        jobs.tell(id, Progress("search", 2.0, 2000.0, 1000.0, plan.roster))
        page.get_by_text(say("week.met", "fr")).first.wait_for(timeout=60_000)
        assert dialog.get_by_text("export.csv").count(), "the dialog went, or what was dropped in it"
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden", timeout=60_000)
        jobs.finish(id, plan=jobs.read(id).plan)
        page.get_by_role("button", name=say("runs.stop", "fr")).wait_for(state="detached", timeout=60_000)
        assert dialog.count() == 0
    database.close()


def test_stop_is_heard_though_the_first_roster_appears_under_the_finger(
    chromium: Any, served: tuple[str, Plan], home: Path
) -> None:
    """The button is pressed before a report and let go after it: it is the same button in the same place, from the
    first report, which has no roster yet, through the first roster to the next better one."""
    folder, plan = unplanned(home, "reports")
    database, jobs, id = under_way(home, folder, plan)
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open("week?centre=reports")
        stop = page.get_by_role("button", name=say("runs.stop", "fr"))
        stop.evaluate("button => { button.dataset.first = 'yes'; }")
        stop.hover()
        page.mouse.down()
        jobs.hold(id, save_plan(database, plan, folder))
        jobs.tell(id, Progress("search", 2.0, 2000.0, 1000.0, plan.roster))
        page.get_by_text(say("week.met", "fr")).wait_for(timeout=60_000)
        jobs.tell(id, Progress("search", 3.0, 1900.0, 1000.0, plan.roster))
        page.get_by_text(re.compile("1.900")).first.wait_for(timeout=60_000)
        assert stop.get_attribute("data-first") == "yes", "drawn anew in another place"
        assert not jobs.read(id).cancel
        page.mouse.up()
        page.wait_for_function("document.querySelector('button[data-first]').disabled", timeout=60_000)
        assert jobs.read(id).cancel
    jobs.finish(id, plan=jobs.read(id).plan)
    database.close()


@pytest.mark.parametrize("language", ["fr"])
def test_what_is_typed_into_the_grid_outlives_another_tab_and_what_somebody_else_keeps(
    chromium: Any, served: tuple[str, Plan], home: Path, language: str
) -> None:
    words = partial(say, language=language)
    folder, plan = unplanned(home, f"two-{language}")
    database = open_database(home / "affluence.sqlite")
    id = save_plan(database, plan, folder)
    days = working_copy(database, id)
    (mine, *_), (theirs, *_) = ([key for key in days if key[0] == a.id] for a in plan.centre.team.agents[:2])
    with Visit(chromium, served[0], language) as visit:
        page = visit.open(f"week?centre=two-{language}")
        keep = page.get_by_role("button", name=words("week.grid_keep"))
        type_first(page, 2 + plan.week.days.index(mine[1]), "off")
        page.get_by_role("tab", name=words("week.why")).click()
        visit.settled()
        page.get_by_role("tab", name=words("week.grid")).click()
        visit.settled()
        assert keep.is_enabled(), "what was typed went with the look at another tab"
        edit_days(database, id, [DayEdit(*theirs, (), days[theirs].revision)])
        keep.click()
        page.get_by_text(words("week.grid_meanwhile")[:40]).wait_for(timeout=60_000)
        visit.settled()
        keep.click()
        page.get_by_text(words("week.grid_meanwhile")[:40]).wait_for(state="hidden", timeout=60_000)
        visit.settled()
    kept = working_copy(database, id)
    database.close()
    assert not kept[theirs].pieces and not kept[mine].pieces


def test_a_run_that_somebody_else_starts_takes_nothing_typed_and_no_plan_from_this_desk(
    chromium: Any, served: tuple[str, Plan], home: Path
) -> None:
    """Of another week or of this one: the page followed whatever run was the newest, and what was typed went."""
    folder, plan = unplanned(home, "others")
    database = open_database(home / "affluence.sqlite")
    jobs, id = Jobs(database), save_plan(database, plan, folder)
    mine = next(key for key in working_copy(database, id) if key[0] == plan.centre.team.agents[0].id)
    question = {"folder": str(folder), "seconds": 60.0, "seed": 1, "scenario": ""}
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open("week?centre=others")
        type_first(page, 2 + plan.week.days.index(mine[1]), "off")
        for week in (plan.week.plus(1), plan.week):
            run = jobs.submit({**question, "week": str(week)})
            jobs.take(run)
            jobs.tell(run, Progress("forecast", 1.0))
            for tab in ("why", "grid"):
                page.get_by_role("tab", name=say(f"week.{tab}", "fr")).click()
                visit.settled()
            page.get_by_role("link", name=say("frame.page_publish", "fr")).click()
            page.get_by_text(say("runs.beside", "fr", week=week_text(week, "fr"))).wait_for(timeout=60_000)
            visit.settled()
            page.get_by_role("link", name=say("frame.page_week", "fr")).click()
            page.get_by_text(say("runs.beside", "fr", week=week_text(week, "fr"))).wait_for(timeout=60_000)
            visit.settled()
            assert page.get_by_role("button", name=say("week.grid_keep", "fr")).is_enabled()
        page.get_by_role("button", name=say("week.grid_keep", "fr")).click()
        page.get_by_role("button", name=say("runs.stop", "fr")).wait_for(timeout=60_000)
        assert not working_copy(database, id)[mine].pieces
        jobs.stop(run)
        jobs.finish(run, plan=id)
        page.get_by_role("button", name=say("runs.follow", "fr")).click(timeout=60_000)
        page.get_by_role("button", name=say("runs.stop", "fr")).wait_for(timeout=60_000)
        jobs.finish(run - 1)
    database.close()


@pytest.mark.parametrize("language", ["en"])
def test_what_is_typed_into_a_table_outlives_the_look_at_another(
    chromium: Any, served: tuple[str, Plan], home: Path, language: str
) -> None:
    folder, _ = unplanned(home, f"tables-{language}")
    with Visit(chromium, served[0], language) as visit:
        page = visit.open(f"data?centre=tables-{language}")
        type_first(page, 1, "Nova Typed")
        save = say("data.save", language)
        for table, untouched in (("absences", True), ("agents", False)):  # what was typed is there on coming back
            page.get_by_text(say(f"data.{table}", language), exact=True).click()
            page.get_by_role("button", name=save, disabled=untouched).wait_for(timeout=IDLE_MS)
            visit.settled()
        page.get_by_role("button", name=save).click()
        page.get_by_text(say("data.saved", language)).first.wait_for(timeout=IDLE_MS)
    assert "Nova Typed" in (folder / "agents.csv").read_text("utf-8")


@pytest.mark.parametrize("language", ["fr"])
def test_what_is_typed_and_chosen_stays_when_the_language_is_changed(
    chromium: Any, served: tuple[str, Plan], home: Path, language: str
) -> None:
    """The link to the other language loaded the page anew: a week of typing went with one click."""
    other = next(code for code in LANGUAGES if code != language)
    folder, plan = unplanned(home, f"spoken-{language}")
    database = open_database(home / "affluence.sqlite")
    id = save_plan(database, plan, folder)
    mine = next(key for key in working_copy(database, id) if key[0] == plan.centre.team.agents[0].id)
    with Visit(chromium, served[0], language) as visit:

        def turned() -> None:
            page.get_by_role("button", name=say("frame.language", other), exact=True).click()
            page.get_by_role("button", name=say("frame.language", language), exact=True).wait_for(timeout=60_000)
            visit.settled()
            assert page.evaluate("document.documentElement.lang") == other

        def back() -> None:
            page.get_by_role("button", name=say("frame.language", language), exact=True).click()
            page.get_by_role("button", name=say("frame.language", other), exact=True).wait_for(timeout=60_000)

        page = visit.open(f"week?centre=spoken-{language}")
        type_first(page, 2 + plan.week.days.index(mine[1]), "off")
        turned()
        assert visit.broken() == [] and visit.outside == []
        page.get_by_role("button", name=say("week.grid_keep", other)).click(timeout=60_000)
        page.get_by_role("button", name=say("week.grid_keep", other), disabled=True).wait_for(timeout=60_000)
        visit.settled()
        assert not working_copy(database, id)[mine].pieces
        back()
        page = visit.open(f"data?centre=spoken-{language}")
        type_first(page, 1, "Nova Typed")
        turned()
        assert page.get_by_role("button", name=say("data.save", other)).is_enabled()
        back()
        page = visit.open(f"publish?centre=spoken-{language}")
        page.get_by_label(say("publishing.reason", language)).fill("Maud asked")
        page.get_by_text(say("publishing.short_notice", language)).click()
        turned()
        assert page.get_by_label(say("publishing.reason", other)).input_value() == "Maud asked"
        assert page.get_by_label(say("publishing.short_notice", other)).is_checked()
    database.close()


@pytest.mark.parametrize("language", ["en"])
def test_a_peak_stays_as_it_was_set_through_another_page_a_reload_and_the_other_language(
    chromium: Any, served: tuple[str, Plan], home: Path, language: str
) -> None:
    """It went back to the first event of the list, all sliders at rest, above the answer to what had been asked."""
    words, other = partial(say, language=language), next(code for code in LANGUAGES if code != language)
    folder, plan = unplanned(home, f"peak-{language}")
    database = open_database(home / "affluence.sqlite")
    save_plan(database, plan, folder)
    database.close()
    with Visit(chromium, served[0], language) as visit:
        page = visit.open(f"peaks?centre=peak-{language}")
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name=words("peaks.event_reform_launch")).click()
        page.get_by_text(words("peaks.source_reform_launch")).wait_for(timeout=60_000)
        visit.settled()
        page.get_by_role("combobox").nth(1).click()
        page.get_by_role("option").nth(2).click()
        visit.settled()
        page.locator("[data-testid=stSlider]").first.get_by_role("slider").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.get_by_text(words("peaks.lever_temporary_staff"), exact=True).click(timeout=60_000)
        page.wait_for_url(re.compile("peak_contacts=120.*peak_levers="), timeout=60_000)
        visit.settled()
        said = page.get_by_text(re.compile(r"^(Under this peak|Sous ce pic)")).inner_text()

        def as_set(speak: str) -> None:
            page.get_by_text(say("peaks.source_reform_launch", speak)).wait_for(timeout=60_000)
            visit.settled()
            assert page.get_by_role("combobox").first.input_value() == say("peaks.event_reform_launch", speak)
            assert page.locator("[data-testid=stSliderThumbValue]").first.inner_text().startswith("120")
            page.wait_for_url(re.compile("peak_levers="), timeout=60_000)
            assert "temporary_staff" not in page.url

        page.get_by_role("link", name=words("frame.page_needs")).click()
        page.get_by_role("heading", level=1, name=words("needs.title")).wait_for(timeout=60_000)
        page.get_by_role("link", name=words("frame.page_peaks")).click()
        as_set(language)
        page.reload()
        as_set(language)
        assert page.get_by_text(re.compile(r"^(Under this peak|Sous ce pic)")).inner_text() == said
        page.get_by_role("button", name=say("frame.language", other), exact=True).click()
        as_set(other)
        page.get_by_label(say("peaks.name", other)).fill("Réforme 2027")
        page.get_by_label(say("peaks.name", other)).press("Enter")
        page.get_by_role("button", name=say("peaks.save", other)).click()
        page.get_by_text("reforme-2027").wait_for(timeout=60_000)


def type_first(page: Any, column: int, text: str) -> None:
    """Into the last table's first row: a canvas, walked through with the keyboard; again where a key was lost on a
    machine at work."""
    grid, done = page.locator("[data-testid=stDataFrame]").last, page.locator("button[kind=primary]").last
    until = time.monotonic() + 60
    while not done.is_enabled() and time.monotonic() < until:
        grid.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)  # until nothing moves any more
        box = grid.bounding_box()
        page.mouse.click(box["x"] + 60, box["y"] + 52)
        chosen = grid.locator("td[aria-selected=true]").first  # as the canvas tells those who do not see it
        page.wait_for_timeout(500)
        at = int(chosen.get_attribute("id", timeout=IDLE_MS).split("-")[2])  # glide-cell-COLUMN-ROW
        for right in range(at + 1, at + 1 + column):
            page.keyboard.press("ArrowRight", delay=20)
            grid.locator(f"td[id=glide-cell-{right}-0][aria-selected=true]").wait_for(state="attached", timeout=IDLE_MS)
        page.keyboard.press(text[0])
        page.wait_for_timeout(500)
        editor = page.locator(".gdg-input")  # of the cell, once it is open: no letter is lost on its way
        if editor.count():
            editor.fill(text)
            page.keyboard.press("Enter")
        page.wait_for_timeout(2000)
    assert done.is_enabled()


def test_a_first_history_becomes_a_centre(chromium: Any, served: tuple[str, Plan], tmp_path: Any) -> None:
    """From own files to a plan under way in three acts: bring, drop, open; the columns are known, the team proposed."""
    rows = ["date;heure;appels recus;dmt"]
    rows += [
        f"{day:02d}/{month:02d}/2026;{hour:02d}:{minute};{10 + hour % 5};240"
        for month in (9, 10) for day in range(1, 31) for hour in range(9, 17) for minute in ("00", "30")
    ]  # fmt: skip
    export = tmp_path / "export.csv"
    export.write_text("\n".join(rows) + "\n", "utf-8")
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open()
        page.get_by_role("button", name="Apporter mes fichiers").click()
        page.set_input_files("input[type=file]", str(export))
        page.get_by_role("button", name="Ouvrir ce centre").click(timeout=60_000)
        page.get_by_role("button", name=say("runs.stop", "fr")).click(timeout=60_000)
        page.get_by_role("heading", name="export").first.wait_for(timeout=60_000)
        assert "centre=export" in page.url
