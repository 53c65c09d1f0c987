"""Broken files without end: good samples cut, mixed and poisoned, one after another from a seed.

``python -m tests.files.fuzz 100000`` feeds every reader and prints what broke; the suite runs a few hundred.
"""

from __future__ import annotations

import collections
import io
import random
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter

from forecasts.grid import Grid
from staffing.files.history_import import import_history
from staffing.files.workbook import write_workbook
from staffing.files.workbook_back import read_workbook
from staffing.gate.read import read_centre
from staffing.gate.roster import read_roster
from staffing.plan import Plan
from staffing.problems import BadInput
from tests.centre.folder import ROSTER, good
from tests.files import plans, samples
from tests.files.corpora import FORMULAS, MARKUP, PATHS

PARIS = Grid("Europe/Paris", 30)
POISON = (
    *FORMULAS, *MARKUP, *PATHS, "NaN", "inf", "-inf", "1e999", "-1", "0", "9" * 40, "1e-320", "0x1F", "१२", "٣",
    "½", "²", "\u2212", "1,234,5", "1.2.3", "--", "''", '"', '""', '"a', "a;b", "|", "\t", "\u2028", "\x85", "\x0b",
    "\x1c", "\ufeff", "2026-02-30", "2026-13-01", "0000-00-00", "9999-12-31", "10000-01-01", "2026-10-25T02:30",
    "2026-03-29T02:30", "2026-01-05T08:00+99:00", "2026-01-05T08:00:00.123456789Z", "24:00", "25:61", "99:99:99",
    "-1:30", "0:0", "1969-12-31", "true", "None", "null", "é" * 300, "x" * 5000, "\U0001f4a3", "a\u0301", "\u202e",
    "mon", "1-2-3", "front:2", "front:-1", "front|front", "1e5", "1E+05", "Infinity", "nan", "NA", "#REF!", "[",
    "{", "]]", "= [", "inf.", "1_000", "+5", "5-",
)  # fmt: skip
Reader = Callable[[Path], object]


def mutated(sample: bytes, draw: random.Random) -> bytes:
    """A sample with one to six things done to it."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        sample = draw.choice(TRICKS)(sample, draw)
    return sample[: 1 << 20]


def _cell(raw: bytes, draw: random.Random) -> bytes:
    """One cell's content replaced by a poison, separator kept."""
    lines = raw.split(b"\n")
    at = draw.randrange(len(lines))
    for separator in draw.sample((b";", b",", b"|", b"=", b"\t"), 5):
        if separator in lines[at]:
            cells = lines[at].split(separator)
            cells[draw.randrange(len(cells))] = draw.choice(POISON).encode("utf-8", "surrogatepass")
            lines[at] = separator.join(cells)
            break
    return b"\n".join(lines)


def _bytes(raw: bytes, draw: random.Random) -> bytes:
    out = bytearray(raw)
    for _ in range(draw.randrange(1, 5)):
        if out:
            out[draw.randrange(len(out))] = draw.randrange(256)
    return bytes(out)


def _cut(raw: bytes, draw: random.Random) -> bytes:
    return raw[: draw.randrange(len(raw) + 1)]


def _hole(raw: bytes, draw: random.Random) -> bytes:
    start = draw.randrange(len(raw) + 1)
    return raw[:start] + raw[start + draw.randrange(1, 40) :]


def _insert(raw: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(raw) + 1)
    return raw[:at] + draw.choice(POISON).encode("utf-8", "surrogatepass") * draw.choice((1, 1, 3)) + raw[at:]


def _lines(raw: bytes, draw: random.Random) -> bytes:
    """Lines doubled, dropped or shuffled."""
    lines = raw.split(b"\n")
    at = draw.randrange(len(lines))
    deed = draw.randrange(3)
    if deed == 0:
        lines[at:at] = [lines[draw.randrange(len(lines))]] * draw.choice((1, 2, 50))
    elif deed == 1:
        del lines[at]
    else:
        draw.shuffle(lines)
    return b"\n".join(lines)


def _separator(raw: bytes, draw: random.Random) -> bytes:
    a, b = draw.sample((b";", b",", b"|", b"\t", b" ", b"\r", b":"), 2)
    return raw.replace(a, b)


def _encoding(raw: bytes, draw: random.Random) -> bytes:
    text = raw.decode("utf-8", "replace")
    return text.encode(draw.choice(("utf-16", "cp1252", "utf-8-sig", "utf-32", "utf-16-le", "cp037")), "replace")


TRICKS = (_cell, _cell, _cell, _cell, _bytes, _cut, _hole, _insert, _lines, _separator, _encoding)


def _in_zip(raw: bytes, draw: random.Random) -> bytes:
    """A workbook whose inside was changed, or its own bytes."""
    if draw.random() < 0.2:
        return _bytes(raw, draw)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = [n for n in source.namelist() if n.endswith((".xml", ".rels"))]
        chosen = draw.choice([n for n in names if "sheet" in n or "sharedStrings" in n or draw.random() < 0.2])
        for name in source.namelist():
            body = source.read(name)
            if name == chosen:
                body = draw.choice((_bytes, _cut, _hole, _insert, _texts, _texts))(body, draw)
            if draw.random() < 0.99:
                target.writestr(name, body)
    return out.getvalue()


