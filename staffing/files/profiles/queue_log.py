"""Asterisk, FreePBX and Issabel: ``queue_log``, one event a line, from which contacts are counted one by one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid, clock_min
from staffing.files.cells import Faults
from staffing.files.imported import Answers, Patience, Reading
from staffing.files.notes import note
from staffing.files.reading import Table

ENTER = "ENTERQUEUE"
LEFT = ("EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY")
ENDED = {"COMPLETEAGENT": 6, "COMPLETECALLER": 6, "TRANSFER": 8, "BLINDTRANSFER": 8, "ATTENDEDTRANSFER": 8}
OUTCOMES = ("CONNECT", "ABANDON", *LEFT)
WAIT_FIELD = {"CONNECT": 5, "ABANDON": 7, "EXITWITHTIMEOUT": 7, "EXITEMPTY": 7, "EXITWITHKEY": 8}
FIRST_EPOCH_S, LAST_EPOCH_S = 631_152_000, 4_102_444_800
Ints = npt.NDArray[np.int64]


class QueueLog:
    """``epoch|callid|queue|agent|event|data...``.

    A visit is an ENTERQUEUE and what follows of the same call in the same queue until the next one: it is offered
    where it enters, and answered, abandoned or left by its first outcome. Talk is the last field but one of the event
    that ends it. Broken sequences (an outcome without entry, a second outcome, a line cut short) are counted, never
    fatal. There is no wrap-up in this log, so it is asked for.
    """

    key: ClassVar[str] = "queue_log"

    def confidence(self, table: Table) -> float:
        return 0.99 if table.events else 0.0

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        events, broken = _events(table)
        if not entered(events, faults):
            return None
        visits, strays = _visits(events)
        tally = (*_tally(visits), ("broken_lines", broken), ("strays", strays))
        frame = intervals_of(visits, grid)
        notes = [note("events", **dict(tally))]
        return Reading(frame, grid.interval_min, tuple(notes), ("wrap_up_s",), False, False, patience_of(visits), tally)


def entered(events: pd.DataFrame, faults: Faults) -> bool:
    """Whether any call enters a queue; a fault otherwise."""
    if (events["event"] == ENTER).any():
        return True
    faults.whole("no ENTERQUEUE", "calls that enter a queue", "Export the log of a queue in use.")
    return False


def visits_of(table: Table, faults: Faults) -> pd.DataFrame | None:
    """One row a visit: queue, at_s, outcome (an event's name), wait_s, talk_s, agent; None after a fault."""
    events, _ = _events(table)
    return _visits(events)[0] if entered(events, faults) else None


def _events(table: Table) -> tuple[pd.DataFrame, int]:
    """Sound lines in order of time (file order within a second), and how many were not."""
    cells = table.cells
    epoch = pd.to_numeric(cells[0], errors="coerce").to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        sound = (epoch >= FIRST_EPOCH_S) & (epoch < LAST_EPOCH_S) & cells[4].notna().to_numpy()
    cells, epoch = cells[sound], epoch[sound]
    events = pd.DataFrame({"at_s": epoch, "event": cells[4].astype("category").to_numpy()})
    events["agent"] = cells[3].astype("category").to_numpy()
    call = pd.factorize(cells[1])[0].astype(np.int64)
    queue, names = pd.factorize(cells[2])
    events["queue"] = pd.Categorical.from_codes(queue, categories=pd.Index(names))
    events["key"] = np.where((call < 0) | (queue < 0), -1, call * max(len(names), 1) + queue)
    for field in (5, 6, 7, 8):
        events[field] = pd.to_numeric(cells[field], errors="coerce").to_numpy(dtype=np.float64)
    linked = (cells[5] == "LINK").fillna(False).to_numpy(dtype=bool)
    events.loc[linked, 8] = pd.to_numeric(cells.loc[linked, 9], errors="coerce").to_numpy(dtype=np.float64)
    events = events[events["key"] >= 0].sort_values("at_s", kind="stable", ignore_index=True)
    return events, int(len(sound) - len(events)) + table.skipped


def _visits(events: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """One row a visit: queue, at_s, outcome, wait_s, talk_s, agent; and the number of events that belong to none."""
    rows = events.sort_values("key", kind="stable", ignore_index=True)
    enters = (rows["event"] == ENTER).to_numpy()
    new_key = np.append(True, np.diff(rows["key"].to_numpy()) != 0)
    visit = np.cumsum(enters | new_key) - 1
    opened = np.flatnonzero(enters | new_key)
    of_visit = enters[opened][visit]
    counted = rows["event"].isin([*OUTCOMES, *ENDED]).to_numpy()
    strays = int((~of_visit & counted).sum())
    rows = rows.assign(visit=visit)[of_visit]
    visits = rows[rows["event"] == ENTER].set_index("visit")[["queue", "at_s"]]
    outcome = rows[rows["event"].isin(OUTCOMES)]
    again = outcome.duplicated("visit")
    outcome = outcome[~again].set_index("visit")
    visits["outcome"] = outcome["event"].astype("str").reindex(visits.index)
    visits["wait_s"] = _wait_s(outcome).reindex(visits.index)
    visits["agent"] = outcome["agent"].astype("str").reindex(visits.index).where(visits["outcome"] == "CONNECT")
    ended = rows[rows["event"].isin(list(ENDED))].drop_duplicates("visit").set_index("visit")
    visits["talk_s"] = _field(ended, ENDED).reindex(visits.index).where(visits["outcome"] == "CONNECT")
    visits.loc[visits["wait_s"] < 0, "wait_s"] = np.nan
    visits.loc[visits["talk_s"] < 0, "talk_s"] = np.nan
    return visits, strays + int(again.sum())


def _wait_s(outcome: pd.DataFrame) -> pd.Series:
    """Seconds waited before the outcome."""
    return _field(outcome, WAIT_FIELD)


def _field(rows: pd.DataFrame, fields: dict[str, int]) -> pd.Series:
    """The data field that each event keeps its seconds in."""
    out = pd.Series(np.nan, index=rows.index)
    for event, number in fields.items():
        here = (rows["event"] == event).to_numpy()
        out[here] = rows.loc[here, number]
    return out


def _tally(visits: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    outcome = visits["outcome"]
    return (
        ("offered", len(visits)),
        ("answered", int((outcome == "CONNECT").sum())),
        ("abandoned", int((outcome == "ABANDON").sum())),
        ("left", int(outcome.isin(LEFT).sum())),
        ("unfinished", int(outcome.isna().sum())),
    )


def intervals_of(visits: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Visits counted on the grid by arrival; on days with any event of a queue, silent intervals are true zeros."""
    seconds = visits["at_s"].to_numpy().astype(np.int64)
    at = grid.from_utc(pd.DatetimeIndex(seconds.astype("datetime64[s]")).as_unit("us"))
    kind = visits["outcome"]
    rows = pd.DataFrame({"start": grid.floor(at), "channel": visits["queue"].astype("str").to_numpy(), "offered": 1.0})
    rows["handled"] = (kind == "CONNECT").to_numpy(dtype=float)
    rows["abandoned"] = (kind == "ABANDON").to_numpy(dtype=float)
    rows["talk_s"] = visits["talk_s"].to_numpy()
    rows["talks"] = visits["talk_s"].notna().to_numpy(dtype=float)
    rows["waited_s"] = visits["wait_s"].to_numpy()
    rows["waits"] = visits["wait_s"].notna().to_numpy(dtype=float)
    sums = rows.groupby(["channel", "start"]).sum()
    sums["handle_s"] = (sums["talk_s"] / sums["talks"]).where(sums["talks"] > 0) * sums["handled"]
    sums["waited_s"] = (sums["waited_s"] / sums["waits"]).where(sums["waits"] > 0) * sums["offered"]
    kept = sums[["offered", "handled", "abandoned", "handle_s", "waited_s"]]
    return pd.concat([_with_silence(str(name), part.droplevel(0), grid) for name, part in kept.groupby(level=0)])


def _with_silence(channel: str, part: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    starts = pd.DatetimeIndex(part.index)
    days = sorted(set(starts.date))
    every = grid.day(days[0]).append([grid.day(day) for day in days[1:]])
    every = pd.DatetimeIndex(every).as_unit(starts.unit)
    minutes = clock_min(starts)
    of_day = clock_min(every)
    inside = every[(of_day >= minutes.min()) & (of_day <= minutes.max())].union(starts)
    whole = part.reindex(inside.rename("start"))
    whole[["offered", "handled", "abandoned"]] = whole[["offered", "handled", "abandoned"]].fillna(0.0)
    return whole.reset_index().assign(channel=channel)


def patience_of(visits: pd.DataFrame) -> tuple[Patience, ...]:
    found = []
    for queue, rows in visits.dropna(subset=["wait_s"]).groupby("queue", observed=True):
        gave_up = int((rows["outcome"] == "ABANDON").sum())
        if gave_up:
            mean_s = float(rows["wait_s"].sum()) / gave_up
            found.append(Patience(str(queue), mean_s, gave_up, int((rows["outcome"] == "CONNECT").sum())))
    return tuple(found)


PROFILE = QueueLog()
