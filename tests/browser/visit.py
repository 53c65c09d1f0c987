"""One visit to the screens: what was asked of the network, and whether the page is whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

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

    def text(self) -> str:
        """What the page says, narrow and hard spaces as plain ones."""
        return re.sub(r"[\u202f\xa0]", " ", self.page.inner_text("body"))
