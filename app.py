"""The door: ``streamlit run app.py``, or ``affluence app``."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from staffing.screens.shell import Shell

SCREENS = Path(__file__).parent / "staffing" / "screens" / "navigation.py"
app = st.App(SCREENS, middleware=[Middleware(Shell)])
