"""Every page in both languages: no barrier that axe knows of (WCAG A and AA), no request that leaves the machine, few
elements."""

from __future__ import annotations

from typing import Any

import pytest

from staffing.plan import Plan
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser
PAGES = ("", "data", "forecast", "needs", "week", "peaks", "fairness", "publish")
NODES = 5000


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_open_to_everybody_and_stays_on_this_machine(
    chromium: Any, served: tuple[str, Plan], language: str
) -> None:
    with Visit(chromium, served[0], language) as visit:
        for name in PAGES:
            page = visit.open(name)
            assert page.locator("[data-testid=stException]").count() == 0, name
            assert visit.broken() == [], name
            assert page.evaluate("document.querySelectorAll('*').length") < NODES, name
            assert page.evaluate("document.documentElement.lang") == language
        assert visit.outside == []


def test_burdens_fit_a_phone_and_names_stay_beside_the_weeks(chromium: Any, served: tuple[str, Plan]) -> None:
    with Visit(chromium, served[0], "fr") as visit:
        visit.page.set_viewport_size({"width": 390, "height": 844})
        page = visit.open("fairness")
        table = page.locator(".aff-wide").first
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
        assert page.get_by_role("radiogroup").first.evaluate("e => e.scrollWidth <= e.clientWidth")
        page.set_viewport_size({"width": 240, "height": 844})
        name = page.locator(".aff-fair th[scope=row]").first
        left = name.bounding_box()["x"]
        table.evaluate("e => { e.scrollLeft = 60 }")
        assert table.evaluate("e => e.scrollLeft") == 60 and left - 1 <= name.bounding_box()["x"] <= left
