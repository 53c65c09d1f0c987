"""A roster made by hand as a list, a stretch a row under headings like ``Agent;Début;Fin;Activité``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from staffing.centre import Centre
from staffing.files.cells import Faults, instants
from staffing.files.day_heads import folded
from staffing.files.reading import Table, texts
from staffing.files.roster_names import Names
from staffing.files.stamps import stamps
from staffing.gate.findings import Findings
from staffing.gate.sheet import Sheet

SEARCHED = 30
"""Rows among which the headings stand."""
HEADS = {
    "agent": (
        "agent", "id", "identifiant", "matricule", "nom", "nom prenom", "nom et prenom", "name", "conseiller",
        "collaborateur", "salarie", "employee", "teleconseiller",
    ),
    "date": ("date", "jour", "day", "date debut", "date de debut"),
    "start": ("debut", "heure debut", "heure de debut", "date debut", "date de debut", "start", "start time", "de"),
    "end": ("fin", "heure fin", "heure de fin", "date fin", "date de fin", "end", "end time", "a"),
    "activity": ("activite", "activity", "tache", "file", "queue", "poste", "task"),
}  # fmt: skip


@dataclass(frozen=True)
class StretchTable:
    """A table of stretches: the headings' row and the column of each field."""

    table: Table
    place: int
    columns: Mapping[str, int]


def stretch_table(table: Table) -> StretchTable | None:
    """The table by its headings; None where no row has an agent, a start, an end and an activity."""
    for place in range(min(len(table.cells), SEARCHED)):
        row = [folded(text) for text in texts(table.cells.iloc[place])]
        columns = {name: row.index(w) for name, words in HEADS.items() for w in reversed(words) if w in row}
        if set(HEADS) - {"date"} <= set(columns):
            if columns.get("date") == columns["start"]:
                del columns["date"]
            return StretchTable(table, place, columns)
    return None


def read_list(told: StretchTable, centre: Centre, findings: Findings) -> Sheet:
    """The stretches as a sheet of ``SegmentRow``, agents by id or by name; what cannot be read goes to ``findings``.

    A day and a month in figures are told apart on the whole column, as in any import; of clock times beside a day, an
    end before its start lies on the next day.
    """
    cells, names = told.table.cells, Names(centre)
    body = cells.iloc[told.place + 1 :].set_axis(cells.index[told.place + 1 :] + 1)
    heads = texts(cells.iloc[told.place])
    faults = Faults(told.table.file, told.table.separator)
    starts, ends = (_at(body, told.columns, heads, name, centre, faults) for name in ("start", "end"))
    findings.problems.extend(faults.problems)
    if "date" in told.columns:
        ends = pd.DatetimeIndex(ends.where(~(ends <= starts), ends + pd.DateOffset(days=1)))
    rows, agents, activities = [], [], []
    for place, (row, values) in enumerate(zip(body.index, body.itertuples(index=False), strict=True)):
        label, activity = (_text(values, told.columns[name]) for name in ("agent", "activity"))
        found, file = names.who([label]), told.table.file
        if len(found) != 1:
            may = f", who may be {', '.join(agent.id for agent in found)}" if found else ""
            findings.wrong(
                file, int(row), heads[told.columns["agent"]], found=f"{label!r}{may}",
                expected="an id or a name of agents.csv", fix="Correct the id or add the agent.",
            )  # fmt: skip
        elif not activity:
            findings.wrong(
                file, int(row), heads[told.columns["activity"]],
                found="nothing", expected="a queue, meal or break", fix="Write the activity.",
            )  # fmt: skip
        elif not (pd.isna(starts[place]) or pd.isna(ends[place])):
            rows.append((int(row), starts[place].to_pydatetime(), ends[place].to_pydatetime()))
            agents.append(found[0].id)
            activities.append(names.activity(activity))
    return Sheet(
        told.table.file,
        tuple(row for row, _, _ in rows),
        {
            "agent": agents,
            "start": [start for _, start, _ in rows],
            "end": [end for _, _, end in rows],
            "activity": activities,
            "heading": [heads[told.columns["activity"]]] * len(rows),
        },
    )


def _text(values: Sequence[Any], column: int) -> str:
    return "" if pd.isna(values[column]) else str(values[column]).strip()


def _at(
    body: pd.DataFrame, columns: Mapping[str, int], heads: Sequence[str], name: str, centre: Centre, faults: Faults
) -> pd.DatetimeIndex:
    """The instants of one column, with its day where that stands apart."""
    named = body.set_axis([str(column) for column in body.columns], axis=1)
    fields = {"start": name} if "date" not in columns else {"date": "date", "time": name}
    told = stamps(named, {field: str(columns[word]) for field, word in fields.items()})
    return instants(told.rename(heads[columns[name]]), centre.grid, faults).at
