"""The exact versions fit the ranges, and every dependency has one."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))


def test_every_dependency_is_pinned_to_a_version_of_its_range() -> None:
    pins = {}
    for line in PROJECT["tool"]["uv"]["constraint-dependencies"]:
        pin = Requirement(line)
        (exact,) = pin.specifier
        assert exact.operator == "==", line
        pins[canonicalize_name(pin.name)] = exact.version
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = [*PROJECT["project"]["dependencies"], *(line for extra in extras for line in extra)]
    for need in map(Requirement, wanted):
        if need.name != "affluence":
            assert need.specifier.contains(pins[canonicalize_name(need.name)]), need
