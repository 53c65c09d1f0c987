"""One visit to the screens: what was asked of the network, and whether the page is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
IDLE_MS = 60_000


@dataclass
class Visit:
    """A browser context in one language; ``outside`` the requests that left this machine, ``errors`` of the console."""

    browser: Any
    address: str
    language: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __enter__(self) -> Visit:
        self.context = self.browser.new_context(locale=LOCALES[self.language], viewport={"width": 1400, "height": 1000})
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1":
            self.outside.append(url)

    def open(self, path: str = "") -> Any:
        """Go there and wait until the page has drawn."""
        self.page.goto(f"{self.address}/{path}")
        return self.settled()

    def settled(self) -> Any:
        """Wait for a title and for Streamlit to have nothing left to do."""
        self.page.wait_for_selector("h1", timeout=IDLE_MS)
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning' && "
            "!document.querySelector('[data-testid=stStatusWidget]') && "
            "!document.querySelector('[data-stale=true]') && "
            "document.getAnimations().every(a => a.playState !== 'running' || a.effect.getTiming().iterations > 1)",
            timeout=IDLE_MS,
        )
        self.page.wait_for_timeout(300)
        return self.page

    def broken(self) -> list[tuple[str, str]]:
        """What axe finds on the page of WCAG A and AA: the rule, and where first."""
        self.page.evaluate(AXE.read_text("utf-8"))
        return [(v["id"], v["nodes"][0]["html"][:200]) for v in self.page.evaluate(RULES)["violations"]]

    def text(self) -> str:
        """What the page says, narrow and hard spaces as plain ones."""
        return re.sub(r"[\u202f\xa0]", " ", self.page.inner_text("body"))
