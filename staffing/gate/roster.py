"""A roster file, ours or made by hand, read against its centre."""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.reading import read_tables, refuse
from staffing.files.roster_grid import day_table, read_grid, turned_table
from staffing.files.roster_list import read_list, stretch_table
from staffing.files.roster_names import Names
from staffing.files.workbook_text import WORKBOOKS
from staffing.gate.findings import Findings
from staffing.gate.people import segments_frame
from staffing.gate.schema import SegmentRow
from staffing.gate.sheet import Sheet, read_sheet
from staffing.problems import BadInput, Problem
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.worked import shift_starts

FILE = "roster.csv"
"""What a plan calls it."""


def read_roster(path: Path, centre: Centre, week: Week | None = None) -> tuple[Roster, tuple[Problem, ...]]:
    """The roster of one week, the shifts that begin in it, and remarks; ``week`` is that of the first when not told.

    A plan's folder stands for the roster in it. Words that are no queue, meal or break are paid time off the queues.
    Raises BadInput with all problems.
    """
    findings = Findings()
    if (path / FILE).is_file():
        path = path / FILE
    if not path.is_file():
        found = "a folder without roster.csv" if path.is_dir() else "no such file"
        raise BadInput([Problem(str(path), None, None, found, "a roster in CSV", "Check the path.")])
    sheet = _by_hand(path, centre, week, findings)
    if sheet is None:
        sheet = read_sheet(path, SegmentRow, findings)
    if sheet is None or not len(sheet):
        raise BadInput(findings.told())
    sheet = sheet.sound
    others = _other_activities(sheet, centre, findings)
    frame = segments_frame(sheet.file, list(sheet.each()), centre.grid.tz, findings)
    if findings.problems:
        raise BadInput(findings.told())
    if others:
        findings.remark(
            sheet.file,
            "activity",
            found=", ".join(sorted(others)),
            expected="a queue; taken as paid time off the queues",
        )
    asked = week or Week.of(frame["start"].min().date())
    return Roster(asked, centre.grid, _of_week(frame, asked, sheet.file, centre, findings)), tuple(findings.remarks)


def _by_hand(path: Path, centre: Centre, week: Week | None, findings: Findings) -> Sheet | None:
    """A roster in another form than a plan's, a grid of days or a list under other headings; None where it is none."""
    try:
        tables = read_tables(path)
    except BadInput:
        if path.suffix.lower() in WORKBOOKS:
            raise
        return None  # told as any CSV is
    if tables[0].separator and set(SegmentRow.model_fields) <= set(tables[0].headers()):
        return None  # a plan's own
    names = Names(centre)
    grids = [grid for table in tables if (grid := day_table(table) or turned_table(table, names))]
    stretches = next((found for table in tables if (found := stretch_table(table))), None)
    if stretches:
        sheet = read_list(stretches, centre, findings)
    elif grids:
        sheet = read_grid(grids, centre, week, findings)
    elif tables[0].separator:
        return None
    else:
        refuse(
            path.name, "no sheet with days for headings", "days across, or the columns agent, start, end and activity",
            "Write the days over their columns.",
        )  # fmt: skip
    if not len(sheet) and not findings.problems:
        findings.wrong(
            path.name, None, None,
            found="no hours of anybody", expected="hours like 08:30-16:00", fix="Write the hours worked.",
        )  # fmt: skip
    return sheet


def _other_activities(sheet: Sheet, centre: Centre, findings: Findings) -> set[str]:
    """Activities that the centre knows by no name; agents it does not know and slips of the pen are wrong."""
    ids = {agent.id for agent in centre.team.agents}
    known = [*(q.name for q in centre.queues), MEAL, BREAK]
    paid = {c.activity for c in centre.team.commitments}
    paid |= {c.off_queue_activity for c in centre.team.contracts if c.off_queue_h > 0}
    known += sorted(paid - set(known))
    others, told = set(), set()
    for row, values in sheet.each():
        agent, activity = values["agent"], values["activity"]
        heading = values.get("heading", "activity")
        if agent not in ids:
            findings.wrong(
                sheet.file, row, "agent",
                found=repr(agent), expected="an id of agents.csv", fix="Correct the id or add the agent.",
            )  # fmt: skip
        if activity in known or (row, heading, activity) in told:
            continue
        told.add((row, heading, activity))  # a cell of a grid makes several segments
        others.add(activity)
        if close := difflib.get_close_matches(activity, known, 1, cutoff=0.8):
            findings.wrong(
                sheet.file, row, heading,
                found=repr(activity), expected=f"one of {', '.join(known)}", fix=f"Did you mean {close[0]}?",
            )  # fmt: skip
    return others


def _of_week(frame: pd.DataFrame, asked: Week, file: str, centre: Centre, findings: Findings) -> pd.DataFrame:
    """The segments of shifts that begin in the week asked for; none is bad input, the others are remarked."""
    monday, next_monday = centre.grid.at(asked.monday, 0), centre.grid.at(asked.plus(1).monday, 0)
    starts = shift_starts(frame)
    inside = (starts >= monday) & (starts < next_monday)
    if not inside.any():
        found = f"shifts that begin from {starts.min().date()} to {starts.max().date()}"
        expected = f"shifts that begin in {asked}"
        raise BadInput([Problem(file, None, "start", found, expected, "Check the week.")])
    if not inside.all():
        found = f"{int((~inside).sum())} segments of shifts that begin outside {asked}"
        findings.remark(file, "start", found=found, expected="none; left out")
    return frame[inside].reset_index(drop=True)
