"""A stranger's file as a table of text, or a list of problems; never a traceback and never more memory than allowed.

A CSV's encoding and separator are found out, a workbook is unpacked within a budget before anything parses it, and
every cell stays text: what a column means is for ``staffing.files.profiles`` to say.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import stat
import tempfile
import warnings
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, NoReturn

import pandas as pd

from staffing.files.workbook_text import WORKBOOKS, workbook_sheets
from staffing.problems import BadInput, Problem

SEPARATORS = (";", ",", "\t", "|")
SNIFFED_BYTES = 1 << 16
EVENT_LINE = re.compile(r"\d{9,11}(\.\d+)?\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[A-Z]+")
EVENT_FIELDS = 12
GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Limits:
    """How much of a file is read at most; beyond it the file is refused, not cut."""

    file_bytes: int = 512 << 20
    rows: int = 5_000_000
    columns: int = 256
    cell_chars: int = 32_767
    line_bytes: int = 1 << 20
    unpacked_bytes: int = 256 << 20
    cells: int = 20_000_000


LIMITS = Limits()
CUT = "Quote numbers with a decimal comma, or export with ; between columns."
"""What is done about a row with more cells than the header."""


@dataclass(frozen=True)
class Table:
    """A file's cells as text.

    ``cells`` has one row a line and columns 0, 1, 2...; an absent cell is NaN. ``separator`` is empty for a workbook;
    ``events`` says it is a log of events, whose lines differ in length and of which ``skipped`` could not be split.
    The row of ``cells`` with label ``i`` stands in row ``i + 1`` of the file; empty rows are left out. ``sheet`` is its
    sheet's name where its workbook has several, ``titles`` the rows left out above, ``above`` the last of them.
    """

    file: str
    cells: pd.DataFrame
    separator: str = ""
    encoding: str = ""
    events: bool = False
    skipped: int = 0
    sheet: str = ""
    titles: int = 0
    above: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The file, and the sheet where it has several."""
        return f"{self.file} [{self.sheet}]" if self.sheet else self.file

    def headers(self) -> tuple[str, ...]:
        """The first row, stripped; a missing cell is an empty name."""
        return texts(self.cells.iloc[0])

    def body(self) -> pd.DataFrame:
        """Everything under the first row, its columns named by the headers, indexed by spreadsheet row."""
        body = self.cells.iloc[1:].set_axis(list(self.headers()), axis=1)
        body.index = body.index + 1
        return body.loc[:, ~body.columns.duplicated()]


def texts(row: pd.Series) -> tuple[str, ...]:
    """A row's cells stripped; a missing one is empty."""
    return tuple("" if pd.isna(cell) else str(cell).strip() for cell in row)


def under(cells: pd.DataFrame, heads: Sequence[str]) -> pd.DataFrame:
    """The cells with ``heads`` for their first row."""
    first = pd.DataFrame([[head or None for head in heads]], cells.index[:1], cells.columns, dtype="str")
    return pd.concat([first, cells.iloc[1:]])


def refuse(file: str, found: str, expected: str, fix: str, row: int | None = None) -> NoReturn:
    """Raise BadInput with one problem about the whole file."""
    raise BadInput([Problem(file, row, None, found, expected, fix)])


def read_table(path: Path, limits: Limits = LIMITS) -> Table:
    """The cells of a CSV, or of a workbook's first sheet with any. Raises BadInput, and nothing else, for a file that
    cannot be read."""
    return read_tables(path, limits)[0]


def read_tables(path: Path, limits: Limits = LIMITS) -> tuple[Table, ...]:
    """The cells of a CSV or of every sheet of a workbook that has any. Raises BadInput as ``read_table`` does."""
    size = checked_size(path, limits)
    try:
        with path.open("rb") as handle:
            head = handle.read(SNIFFED_BYTES)
    except OSError as error:
        refuse(path.name, str(error.strerror), "a file that can be read", "Check its permissions.")
    if head.startswith(GZIP):
        return _unpacked(path, limits)
    if path.suffix.lower() in WORKBOOKS or head.startswith(b"PK\x03\x04"):
        return _workbook(path, limits)
    return (_text(path, head, size, limits),)


def _unpacked(path: Path, limits: Limits) -> tuple[Table, ...]:
    """What is inside a .gz, unpacked within the same budget as any file."""
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder) / (path.stem or "file")
        try:
            with gzip.open(path) as packed, inside.open("wb") as out:
                left = limits.file_bytes + 1
                while left and (block := packed.read(min(left, 1 << 20))):
                    left -= out.write(block)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            refuse(path.name, f"a damaged .gz ({error})"[:120], "a whole .gz", "Pack it again, or give it unpacked.")
        with inside.open("rb") as handle:
            if handle.read(2) == GZIP:
                refuse(path.name, "a .gz in a .gz", "a table", "Unpack it once.")
        return tuple(replace(table, file=path.name) for table in read_tables(inside, limits))


