"""Files meant to harm: each is refused in words, within bounded memory, and none is run."""

from __future__ import annotations

import ast
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Grid
from staffing.files.cells import Faults, numbers
from staffing.files.exports import write_calendars
from staffing.files.history_import import import_history
from staffing.files.reading import Limits, read_table
from staffing.files.safe import safe_file_name
from staffing.files.sheet_pdf import write_pdf
from staffing.files.workbook import Stamp, write_workbook
from staffing.gate.read import read_centre
from staffing.gate.roster import read_roster
from staffing.problems import BadInput
from tests.centre.folder import good, written
from tests.files import plans, samples
from tests.files.corpora import MARKUP, PATHS
from tests.files.fuzz import fuzz

PARIS = Grid("Europe/Paris", 30)
ROOT = Path(__file__).parent.parent.parent
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("seed", [0, 500_000])
def test_three_hundred_broken_files_are_read_or_refused_and_never_a_traceback(tmp_path: Path, seed: int) -> None:
    ended, broken = fuzz(tmp_path, 150, seed)
    assert broken == []
    assert ended.total() == 150


@pytest.mark.parametrize("name", ["roster.csv", "agents.csv", "history.csv", "events.csv"])
def test_a_file_of_separators_alone_is_refused_with_a_word(tmp_path: Path, name: str) -> None:
    centre = read_centre(written(tmp_path, good()))
    (tmp_path / name).write_text(",")
    with pytest.raises(BadInput, match="separators alone"):
        read_roster(tmp_path / name, centre) if name == "roster.csv" else read_centre(tmp_path)


@pytest.mark.parametrize(("name", "first"), [("agents.csv", "id,name,"), ("history.csv", "start,")])
def test_a_file_without_its_header_row_is_one_problem_not_one_a_column(tmp_path: Path, name: str, first: str) -> None:
    written(tmp_path, good())
    rows = (tmp_path / name).read_text().splitlines()[1:]
    (tmp_path / name).write_text("\n".join(rows))
    with pytest.raises(BadInput) as told:
        read_centre(tmp_path)
    (problem,) = [p for p in told.value.problems if p.file == name]
    assert (problem.row, problem.expected) == (1, "a header and rows")
    assert problem.fix.startswith(f"Its header is: {first}")


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    """A workbook with those parts in place of, or beside, its own."""
    source = io.BytesIO()
    write_workbook(plans.plan(1), path)
    source.write(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, body in parts.items():
            new.writestr(name, body)
    return path


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.xlsx", {SHEET: b"0" * (64 << 20)})
    assert path.stat().st_size < 200_000
    with pytest.raises(BadInput, match="unpacks without end"):
        read_table(path, Limits(unpacked_bytes=8 << 20))


def test_many_small_parts_are_counted_together(tmp_path: Path) -> None:
    path = packed(tmp_path / "many.xlsx", {f"xl/media/{i}.xml": b"0" * (1 << 20) for i in range(12)})
    with pytest.raises(BadInput, match="unpacks without end"):
        read_table(path, Limits(unpacked_bytes=8 << 20))
    path = packed(tmp_path / "parts.xlsx", {f"xl/{i}.xml": b"" for i in range(2_500)})
    with pytest.raises(BadInput, match="at most 2000 parts"):
        read_table(path)


def test_a_cell_far_away_does_not_ask_for_all_cells_between(tmp_path: Path) -> None:
    body = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(BadInput, match="1048576 rows by 16384 columns"):
        read_table(packed(tmp_path / "far.xlsx", {SHEET: body}))


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("InfinityE3", SHEET),
        ("&#88;FD1048576", SHEET),
        ("A99999999999", SHEET),
        ("XFD1048576", "xl/elsewhere.xml"),
    ],
)
def test_no_place_of_a_cell_asks_for_more_memory_than_allowed(tmp_path: Path, cell: str, part: str) -> None:
    body = f'<worksheet><sheetData><row r="1"><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'
    with pytest.raises(BadInput):
        read_table(packed(tmp_path / "far.xlsx", {part: body.encode()}))


