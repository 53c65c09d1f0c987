"""The first minute in a real Chromium: the solved week is there, nothing leaves the machine, the document says its
language."""

from __future__ import annotations

import re
import urllib.request
from typing import Any

import pytest

from staffing.plan import Plan
from staffing.words import say
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
        tables = "document.querySelectorAll('[data-testid=stDataFrame]').length"
        page.wait_for_function(f"{tables} >= 2", timeout=60_000)  # they are drawn after the page around them
        assert page.evaluate(tables) == 2, "the weeks ahead, and the roster"
        assert visit.outside == []
        assert visit.errors == []


def test_the_other_language_is_one_click_away_and_stays(chromium: Any, served: tuple[str, Plan]) -> None:
    with Visit(chromium, served[0], "fr") as visit:
        visit.open()
        visit.page.get_by_role("button", name="English").click()
        visit.page.wait_for_selector("text=Need covered", timeout=60_000)
        visit.settled()
        assert visit.page.evaluate("document.documentElement.lang") == "en"
        visit.open()
        assert "Need covered" in visit.text()


def test_every_page_carries_the_headers(served: tuple[str, Plan]) -> None:
    asked = urllib.request.Request(served[0], headers={"Accept": "text/html", "Accept-Language": "fr"})
    with urllib.request.urlopen(asked) as answer:
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert b'<html lang="fr">' in answer.read()


def test_the_manager_s_week_goes_by_keyboard_alone(chromium: Any, served: tuple[str, Plan]) -> None:
    """Open the sample, go to the Week, solve and stop, change a day, publish: Tab, arrows, Space and Enter."""
    with Visit(chromium, served[0], "fr") as visit:
        page = visit.open()
        pressed(page, say("home.sample", "fr"))
        page.wait_for_url("**centre=sample-medium*", timeout=60_000)
        visit.open("?centre=keys")
        pressed(page, say("frame.page_week", "fr"))
        page.get_by_role("heading", name="keys").wait_for(timeout=60_000)
        visit.settled()
        pressed(page, say("week.solve", "fr"))
        pressed(page, say("week.solve_go", "fr"))
        page.get_by_role("button", name=say("runs.stop", "fr")).wait_for(timeout=60_000)
        pressed(page, say("runs.stop", "fr"))
        page.get_by_role("button", name=say("runs.stop", "fr")).wait_for(state="detached", timeout=60_000)
        visit.settled()
        tabbed_to(page, say("week.grid", "fr"))
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=lundi 30 novembre 2026", timeout=60_000)
        visit.settled()
        pressed(page, say("week.edit", "fr"))
        page.get_by_role("dialog").wait_for(timeout=60_000)
        visit.settled()
        pressed(page, say("week.lock", "fr"), "Space")
        visit.settled()
        pressed(page, say("week.edit_keep", "fr"))
        page.get_by_role("dialog").wait_for(state="hidden", timeout=60_000)
        visit.settled()
        pressed(page, say("frame.page_publish", "fr"))
        page.get_by_role("heading", name=say("publishing.title", "fr")).wait_for(timeout=60_000)
        visit.settled()
        pressed(page, say("publishing.short_notice", "fr"), "Space")
        pressed(page, say("publishing.publish", "fr"))
        page.get_by_text(say("publishing.state_published", "fr", number=1)).wait_for(timeout=60_000)


FOCUS = """() => { const here = document.activeElement;
  if (here.querySelectorAll('*').length > 30) return '';  // the page or a dialog as a whole
  return [here.innerText, here.getAttribute('aria-label'), here.closest('label')?.innerText].join(' '); }"""


def tabbed_to(page: Any, wanted: str) -> None:
    """Press Tab until what is in focus says that."""
    for _ in range(80):
        if wanted in re.sub(r"\s+", " ", page.evaluate(FOCUS)):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"eighty tabs never reach {wanted}")


def pressed(page: Any, wanted: str, key: str = "Enter") -> None:
    """Go there by Tab and press the key."""
    tabbed_to(page, wanted)
    page.keyboard.press(key)
