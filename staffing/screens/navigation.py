"""The pages, in the order of a manager's week. Streamlit runs this file at every turn."""

from __future__ import annotations

from staffing.screens.frame import framed
from staffing.screens.week import week_page

PAGES = (("week", week_page),)


def navigate() -> None:
    """Draw the page the address names."""
    framed(PAGES)


navigate()
