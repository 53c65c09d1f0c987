"""Hostile texts and files, each a trick that has worked somewhere."""

from __future__ import annotations

FORMULAS = (
    "=1+1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "{=1+1}",
    "http://127.0.0.1/a",
    "mailto:a@b",
    "internal:Sheet1!A1",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://127.0.0.1/pixel.png)",
    "[click](javascript:alert(1))",
    "</td><td>",
    "&lt;b&gt;",
    "\u202egnp.exe",
)
PATHS = (
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\system32",
    "C:\\con",
    "nul",
    ".",
    "..",
    "",
    "a/b",
    "a\x00b",
)
