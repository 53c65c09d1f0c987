"""Call records, one row a call: an Asterisk ``queue_log`` or any table with arrival, wait, service, outcome, agent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, durations_s, instants, text
from staffing.files.mapper import plain
from staffing.files.profiles.queue_log import visits_of
from staffing.files.reading import Table, read_table
from staffing.problems import BadInput
from staffing.simulation.records import ABANDONED, ANSWERED, COLUMNS, LEFT, Presence, Records, served_by

WORDS: dict[str, str] = {
    "start": r"(call )?(arrival|arrived|start|entered|received)( ?(at|time|date|datetime))?|timestamp|"
    r"date ?(/|and|et)? ?(time|heure)|(vru|ivr) exit|"
    r"(heure|date|debut)( ?d'?| ?de l'?)? ?(arrivee|appel|entree)|horodatage|arrivee",
    "date": r"(call )?date|day|jour|date( d'?| de l'?)? ?appel",
    "time": r"(call )?time|hour|heure",
    "queue": r"queue|type|skill|service|channel|file|canal|competence|groupe",
    "wait": r"(q|queue|wait|waiting)( ?time)?|wait|attente|(temps|duree)( d')? ?attente",
    "service": r"(ser|service|talk|handle|handling|serve)( ?time)?|talk|service|(temps|duree)( de)? ?"
    r"(conversation|communication|traitement|service)|conversation|dmt|dmc|aht",
    "outcome": r"outcome|result|status|disposition|answered|issue|resultat|statut|repondu",
    "agent": r"agent|server|advisor|adviser|user|operator|conseiller|agent ?(name|id)",
}
"""Field -> headers that stand for it, without accents, case or units."""
YES = re.compile(
    r"agent|answer.*|connect.*|complet.*|handled|served|taken|traite.*|repondu.*|decroche.*|yes|oui|true|1"
)
NO = re.compile(
    r"hang.*|abandon.*|lost|missed|manque.*|perdu.*|raccroche.*|not? ?answer.*|unanswered|"
    r"(non|pas|sans) (repon|decroch|trait).*|no|non|false|0"
)
ANSWERED_OR_NOT = {ANSWERED: "CONNECT", ABANDONED: "ABANDON", LEFT: "EXITEMPTY"}
"""A call's outcome as the event of a ``queue_log`` that says the same."""
LONGEST_S = 4 * 3600.0
SHORT_DAY = re.compile(r"\d{6}")


def read_records(path: Path, grid: Grid, columns: Mapping[str, str] | None = None) -> Records:
    """The calls of a file; ``columns`` field -> header over what the headers say. BadInput with every problem."""
    table, faults = read_table(path), Faults(path.name)
    frame = _log(table, faults) if table.events else _table(table, grid, dict(columns or {}), faults)
    if frame is not None and not faults.problems:
        try:
            return Records(frame.sort_values("arrival_s", kind="stable", ignore_index=True)[list(COLUMNS)])
        except ValueError as error:
            faults.whole("calls that cannot be replayed", str(error), "Complete the export.")
    raise BadInput(faults.problems)


def read_presence(path: Path, grid: Grid, records: Records) -> tuple[Presence, ...]:
    """Who was there: a table with agent, start, end and, if told, queues separated by |; otherwise each agent serves
    what he served in the records, or every queue when he took no call. BadInput with every problem."""
    body, faults = read_table(path).body(), Faults(path.name)
    missing = [name for name in ("agent", "start", "end") if name not in body.columns]
    if missing:
        faults.whole(f"columns {', '.join(body.columns)}"[:300], "agent, start, end", f"Add {', '.join(missing)}.")
        raise BadInput(faults.problems)
    spans = [_seconds(instants(body[name], grid, faults).at) for name in ("start", "end")]
    faults.cells(body["end"], np.asarray(spans[1] <= spans[0]), "after the start", "Correct the hours.")
    if faults.problems:
        raise BadInput(faults.problems)
    served, every = served_by(records), tuple(sorted(set(records.frame["queue"])))
    told = text(body["queues"]) if "queues" in body.columns else pd.Series(np.nan, index=body.index)
    return tuple(
        Presence(agent, start, end, served.get(agent, every) if pd.isna(queues) else tuple(str(queues).split("|")))
        for agent, start, end, queues in zip(body["agent"].astype("str"), *spans, told, strict=True)
    )


def _log(table: Table, faults: Faults) -> pd.DataFrame | None:
    visits = visits_of(table, faults)
    if visits is None:
        return None
    visits = visits.dropna(subset=["outcome", "wait_s"])
    outcome = visits["outcome"].map({"CONNECT": ANSWERED, "ABANDON": ABANDONED}).fillna(LEFT)
    frame = pd.DataFrame({
        "arrival_s": visits["at_s"], "queue": visits["queue"].astype("str"), "wait_s": visits["wait_s"],
        "service_s": visits["talk_s"], "outcome": outcome, "agent": visits["agent"].fillna(""),
    })  # fmt: skip
    return _whole(frame)


