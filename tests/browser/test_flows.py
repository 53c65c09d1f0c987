"""A manager's and a planner's flow, through the pages as people use them."""

from __future__ import annotations

from typing import Any

import pytest

from staffing.plan import Plan
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_a_manager_reads_the_week_publishes_it_and_takes_the_sheet_away(
    chromium: Any, served: tuple[str, Plan]
) -> None:
    with Visit(chromium, served[0], "fr") as visit:
        visit.open("week")
        page = visit.page
        page.get_by_role("tab", name="Une journée").click()
        page.get_by_role("button", name="Modifier cette journée").click()
        page.get_by_role("dialog").get_by_text("Verrouiller cette journée").click()
        page.get_by_role("dialog").get_by_role("button", name="Garder").click()
        page.get_by_role("dialog").wait_for(state="hidden", timeout=60_000)
        page.get_by_role("tab", name="Planning de la semaine").click()
        page.wait_for_selector("text=Tapez dans une case", timeout=60_000)
        page.get_by_role("tab", name="Pourquoi ça manque").click()
        page.wait_for_selector("text=il en manque", timeout=60_000)
        page = visit.open("publish")
        page.get_by_label("Votre nom").fill("Claire Martin")
        page.get_by_text("Publier même si").click()
        page.get_by_role("button", name="Publier cette version").click()
        page.wait_for_selector("text=Publié : version 1", timeout=60_000)
        visit.settled()
        with page.expect_download(timeout=60_000) as sheet:
            page.get_by_role("button", name="Feuille à afficher").click()
        assert sheet.value.path().read_bytes().startswith(b"%PDF")


def test_a_planner_builds_a_peak_saves_it_and_compares_answers(chromium: Any, served: tuple[str, Plan]) -> None:
    with Visit(chromium, served[0], "en") as visit:
        page = visit.open("peaks")
        page.get_by_role("combobox").first.click()
        page.get_by_role("option", name="Launch of a reform").click()
        page.wait_for_selector("text=Withholding tax, January 2019", timeout=60_000)
        page.get_by_label("Name of the scenario").fill("reform-2027")
        page.get_by_label("Name of the scenario").press("Enter")
        page.get_by_role("button", name="Save the scenario").click()
        page.wait_for_selector("text=version 1", timeout=60_000)
        page.get_by_role("button", name="Compare", exact=True).click()
        page.wait_for_selector("text=The peak is played on the roster", timeout=120_000)
        page.get_by_role("button", name="Stop and keep").click()
        page.wait_for_selector("text=the same random numbers in every column", timeout=120_000)
        visit.settled()
        assert "Who is affected" in visit.text()
        assert visit.outside == []


def test_a_first_history_becomes_a_centre(chromium: Any, served: tuple[str, Plan], tmp_path: Any) -> None:
    """Own files to an open centre in four clicks: bring, drop, open; a Wednesday's typing mistake would be listed."""
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
        page.wait_for_selector("text=Aucun planning encore", timeout=60_000)
