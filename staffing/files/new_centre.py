"""From an imported history to a first centre folder: hours, media, patience read off the data, a team to try with.

What the history cannot say (targets, contracts, people) is filled with plain stand-ins, each on its own line of
``centre.toml`` for its owner to change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.grid import WEEKDAYS, Grid, Opening, Spans
from staffing.files.imported import Imported
from staffing.files.media import CALLBACK, CHAT, EMAIL, PHONE
from staffing.files.notes import Note, note
from staffing.files.opening_hours import OpenHours, opening_hours
from staffing.files.safe import printable
from staffing.gate.history import recorded
from staffing.problems import BadInput, Problem
from staffing.sizing.patience import patience_of_rows
from staffing.words import say

CONTRACTS = (("full", 35.0, 0.7), ("four_fifths", 28.0, 0.2), ("part", 24.0, 0.1))
"""A contract's sentence, its hours a week and its share of the team."""
AT_WORK = 0.7
"""Share of paid hours that a first roster has at the contacts: the rest are breaks, losses and the edges of shifts."""
QUEUES: dict[str, tuple[str, str]] = {
    PHONE: ("front", "target = { service_level = 0.80, within_s = 20 }\npatience_s = PATIENCE\n"),
    EMAIL: ("mail", 'kind = "email"\ntarget = { deadline_working_days = 1 }\n'),
    CHAT: (
        "chat",
        'kind = "chat"\ntarget = { service_level = 0.80, within_s = 60 }\npatience_s = 300\nconcurrency = 3\n',
    ),
    CALLBACK: ("call_backs", 'kind = "callback"\ntarget = { call_back_within_min = 60 }\n'),
}
"""Kind of contact -> its queue and what stands in for its promise."""
OFFICE = ((480, 1080),)
"""Hours of agents who answer e-mail alone, Monday to Friday, when it comes at all hours."""
PATIENCE_S, PATIENCE_MOST_S = 180.0, 36_000.0
LEAST_GAVE_UP = 30
"""Fewer abandonments tell nothing of patience."""
NEVER_ZERO_SHARE = 0.05


@dataclass(frozen=True)
class Stand:
    """What stands in for what the history does not tell.

    ``aht_s`` mean handle time where none was exported; ``agents`` to generate; ``rules`` pack of their contracts;
    ``missing_days``, ``missing_intervals`` (empty: read off the rows) and ``closed`` days as in centre.toml;
    ``country`` of the public holidays.
    """

    name: str
    aht_s: float = 300.0
    agents: int = 20
    rules: str = "neutral"
    missing_days: str = "missing"
    missing_intervals: str = ""
    closed: tuple[dt.date, ...] = ()
    country: str = "FR"
    cost_eur_h: float = 25.5


@dataclass(frozen=True)
class NewCentre:
    """The two files that go with ``history.csv``, and what their making noted."""

    toml: str
    agents: str
    notes: tuple[Note, ...]


def new_centre(imported: Imported, grid: Grid, stand: Stand, language: str) -> NewCentre:
    """A centre with a queue for each medium. Raises BadInput when no contact was ever counted.

    The notes of the import are kept in its ``[history]`` table in ``language``.
    """
    if not (imported.frame["offered"] > 0).any():
        found = Problem("history", None, "offered", "no contact at all", "contacts in some interval", "Check the file.")
        raise BadInput([found])
    by_kind = _by_kind(imported)
    hours = {kind: opening_hours(_of(imported, names), grid.interval_min) for kind, names in by_kind.items()}
    zeros, notes = _missing(imported, grid, stand, hours, by_kind)
    for kind, names in by_kind.items():
        if kind != PHONE:
            notes.append(note(f"made_{kind}", channels=", ".join(names)[:200]))
        notes += _changed(hours[kind])
        if hours[kind].outside and kind != EMAIL:
            notes.append(_outside(hours[kind]))
    patience, told = _patience(imported, by_kind.get(PHONE, []))
    sundays = any(found.weekdays[6] for kind, found in hours.items() if kind != EMAIL)
    notes += [*told, *_untimed(imported, stand), *([note("sundays")] if sundays else [])]
    parts = [
        _head(imported, grid, stand, zeros, [n.say(language) for n in (*imported.notes, *notes) if n.kept]),
        *_hours(hours, stand), *_queues(by_kind, patience, language), *_channels(imported, by_kind, stand),
        _contracts(stand, sundays, language),
    ]  # fmt: skip
    made = agents_csv(stand, [QUEUES[kind][0] for kind in by_kind], language)
    return NewCentre("\n".join(parts), made, tuple(notes))


