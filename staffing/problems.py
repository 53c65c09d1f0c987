"""What is wrong with an input, said so that its owner can mend it; always all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it stands, what was found, what was expected, and how to fix it.

    ``row`` counts as a spreadsheet does (the header is row 1); None when the whole file is meant.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    fix: str

    def __str__(self) -> str:
        file, row, column = self.file, self.row, self.column
        place = file if row is None else f"{file}, row {row}"
        if column:
            place = f"{file}, column {column}" if row is None else f"{file}, row {row}, column {column}"
        return f"{place}: found {self.found}; expected {self.expected}. {self.fix}"


class BadInput(Exception):
    """Input refused at the gate; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))