def _texts(body: bytes, draw: random.Random) -> bytes:
    """The text of an XML element replaced."""
    parts = body.split(b">")
    at = draw.randrange(len(parts))
    before, mark, rest = parts[at].partition(b"<")
    if mark and before:
        poison = draw.choice(POISON).replace("&", "&amp;").replace("<", "&lt;")
        parts[at] = poison.encode("utf-8", "replace") + mark + rest
    return b">".join(parts)


def _table_workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, line in enumerate(samples.FRENCH.splitlines()):
        for column, cell in enumerate(line.split(";")):
            sheet.write(row, column, cell)
    book.close()
    return out.getvalue()


class Feeds:
    """Every reader with its samples, in a folder of their own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        samples.queue_log(place / "log", 40, damage=0.05)
        self.log = (place / "log").read_bytes()
        self.plan: Plan = plans.plan(3)
        write_workbook(self.plan, place / "week.xlsx")
        self.week, self.table = (place / "week.xlsx").read_bytes(), _table_workbook()
        self.centre = place / "centre"
        self.centre.mkdir()
        self.files = {name: raw if isinstance(raw, bytes) else raw.encode() for name, raw in good().items()}
        for name, raw in self.files.items():
            (self.centre / name).write_bytes(raw)
        self.read = read_centre(self.centre)

    def imports(self, draw: random.Random) -> tuple[str, Path, Reader]:
        """An export with any of the known forms."""
        forms = {
            "genesys": samples.GENESYS.encode(), "amazon_connect": samples.AMAZON.encode(),
            "calabrio": samples.CALABRIO.encode(), "table": samples.FRENCH.encode(), "queue_log": self.log,
        }  # fmt: skip
        name, raw = draw.choice(list(forms.items()))
        path = self.place / "export.csv"
        path.write_bytes(mutated(raw, draw))
        return name, path, lambda p: import_history(p, PARIS)

    def workbook(self, draw: random.Random) -> tuple[str, Path, Reader]:
        """An export as a workbook."""
        path = self.place / "export.xlsx"
        path.write_bytes(_in_zip(self.table, draw))
        return "table.xlsx", path, lambda p: import_history(p, PARIS)

    def edited(self, draw: random.Random) -> tuple[str, Path, Reader]:
        """Our own workbook as it comes back."""
        path = self.place / "back.xlsx"
        path.write_bytes(_in_zip(self.week, draw))
        return "week.xlsx", path, lambda p: read_workbook(p, self.plan)

    def roster(self, draw: random.Random) -> tuple[str, Path, Reader]:
        """A roster made by hand."""
        path = self.place / "roster.csv"
        path.write_bytes(mutated(ROSTER.encode(), draw))
        return "roster.csv", path, lambda p: read_roster(p, self.read)

    def gate(self, draw: random.Random) -> tuple[str, Path, Reader]:
        """A centre's folder, one file of it broken."""
        name = draw.choice(list(self.files))
        path = self.centre / name
        path.write_bytes(mutated(self.files[name], draw))
        return f"gate {name}", path, lambda p: read_centre(p.parent)

    def after(self, path: Path) -> None:
        """Mend the centre's folder."""
        if path.parent == self.centre:
            path.write_bytes(self.files[path.name])

    def each(self, count: int, seed: int) -> Iterator[tuple[int, str, Path, Reader]]:
        """``count`` broken files, half of them for the importers, each from its own seed."""
        kinds = (
            self.imports,
            self.imports,
            self.imports,
            self.gate,
            self.gate,
            self.roster,
            self.workbook,
            self.edited,
        )
        for number in range(seed, seed + count):
            draw = random.Random(number)
            name, path, reader = kinds[number % len(kinds)](draw)
            yield number, name, path, reader
            self.after(path)


def fuzz(place: Path, count: int, seed: int = 0) -> tuple[collections.Counter[str], list[str]]:
    """Feed ``count`` files: what each ended as, and every traceback that was no BadInput, with its seed."""
    ended: collections.Counter[str] = collections.Counter()
    broken = []
    for number, name, path, reader in Feeds(place).each(count, seed):
        try:
            reader(path)
            ended[f"{name}: read"] += 1
        except BadInput as refused:
            ended[f"{name}: refused"] += 1
            if not refused.problems or not all(str(problem) for problem in refused.problems):
                broken.append(f"seed {number}, {name}: refused without a word")
        except Exception:
            broken.append(f"seed {number}, {name}\n{traceback.format_exc()}")
    return ended, broken


def main() -> None:
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    began = time.process_time()
    with tempfile.TemporaryDirectory() as place:
        ended, broken = fuzz(Path(place), count, seed)
    for line, times in sorted(ended.items()):
        print(f"{times:8d} {line}")
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kinds = collections.Counter(text.splitlines()[-1][:150] for text in broken)
    print(
        f"{count} inputs, {len(broken)} tracebacks, {rss_mb:.0f} MB at most, {time.process_time() - began:.0f} s of CPU"
    )
    for kind, times in kinds.most_common():
        print(f"{times:6d} {kind}\n{next(t for t in broken if t.splitlines()[-1][:150] == kind)}")


if __name__ == "__main__":
    main()
