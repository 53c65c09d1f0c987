"""Where the screens and the commands on the store keep what people make."""

from __future__ import annotations

import os
from pathlib import Path

STORE = "affluence.sqlite"


def home_folder(*, make: bool = True) -> Path:
    """Where plans and centres are kept: ``AFFLUENCE_HOME``, else the user's data folder; made unless not to be."""
    told = os.environ.get("AFFLUENCE_HOME")
    base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folder = Path(told) if told else base / "affluence"
    if make:
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def store_place(*, make: bool = True) -> str:
    """The store's address: ``AFFLUENCE_STORE`` (a path or postgresql://), else a file in the home folder."""
    return os.environ.get("AFFLUENCE_STORE") or str(home_folder(make=make) / STORE)
