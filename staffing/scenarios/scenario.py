"""Scenario: a name, its changes, and where its figures come from. Saved as TOML in the centre's folder, versioned."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecasts.distribution import Forecast
from staffing.centre import Centre
from staffing.files.atomic import replacing
from staffing.gate.syntax import tables
from staffing.problems import BadInput, Problem
from staffing.scenarios.changes import KINDS, Asked, Change

FOLDER = "scenarios"
WORDS = ((bool, "true or false"), (str, "text in quotes"), (dt.date, "a day like 2026-12-01"))
"""Types of fields, in words."""
NEXT = "Choose another --name, or tell its version with --over: the old text stays beside."
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True)
class Scenario:
    """A named change to the question. ``figures`` tells of each number whether it is published, derived or a guess."""

    name: str
    changes: tuple[Change, ...] = ()
    figures: tuple[str, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"a scenario's name is lower-case letters, digits, - and _, got {self.name!r}")

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        """The centre and forecast with every change, in order. ValueError when a change names what is not there."""
        for change in self.changes:
            centre, forecast = change.applied(centre, forecast)
        return centre, forecast


def combined(*scenarios: Scenario) -> Scenario:
    """All the changes of several scenarios, in their order.

    >>> combined(Scenario("a"), Scenario("b")).name
    'a-b'
    """
    return Scenario(
        "-".join(s.name for s in scenarios)[:60],
        tuple(c for s in scenarios for c in s.changes),
        tuple(dict.fromkeys(f for s in scenarios for f in s.figures)),
    )


def fields(change: Change) -> dict[str, Any]:
    """A change's fields that differ from their defaults."""
    return {
        f.name: getattr(change, f.name)
        for f in dataclasses.fields(change)  # type: ignore[arg-type]
        if getattr(change, f.name) != f.default
    }


def text_of(scenario: Scenario) -> str:
    """The scenario as TOML."""
    lines = [f'name = "{scenario.name}"', f"version = {scenario.version}", f"figures = {toml(scenario.figures)}"]
    for change in scenario.changes:
        lines += ["", "[[change]]", f'kind = "{change.kind}"']
        lines += [f"{name} = {toml(value)}" for name, value in fields(change).items()]
    return "\n".join(lines) + "\n"


def scenario_of(text: str, file: str = "scenario") -> Scenario:
    """Read a scenario; BadInput with every mistake in it."""
    table = tables(text, file)
    problems, changes = [], []
    rows = table.get("change", [])
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        try:
            changes.append(_change(row))
        except ValueError as error:
            fix = "affluence scenario alone lists kinds and fields."
            problems.append(Problem(file, None, f"change {number}", _shown(row), str(error), fix))
    head: dict[str, Any] = {"name": "", "figures": [], "version": 1} | table
    name, fix = str(head["name"]), 'Write name = "my-scenario".'
    if not NAME.fullmatch(name):
        problems.append(Problem(file, None, "name", repr(name), "lower-case letters, digits, - and _", fix))
    for key, wanted in (("figures", tuple[str, ...]), ("version", int)):
        if not _fits(head[key], wanted):
            problems.append(Problem(file, None, key, repr(head[key]), _called(wanted), "Correct this value."))
    if problems:
        raise BadInput(problems)
    return Scenario(name, tuple(changes), tuple(head["figures"]), head["version"])


def _change(row: object) -> Change:
    """The change of one table; ValueError says what was expected of it."""
    named = row.get("kind") if isinstance(row, dict) else None
    kind = KINDS.get(named) if isinstance(named, str) else None
    if kind is None or not isinstance(row, dict):
        raise ValueError(f"a [[change]] whose kind is one of {', '.join(KINDS)}")
    types_of = typing.get_type_hints(kind)
    given = {name: value for name, value in row.items() if name != "kind"}
    for name, value in given.items():
        if name not in {f.name for f in dataclasses.fields(kind)}:  # type: ignore[arg-type]
            raise ValueError(f"fields of {kind.kind} alone, it has no {name}")
        if not _fits(value, types_of[name]):
            raise ValueError(f"for {name} {_called(types_of[name])}")
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()})


def _called(wanted: Any) -> str:
    """A field's type in words."""
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        return _called(typing.get_args(wanted)[0])
    if typing.get_origin(wanted) is tuple:
        return "a list of days" if dt.date in typing.get_args(wanted) else "a list in [ ]"
    return next((word for kind, word in WORDS if wanted is kind), "a number")


