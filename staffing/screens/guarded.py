"""What is wrong with the files, the store or one's rights, in words instead of a traceback: for a page, and for the
parts of a page that are drawn by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlencode

import streamlit as st

from staffing.problems import BadInput
from staffing.screens import desk
from staffing.screens.problems import show_problems
from staffing.store.database import StoreUnavailable
from staffing.store.rights import NotAllowed

P = ParamSpec("P")


@contextmanager
def in_words() -> Iterator[None]:
    """Whatever is drawn within ends in words where files, store or rights do not let it go on."""
    try:
        yield
    except BadInput as error:
        st.title(f"{desk.words('frame.broken_title')} · {desk.unmarked(desk.folder().name)}")
        show_problems(error.problems)
        query = urlencode({**st.query_params.to_dict(), "centre": desk.folder().name})
        st.html(f'<a href="data?{query}" target="_self">{desk.words("frame.mend_there")}</a>')
    except NotAllowed as error:
        not_allowed(error)
    except StoreUnavailable as error:
        st.title(desk.words("frame.store_title"))
        st.error(desk.unmarked(error.say(desk.language())))


def not_allowed(error: NotAllowed) -> None:
    """What whoever asked may not do."""
    st.title(desk.words("frame.not_allowed"))
    st.error(desk.unmarked(error.say(desk.language())))


def telling(draw: Callable[P, None]) -> Callable[P, None]:
    """The same, ending in words: under ``st.fragment``, which catches what it does not know before the page can."""

    @wraps(draw)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        with in_words():
            draw(*args, **kwargs)

    return told