def checked_size(path: Path, limits: Limits = LIMITS) -> int:
    """The size of a plain file in bytes; refuses folders, devices, pipes, empty and oversize files."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        why = "no such file" if missing else error.strerror if isinstance(error, OSError) else None
        refuse(path.name, (why or str(error)).lower(), "a file", "Check the path.")
    if not stat.S_ISREG(found.st_mode):
        refuse(path.name, "a folder or device", "a plain file", "Give the file itself.")
    if not found.st_size:
        refuse(path.name, "an empty file", "a header and rows", "Export it again.")
    if found.st_size > limits.file_bytes:
        refuse(
            path.name,
            f"{found.st_size / 2**20:.0f} MB",
            f"at most {limits.file_bytes / 2**20:.0f} MB",
            "Export a shorter period.",
        )
    return found.st_size


def _text(path: Path, head: bytes, size: int, limits: Limits) -> Table:
    encoding = text_encoding(path, head, limits)
    sample = head.decode(encoding, errors="ignore")
    if size > len(head):
        sample = sample[: max(sample.rfind("\n"), 0)]
    if EVENT_LINE.match(sample.lstrip()):
        return _event_log(path, encoding, limits)
    separator, width = separator_of(sample)
    if width > limits.columns:
        refuse(path.name, f"{width} columns", f"at most {limits.columns}", "Keep the table alone.")
    cells = _parsed(path, sep=separator, names=range(max(width, 1)), encoding=encoding, nrows=limits.rows + 1)
    return Table(path.name, _within(path.name, cells, limits), separator, encoding)


def _event_log(path: Path, encoding: str, limits: Limits) -> Table:
    """Lines of a log: no quotes, and a line that cannot be split is counted, not fatal."""
    cells = _parsed(
        path,
        sep="|",
        names=range(EVENT_FIELDS),
        encoding=encoding,
        nrows=limits.rows + 1,
        quoting=csv.QUOTE_NONE,
        on_bad_lines="skip",
    )
    kept = _within(path.name, cells, limits)
    with path.open("rb") as handle:
        lines = sum(1 for line in handle if line.strip())
    return Table(path.name, kept, "|", encoding, True, max(0, lines - len(kept)))


def _parsed(
    path: Path,
    *,
    sep: str,
    names: range,
    encoding: str,
    nrows: int,
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL,
    on_bad_lines: Literal["error", "skip"] = "error",
) -> pd.DataFrame:
    """pandas' C parser on a path, its refusals turned into a problem; no row is cut to the width of the others."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error" if on_bad_lines == "error" else "ignore", pd.errors.ParserWarning)
            return pd.read_csv(
                path, sep=sep, header=None, names=names, index_col=False, dtype=str, encoding=encoding, nrows=nrows,
                quoting=quoting, on_bad_lines=on_bad_lines, keep_default_na=False, na_values=[""],
                skip_blank_lines=False, engine="c",
            )  # fmt: skip
    except pd.errors.EmptyDataError:
        refuse(path.name, "no rows", "a header and rows", "Export it again.")
    except pd.errors.ParserWarning:
        refuse(path.name, "a row with more cells than the rest", f"{len(names)} columns in every row", CUT)
    except (pd.errors.ParserError, UnicodeError, ValueError, OverflowError) as error:
        found = " ".join(str(error).split())[:160]
        refuse(path.name, found, f"{len(names)} columns in every row", "Export it again.")


def _within(file: str, cells: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    cells = cells.dropna(how="all")
    if len(cells) > limits.rows:
        refuse(file, f"more than {limits.rows} rows", f"at most {limits.rows}", "Export a shorter period.")
    if not len(cells):
        refuse(file, "no rows", "a header and rows", "Export it again.")
    for column in cells.columns:
        lengths = cells[column].str.len()
        if (lengths > limits.cell_chars).any():
            row = int(cells.index[int(lengths.to_numpy(dtype=float, na_value=0.0).argmax())]) + 1
            refuse(file, "an endless cell", f"at most {limits.cell_chars} characters", "Check the quotes.", row)
    return cells


def text_encoding(path: Path, head: bytes, limits: Limits = LIMITS) -> str:
    """utf-8 (with or without BOM), utf-16 by its BOM, else cp1252, read once through; also finds endless lines."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in head:
        refuse(path.name, "binary data", "text in CSV form, or a workbook (.xlsx)", "Export as CSV or XLSX.")
    unicode_, since = True, 0
    decode = codecs.getincrementaldecoder("utf-8")().decode
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            since = since + len(block) if last < 0 else len(block) - last
            if since > limits.line_bytes:
                refuse(path.name, "an endless line", "one line a row", "Export it again as CSV.")
            if unicode_:
                try:
                    decode(block)
                except UnicodeDecodeError:
                    unicode_ = False
    if unicode_:
        return "utf-8-sig"
    return "cp1252" if _decodes(path, "cp1252") else "latin-1"


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open("r", encoding=encoding, newline="") as handle:
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def separator_of(sample: str) -> tuple[str, int]:
    """The separator under which the sample's lines agree best, and the greatest number of columns it gives.

    >>> separator_of("a;b;c\\n1,5;2;3\\n")
    (';', 3)
    """
    lines = [line for line in sample.splitlines()[:500] if line.strip()]
    best = (",", 1, -1.0)
    for separator in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        if not widths:
            continue
        width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1]))
        score = agreeing / len(lines) if width > 1 else 0.0
        if score > best[2] + 1e-9:
            best = (separator, max(widths), score)
    return best[0], best[1]


def _workbook(path: Path, limits: Limits) -> tuple[Table, ...]:
    tables = []
    for name, rows in workbook_sheets(path, limits.unpacked_bytes, limits.cells).items():
        if rows and (len(rows) > limits.rows or len(rows[0]) > limits.columns):
            refuse(path.name, f"{len(rows)} rows of {len(rows[0])} columns", "a smaller table", "Keep the table alone.")
        if any(any(row) for row in rows):
            cells = pd.DataFrame(rows, columns=range(len(rows[0])), dtype="str").replace("", pd.NA)
            tables.append(Table(path.name, _within(path.name, cells, limits), sheet=name))
    if not tables:
        refuse(path.name, "an empty sheet", "a header and rows", "Put the table on the first sheet.")
    return tuple(tables) if len(tables) > 1 else (replace(tables[0], sheet=""),)
