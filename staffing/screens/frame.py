"""What every page has around it: the pages on top, the other language, and broken files told in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import streamlit as st

from staffing.problems import BadInput
from staffing.screens import desk
from staffing.screens.problems import show_problems
from staffing.store.database import StoreUnavailable
from staffing.words import LANGUAGES, catalogue

Draw = Callable[[], None]
STYLE = """<style>
.block-container{padding-top:4.2rem;padding-bottom:3rem;max-width:1500px}
[data-testid="stCaptionContainer"],[data-testid="stCaptionContainer"] p{color:#4a4a52!important;opacity:1!important}
.affluence-lang{text-align:right;font-size:.9rem}
.affluence-lang a{color:#000091}
[data-testid="stMetricLabel"] p{font-size:.95rem}
h1{font-size:1.7rem!important;padding-bottom:.2rem!important}
h2{font-size:1.3rem!important}
h3{font-size:1.1rem!important}
</style>"""


def framed(pages: Sequence[tuple[str, Draw]]) -> None:
    """Set the page up, draw the navigation and then the page chosen."""
    speak = desk.language()
    st.set_page_config(page_title="Affluence", layout="wide")
    st.html(STYLE)
    made = [
        st.Page(_guarded(draw), title=desk.words(f"frame.page_{name}"), url_path=name, default=i == 0)
        for i, (name, draw) in enumerate(pages)
    ]
    chosen = st.navigation(made, position="top")
    _languages(speak)
    chosen.run()


def _languages(speak: str) -> None:
    """Links to the same page in the other languages; a link, so that the document itself changes its language."""
    kept = {name: value for name, value in st.query_params.items() if name != "lang"}
    links = [
        f'<a href="?{urlencode({**kept, "lang": code})}" target="_self" lang="{code}" hreflang="{code}">'
        f"{catalogue(code)['frame.language']}</a>"
        for code in LANGUAGES
        if code != speak
    ]
    st.html(f'<nav class="affluence-lang" aria-label="{desk.words("frame.languages")}">{" ".join(links)}</nav>')


def _guarded(draw: Draw) -> Draw:
    """The page, or what is wrong with the files or the store in words instead of a traceback."""

    def page() -> None:
        try:
            draw()
        except BadInput as error:
            st.title(desk.words("frame.broken_title"))
            show_problems(error.problems)
        except StoreUnavailable as error:
            st.title(desk.words("frame.store_title"))
            st.error(desk.unmarked(error.say(desk.language())))

    page.__name__ = draw.__name__
    return page
