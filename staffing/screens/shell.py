"""Around Streamlit's own page: the language of the document, and headers that keep the browser to this machine."""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from staffing.words import LANGUAGES

COOKIE = "affluence_lang"
"""What the page speaks, for as long as the browser is open."""
CHOSEN = "affluence_chosen"
"""What was chosen on screen, kept for a year."""
YEAR_S = 31_536_000
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def asked_for(query: str) -> str:
    """The language that the address asks for, empty when none of ours."""
    asked = (parse_qs(query).get("lang") or [""])[0]
    return asked if asked in LANGUAGES else ""


def spoken(query: str, cookie: str, accepted: str, told: str = "") -> str:
    """The language of a page: asked in the address, chosen before, ``told`` to the server, else the browser's first
    that we speak.

    >>> spoken("lang=fr", "", "en"), spoken("", "a=1; affluence_chosen=fr", ""), spoken("", "", "de,fr;q=0.8,en;q=0.5")
    ('fr', 'fr', 'fr')
    >>> spoken("", "", "en", "fr"), spoken("", "affluence_chosen=en", "en", "fr")
    ('fr', 'en')
    """
    kept = re.search(rf"(?:^|;\s*){CHOSEN}=(\w+)", cookie)
    wanted = [part.split(";")[0].strip()[:2].lower() for part in accepted.split(",")]
    ways = (asked_for(query), kept[1] if kept else "", told, *wanted)
    return next((code for code in ways if code in LANGUAGES), "en")


HEAD = (
    b"<script>window.__streamlit={BACKEND_BASE_URL:location.origin+location.pathname.replace(/[^\\/]*$/,'')}</script>"
)
"""Where the server is, a page's name taken off its address: Streamlit would first ask for it below that name."""
UNASKED = (b"accept-encoding", b"if-none-match", b"if-modified-since")


class Shell:
    """ASGI middleware: rewrites the page that holds the app and adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        query = scope["query_string"].decode("latin-1")
        told = os.environ.get("AFFLUENCE_LANGUAGE", "")
        language = spoken(query, asked.get("cookie", ""), asked.get("accept-language", ""), told)
        page = "text/html" in asked.get("accept", "")
        if page:  # a compressed page could not be rewritten, one kept by the browser may speak another language
            scope = {**scope, "headers": [h for h in scope["headers"] if h[0] not in UNASKED]}
        answer = Answer(send, language, page=page, choice=bool(asked_for(query)))
        await self.app(scope, receive, answer)


class Answer:
    """One answer on its way out; an HTML page is held back until it is whole, then rewritten."""

    def __init__(self, send: Send, language: str, *, page: bool, choice: bool) -> None:
        self.send, self.language, self.page, self.choice = send, language, page, choice
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if self.page and "text/html" in headers.get("content-type", ""):
                headers.append("Set-Cookie", f"{COOKIE}={self.language}; Path=/; SameSite=Lax")
                if self.choice:
                    headers.append("Set-Cookie", f"{CHOSEN}={self.language}; Path=/; SameSite=Lax; Max-Age={YEAR_S}")
                for name in ("etag", "last-modified"):
                    del headers[name]
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._page(message)
            return
        await self.send(message)

    async def _page(self, message: Message) -> None:
        """Send the held page in its language."""
        start = self.start
        assert start is not None
        self.start = None
        body = self.body.replace(b'<html lang="en">', f'<html lang="{self.language}">'.encode())
        body = body.replace(b"<title>Streamlit</title>", b"<title>Affluence</title>")
        body = body.replace(b"<head>", b"<head>" + HEAD, 1)
        headers = MutableHeaders(scope=start)
        headers["Content-Length"] = str(len(body))
        await self.send(start)
        await self.send({**message, "body": body, "more_body": False})
