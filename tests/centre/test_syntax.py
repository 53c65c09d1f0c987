"""A mistake in the form of a TOML file is told by line and column, with what was expected, in the reader's words."""

from __future__ import annotations

import pytest

from staffing.gate.syntax import EXPECTED, line_of, tables
from staffing.problems import BadInput, Problem
from staffing.words.heard import heard

MISTAKES = [
    ('name = "Accueil\nseed = 1', 1, "16", "quote"),
    ("name = 'Accueil\nseed = 1\n# no more", 1, None, "quote"),
    ('mon = """08:30', 1, None, "quote"),
    ('name "Accueil"', 1, "6", "= after the key"),
    ("[queues.téléphone]", 1, "10", "] after the table"),
    ("étage = 3", 1, "1", "names with accents"),
    ("\n[a]\n[a]", 3, None, "once"),
    ("a = 1\na = 2", 2, None, "once"),
    ("t = {a = 1, a = 2}", 1, None, "once"),
    ("x = oui", 1, "5", "a value"),
    ("x = {a = oui, b = 2}", 1, "10", "a value"),
    ("x =", 1, None, "a value"),
    ("share = 0,8", 1, "10", "a point"),
    ("mon = 08:30-18:00", 1, "8", "end of the line"),
    ('closed = [\n"a",\nname = "x"', 1, None, "bracket"),
    ('closed = ["a"\nname = "x"', 1, None, "bracket"),
    ('closed = ["a",', 1, None, "bracket"),
    ('home = "C:\\dossier"', 1, "13", "backslashes"),
    ('a = "\x07"', 1, "6", "TOML"),
    ("seed = " + "1" * 5000, 1, None, "TOML"),
    ("seed = " + "[" * 5000, 1, None, "TOML"),
]


def refused(text: str) -> Problem:
    with pytest.raises(BadInput) as told:
        tables(text, "centre.toml")
    (problem,) = told.value.problems
    return problem


@pytest.mark.parametrize(("text", "row", "column", "expected"), MISTAKES, ids=[m[0][:20] for m in MISTAKES])
def test_a_mistake_is_told_where_it_stands(text: str, row: int, column: str | None, expected: str) -> None:
    problem = refused(text)
    assert (problem.row, problem.column) == (row, column) and expected in problem.expected
    assert problem.found == repr(text.split("\n")[row - 1].strip()[:80])


@pytest.mark.parametrize("text", [m[0] for m in MISTAKES], ids=[m[0][:20] for m in MISTAKES])
def test_it_is_told_in_french_without_a_word_of_the_parser(text: str) -> None:
    problem = refused(text)
    assert heard(problem.expected, "fr") != problem.expected
    told = heard(str(problem), "fr")
    place = f", colonne {problem.column}" if problem.column else ""
    assert told.startswith(f"centre.toml, ligne {problem.row}{place} : trouvé ")
    around = told.replace(problem.found, "")
    for word in ("row", "column", "line", "Invalid", "Expected", "Illegal", "Cannot", "Unclosed", "found", "expected"):
        assert word not in around.replace("colonne", "").replace("ligne", "")


def test_every_way_to_begin_a_remark_is_a_parser_s_own() -> None:
    from importlib import import_module
    from inspect import getsource

    source = getsource(import_module("tomllib._parser"))
    assert [begun for begun, _ in EXPECTED if begun.split("'")[0].rstrip('"') not in source] == []


def test_a_key_is_found_in_its_own_table_whatever_stands_elsewhere_by_that_name() -> None:
    text = """name = "x"
[queues.front]
level = 1
[queues."l'autre file"]  # a comment
  level = 2
target = { answer_rate = 0.9 }
[[shrinkage]]
share = 0.1
[[shrinkage]]
share = 0.2"""
    places = {
        ("name",): 1,
        ("queues", "front", "level"): 3,
        ("queues", "l'autre file", "level"): 5,
        ("queues", "l'autre file", "target", "answer_rate"): 6,
        ("queues", "l'autre file", "hours"): 4,
        ("shrinkage", "1", "share"): 10,
        ("time_zone",): None,
    }
    assert {place: line_of(text, place) for place in places} == places
