"""Problems gathered while a folder is read, none twice and none in thousands; remarks for what was read with care."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from staffing.problems import Problem

SHOWN = 5
KEPT = "noted when it was imported"


@dataclass
class Findings:
    """Everything wrong (``problems``) and everything worth saying (``remarks``) about one folder.

    Of problems alike (same file, column and expectation) the first five are kept and the rest counted.
    """

    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    _alike: Counter[tuple[str, str | None, str]] = field(default_factory=Counter)

    def wrong(self, file: str, row: int | None, column: str | None, *, found: str, expected: str, fix: str) -> None:
        """Note a problem."""
        key = (file, column, expected)
        self._alike[key] += 1
        if self._alike[key] <= SHOWN:
            self.problems.append(Problem(file, row, column, _short(found), expected, fix))

    def remark(self, file: str, column: str | None, *, found: str, expected: str, fix: str = "") -> None:
        """Note something that was read all the same."""
        self.remarks.append(Problem(file, None, column, _short(found), expected, fix))

    def kept(self, notes: Sequence[str]) -> None:
        """Remarks that an import left in the folder, whole, in its owner's language."""
        self.remarks += [Problem("history.csv", None, None, said, KEPT, "") for said in notes]

    def told(self) -> tuple[Problem, ...]:
        """The problems, the last of each kind saying how many more there are."""
        told = list(self.problems)
        for key, count in self._alike.items():
            if count > SHOWN:
                last = max(i for i, p in enumerate(told) if (p.file, p.column, p.expected) == key)
                told[last] = replace(told[last], fix=f"{told[last].fix} ({count - SHOWN} more rows like this)")
        return tuple(told)


def sentence_of(remark: Problem) -> str:
    """A remark as a sentence in English; a note of an import is one already, in its owner's language."""
    return remark.found if remark.expected == KEPT else str(remark).rstrip()


def _short(text: str) -> str:
    """What was found, on one line of at most 120 characters; a list in brackets cut short keeps its bracket, or no
    other language would know the sentence."""
    line = " ".join(text.split())
    end = "...)" if line.endswith(")") else "..."
    return line if len(line) <= 120 else line[: 120 - len(end)] + end
