"""What ``centre.toml`` tells, also where a part of it is wrong: the names it gives, and what is sound by itself.

The other files are judged against this, so that a mistake in ``centre.toml`` hides none of theirs.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from staffing.gate.settings import CentreTable, ChannelTable, ContractTable, HoursTable, QueueTable, Table

NAMED = ("hours", "queues", "channels", "contracts", "sinks")
INTERVALS = (15, 30, 60)
OneTable = TypeVar("OneTable", bound=Table)


@dataclass(frozen=True)
class Known:
    """``names`` given in each kind of table, those of wrong tables too; a kind is left out where its names cannot be
    told. ``hours`` to ``contracts`` hold the tables that are sound; None is a zone or interval that is not."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hours: Mapping[str, HoursTable] = field(default_factory=dict)
    queues: Mapping[str, QueueTable] = field(default_factory=dict)
    channels: Mapping[str, ChannelTable] = field(default_factory=dict)
    contracts: Mapping[str, ContractTable] = field(default_factory=dict)
    time_zone: str | None = None
    interval_min: int | None = None

    def missing(self, name: str, *kinds: str) -> bool:
        """Whether no table of those kinds has the name; False where that cannot be told."""
        return all(kind in self.names and name not in self.names[kind] for kind in kinds)


def known_of(raw: Mapping[str, Any]) -> Known:
    """What the tables of ``centre.toml`` tell before they are judged as a whole."""
    zone, interval = raw.get("time_zone"), raw.get("interval_min", 30)
    return Known(
        _names(raw),
        _sound(raw, "hours", HoursTable),
        _sound(raw, "queues", QueueTable),
        _sound(raw, "channels", ChannelTable),
        _sound(raw, "contracts", ContractTable),
        zone if isinstance(zone, str) and zone_exists(zone) else None,
        int(interval) if interval in INTERVALS else None,
    )


def zone_exists(name: str) -> bool:
    """Whether the IANA database has the zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _names(raw: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Names by kind of table; a table under a misspelt word may hold names of the kind it resembles, or of any."""
    hidden: set[str] = set()
    for word in raw.keys() - CentreTable.model_fields.keys():
        hidden.update(difflib.get_close_matches(word, CentreTable.model_fields, 1) or NAMED)
    given = {kind: raw.get(kind, {} if kind == "sinks" else None) for kind in NAMED if kind not in hidden}
    return {kind: tuple(map(str.strip, table)) for kind, table in given.items() if isinstance(table, dict)}


def _sound(raw: Mapping[str, Any], kind: str, model: type[OneTable]) -> dict[str, OneTable]:
    tables, sound = raw.get(kind), dict[str, OneTable]()
    for name, table in tables.items() if isinstance(tables, dict) else ():
        try:
            sound[name.strip()] = model.model_validate(table)
        except ValidationError:  # told where the whole is judged
            continue
    return sound
