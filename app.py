"""The door: ``streamlit run app.py``, or ``affluence app``."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from staffing.screens import desk
from staffing.screens.shell import Shell

SCREENS = Path(__file__).parent / "staffing" / "screens" / "navigation.py"


@contextlib.asynccontextmanager
async def opened(_: st.App) -> AsyncIterator[None]:
    """What takes seconds to load is loading before a page is open."""
    desk.open_up()
    yield


app = st.App(SCREENS, middleware=[Middleware(Shell)], lifespan=opened)
