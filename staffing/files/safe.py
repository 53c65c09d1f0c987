"""Cells that no spreadsheet runs and file names that stay in their folder."""

from __future__ import annotations

import re
import unicodedata

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
RESERVED = {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}


def safe_cell(text: str) -> str:
    """Text for a CSV that people open in a spreadsheet: a leading apostrophe where it would run as a formula.

    >>> safe_cell('=cmd|/c calc'), safe_cell("08:00-16:00")
    ("'=cmd|/c calc", '08:00-16:00')
    """
    clean = UNPRINTABLE.sub("", text)
    return "'" + clean if clean.lstrip(" \u00a0").startswith(STARTS) else clean


def printable(text: str, longest: int = 32_767) -> str:
    """Text that an XML file may hold, cut to what a cell takes."""
    return UNPRINTABLE.sub("", text)[:longest]


def safe_file_name(text: str) -> str:
    """A plain file name made from any text; never empty, hidden, reserved, or a path.

    >>> safe_file_name("../../etc/passwd"), safe_file_name("Rémi Mirandeau")
    ('etc-passwd', 'Remi-Mirandeau')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-.")[:80].strip("-.")
    name = re.sub(r"\.{2,}", ".", name)
    return f"_{name}" if not name or name.split(".")[0].lower() in RESERVED else name
