"""No sentence is missing in a language, none is left over, none asks for a value that the other does not know."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

from staffing.files.notes import note
from staffing.gate.schema import FILES as FILES_READ
from staffing.gate.schema import attributes
from staffing.gate.settings import toml_attributes
from staffing.problems import Problem
from staffing.rostering.rules.packs import rule_words
from staffing.words import LANGUAGES, catalogue, filled, in_the_plural, say
from staffing.words.heard import heard

ROOT = Path(__file__).parent.parent
FRENCH, ENGLISH = (catalogue(language) for language in LANGUAGES)


def spoken() -> tuple[set[str], set[str]]:
    """Every text of the code that may name a sentence, and the beginnings of those built from parts."""
    whole, begun = set(), set()
    for path in [*ROOT.glob("staffing/**/*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [str(p.value) if isinstance(p, ast.Constant) else "\0" for p in node.values]
                begun.add("".join(parts))
    return whole, begun


WHOLE, BEGUN = spoken()
BUILT = [re.compile(re.escape(text).replace("\0", r"[\w]+")) for text in BEGUN if re.match(r"[a-z]+\.", text)]
ROOMS = {key.split(".")[0] for key in FRENCH}


def used(key: str) -> bool:
    room, name = key.split(".", 1)
    return key in WHOLE or any(p.fullmatch(key) for p in BUILT) or (room not in SCREENS and name in WHOLE)


SCREENS = {p.stem for p in ROOT.glob("staffing/words/fr/*.toml")} - {"cli", "files", "roster", "store", "why"}


def test_both_languages_have_the_same_sentences() -> None:
    assert set(FRENCH) == set(ENGLISH)


def test_a_note_kept_by_an_import_is_heard_in_either_language() -> None:
    for kept in (note("never_zero", rows=12), note("made_email", channels="courriel"), note("title_lines", rows=2)):
        for written, asked in ((a, b) for a in LANGUAGES for b in LANGUAGES):
            assert heard(kept.say(written), asked) == kept.say(asked)


def sentences(language: str) -> list[str]:
    """All that are written, those of the working-time rules too."""
    return [*catalogue(language).values(), *(words[LANGUAGES.index(language)] for words in rule_words())]


COUNTED = re.compile(r"\{(\w+)[^{}]*\}(?: h)? \{\1:(?:[^{}|]*\|)?([^{} |]*)[^{}|]*\|([^{} |]*)[^{}|]*\}")
"""A number and the word after it, for one and for more."""


def plurals(language: str) -> set[str]:
    """The words that stand after more than one, and never after one nor after the name of a week."""
    pairs = [found.groups()[1:] for text in sentences(language) for found in COUNTED.finditer(text)]
    return {more for _, more in pairs} - {one for one, _ in pairs} - {"sont", "are"}


def with_number(sentence: str, language: str, number: int) -> str:
    """The sentence with that number for each of its values, those written as dates too."""
    undated = re.sub(r"\{(\w+):%[^{}]*\}", r"{\1}", sentence)
    return filled(undated, language, dict.fromkeys(fields(sentence), number)).replace("\xa0", " ")


ONE = {"fr": r"(?<![\d.,])[01](?:,\d+)?", "en": r"(?<![\d.,])1(?![.,]\d)"}
"""The numbers with which a noun is in the singular."""


def test_no_sentence_tells_one_of_a_thing_in_the_plural() -> None:
    for language in LANGUAGES:
        known = plurals(language)
        assert len(known) > 25
        beside = re.compile(rf"{ONE[language]}(?: h)? ({'|'.join(map(re.escape, known))})\b")
        for number in (0, 1):
            lines = [with_number(text, language, number) for text in sentences(language) if "{" in text]
            assert [found[0] for line in lines if (found := beside.search(line))] == []


def test_a_sentence_with_a_count_reads_well_for_none_one_and_two() -> None:
    told = [[say("store.applied", language, count=count, id=7) for count in (0, 1, 2)] for language in LANGUAGES]
    assert told[0] == [
        "0 vacation modifiée dans le planning 7.",
        "1 vacation modifiée dans le planning 7.",
        "2 vacations modifiées dans le planning 7.",
    ]
    assert told[1] == ["0 shifts changed in plan 7.", "1 shift changed in plan 7.", "2 shifts changed in plan 7."]


def test_no_sentence_leaves_the_plural_to_the_reader() -> None:
    ours = [text for key, text in [*FRENCH.items(), *ENGLISH.items()] if not key.startswith("notes.lib_")]
    assert [text for text in ours if re.search(r"\w\((?:s|es|x)\)", text)] == []


def test_a_remark_of_one_thing_is_heard_in_the_singular() -> None:
    remark = "1 segments of shifts that begin outside 2026-W10"
    assert heard(remark, "en") == "1 segment of shifts that begin outside 2026-W10"
    assert heard(remark, "fr") == "1 segment de vacations qui commencent hors de 2026-W10"
    assert heard("at most 1 days worked a week", "en") == "at most 1 day worked a week"
    assert heard(note("title_lines", rows=1).say("en"), "fr") == note("title_lines", rows=1).say("fr")


def test_the_counts_of_a_note_are_written_as_the_reader_writes_them() -> None:
    kept = note("hours_outside", outside=1234, contacts="1300000", times="12:30 (20)")
    assert "1,234 of 1,300,000 contacts" in kept.say("en")
    assert "1\u202f234 contacts sur 1\u202f300\u202f000" in heard(kept.say("en"), "fr")
    told = " ".join(kept.say("fr").split())  # as a centre's folder keeps it
    assert "1,234 of 1,300,000 contacts" in heard(told, "en")


def test_no_line_of_a_screen_begins_with_a_mark_in_french() -> None:
    loose = [key for key, text in FRENCH.items() if key.split(".")[0] in SCREENS and re.search(r" [:;?!»]|« ", text)]
    assert {key.split(".")[0] for key in loose} <= {"notes"}, "notes are found again letter by letter"


RULES = ("staffing/rostering", "staffing/rostering/rules")
FILES = ("staffing/files", "staffing/files/profiles")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    assert [key for key in FRENCH if fields(FRENCH[key]) != fields(ENGLISH[key])] == []


def test_every_key_the_screens_say_is_written() -> None:
    named = {text for text in WHOLE if re.fullmatch(rf"({'|'.join(ROOMS)})\.[a-z_0-9]*[a-z0-9]", text)}
    files = {text for text in named if text.endswith((".csv", ".toml", ".xlsx", ".pdf", ".html", ".ics", ".py"))}
    assert named - files - set(FRENCH) == set()


def test_no_sentence_is_left_over() -> None:
    assert [key for key in sorted(FRENCH) if not used(key)] == []


def test_every_remark_written_below_is_heard_in_french() -> None:
    told = [
        "travail: 3 handle times over 3600 s capped",
        "travail: 48 contacts on 2026-03-02 at 09:30 against 12 usually; set aside as a spike",
        "travail: 16320 contacts on 2026-03-02 against 452 usually; the day is set aside",
        "travail: volume +20% since about 2026-03-02",
        "travail: 21 days of its own; the earlier past is 0.40 x demarches's",
        "courriel: public holidays look like ordinary days here",
        "a first need: each interval is sized by itself, without those whom the one before left waiting",
        "transfers that come while their level-2 queue is closed: 32",
        "n2: the occupancy cap of 85%, not the target, decides in 7 intervals",
        "n1: 5 hours bring over twice the contacts of the hour beside them, and service within them may fall far below "
        "its target: an export by 15 or 30 minutes shows when contacts come",
        "n2: no patience known, callers are taken never to give up (Erlang C)",
        "720 open intervals without a row (demarches 237, travail 243)",
        "a row for each; taken as missing, not as zero",
        "3 agents below 24 h a week under full",
        "a written request by each (Code du travail L3123-27), or part_time_least_h by agreement; then set asked_short",
        "8 h 00 without a pause of 20 min",
        "daily_rest",
        "hours_out_of_reach",
        "at least 34 h owed; 20 h fit opening hours, leave and rules",
        "training: closed day",
        "9.0 agents needed at 2026-09-01 10:00, 4 qualified",
        "at most 12 h of work a day",
        "columns Date, Appels reçus",
        "Plan by --interval 60, or export finer intervals.",
    ]
    for remark in told:
        assert heard(remark, "en") == remark
        assert heard(remark, "fr") != remark
    assert heard("something new", "fr") == "something new"
    assert heard("one of the two", "fr") == "l'un des deux"


def test_the_sentence_of_every_remark_is_still_written_below() -> None:
    """A remark reworded in the code without its sentence would be shown in English to French readers."""
    code = " ".join(
        re.sub(r"\{[^{}\n]*\}", "{}", re.sub(r"[\"']\s+f?[\"']", "", path.read_text("utf-8"))).replace("{}:{}", "{}")
        for room in (
            "forecasts",
            "staffing/sizing",
            "staffing",
            "staffing/commands",
            "staffing/gate",
            "staffing/levers",
            "staffing/scenarios",
            "staffing/simulation",
            "staffing/store",
            *FILES,
            *RULES,
        )
        for path in (ROOT / room).glob("*.py")
    )
    lost = []
    for key, sentence in ENGLISH.items():
        bare = re.sub(r"\{\w+\}", "{}", in_the_plural(sentence))
        if (
            key.startswith("notes.")
            and not key.startswith("notes.lib_")
            and bare not in code
            and bare.removeprefix("{}: ") not in code
        ):
            lost.append(key)
    assert lost == []


def test_the_meaning_of_every_key_of_centre_toml_is_heard_in_french() -> None:
    meanings = {line.meaning for line in toml_attributes()}
    meanings |= {line.meaning for name, row in FILES_READ.items() for line in attributes(name, row)}
    assert [m for m in sorted(meanings) if m and m[0] != "[" and m not in ENGLISH.values()] == [], (
        "a chance match is no translation"
    )
    assert heard("Give: weekly hours.", "fr") == "Donner : heures par semaine."


def asked_of() -> set[str]:
    """What the code writes of wrong input, found, expected and fix: each text given to a Problem or to a function that
    makes one, values as 7."""
    told: set[str] = set()
    for path in ROOT.glob("staffing/**/*.py"):
        for place in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(place, ast.FunctionDef):
                continue
            named: dict[str, list[str]] = {}
            for node in ast.walk(place):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    named.setdefault(node.targets[0].id, []).extend(written(node.value, {}))
            for call in ast.walk(place):
                if isinstance(call, ast.Call) and (name := getattr(call.func, "id", getattr(call.func, "attr", ""))):
                    parts = call.args[3:] if name == "Problem" else call.args
                    parts = [*parts, *(k.value for k in call.keywords if k.arg in ("found", "expected", "fix"))]
                    told |= {text for part in parts for text in written(part, named)} if name in TELLING else set()
    return {text for text in told if re.search("[A-Za-z]{2}.* .*[A-Za-z]{2}", text)}


TELLING = ("Problem", "wrong", "remark", "refuse", "_wrong", "bad_workbook", "_bad")


def written(node: ast.expr, named: dict[str, list[str]]) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*written(node.body, named), *written(node.orelse, named)]
    if isinstance(node, ast.Name):
        return named.get(node.id, [])
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in node.values)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_whatever_is_wrong_with_an_input_is_told_in_french() -> None:
    told = asked_of()
    assert len(told) > 150
    assert [text for text in sorted(told) if heard(text, "fr") == text] == []


def test_a_problem_is_heard_whole_with_its_place_and_without_a_fix() -> None:
    for row, column, place in ((3, "agent", ", ligne 3, colonne agent"), (3, None, ", ligne 3"), (None, None, "")):
        told = heard(str(Problem("a.csv", row, column, "no such file", "a centre's folder", "Check the path.")), "fr")
        assert told == f"a.csv{place} : trouvé {heard('no such file', 'fr')} ; attendu le dossier d'un centre. " + (
            "Vérifier le chemin."
        )
    remark = str(Problem("history.csv", None, "start", "no such file", "a centre's folder", ""))
    assert heard(remark, "fr").startswith("history.csv, colonne start : trouvé ") and heard(remark, "en") == remark