def team_size(imported: Imported, aht_s: float) -> int:
    """How many agents of the usual contracts would serve the mean week: in each interval the load in erlangs and its
    square root on top (Halfin and Whitt 1981), their hours grossed up by ``AT_WORK``."""
    frame, hours = imported.frame, imported.grid.interval_min / 60
    start, aht = frame["start"], frame["aht_s"].where(frame["aht_s"] > 0, aht_s)
    load = (frame["offered"] * aht / 3600 / hours).groupby(start).sum()
    load.index = pd.DatetimeIndex(load.index)
    days = len(set(load.index.date)) / max(len(set(load.index.day_of_week)), 1)
    by_clock = load.groupby([load.index.day_of_week, load.index.hour, load.index.minute]).sum() / days
    week_h = float((by_clock + np.sqrt(by_clock)).sum()) * hours
    contract_h = sum(hours_week * share for _, hours_week, share in CONTRACTS)
    return max(1, round(week_h / AT_WORK / contract_h))


def made_up(agents: Iterable[str]) -> bool:
    """Whether a team, by its ids, is the stand-in of an import."""
    return all(re.fullmatch(r"agent-\d{3,}", id) for id in agents)


def _by_kind(imported: Imported) -> dict[str, list[str]]:
    """Kind -> its channels, live kinds first."""
    kinds = dict(imported.kinds)
    of = {name: kinds.get(name, PHONE) for name in imported.channels}
    return {kind: names for kind in QUEUES if (names := [c for c, k in of.items() if k == kind])}


def _of(imported: Imported, channels: list[str]) -> pd.DataFrame:
    return imported.frame[imported.frame["channel"].isin(channels)]


def _outside(hours: OpenHours) -> Note:
    times = ", ".join(f"{clock} ({count:g})" for clock, count in hours.strays)
    return note("hours_outside", outside=f"{hours.outside:.0f}", contacts=f"{hours.contacts:.0f}", times=times)


def _changed(hours: OpenHours) -> list[Note]:
    """Hours that the last weeks have and the record as a whole has not, and the other way round."""
    told = {"hours_opened": hours.opened, "hours_closed": hours.closed}
    return [note(key, hours=_spans_told(weekdays)) for key, weekdays in told.items() if any(weekdays)]


def _spans_told(weekdays: tuple[Spans, ...]) -> str:
    """Spans as centre.toml writes them.

    >>> _spans_told(((), (), (), (), (), ((540, 750),), ()))
    'sat 09:00-12:30'
    """
    return "; ".join(f"{WEEKDAYS[w]} {_clock(spans)}" for w, spans in enumerate(weekdays) if spans)


def _missing(
    imported: Imported, grid: Grid, stand: Stand, hours: Mapping[str, OpenHours], by_kind: Mapping[str, list[str]]
) -> tuple[str, list[Note]]:
    """What an interval without a row is, and a note when the rows themselves say it: an export that never writes a
    zero leaves empty intervals out."""
    unknown = any(n.key == "offered_unknown" for n in imported.notes)
    if stand.missing_intervals or unknown or (imported.frame["offered"] == 0).any():
        return stand.missing_intervals or "missing", []
    lacking = due = 0
    for kind, names in by_kind.items():
        for name in names:
            starts = pd.DatetimeIndex(_of(imported, [name])["start"])
            whole = recorded(starts, Opening(hours[kind].weekdays), imported.grid)
            due += len(whole)
            lacking += len(whole.difference(starts))
    if lacking <= NEVER_ZERO_SHARE * due:
        return "missing", []
    return "zero", [note("never_zero", rows=lacking)]


def _untimed(imported: Imported, stand: Stand) -> list[Note]:
    """Whose handle times the file does not tell, and what stands in for them: all that is needed grows with it."""
    known = imported.frame.groupby("channel", sort=False)["aht_s"].any()
    names = [str(name) for name, timed in known.items() if not timed]
    return [note("aht_unknown", channels=", ".join(names)[:200], seconds=f"{stand.aht_s:g}")] if names else []


def _patience(imported: Imported, phone: list[str]) -> tuple[float, list[Note]]:
    """Seconds callers wait before they give up: from single waits over all queues where the file has them, else from
    the mean waits and the abandonments of its rows, else a stand-in."""
    gave_up = sum(p.abandoned for p in imported.patience)
    if gave_up:
        mean_s = _within(sum(p.mean_s * p.abandoned for p in imported.patience) / gave_up)
        return mean_s, [note("patience_measured", seconds=f"{mean_s:g}", abandoned=gave_up)]
    rows = _of(imported, phone).dropna(subset=["offered", "wait_s", "abandoned"])
    estimated_s, gave_up = patience_of_rows(rows), round(float(rows["abandoned"].sum()))
    if estimated_s is None or gave_up < LEAST_GAVE_UP:
        return PATIENCE_S, []
    mean_s = _within(estimated_s)
    return mean_s, [note("patience_estimated", seconds=f"{mean_s:g}", abandoned=gave_up)]


def _within(mean_s: float) -> float:
    """Whole seconds that a queue may have."""
    return min(max(float(round(mean_s)), 1.0), PATIENCE_MOST_S)