def _fits(value: object, wanted: Any) -> bool:
    """Whether a TOML value is of a field's type."""
    if typing.get_origin(wanted) in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in typing.get_args(wanted))
    if typing.get_origin(wanted) is tuple:
        return isinstance(value, list) and all(_fits(v, typing.get_args(wanted)[0]) for v in value)
    if isinstance(value, bool) or wanted is bool:
        return isinstance(value, bool) and wanted is bool
    if wanted is float:
        return isinstance(value, (int, float))
    return isinstance(wanted, type) and isinstance(value, wanted)


def saved(folder: Path) -> list[str]:
    """Names of the centre's scenarios, without their earlier versions."""
    return sorted(p.stem for p in (folder / FOLDER).glob("*.toml") if NAME.fullmatch(p.stem))


def standing(scenario: Scenario, folder: Path) -> Scenario | None:
    """The scenario of that name that says something else; None where the name is free or says the same."""
    path = folder / FOLDER / f"{scenario.name}.toml"
    old = scenario_of(path.read_text("utf-8"), path.name) if path.exists() else None
    return None if old is None or alike(old, scenario) else old


def alike(one: Scenario, other: Scenario) -> bool:
    """Whether they change the same, whatever they are called.

    >>> alike(Scenario("reform"), Scenario("spring", version=2))
    True
    """
    return dataclasses.replace(one, name=other.name, version=other.version) == other


def save(scenario: Scenario, folder: Path, *, over: int = 0) -> Scenario:
    """Write ``scenarios/NAME.toml`` in the centre's folder. Where the name is taken by another, its version has to be
    told as ``over``: then this is the next version, and the old text stays beside as ``NAME.vN.toml``. An unchanged one
    keeps its version. BadInput where a name is taken unawares."""
    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    path, old = home / f"{scenario.name}.toml", standing(scenario, folder)
    if old is None:
        if path.exists():
            return load(folder, scenario.name)
        _write(path, text_of(scenario))
        return scenario
    if old.version != over:
        raise _taken(old, "a free name, or the version that it follows", NEXT)
    _write(home / f"{old.name}.v{old.version}.toml", text_of(old))
    scenario = dataclasses.replace(scenario, version=old.version + 1)
    _write(path, text_of(scenario))
    return scenario


def rename(folder: Path, name: str, new: str) -> Scenario:
    """The scenario and its earlier versions under a new name; BadInput where there is none, where the new name is
    taken, or where it is no name."""
    old = load(folder, name)
    if not NAME.fullmatch(new):
        raise BadInput([Problem("NAME", None, None, repr(new), "lower-case letters, digits, - and _", "Choose one.")])
    if new in saved(folder):
        raise _taken(load(folder, new), "a free name", "Choose another name.")
    texts = {path.name: path.read_text("utf-8") for path in _versions(folder, name)}
    renamed = {file: dataclasses.replace(scenario_of(text, file), name=new) for file, text in texts.items()}
    for file, scenario in renamed.items():
        _write(folder / FOLDER / (new + file.removeprefix(name)), text_of(scenario))
    delete(folder, name)
    return dataclasses.replace(old, name=new)


def _taken(by: Scenario, expected: str, fix: str) -> BadInput:
    found = f"another scenario of that name, version {by.version}"
    return BadInput([Problem(f"{by.name}.toml", None, None, found, expected, fix)])


def delete(folder: Path, name: str) -> int:
    """Take the scenario and its earlier versions away; how many files there were. BadInput where there is none."""
    if name not in saved(folder):
        raise _no_such(folder, name)
    gone = _versions(folder, name)
    for path in gone:
        path.unlink()
    return len(gone)


def _versions(folder: Path, name: str) -> list[Path]:
    """The file of a scenario last, those of its earlier versions before it."""
    earlier = (folder / FOLDER).glob(f"{name}.v*.toml")
    return [*sorted(earlier), folder / FOLDER / f"{name}.toml"]


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, "utf-8")


def load(folder: Path, name: str) -> Scenario:
    """The scenario of that name from the centre's folder; BadInput when there is none."""
    path = folder / FOLDER / f"{name}.toml"
    if not path.is_file():
        raise _no_such(folder, name)
    return scenario_of(path.read_text("utf-8"), path.name)


def _no_such(folder: Path, name: str) -> BadInput:
    known = ", ".join(saved(folder)) or "none"
    path = str(folder / FOLDER / f"{name}.toml")
    return BadInput([Problem(path, None, None, "no such file", f"one of {known}", "Check the name.")])


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return value.isoformat() if isinstance(value, dt.date) else repr(value)


def _shown(value: Any) -> str:
    return ", ".join(_shown(v) for v in value) if isinstance(value, tuple) else str(value)
