"""``affluence app``: the screens, on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import chosen
from staffing.words import say

Screens = Annotated[str, typer.Option("--language", show_default=False, callback=lambda value: chosen(value) and value)]
"""Empty when left out: then each browser is answered in its own language."""
DOOR = Path(__file__).parent.parent.parent / "app.py"


def app(
    port: Annotated[int, typer.Option("--port", min=1, max=65_535)] = 8501,
    language: Screens = "",
) -> None:
    """Runs until stopped."""
    typer.echo(say("cli.app_start", chosen(language), port=port))
    server = ["--server.address", "127.0.0.1", "--server.port", str(port), "--browser.gatherUsageStats", "false"]
    server += ["--client.toolbarMode", "minimal", "--client.showErrorDetails", "none", "--server.maxUploadSize", "20"]
    server += ["--theme.primaryColor", "#000091", "--server.fileWatcherType", "none", "--runner.postScriptGC", "false"]
    told = {"AFFLUENCE_LANGUAGE": language} if language else {}
    command = [sys.executable, "-m", "streamlit", "run", str(DOOR), *server]
    run = subprocess.run(command, env={**os.environ, **told}, check=False)
    raise typer.Exit(run.returncode)
