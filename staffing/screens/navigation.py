"""The pages, in the order of a manager's week. Streamlit runs this file at every turn."""

from __future__ import annotations

from staffing.screens.data import data_page
from staffing.screens.fairness import fairness_page
from staffing.screens.forecast import forecast_page
from staffing.screens.frame import framed
from staffing.screens.home import home_page
from staffing.screens.needs import needs_page
from staffing.screens.peaks import peaks_page
from staffing.screens.publish import publish_page
from staffing.screens.week import week_page

PAGES = (
    ("home", home_page), ("data", data_page), ("forecast", forecast_page), ("needs", needs_page),
    ("week", week_page), ("peaks", peaks_page), ("fairness", fairness_page), ("publish", publish_page),
)  # fmt: skip


framed(PAGES)
