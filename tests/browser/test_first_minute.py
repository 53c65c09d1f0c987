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
        page.wait_for_selector(".js-plotly-plot .barlayer", timeout=60_000)
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