def _head(imported: Imported, grid: Grid, stand: Stand, zeros: str, notes: list[str]) -> str:
    answers = imported.answers
    known = "" if answers.wrap_up_s is None else f"wrap_up_s = {answers.wrap_up_s:g}\n"
    if answers.counted_at_end is not None:
        known += f'counted = "{"end" if answers.counted_at_end else "start"}"\n'
    told = "".join(f"  {_key(printable(' '.join(line.split()), 600))},\n" for line in notes)
    return f"""\
# Made by an import. Hours were read off the history; targets and contracts are stand-ins: change them.
name = {_key(stand.name)}
time_zone = "{grid.tz}"
interval_min = {grid.interval_min}

[calendar]
country = "{stand.country}"

[history]
missing_days = "{stand.missing_days}"
missing_intervals = "{zeros}"
{known}notes = [
{told}]
"""


def _hours(hours: Mapping[str, OpenHours], stand: Stand) -> list[str]:
    """A table of hours for each live medium; e-mail comes at its own hours and is answered at those of the others."""
    tables = {_hours_name(kind, hours): found.weekdays for kind, found in hours.items() if kind != EMAIL}
    if EMAIL in hours:
        tables["mail_comes"] = hours[EMAIL].weekdays
        tables.setdefault("open", _office(hours[EMAIL].weekdays))
    closed = ", ".join(day.isoformat() for day in stand.closed)
    return [
        f"[hours.{name}]\n"
        + "".join(f'{day} = "{_clock(own)}"\n' for day, own in zip(WEEKDAYS, spans, strict=True) if own)
        + f"closed_on_holidays = false\nclosed = [{closed}]\n"
        for name, spans in tables.items()
    ]


def _hours_name(kind: str, kinds: Mapping[str, object]) -> str:
    """``open`` for the first live medium and for e-mail, the medium's own name for the others."""
    live = [k for k in kinds if k != EMAIL]
    return "open" if kind == EMAIL or live[0] == kind else kind


def _office(comes: tuple[Spans, ...]) -> tuple[Spans, ...]:
    """When people who answer nothing but e-mail work: when it comes, within office hours."""
    opens, closes = OFFICE[0]
    days = [tuple((max(a, opens), min(b, closes)) for a, b in own if a < closes and b > opens) for own in comes]
    working = tuple(own if day < 5 else () for day, own in enumerate(days))
    return working if any(working) else tuple(days) if any(days) else comes


def _queues(by_kind: Mapping[str, list[str]], patience_s: float, language: str) -> list[str]:
    return [
        f'[queues.{QUEUES[kind][0]}]\nlabel = "{say(f"files.queue_{QUEUES[kind][0]}", language)}"\n'
        f'hours = "{_hours_name(kind, by_kind)}"\n' + QUEUES[kind][1].replace("PATIENCE", f"{patience_s:g}")
        for kind in by_kind
    ]


def _channels(imported: Imported, by_kind: Mapping[str, list[str]], stand: Stand) -> list[str]:
    return [
        f'[channels.{_key(name)}]\n{own}queue = "{QUEUES[kind][0]}"\naht_s = {_aht(imported, name, stand):g}\n'
        for kind, names in by_kind.items()
        for own in [{PHONE: "", EMAIL: 'kind = "email"\nhours = "mail_comes"\n'}.get(kind, f'kind = "{kind}"\n')]
        for name in names
    ]


def _contracts(stand: Stand, sundays: bool, language: str) -> str:
    return "\n".join(
        f'[contracts.{say(f"files.contract_{name}", language)}]\nrules = "{stand.rules}"\n'
        f"hours_week = {hours_week:g}\nflex_h = 1\ncost_eur_h = {stand.cost_eur_h:g}\n"
        "meal_min = [45, 60]\nbreak_min = 15\n" + "sundays = true\n" * sundays
        for name, hours_week, _ in CONTRACTS
    )


def _aht(imported: Imported, channel: str, stand: Stand) -> float:
    """Mean handle time of a channel weighted by its contacts, the stand-in when none is known."""
    rows = imported.frame[imported.frame["channel"] == channel]
    known = rows[(rows["aht_s"] > 0) & (rows["offered"] > 0)]
    return float(round(np.average(known["aht_s"], weights=known["offered"]), 1)) if len(known) else stand.aht_s


def _key(text: str) -> str:
    """A quoted TOML key or string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _clock(spans: Spans) -> str:
    return ", ".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans)


def agents_csv(stand: Stand, queues: list[str], language: str) -> str:
    """A team of that many, seven in ten full time, all with every skill."""
    lines = ["id,name,level,skills,contract"]
    named = [say(f"files.contract_{name}", language) for name, _, _ in CONTRACTS]
    counts = [round(stand.agents * share) for _, _, share in CONTRACTS[1:]]
    contracts = [named[0]] * (stand.agents - sum(counts))
    for name, count in zip(named[1:], counts, strict=True):
        contracts += [name] * count
    skills = "|".join(queues)
    lines += [f"agent-{i:03d},Agent {i:03d},1,{skills},{contract}" for i, contract in enumerate(contracts, 1)]
    return "\n".join(lines) + "\n"
