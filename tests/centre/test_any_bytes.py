"""Whatever a folder holds, the gate answers with a centre or with problems, never with a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.problems import BadInput
from tests.centre.folder import good, written

FILES = sorted(good())
SNIPPETS = st.sampled_from(
    [
        b"",
        b",",
        b"\n",
        b'"',
        b";",
        b"\x00",
        b"\xff",
        b"=",
        b"nan",
        b"inf",
        b"-1",
        b"1e400",
        b"9" * 400,
        b"0",
        b"[",
        b"]",
        b"2026-02-30",
        b"9999-12-31",
        b"0001-01-01",
        b"24:00",
        b"25:61",
        b"\xe9",
        b"[[",
        b"'''",
        b"true",
        b"phone",
        b"\r",
    ]
)


def answered(files: dict[str, str | bytes]) -> Centre | None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            return read_centre(written(Path(folder), files))
        except BadInput as refused:
            assert refused.problems
            return None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.floats(0, 1), st.integers(0, 40), SNIPPETS | st.binary(max_size=12))
def test_any_bytes_in_any_file_are_read_or_refused(file: str, place: float, length: int, bytes_: bytes) -> None:
    files = good()
    whole = str(files[file]).encode()
    at = int(place * len(whole))
    files[file] = whole[:at] + bytes_ + whole[at + length :]
    answered(files)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_a_file_of_random_bytes_is_read_or_refused(file: str, bytes_: bytes) -> None:
    files = good()
    files[file] = bytes_
    answered(files)