def _whole(frame: pd.DataFrame) -> pd.DataFrame:
    """Answered calls whose end was not logged, or lies beyond ``LONGEST_S`` (a clock that jumped), last as long as one
    of their queue and hour, drawn; and no call lasts into its agent's next one."""
    answered = frame["outcome"] == ANSWERED
    known = frame["service_s"].where(answered & (frame["service_s"] <= LONGEST_S))
    hour, rng = frame["arrival_s"] // 3600 % 24, np.random.default_rng(1)
    for keys in ([frame["queue"], hour], [frame["queue"]]):
        for _, rows in known.groupby(keys):
            lacking, there = rows.index[rows.isna() & answered[rows.index]], rows.dropna().to_numpy()
            if len(lacking) and len(there):
                known[lacking] = rng.choice(there, len(lacking))
    begun = (frame["arrival_s"] + frame["wait_s"])[answered & (frame["agent"] != "")].sort_values(kind="stable")
    room = begun.groupby(frame["agent"][begun.index]).shift(-1) - begun
    return frame.assign(service_s=np.fmin(known, room.reindex(frame.index)))


def _table(table: Table, grid: Grid, told: dict[str, str], faults: Faults) -> pd.DataFrame | None:
    body = table.body()
    named = named_in(list(body.columns), told)
    for field, header in told.items():
        if field not in WORDS or header not in body.columns:
            faults.whole(f"{field}={header}", f"one of {', '.join(WORDS)} and a column", "Correct --column.")
    timed = "start" in named or {"date", "time"} <= set(named)
    if not timed or not {"wait", "service"} <= set(named):
        have = ", ".join(body.columns)[:300]
        faults.whole(f"columns {have}", "arrival (or date and time), wait, service", "Say which: --column wait=HEADER.")
    if faults.problems:
        return None
    at = instants(stamps_of(body, named), grid, faults).at
    wait, service = (durations_s(body[named[f]], faults, needed=f == "wait") for f in ("wait", "service"))
    agent = text(body[named["agent"]]).fillna("") if "agent" in named else pd.Series("", index=body.index)
    queue = text(body[named["queue"]]).fillna("calls") if "queue" in named else pd.Series("calls", index=body.index)
    outcome = outcome_of(body, named, service)
    frame = pd.DataFrame({
        "arrival_s": _seconds(at), "queue": queue.to_numpy(), "wait_s": wait,
        "service_s": np.where(outcome == ANSWERED, service, np.nan), "outcome": outcome,
        "agent": np.where(outcome == ANSWERED, agent, ""),
    })  # fmt: skip
    return _whole(frame)


def named_in(headers: list[str], told: Mapping[str, str]) -> dict[str, str]:
    """Field -> header; each header once, what is told first, then headers that can be one field only, then a field's
    own name: ``service`` is a queue where another column is the time, and the time where none is.

    >>> named_in(["arrival", "wait", "service"], {})["service"]
    'service'
    >>> named_in(["arrivee", "service", "attente", "dmc"], {})["queue"]
    'service'
    """
    named = {field: header for field, header in told.items() if field in WORDS and header in headers}
    fits = [(f, h) for f, pattern in WORDS.items() for h in headers if h and re.fullmatch(pattern, plain(h))]
    claims = Counter(header for _, header in fits)
    fits.sort(key=lambda fit: (claims[fit[1]] > 1, claims[fit[1]] > 1 and plain(fit[1]) != fit[0]))
    for field, header in fits:
        if field not in named and header not in named.values():
            named[field] = header
    return named


def stamps_of(body: pd.DataFrame, named: Mapping[str, str]) -> pd.Series:
    """Day and clock in one text; a clock alone takes the day beside it, six digits are year, month, day."""
    clock = body[named["start"] if "start" in named else named["time"]].astype("str").str.strip()
    if "date" not in named or not clock.str.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?").all():
        return clock
    day = body[named["date"]].astype("str").str.strip()
    if day.str.fullmatch(SHORT_DAY).all():
        century = day.str[:2].map(lambda year: "20" if int(year) < 70 else "19")
        day = century + day.str[:2] + "-" + day.str[2:4] + "-" + day.str[4:]
    stamps: pd.Series = (day + " " + clock.str.zfill(8)).rename(str(clock.name))
    return stamps


def outcome_of(body: pd.DataFrame, named: Mapping[str, str], service: np.typing.NDArray[np.float64]
               ) -> np.typing.NDArray[np.str_]:  # fmt: skip
    """answered, abandoned or left; without such a column a call with service is answered."""
    if "outcome" not in named:
        return np.where(np.nan_to_num(service) > 0, ANSWERED, ABANDONED)
    word = body[named["outcome"]].fillna("").map(plain)
    return np.where(word.str.fullmatch(YES), ANSWERED, np.where(word.str.fullmatch(NO), ABANDONED, LEFT))


def _seconds(at: pd.DatetimeIndex) -> np.typing.NDArray[np.float64]:
    """Seconds UTC since 1970."""
    return np.asarray((at - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1), dtype=np.float64)
