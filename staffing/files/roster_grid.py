"""A roster made by hand as a grid, agents in rows and days in columns or the other way about, read into segments.

Where hours alone are told, the queue, the meal and the breaks are those that the app gives to hours typed into its own
grid: see ``staffing.files.shaping``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.day_heads import Head, days_of, folded, heads_of, joined, titled_week
from staffing.files.hours_cells import Legend, hours_of, legend_of, off_word, plain_hours
from staffing.files.reading import Table, texts
from staffing.files.rests import in_turn, meal_of, rested
from staffing.files.roster_names import Names
from staffing.files.roster_text import SPAN, Piece, read_day, read_hours
from staffing.files.shaping import off_closed, shaped
from staffing.files.stamps import TOTAL
from staffing.gate.findings import Findings
from staffing.gate.sheet import Sheet
from staffing.rostering.team import Agent

SEARCHED = 30
"""Rows among which the headings stand."""
SHOWN = 8
STARTS, ENDS = ("debut", "start", "de", "arrivee", "from", "in"), ("fin", "end", "a", "depart", "to", "out")


@dataclass(frozen=True)
class DayTable:
    """A table whose headings, in its row ``place``, are days; its rows from ``below`` on are people. ``columns`` are
    those of each head, several under a merged one, ``begins_ends`` where these are a start and an end. ``turned``: the
    file has days in rows and people in columns, and ``table`` is its cells transposed."""

    table: Table
    place: int
    below: int
    heads: Mapping[int, Head]
    columns: Mapping[int, tuple[int, ...]]
    begins_ends: bool = False
    turned: bool = False

    @property
    def first(self) -> int:
        return min(self.heads)

    @property
    def title(self) -> str:
        """All that stands above the days and beside them, and the sheet's name."""
        above = [cell for row in range(self.place) for cell in texts(self.table.cells.iloc[row]) if cell]
        return " ".join([self.table.sheet, *above, *texts(self.table.cells.iloc[self.place])[: self.first]])

    def heading(self, column: int) -> str:
        return texts(self.table.cells.iloc[self.place])[column] or str(column + 1)

    def spot(self, row: int, label: str, column: int | None) -> tuple[int, str | None]:
        """Row and heading, in the file, of what the ``row`` of that label says of the day headed at ``column``; those
        of the label itself where none is told."""
        if not self.turned:
            return row, None if column is None else self.heading(column)
        at = max(0, self.first - 1) if column is None else column
        return int(self.table.cells.columns[at]) + 1, label or str(row)

    def legend(self, bare: Iterable[Sequence[str]]) -> Legend:
        """The codes explained above the days, in rows that are nobody's (``bare``), and anywhere beside turned days."""
        above = (texts(cells) for _, cells in self.table.cells.iloc[: self.place].iterrows())
        lines = (texts(cells) for _, cells in self.table.cells.T.iterrows()) if self.turned else ()
        return legend_of(bare) | legend_of(above) | legend_of(lines)

    def text(self, cells: Sequence[str], column: int) -> str:
        """What a row says of the day headed at ``column``."""
        told = [cells[place] for place in self.columns[column] if cells[place]]
        return ("-" if self.begins_ends and len(told) == 2 else " ").join(told)

    def people(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Spreadsheet row and cells of each row below."""
        body = self.table.cells.iloc[self.below :]
        for label, row in zip(body.index, body.itertuples(index=False), strict=True):
            yield int(label) + 1, texts(pd.Series(row))


def day_table(table: Table) -> DayTable | None:
    """The table by its days; None where no row heads days."""
    rows = [texts(table.cells.iloc[place]) for place in range(min(len(table.cells), SEARCHED))]
    found = [heads_of(row) for row in rows]
    place = max(range(len(found)), key=lambda at: (len(found[at]), -at), default=0)
    if not found or not found[place]:
        return None
    heads, below = found[place], place + 1
    for other in (place + 1, place - 1):
        if 0 <= other < len(found) and (both := joined(found[place], found[other])):
            heads, place, below = both, min(place, other), max(place, other) + 1
            break
    columns = _columns(rows[place], heads)
    if below < len(rows) and max(map(len, columns.values())) > 1:
        under = [folded(rows[below][column]) for columns_of in columns.values() for column in columns_of]
        if any(under) and not any(char.isdigit() for text in under for char in text):
            paired = all(text in (STARTS, ENDS)[at % 2] for at, text in enumerate(under))
            return DayTable(table, place, below + 1, heads, columns, paired)
    return DayTable(table, place, below, heads, columns)


def turned_table(table: Table, names: Names) -> DayTable | None:
    """The table of days in rows by its days; None where none are, or where nobody of the centre heads a column."""
    found = day_table(replace(table, cells=table.cells.T))
    if found is None or len(set(found.heads.values())) < len(found.heads):
        return None  # the dates of a list, each as often as somebody works
    if not any(names.who(cells[: found.first]) for _, cells in found.people()):
        return None
    return replace(found, turned=True)


def _columns(row: Sequence[str], heads: Mapping[int, Head]) -> dict[int, tuple[int, ...]]:
    """The columns of each day: its own, and those beside it whose heading is empty, as merged cells leave them."""
    places, found = sorted(heads), {}
    width = min((b - a for a, b in pairwise(places)), default=1)
    for column in places:
        beside = range(column + 1, min(column + width, len(row)))
        found[column] = (column, *(c for c in beside if not row[c]))
    return found


@dataclass(frozen=True)
class Reading:
    """One roster as it is read: whom it names, what its codes say, what was found."""

    centre: Centre
    names: Names
    findings: Findings
    file: str
    seen: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    off: Counter[str] = field(default_factory=Counter)
    parts: dict[str, str] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    meals: dict[tuple[dt.date, str], list[tuple[int, int]]] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)


def read_grid(grids: Sequence[DayTable], centre: Centre, week: Week | None, findings: Findings) -> Sheet:
    """The segments of every table, as a sheet of ``SegmentRow`` whose ``heading`` is the column each comes from.

    Days are those of the headings, else those of the week that is told or that a title names. What is assumed is
    remarked; everything that cannot be read goes to ``findings``.
    """
    reading = Reading(centre, Names(centre), findings, grids[0].table.file)
    told: list[tuple[int, str, dt.datetime, dt.datetime, str, str]] = []
    before: set[dt.date] = set()
    for grid in grids:
        days = _days(grid, reading, week)
        if before & set(days):
            findings.remark(
                reading.file, None, found=f"the same days again on sheet {grid.table.sheet}", expected="once; left out"
            )
            continue
        before |= set(days)
        for row, agent, heading, pieces in _shifts(grid, days, reading):
            told += [(row, agent, p.start.to_pydatetime(), p.end.to_pydatetime(), p.activity, heading) for p in pieces]
    _tell(reading)
    rows, *columns = zip(*told, strict=True) if told else [()] * 6
    names = ("agent", "start", "end", "activity", "heading")
    return Sheet(reading.file, tuple(rows), dict(zip(names, map(list, columns), strict=True)))


def _days(grid: DayTable, reading: Reading, week: Week | None) -> tuple[dt.date, ...]:
    """The day of each head from left to right; none, and a problem, where they cannot be told."""
    heads = [grid.heads[column] for column in sorted(grid.heads)]
    near = reading.centre.history.frame["start"].max().date() + dt.timedelta(days=7)
    titled = titled_week(grid.title, near)
    row, column = grid.spot(int(grid.table.cells.index[grid.place]) + 1, "", grid.first)
    bare = any(head.day is None for head in heads)
    if bare and week and titled and titled != week:
        reading.findings.wrong(
            reading.file, row, None,
            found=f"a title of {titled}", expected=f"the roster of {week}", fix="Check the week.",
        )  # fmt: skip
        return ()
    if bare and not (week or titled):
        reading.findings.wrong(
            reading.file, row, column,
            found="days without dates", expected="the week they are in", fix="Give --week, or write the dates.",
        )  # fmt: skip
        return ()
    days = days_of(heads, week or titled, near)
    if not days:
        reading.findings.wrong(
            reading.file, row, column,
            found=", ".join(grid.heading(c) for c in sorted(grid.heads)), expected="days that follow each other",
            fix="Correct the weekdays or the dates.",
        )  # fmt: skip
    elif any(head.day is None or head.year is None for head in heads) and not (bare and week):
        reading.findings.remark(
            reading.file, column, found="days whose year is not told", expected=f"taken as {days[0]} to {days[-1]}"
        )
    return days


def _shifts(
    grid: DayTable, days: tuple[dt.date, ...], reading: Reading
) -> Iterator[tuple[int, str, str, tuple[Piece, ...]]]:
    """Row, agent, heading and segments of each day worked."""
    people = list(grid.people())
    legend = grid.legend(cells for _, cells in people if not reading.names.who(cells[: grid.first]))
    by_day = dict(zip(sorted(grid.heads), days, strict=False))
    used = {folded(cell) for _, cells in people for cell in cells[grid.first :]}
    for row, cells in people:
        shown = {column: grid.text(cells, column) for column in by_day}
        label = " ".join(cell for cell in cells[: grid.first] if cell)
        agent = _agent(grid.spot(row, label, None), cells[: grid.first], shown, reading, legend.keys() & used)
        if agent is None:
            continue
        for column, day in by_day.items():
            at, heading = grid.spot(row, label, column)
            if first := reading.seen.get((agent.id, day)) if shown[column] else None:
                reading.findings.wrong(
                    reading.file, at, heading,
                    found=f"{shown[column]!r} for {agent.id} again (first in row {first})",
                    expected="each agent's day once", fix="Keep one of them.",
                )  # fmt: skip
                continue
            if shown[column]:
                reading.seen[agent.id, day] = at
            try:
                pieces = _pieces(shown[column], agent, day, reading, legend)
            except ValueError as error:
                reading.findings.wrong(
                    reading.file, at, heading, found=repr(shown[column]), expected=str(error), fix="Correct the cell."
                )
                continue
            if pieces:
                yield at, agent.id, heading or "", pieces


def _agent(
    spot: tuple[int, str | None], cells: Sequence[str], shown: Mapping[int, str], reading: Reading, codes: Set[str]
) -> Agent | None:
    """Whose row it is; None where it is nobody's, which is a problem if it holds days."""
    label = " ".join(cell for cell in cells if cell)
    found = reading.names.who(cells)
    if len(found) == 1:
        agent = found[0]
        reading.known.add(agent.id)
        if not reading.names.wholly(cells, agent):
            reading.parts[label] = agent.id
        return agent
    held = any(off_word(text) or hours_of(text) or folded(text) in codes for text in shown.values())
    if found and held:
        reading.findings.wrong(
            reading.file, *spot,
            found=f"{label!r}, who may be {', '.join(a.id for a in found[:SHOWN])}",
            expected="one agent by id or by name", fix="Write the id.",
        )  # fmt: skip
    elif held and not re.fullmatch(TOTAL, folded(label)) and not _explains(label, shown, codes):
        reading.findings.wrong(
            reading.file, *spot,
            found=repr(label), expected="an id or a name of agents.csv", fix="Correct the id or add the agent.",
        )  # fmt: skip
    elif label:
        reading.strays.append(label)
    return None


def _explains(label: str, shown: Mapping[int, str], codes: Set[str]) -> bool:
    """Whether the row says what a code means that others use."""
    return folded(label) in codes and sum(map(bool, shown.values())) == 1


def _pieces(text: str, agent: Agent, day: dt.date, reading: Reading, legend: Legend) -> tuple[Piece, ...]:
    """The segments of one cell; ValueError says what it should hold."""
    off = off_word(text)
    if off is not None and folded(text) not in legend:
        reading.off.update([off] if off else [])
        return ()
    centre = reading.centre
    if hours := legend.get(folded(text)) or hours_of(text):
        reading.alone.append(text)
        if folded(text) in legend:
            reading.codes[text] = hours
        spans = read_hours(hours, day, centre.grid)
        made = shaped(spans, agent, day, centre, None)
        return _in_turn(made, agent, day, reading) if len(spans) == 1 else made
    apart = SPAN.sub(lambda span: f";{span[0]}", plain_hours(text)).split(";")
    plain = "; ".join(part.rstrip(" ,/+") for part in apart)
    if not SPAN.search(plain):
        raise ValueError("hours like 08:30-16:00, or a day off as R or nothing")
    told = read_day(plain, day, centre.grid)
    pieces = tuple(replace(piece, activity=reading.names.activity(piece.activity)) for piece in told)
    if len(pieces) > 1:
        return pieces
    reading.whole.append(text)
    return _in_turn(rested(pieces, agent, day, centre), agent, day, reading)


def _in_turn(pieces: tuple[Piece, ...], agent: Agent, day: dt.date, reading: Reading) -> tuple[Piece, ...]:
    """The same hours with a meal beside those of the others."""
    taken = reading.meals.setdefault((day, agent.skills[0].queue), [])
    made = in_turn(pieces, agent, day, reading.centre, taken=taken)
    taken += [meal] if (meal := meal_of(made)) else []
    return off_closed(made, agent, reading.centre)


def _tell(reading: Reading) -> None:
    """What was read otherwise than written, and who is not there."""
    file, remark = reading.file, reading.findings.remark
    if reading.parts:
        told = ", ".join(f"{label} = {id}" for label, id in list(reading.parts.items())[:SHOWN])
        remark(
            file,
            None,
            found=f"parts of names ({told})",
            expected="ids of agents.csv; read as the one agent of that name",
        )
    if reading.alone:
        remark(
            file, None, found=f"hours alone in {len(reading.alone)} cells",
            expected="queues and rests; taken as each agent's first queue, meals in turns as the rules let them",
        )  # fmt: skip
    if reading.whole:
        remark(
            file, None, found=f"one activity all along in {len(reading.whole)} cells",
            expected="meals and breaks; placed as the rules let them",
        )  # fmt: skip
    if reading.off:
        told = ", ".join(f"{word} {times}" for word, times in reading.off.most_common(SHOWN))
        remark(
            file,
            None,
            found=f"codes of days off ({told})",
            expected="hours; taken as off, paid leave is that of absences.csv",
        )
    if reading.codes:
        told = ", ".join(f"{code} = {hours}" for code, hours in list(reading.codes.items())[:SHOWN])
        remark(file, None, found=f"codes of hours ({told})", expected="hours; read as the legend says")
    if reading.strays:
        remark(file, None, found=f"rows of nobody ({', '.join(reading.strays[:SHOWN])})", expected="agents; left out")
    missing = [agent.id for agent in reading.centre.team.agents if agent.id not in reading.known]
    if missing and reading.known:
        told = ", ".join(missing[:SHOWN]) + (", ..." if len(missing) > SHOWN else "")
        remark(file, None, found=f"no row for {len(missing)} agents ({told})", expected="a row each; taken as off")
