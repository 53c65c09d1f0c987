"""From an imported history to a first centre folder: opening hours read off the data, a generated team to try with.

What the history cannot say (target, patience, contracts, people) is filled with plain stand-ins, each on its own line
of ``centre.toml`` for its owner to change.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasts.grid import WEEKDAYS, Grid, Spans, clock_min
from staffing.files.imported import Imported
from staffing.problems import BadInput, Problem

OPEN_SHARE = 0.5
CONTRACTS = (("full", 35.0, 0.7), ("four_fifths", 28.0, 0.2), ("part", 24.0, 0.1))


@dataclass(frozen=True)
class Stand:
    """What stands in for what the history does not tell.

    ``aht_s`` mean handle time where none was exported; ``agents`` to generate; ``rules`` pack of their contracts;
    ``missing_days``, ``missing_intervals`` and ``closed`` days as in centre.toml; ``country`` of the public holidays.
    """

    name: str
    aht_s: float = 300.0
    agents: int = 20
    rules: str = "neutral"
    missing_days: str = "missing"
    missing_intervals: str = "missing"
    closed: tuple[dt.date, ...] = ()
    country: str = "FR"
    cost_eur_h: float = 25.5


def opening_hours(starts: pd.DatetimeIndex, own: Grid, interval_min: int) -> tuple[Spans, ...]:
    """Seven weekdays' opening spans: the intervals recorded in full on at least half of the weekday's days."""
    days, minutes = starts.normalize(), clock_min(starts)
    table = pd.DataFrame({"day": days, "weekday": starts.day_of_week, "slot": minutes // interval_min * interval_min})
    parts = interval_min // own.interval_min
    rows = table.groupby(["weekday", "day", "slot"]).size()
    complete = (rows >= parts).groupby(["weekday", "slot"]).sum().rename("days").reset_index()
    recorded = table.groupby("weekday")["day"].nunique().to_dict()
    spans: list[Spans] = []
    for weekday in range(7):
        days_seen = recorded.get(weekday, 0)
        often = complete[(complete["weekday"] == weekday) & (complete["days"] >= OPEN_SHARE * days_seen)]
        spans.append(
            _joined(often["slot"].tolist(), interval_min) if days_seen >= OPEN_SHARE * max(recorded.values()) else ()
        )
    return tuple(spans)


def _joined(slots: list[int], length: int) -> Spans:
    """Touching slots as spans."""
    spans: list[tuple[int, int]] = []
    for slot in sorted(slots):
        if spans and spans[-1][1] == slot:
            spans[-1] = (spans[-1][0], slot + length)
        else:
            spans.append((slot, slot + length))
    return tuple(spans)


def centre_toml(imported: Imported, grid: Grid, stand: Stand) -> str:
    """A centre with one queue for all channels of the import. Raises BadInput when no interval is ever complete."""
    spans = opening_hours(pd.DatetimeIndex(imported.frame["start"]), imported.grid, grid.interval_min)
    if not any(spans):
        problem = Problem(
            "history", None, "start", "no interval recorded in full", "regular intervals", "Export again."
        )
        raise BadInput([problem])
    hours = "".join(f'{day} = "{_clock(own)}"\n' for day, own in zip(WEEKDAYS, spans, strict=True) if own)
    closed = ", ".join(day.isoformat() for day in stand.closed)
    channels = "".join(
        f'\n[channels.{_key(channel)}]\nqueue = "front"\naht_s = {_aht(imported, channel, stand):g}\n'
        for channel in imported.channels
    )
    contracts = "".join(
        f'\n[contracts.{name}]\nrules = "{stand.rules}"\nhours_week = {hours_week:g}\nflex_h = 1\n'
        f"cost_eur_h = {stand.cost_eur_h:g}\nmeal_min = [45, 60]\nbreak_min = 15\n"
        for name, hours_week, _ in CONTRACTS
    )
    return f"""\
# Made by an import. Hours were read off the history; target, patience and contracts are stand-ins: change them.
name = {_key(stand.name)}
time_zone = "{grid.tz}"
interval_min = {grid.interval_min}

[calendar]
country = "{stand.country}"

[history]
missing_days = "{stand.missing_days}"
missing_intervals = "{stand.missing_intervals}"

[hours.open]
{hours}closed_on_holidays = false
closed = [{closed}]

[queues.front]
hours = "open"
target = {{ service_level = 0.80, within_s = 20 }}
patience_s = 180
{channels}{contracts}"""


def _aht(imported: Imported, channel: str, stand: Stand) -> float:
    """Mean handle time of a channel weighted by its contacts, the stand-in when none is known."""
    rows = imported.frame[imported.frame["channel"] == channel]
    known = rows[rows["aht_s"].notna() & (rows["offered"] > 0)]
    return float(round(np.average(known["aht_s"], weights=known["offered"]), 1)) if len(known) else stand.aht_s


def _key(text: str) -> str:
    """A quoted TOML key or string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _clock(spans: Spans) -> str:
    return ", ".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in spans)


def agents_csv(stand: Stand) -> str:
    """A team of that many, seven in ten full time, all with the one skill."""
    lines = ["id,name,level,skills,contract"]
    counts = [round(stand.agents * share) for _, _, share in CONTRACTS[1:]]
    contracts = [CONTRACTS[0][0]] * (stand.agents - sum(counts))
    for (name, _, _), count in zip(CONTRACTS[1:], counts, strict=True):
        contracts += [name] * count
    lines += [f"agent-{i:03d},Agent {i:03d},1,front,{contract}" for i, contract in enumerate(contracts, 1)]
    return "\n".join(lines) + "\n"
