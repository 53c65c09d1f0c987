"""An XLSX workbook's cells as text, unpacked within a budget.

The parser (calamine, in Rust) would allocate whatever a sheet claims: a few bytes that name cell XFD1048576 ask for
17 thousand million cells, and a bomb of 100 kB unpacks to gigabytes. So the archive is first unpacked here, counted
byte by byte, its sheets' extents read from the XML, and only a repacked copy reaches the parser.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from pathlib import Path

import python_calamine

from staffing.problems import BadInput, Problem

WORKBOOKS = (".xlsx", ".xlsm")
ENTRIES = 2_000
PARTS = ("xl/", "_rels/", "docprops/", "[content_types].xml")
REFERENCE = re.compile(rb"""(?<![:\w.-])r\s*=\s*(?:"([^"]*)"|'([^']*)')""")
PLACE = re.compile(rb"([A-Za-z]{0,3})([0-9]{1,7})")
ROW, CELL = re.compile(rb"<(?:[\w.-]+:)?row\b"), re.compile(rb"<(?:[\w.-]+:)?c\b")
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def bad_workbook(path: Path, found: str, expected: str = "a workbook saved by Excel or LibreOffice") -> BadInput:
    """BadInput about a workbook that is not read."""
    return BadInput([Problem(path.name, None, None, found, expected, "Save it again as .xlsx, without macros.")])


def workbook_sheets(path: Path, unpacked_bytes: int, cells: int) -> dict[str, list[list[str]]]:
    """Every sheet's cells as text by sheet name, in order. Raises BadInput for anything but a sound workbook."""
    safe = _repacked(path, unpacked_bytes, cells)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(safe)
        return {name: _sheet(book, name) for name in book.sheet_names}
    except (python_calamine.CalamineError, ValueError, IndexError, OverflowError, OSError) as error:
        raise bad_workbook(path, f"a damaged workbook ({' '.join(str(error).split())[:80]})") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a Rust panic is no Exception, and here only bad input causes it
            raise
        raise bad_workbook(path, "a damaged workbook") from error


def _sheet(book: python_calamine.CalamineWorkbook, name: str) -> list[list[str]]:
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: Cell) -> str:
    """What a cell shows, in forms the readers know: ISO dates, plain numbers, hh:mm:ss.

    >>> cell_text(12.0), cell_text(dt.datetime(2026, 1, 5, 8, 30)), cell_text(dt.time(0, 4, 5))
    ('12', '2026-01-05 08:30:00', '00:04:05')
    """
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.timedelta):
        total_s = round(cell.total_seconds())
        sign, total_s = ("-", -total_s) if total_s < 0 else ("", total_s)
        return f"{sign}{total_s // 3600:02d}:{total_s // 60 % 60:02d}:{total_s % 60:02d}"
    if isinstance(cell, dt.datetime):
        return cell.replace(microsecond=0).isoformat(" ")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return cell.replace(microsecond=0).isoformat("seconds")
    return str(cell)


def _repacked(path: Path, unpacked_bytes: int, cells: int) -> io.BytesIO:
    """The archive unpacked within the budget and packed again without compression."""
    out = io.BytesIO()
    left = unpacked_bytes
    try:
        with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
            entries = source.infolist()
            if len(entries) > ENTRIES:
                raise bad_workbook(path, f"{len(entries)} parts", f"at most {ENTRIES} parts")
            for entry in entries:
                if entry.flag_bits & 1:
                    raise bad_workbook(path, "an encrypted workbook", "a workbook without password")
                name = entry.filename.lower()
                if entry.is_dir() or not name.startswith(PARTS) or not name.endswith((".xml", ".rels")):
                    continue
                body = _unpacked(path, source, entry, left)
                left -= len(body)
                if b"sheetData" in body:
                    _check_extent(path, body, cells)
                target.writestr(zipfile.ZipInfo(entry.filename), body)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise bad_workbook(path, f"a damaged workbook ({' '.join(str(error).split())[:80]})") from error
    out.seek(0)
    return out


def _unpacked(path: Path, source: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with source.open(entry) as handle:
        body = handle.read(left + 1)
    if len(body) > left:
        raise bad_workbook(path, "a workbook that unpacks without end", "a workbook of ordinary size")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise bad_workbook(path, "XML that defines entities")
    if b"\x00" in body:
        raise bad_workbook(path, "XML that is not in UTF-8")
    return body


def _check_extent(path: Path, sheet: bytes, cells: int) -> None:
    """Refuse a sheet whose farthest cells span more than ``cells``, whatever lies between.

    A cell without a place stands after the one before it, a row too: they are counted on top of the farthest place.
    """
    columns = rows = named_rows = named_cells = 0
    for quoted, single in REFERENCE.findall(sheet):
        place = PLACE.fullmatch(quoted or single)
        if place is None:
            shown = (quoted or single)[:20].decode("utf-8", "replace")
            raise bad_workbook(path, f"a cell at {shown!r}", "cells at places like B12")
        rows, columns = max(rows, int(place[2])), max(columns, _column(place[1]))
        named_cells += bool(place[1])
        named_rows += not place[1]
    parts = ROW.split(sheet)
    rows += max(0, len(parts) - 1 - named_rows)
    widths = [len(CELL.findall(part)) for part in parts]
    columns += max(widths) if sum(widths) > named_cells else 0
    if max(columns, 1) * max(rows, 1) > cells:
        raise bad_workbook(path, f"a sheet of {rows} rows by {columns} columns", f"at most {cells} cells")


def _column(letters: bytes) -> int:
    """1 for A, 27 for AA.

    >>> _column(b"XFD")
    16384
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
