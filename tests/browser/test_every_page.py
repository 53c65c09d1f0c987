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
