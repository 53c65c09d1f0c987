"""The first minute in a real Chromium: the solved week is there, nothing leaves the machine, the document says its
language."""

from __future__ import annotations

import urllib.request
from typing import Any

import pytest

from staffing.plan import Plan
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "word"), [("fr", "Besoin couvert"), ("en", "Need covered")])
def test_the_solved_week_is_on_screen_at_once(
    chromium: Any, served: tuple[str, Plan], language: str, word: str
) -> None:
    address, _ = served
    with Visit(chromium, address, language) as visit:
        page = visit.open()
        page.wait_for_selector(".aff-plot > i", timeout=60_000)
        text = visit.text()
        assert word in text
        assert page.evaluate("document.documentElement.lang") == language
        assert page.locator("[data-testid=stDataFrame]").count() == 2, "the weeks ahead, and the roster"
        assert visit.outside == []
        assert visit.errors == []


def test_the_other_language_is_one_click_away_and_stays(chromium: Any, served: tuple[str, Plan]) -> None:
    with Visit(chromium, served[0], "fr") as visit:
        visit.open()
        visit.page.click("nav.affluence-lang a")
        visit.page.wait_for_selector("text=Need covered", timeout=60_000)
        assert visit.page.evaluate("document.documentElement.lang") == "en"
        visit.open()
        assert "Need covered" in visit.text()


def test_every_page_carries_the_headers(served: tuple[str, Plan]) -> None:
    asked = urllib.request.Request(served[0], headers={"Accept": "text/html", "Accept-Language": "fr"})
    with urllib.request.urlopen(asked) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert b'<html lang="fr">' in answer.read()


def test_a_day_is_changed_by_keyboard_alone(chromium: Any, served: tuple[str, Plan]) -> None:
    """Tab reaches every part of the Week page; arrows change the view; Enter opens the dialog and Escape leaves it."""
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open("week")
        tabbed_to(page, "role", "tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=lundi 30 novembre 2026", timeout=60_000)
        visit.settled()
        tabbed_to(page, "innerText", "Modifier cette journée…")
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for(timeout=60_000)
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden", timeout=60_000)


def tabbed_to(page: Any, what: str, wanted: str) -> None:
    """Press Tab until the element in focus has that role or text."""
    here = "() => [document.activeElement.getAttribute('role'), document.activeElement.innerText]"
    for _ in range(80):
        page.keyboard.press("Tab")
        role, text = page.evaluate(here)
        if wanted in ((role or "") if what == "role" else (text or "")):
            return
    raise AssertionError(f"eighty tabs never reach {wanted}")
