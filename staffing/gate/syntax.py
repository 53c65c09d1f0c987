"""TOML read into its tables; a mistake in its form is told in words of ours, not a parser's own English."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from staffing.problems import BadInput, Problem

PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+)\]")
KEY = re.compile(r"""\s*((?:[\w.-]|"[^"]*"|'[^']*')+)\s*=""")
PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*\.?""")
OPENED = re.compile(r"^\s*[^#=]*=\s*[\[{]")
VALUE = "a value: text in quotes, a number, true, false, a date like 2026-12-01 or a list in [ ]"
BRACKET = "a comma between values, or the bracket that closes them"
ONCE = "each key and each [table] once"
QUOTE = "the quote that closes the text, on the same line"
START = "[table], key = value or a # comment; names with accents or spaces in quotes"
LINE_END = "the end of the line: one key = value a line, text and hours in quotes"
POINT = "a point before decimals, as in 0.8"
EXPECTED = (
    ("Illegal character '\\n'", QUOTE),
    ("Found invalid character '\\n'", QUOTE),
    ("Unterminated string", QUOTE),
    ("Expected \"'", QUOTE),
    ("Expected '='", "= after the key; a key with accents or spaces in quotes"),
    ("Expected ']", "] after the table's name; a name with accents or spaces in quotes"),
    ("Expected newline", LINE_END),
    ("Invalid initial character", START),
    ("Invalid statement", START),
    ("Cannot ", ONCE),
    ("Duplicate ", ONCE),
    ("Invalid value", VALUE),
    ("Invalid date", VALUE),
    ("Unclosed ", BRACKET),
    ("Unescaped ", "two backslashes for one in a text"),
)
"""How ``tomllib`` (3.11 to 3.13) begins what it says, and what was expected there."""
ANYTHING_ELSE = "TOML, written as in the sample centres"


def tables(text: str, file: str) -> dict[str, Any]:
    """The tables of a TOML text; BadInput with line, column and what was expected where its form is wrong.

    >>> try: tables("name = Test", "centre.toml")
    ... except BadInput as refused: print(refused.problems[0].row, refused.problems[0].column)
    1 8
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, brackets within brackets by the thousand
        raise BadInput([_told(text, file, str(error))]) from error


def _told(text: str, file: str, said: str) -> Problem:
    lines = text.replace("\r\n", "\n").split("\n")
    place = PLACE.search(said)
    row, column = (int(place[1]), int(place[2])) if place else (_last(lines), 0)
    expected = next((ours for begun, ours in EXPECTED if said.startswith(begun)), ANYTHING_ELSE)
    before, rest = lines[row - 1][: max(0, column - 1)], lines[row - 1][max(0, column - 1) :]
    open_list = not before.strip() and "=" in rest if place else not rest.rstrip().endswith("=")
    if expected == VALUE and open_list:
        expected = BRACKET  # a key, or the end, stands where a list still wants a value
    if expected == LINE_END and before[-1:].isdigit() and rest.startswith(","):
        expected = POINT
    if expected == BRACKET:
        row, column = max((n for n, line in enumerate(lines[:row], 1) if OPENED.match(line)), default=row), 0
    if expected == QUOTE and not place and said.startswith("Expected"):
        row = max(n for n, line in enumerate(lines, 1) if "'" in line)
    shown = repr(lines[row - 1].strip()[:80])
    at = str(column) if column and expected != ONCE else None
    return Problem(file, row, at, shown, expected, "Mend this line.")


def line_of(text: str, place: Sequence[str]) -> int | None:
    """The line where the key at that place stands, or the nearest table or key around it that has a line.

    >>> line_of('[hours.day]\\nmon = "8-9"\\n[[shrinkage]]\\nkind = "x"', ("shrinkage", "0", "kind"))
    4
    """
    here: tuple[str, ...] = ()
    lists: Counter[tuple[str, ...]] = Counter()
    found: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        head, key = HEADER.match(line), KEY.match(line)
        if head:
            here = _parts(head[2])
            if head[1] == "[[":
                lists[here] += 1
                here = (*here, str(lists[here] - 1))
        if head or key:
            found.setdefault(here if head or key is None else (*here, *_parts(key[1])), number)
    within = (found.get(tuple(place[:length])) for length in range(len(place), 0, -1))
    return next((number for number in within if number is not None), None)


def _parts(dotted: str) -> tuple[str, ...]:
    """``hours."jour férié"`` as its names."""
    return tuple(quoted or single or bare for quoted, single, bare in PART.findall(dotted))


def _last(lines: list[str]) -> int:
    """The last line with something in it."""
    return max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)
