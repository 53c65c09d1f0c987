"""What every page has around it: the pages on top, the other language, and broken files told in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import streamlit as st

from staffing.screens import desk
from staffing.screens.guarded import in_words, not_allowed
from staffing.screens.mine import mine_page
from staffing.screens.plots import drawn
from staffing.screens.shell import CHOSEN, COOKIE, YEAR_S
from staffing.store.database import StoreUnavailable
from staffing.store.rights import NotAllowed, Role
from staffing.words import LANGUAGES, catalogue

Draw = Callable[[], None]
STYLE = """
.block-container{padding-top:4.2rem;padding-bottom:3rem;max-width:1500px}
[data-testid="stCaptionContainer"],[data-testid="stCaptionContainer"] p{color:#4a4a52!important;opacity:1!important}
.st-key-languages button p{color:#000091;text-decoration:underline;font-size:.9rem}
[data-testid="stPageLink-NavLink"] p{color:#000091;text-decoration:underline}
[data-testid="stMetricLabel"] p{font-size:.95rem}
h1{font-size:1.7rem!important;padding-bottom:.7rem!important}
h2{font-size:1.3rem!important}
h3{font-size:1.1rem!important}
"""


def framed(pages: Sequence[tuple[str, Draw]]) -> None:
    """Set the page up, draw the navigation and then the page chosen."""
    desk.wake()
    desk.say_anew()
    speak = desk.language()
    st.set_page_config(page_title="Affluence", layout="wide")
    st.html(f"<style>{STYLE}{drawn.STYLE}{own_words()}</style>")
    made = [
        st.Page(_guarded(draw), title=desk.words(f"frame.page_{name}"), url_path=name, default=i == 0)
        for i, (name, draw) in enumerate(pages)
    ]
    st.session_state["pages"] = {name: page for (name, _), page in zip(pages, made, strict=True)}
    signed_in = not desk.shared() or st.user.is_logged_in
    barred = refused() if signed_in else None
    only_own = signed_in and barred is None and is_agent()
    chosen = st.navigation(made, position="top" if signed_in and not only_own and barred is None else "hidden")
    if not signed_in:
        _sign_in(speak)
        return
    desk.remember()
    _languages(speak)
    if desk.shared():
        st.button(desk.words("frame.sign_out"), on_click=st.logout, type="tertiary")
    if barred is not None:
        not_allowed(barred)
    elif only_own:
        _guarded(mine_page)()
    else:
        chosen.run()
    desk.spoken()


def own_words() -> str:
    """Streamlit says a few things in English alone, and offers to send an error to strangers: ours instead."""
    button = '[data-testid="stFileUploaderDropzone"]>span button'
    box = '[data-testid="stFileUploaderDropzoneInstructions"]'
    error = '[data-testid="stException"]'
    choose, drop, broken = (
        json.dumps(desk.words(key), ensure_ascii=False) for key in ("bring.upload", "bring.or_drop", "frame.unforeseen")
    )
    return (
        f'{button} p{{display:none}}{button} [data-testid="stMarkdownContainer"]::after{{content:{choose}}}'
        f"{box} span{{font-size:0}}{box} span::after{{font-size:.875rem;content:{drop}}}"
        f'[data-testid="stFileChipName"]+div{{display:none}}'  # its size, in English units
        f"{error}>*{{display:none}}{error}::before{{content:{broken}}}"
    )


def refused() -> NotAllowed | None:
    """Why whoever signed in may not enter: without an account they see no page, and of no page the half."""
    try:
        desk.user()
    except NotAllowed as error:
        return error
    except StoreUnavailable:
        return None  # the page that they asked for says why
    return None


def is_agent() -> bool:
    """Whether an agent signed in: they see their own published weeks and no other page, whatever the address."""
    try:
        return desk.user().role is Role.AGENT
    except (NotAllowed, StoreUnavailable):
        return False  # the page that they asked for says why


def _sign_in(speak: str) -> None:
    """The only page of whoever has not signed in."""
    _languages(speak)
    st.title("Affluence")
    st.text(desk.words("frame.sign_in_says"))
    st.button(desk.words("frame.sign_in"), on_click=st.login, type="primary")


def _languages(speak: str) -> None:
    """The same page in the other languages, on the spot: a link would load it anew, without what is typed in it. The
    document is told its language, and the browser which was chosen."""
    with st.container(key="languages", horizontal=True, horizontal_alignment="right"):
        for code in (code for code in LANGUAGES if code != speak):
            st.button(
                catalogue(code)["frame.language"], key=f"speak_{code}", type="tertiary", on_click=desk.speak,
                args=(code,), help=desk.words("frame.languages"),
            )  # fmt: skip
    if "speak" in st.session_state:
        kept = ((COOKIE, ""), (CHOSEN, f";max-age={YEAR_S}"))
        cookies = "".join(f'document.cookie="{name}={speak};path=/;samesite=lax{last}";' for name, last in kept)
        st.html(f'<script>document.documentElement.lang="{speak}";{cookies}</script>', unsafe_allow_javascript=True)


def _guarded(draw: Draw) -> Draw:
    """The page, or what is wrong with the files or the store in words instead of a traceback."""

    def page() -> None:
        if lost := desk.gone():
            st.warning(desk.words("frame.gone", name=desk.unmarked(lost), instead=desk.unmarked(desk.folder().name)))
        with in_words():
            draw()

    page.__name__ = draw.__name__
    return page
