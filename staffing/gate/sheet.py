"""One CSV file read by its schema: encoding, separator, header, then every column checked as a whole."""

from __future__ import annotations

import csv
import difflib
import gzip
import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from staffing.gate.findings import Findings
from staffing.gate.schema import Row, kind_of

MAX_BYTES = 300_000_000
MAX_LINE = 20_000
NEEDED = ("agents.csv", "history.csv")
"""Files without which there is no centre."""
SEPARATORS = (",", ";", "\t")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


@dataclass(frozen=True)
class Sheet:
    """A file that passed: ``columns`` maps every column of the schema to its values, ``rows`` their row numbers
    (the header is row 1). ``failed`` are the rows refused, whole (these are not among ``rows``) or in a cell."""

    file: str
    rows: tuple[int, ...]
    columns: dict[str, list[Any]]
    failed: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def sound(self) -> Sheet:
        """The rows of which nothing was refused: what can be judged further."""
        if not self.failed:
            return self
        kept = [row not in self.failed for row in self.rows]
        columns = {name: list(compress(values, kept)) for name, values in self.columns.items()}
        return Sheet(self.file, tuple(compress(self.rows, kept)), columns)

    def each(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row number and values, row by row."""
        names = list(self.columns)
        for row, values in zip(self.rows, zip(*self.columns.values(), strict=True), strict=True):
            yield row, dict(zip(names, values, strict=True))


def read_text(path: Path, findings: Findings) -> str | None:
    """Text of a file, unpacked when gzipped; None when it is damaged or no text that ``decode`` lets through."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as handle:
            data = handle.read(MAX_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        fix = "Pack it again, or give it unpacked."
        findings.wrong(path.name, None, None, found=f"a damaged .gz ({error})", expected="a whole .gz", fix=fix)
        return None
    return decode(data, path.name, findings)


def decode(data: bytes, file: str, findings: Findings) -> str | None:
    """Text of a file in UTF-8, or in cp1252 with a remark; None when it is neither or its lines have no end."""
    if len(data) > MAX_BYTES:
        findings.wrong(
            file,
            None,
            None,
            found=f"more than {MAX_BYTES // 10**6} MB",
            expected="a smaller file",
            fix="Keep two or three years, or raise the interval.",
        )
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4096]:
        findings.wrong(
            file,
            None,
            None,
            found="bytes that are no plain text (UTF-16 or a spreadsheet)",
            expected="CSV text in UTF-8",
            fix="Save it again as CSV UTF-8.",
        )
        return None
    long = next((i for i, line in enumerate(data.splitlines(), 1) if len(line) > MAX_LINE), None)
    if long is not None:
        findings.wrong(
            file,
            long,
            None,
            found=f"a line of more than {MAX_LINE:,} characters",
            expected="one row a line",
            fix="Check that rows end with a line break and that quotes are closed.",
        )
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        findings.remark(file, None, found="accents in Windows encoding (cp1252)", expected="UTF-8; read as cp1252")
        return data.decode("cp1252", errors="replace")


def read_sheet(
    path: Path, model: type[Row], findings: Findings, *, aliases: dict[str, str] | None = None
) -> Sheet | None:
    """One CSV file by its model; None when nothing of it can be read. All problems go to ``findings``."""
    file = path.name
    text = read_text(path, findings)
    if text is None:
        return None
    if not text.strip():
        _no_header(file, None, "an empty file", model, findings)
        return None
    separator = separator_of(text)
    if separator != ",":
        findings.remark(file, None, found=f"columns separated by {separator!r}", expected="a comma; read all the same")
    told = len(findings.problems)
    table = list(_cells(text, separator, file, findings))
    if not table:
        if len(findings.problems) == told:
            _no_header(file, None, "separators alone", model, findings)
        return None
    top, names = table[0]
    header = [(aliases or {}).get(name, name) for name in _header(names)]
    if not _header_fits(file, top, header, model, findings):
        return None
    return _columns(file, header, table[1:], model, findings)


def plain_table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows as texts, read as ``read_sheet`` reads them but not judged, so that they can be shown and mended.

    Rows that are too short are filled up; what stands beyond the header is left in the last cell. ValueError where the
    form of the file hides a part of it.
    """
    findings = Findings()
    text = read_text(path, findings) or ""
    separator = separator_of(text)
    table = [list(cells) for _, cells in _cells(text, separator, path.name, findings)]
    header = _header(table[0]) if table else []
    if findings.problems or not header or len(set(header)) < len(header):
        raise ValueError(f"{path.name} cannot be read whole")
    last = len(header) - 1
    kept = [[*cells[:last], separator.join(cells[last:]).rstrip(f"{separator} ")] for cells in table[1:]]
    return header, [[*cells, *[""] * (len(header) - len(cells))] for cells in kept]


def separator_of(text: str) -> str:
    """What stands most often between the names of the header, the first line that is not blank.

    >>> separator_of("\\nagent;first;last")
    ';'
    """
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=header.count)


def _cells(text: str, separator: str, file: str, findings: Findings) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Row number and cells of each row that is not blank; a text that comes again is kept once.

    Tuples of texts, for the collector of cycles walks through a million lists again and again.
    """
    once: dict[str, str] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, tuple(map(once.setdefault, cells, cells))
    except csv.Error as error:
        findings.wrong(
            file,
            reader.line_num,
            None,
            found=f"a row that breaks off ({error})",
            expected="balanced quotes",
            fix="Close the quotes or double the quotes inside a text.",
        )


def _header(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower().replace(" ", "_") for cell in cells]


def _no_header(file: str, row: int | None, found: str, model: type[Row], findings: Findings) -> None:
    fix = f"Its header is: {','.join(model.model_fields)}."
    findings.wrong(file, row, None, found=found, expected="a header and rows", fix=fix)


def _header_fits(file: str, row: int, header: list[str], model: type[Row], findings: Findings) -> bool:
    known = set(model.model_fields)
    before = len(findings.problems)
    if not any(name in known or difflib.get_close_matches(name, known, 1) for name in header):
        _no_header(file, row, f"the columns {', '.join(header)}", model, findings)
        return False
    for name in known - set(header):
        if model.model_fields[name].is_required():
            findings.wrong(
                file,
                row,
                name,
                found=f"the columns {', '.join(header)}",
                expected=f"a column {name}",
                fix=f"Add it: {model.model_fields[name].description}.",
            )
    for name in dict.fromkeys(header):
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            findings.wrong(
                file,
                row,
                name or None,
                found=f"a column {name!r}",
                expected=f"one of {', '.join(model.model_fields)}",
                fix=f"Did you mean {close[0]}?" if close else "Take the column out or rename it.",
            )
        elif header.count(name) > 1:
            findings.wrong(
                file,
                row,
                name,
                found=f"the column {name} {header.count(name)} times",
                expected="each column once",
                fix="Keep one of them.",
            )
    return len(findings.problems) == before


def _columns(
    file: str, header: list[str], table: list[tuple[int, tuple[str, ...]]], model: type[Row], findings: Findings
) -> Sheet:
    rows, kept = _rows_that_fit(file, len(header), table, findings)
    across = list(zip(*kept, strict=False))
    columns: dict[str, list[Any]] = {}
    failed = {row for row, _ in table} - set(rows)
    for name, field in model.model_fields.items():
        if name in header:
            cells = across[header.index(name)] if across else ()
            values, bad = _column(file, name, model, cells, rows, findings)
            columns[name], failed = values, failed | bad
        else:
            columns[name] = [field.get_default(call_default_factory=True)] * len(rows)
    if not rows:
        findings.wrong(
            file,
            None,
            None,
            found="a header and no row",
            expected="at least one row",
            fix="Fill it." if file in NEEDED else "Fill it or remove the file.",
        )
    return Sheet(file, tuple(rows), columns, frozenset(failed))


def _rows_that_fit(
    file: str, width: int, table: list[tuple[int, tuple[str, ...]]], findings: Findings
) -> tuple[list[int], list[tuple[str, ...]]]:
    """Rows as wide as the header, or wider by blank cells alone."""
    if all(len(cells) == width for _, cells in table):
        return [row for row, _ in table], [cells for _, cells in table]
    rows, kept = [], []
    for row, cells in table:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            findings.wrong(
                file,
                row,
                None,
                found=f"{len(cells)} cells",
                expected=f"{width} cells, as in the header",
                fix="Check separators and quotes in this row.",
            )
        else:
            rows.append(row)
            kept.append(cells)
    return rows, kept


def _column(
    file: str, name: str, model: type[Row], cells: Sequence[str], rows: list[int], findings: Findings
) -> tuple[list[Any], set[int]]:
    """Values of one column and the rows of cells refused (None or the default in their place)."""
    field, adapter = model.model_fields[name], _adapter(model, name)
    required = field.is_required()
    bare = {cell: cell.strip() for cell in set(cells)}
    texts: Sequence[str] = cells if all(a == b for a, b in bare.items()) else [bare[cell] for cell in cells]
    if kind_of(field.annotation) in ("number", "whole number"):
        texts = _decimal_points(file, name, texts, findings)
    read, wrong = _read_once(adapter, texts)
    default = None if required else field.get_default()
    said = {**dict.fromkeys(wrong, default), "": default, **read}
    refused: set[int] = set()
    if wrong or (required and "" in bare.values()):
        empty = [place for place, text in enumerate(texts) if required and not text]
        bad = [place for place, text in enumerate(texts) if text in wrong]
        for place in empty:
            findings.wrong(
                file,
                rows[place],
                name,
                found="nothing",
                expected=f"a value in every row of {name}",
                fix=f"Fill it: {field.description}.",
            )
        for place in bad:
            findings.wrong(
                file,
                rows[place],
                name,
                found=repr(texts[place]),
                expected=wanted(wrong[texts[place]]),
                fix=f"Give: {field.description}.",
            )
        refused = {rows[place] for place in (*empty, *bad)}
    return [said[text] for text in texts], refused


def _read_once(adapter: TypeAdapter[list[Any]], texts: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What each distinct text that is not empty says, and why the others say nothing."""
    distinct, wrong = [text for text in dict.fromkeys(texts) if text], dict[str, str]()
    try:
        return dict(zip(distinct, adapter.validate_python(distinct), strict=True)), wrong
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            wrong.setdefault(distinct[int(problem["loc"][0])], problem["msg"])
    sound = [text for text in distinct if text not in wrong]
    return dict(zip(sound, adapter.validate_python(sound), strict=True)), wrong


@lru_cache(maxsize=256)
def _adapter(model: type[Row], name: str) -> TypeAdapter[list[Any]]:
    """What reads a whole column of one field."""
    field = model.model_fields[name]
    typed: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(list[typed])


def _decimal_points(file: str, name: str, texts: Sequence[str], findings: Findings) -> Sequence[str]:
    """Numbers written with a decimal comma, rewritten with a point; thousands are left to be refused."""
    commas = [text for text in dict.fromkeys(texts) if DECIMAL_COMMA.fullmatch(text)]
    if not commas or all(len(text.partition(",")[2]) == 3 for text in commas):
        return texts
    findings.remark(file, name, found=f"decimal commas ({commas[0]})", expected="a decimal point; read all the same")
    pointed = {text: text.replace(",", ".") for text in commas}
    return [pointed.get(text, text) for text in texts]


def wanted(message: str) -> str:
    """What a validation message asked for, in a few words.

    >>> wanted("Input should be greater than 0")
    'greater than 0'
    >>> wanted("Input should be '', 'A' or 'B'"), wanted("Input should be 15, 30 or 60")
    ('one of A, B', 'one of 15, 30, 60')
    """
    text = message.removeprefix("Value error, ").removeprefix("Input should be ")
    text = text.removeprefix("a valid number, unable to parse string as ")
    text = re.sub(r", (got|unable to parse|invalid).*", "", text)
    if re.fullmatch(r"('[^']*'|\d+)(, ('[^']*'|\d+))* or ('[^']*'|\d+)", text):
        named = (quoted or figure for quoted, figure in re.findall(r"'([^']*)'|(\d+)", text))
        return f"one of {', '.join(name for name in named if name)}"
    text = re.sub("a valid (tuple|list)", "a list in [ ]", re.sub("a valid dictionary.*", "a TOML table", text))
    return text.replace("a multiple of 1.0", "a whole number").replace("a multiple of 1", "a whole number")
