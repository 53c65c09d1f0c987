"""The command that serves the screens, asked by a browser."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def page(port: int, query: str = "", cookie: str = "") -> tuple[str, list[str]]:
    """The page a browser that asks for English gets, with the cookies it is given."""
    headers = {"Accept": "text/html", "Accept-Language": "en-GB,en;q=0.9", "Cookie": cookie}
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/{query}", headers=headers)) as answer:
        return answer.read().decode(), answer.headers.get_all("Set-Cookie")


def first_page(port: int) -> tuple[str, list[str]]:
    """The page, as soon as the server answers; URLError when it does not within a minute."""
    for _ in range(300):
        with contextlib.suppress(urllib.error.URLError):
            return page(port)
        time.sleep(0.2)
    return page(port)


def test_screens_speak_the_language_of_the_command_until_another_is_chosen(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "staffing", "app", "--port", str(port), "--language", "fr"]
    environment = {**os.environ, "AFFLUENCE_HOME": str(tmp_path), "STREAMLIT_SERVER_HEADLESS": "true"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        told, given = first_page(port)
        assert '<html lang="fr">' in told and given == ["affluence_lang=fr; Path=/; SameSite=Lax"]
        assert '<html lang="fr">' in page(port, cookie="affluence_lang=en")[0], "spoken before, chosen by nobody"
        chosen = page(port, "?lang=en")[1][1].split(";")[0]
        assert '<html lang="en">' in page(port, cookie=chosen)[0]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
