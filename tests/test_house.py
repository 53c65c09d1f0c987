"""The floors hold: nobody imports from a floor above, and each heavy library keeps to its room, no
command writes a file but whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("forecasts/**/*.py"), *ROOT.glob("staffing/**/*.py"), ROOT / "app.py"])
ROOMS = {
    "statsmodels": ("forecasts/",),
    "ortools": ("staffing/rostering/", "staffing/levers/"),
    "sqlalchemy": ("staffing/store",),
    "alembic": ("staffing/store",),
    "streamlit": ("app.py", "staffing/screens/"),
    "plotly": ("app.py", "staffing/screens/"),
}
HEAVY = {"numpy", "pandas", "scipy", "statsmodels", "ortools", "streamlit", "plotly", "sqlalchemy"}


def floor(path: str) -> int:
    """0 forecasts, 1 staffing, 2 screens, 3 the door."""
    if path.startswith("forecasts"):
        return 0
    if path.startswith(("staffing/screens", "staffing.screens")):
        return 2
    return 1 if path.startswith("staffing") else 3


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.ImportFrom) and node.level:
            found.add("RELATIVE")
    return found


@pytest.mark.parametrize("path", [p for p in FILES if p.exists()], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_imports_only_from_its_own_floor_or_below(path: Path) -> None:
    here = str(path.relative_to(ROOT))
    names = imports(path)
    assert "RELATIVE" not in names, "imports are absolute, so that floors can be read"
    ours = {n for n in names if n.split(".")[0] in ("forecasts", "staffing", "app")}
    above = {n for n in ours if floor(n) > floor(here)}
    assert not above, f"{here} imports from a floor above: {sorted(above)}"


@pytest.mark.parametrize("path", [p for p in FILES if p.exists()], ids=lambda p: str(p.relative_to(ROOT)))
def test_each_heavy_library_keeps_to_its_room(path: Path) -> None:
    here = str(path.relative_to(ROOT))
    for library, rooms in ROOMS.items():
        used = any(n.split(".")[0] == library for n in imports(path))
        assert not used or here.startswith(rooms), f"{here} imports {library}, which lives in {rooms}"


@pytest.mark.parametrize("path", sorted(ROOT.glob("staffing/commands/*.py")), ids=lambda p: p.stem)
def test_a_command_writes_no_file_but_whole(path: Path) -> None:
    called = {node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
    assert called.isdisjoint({"write_text", "write_bytes", "copytree", "copyfile"}), "staffing.files.atomic does it"


def test_help_imports_nothing_heavy() -> None:
    if not (ROOT / "staffing" / "__main__.py").exists():
        pytest.skip("the command is not built yet")
    code = (
        "import sys; sys.argv=['affluence','--help']\n"
        "from staffing.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"heavy = {sorted(HEAVY)!r}\n"
        "print('LOADED', sorted(h for h in heavy if h in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.strip().endswith("LOADED []"), run.stdout[-500:]