def test_cells_and_rows_without_a_place_are_counted_too(tmp_path: Path) -> None:
    rows = b"<row>" + b"<c><v>1</v></c>" * 300 + b"</row>" + b"<row/>" * 300
    path = packed(tmp_path / "bare.xlsx", {SHEET: b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"})
    with pytest.raises(BadInput, match="301 rows by 300 columns"):
        read_table(path, Limits(cells=50_000))
    wide = packed(tmp_path / "wide.xlsx", {SHEET: '<?xml encoding="utf-16"?><sheetData/>'.encode("utf-16")})
    with pytest.raises(BadInput, match="not in UTF-8"):
        read_table(wide)


def test_another_kind_of_document_in_a_workbook_s_clothes_is_refused(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>1</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    path = tmp_path / "sheet.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:spreadsheet><table:table>{row}</table:table></office:spreadsheet>")
    with pytest.raises(BadInput):
        read_table(path)


def test_xml_entities_are_not_unfolded(tmp_path: Path) -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(BadInput, match="entities"):
        read_table(packed(tmp_path / "laughs.xlsx", {SHEET: laughs}))


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil.xml", "..\\evil.xml", "xl/../../evil.xml"])
def test_a_part_with_a_path_writes_nothing_anywhere(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = packed(folder / "t.xlsx", {name: b"<x/>"})
    before = sorted(p for p in tmp_path.rglob("*"))
    read_table(path)
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_rows_without_end_stop_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    with path.open("w") as out:
        out.write("start,offered\n")
        for _ in range(50):
            out.write("2026-01-05 08:00,1\n" * 1_000)
    with pytest.raises(BadInput, match="more than 20000 rows"):
        read_table(path, Limits(rows=20_000))


def test_a_billion_rows_are_refused_by_size_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "billion.csv"
    with path.open("wb") as out:
        out.write(b"start,offered\n")
        out.truncate(20 << 30)
    with pytest.raises(BadInput, match="20480 MB"):
        read_table(path)


@pytest.mark.parametrize("what", ["line", "cell", "columns", "binary", "empty", "folder", "device"])
def test_other_ways_of_asking_for_too_much_are_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(
        {
            "line": b"a,b\n" + b"x" * 200_000,
            "cell": b'a,b\n"' + b"x\n" * 20_000 + b'",1\n',
            "columns": b",".join(b"c" for _ in range(5_000)) + b"\n",
            "binary": b"\x7fELF\x00\x00",
        }.get(what, b"")
    )
    if what == "device":
        path = Path("/dev/zero")
    with pytest.raises(BadInput):
        import_history(tmp_path if what == "folder" else path, PARIS, limits=Limits(line_bytes=100_000))


def test_half_an_offset_is_no_time_and_no_traceback(tmp_path: Path) -> None:
    path = samples.write(
        tmp_path, "o.csv", "start,offered\n2026-01-05 08+01,1\n2026-01-05 09:00,1\n2026-01-05 08-5,1\n"
    )
    with pytest.raises(BadInput, match="a date and time"):
        import_history(path, PARIS)


def test_a_number_of_a_thousand_digits_is_no_number() -> None:
    faults = Faults("x")
    assert pd.isna(numbers(pd.Series(["9" * 1000, "1e999", "0x10", "inf"], name="n", dtype="str"), faults)).all()
    assert len(faults.problems) == 4


@pytest.mark.parametrize("name", MARKUP)
def test_markup_in_a_name_stays_text_from_folder_to_sheet(tmp_path: Path, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    agents = f"id,name,level,skills,contract\na1,{quoted},1,front,full\na2,Bea,1,expert,full\n"
    home = tmp_path / "centre"
    home.mkdir()
    centre = read_centre(
        written(
            home, {"centre.toml": good()["centre.toml"], "history.csv": good()["history.csv"], "agents.csv": agents}
        )
    )
    assert centre.team.agent("a1").name == name
    write_workbook(plans.plan(1), tmp_path / "w.xlsx", stamp=Stamp(names={"a1": name}, author=name))
    with zipfile.ZipFile(tmp_path / "w.xlsx") as archive:
        shared = archive.read("xl/sharedStrings.xml").decode()
        assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in shared
    write_pdf(plans.plan(1), tmp_path / "w.pdf", stamp=Stamp(names={"a1": name}))
    raw = (tmp_path / "w.pdf").read_bytes()
    assert b"/URI" not in raw
    assert b"/JavaScript" not in raw


@pytest.mark.parametrize("name", [*PATHS, *MARKUP])
def test_an_agent_named_like_a_path_gets_a_file_in_the_folder_and_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    plan = plans.plan(1)
    roster = plans.roster((name or "x",), plan.week, plan.roster.grid)
    (path,) = write_calendars([roster], folder, centre="c", at=samples.clock("2026-11-20T09:00:00+00:00"))
    assert path.resolve().parent == folder.resolve()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]
    assert safe_file_name(name) not in ("", ".", "..")


def test_nothing_that_could_run_is_ever_read_back() -> None:
    banned = {"pickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}
    for path in [*ROOT.glob("staffing/**/*.py"), *ROOT.glob("forecasts/**/*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & {n.split(".")[0] for n in names}, path
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("eval", "exec", "pd.read_pickle", "yaml.load"), path
                if called in ("np.load", "numpy.load"):
                    assert any(k.arg == "allow_pickle" and ast.unparse(k.value) == "False" for k in node.keywords), path
