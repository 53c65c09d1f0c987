"""``centre.toml`` read into its tables, every wrong key and value told with the place it stands at."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from staffing.gate.findings import Findings
from staffing.gate.known import Known, known_of, zone_exists
from staffing.gate.settings import TABLES, CentreTable
from staffing.gate.sheet import decode, wanted
from staffing.gate.syntax import line_of, tables
from staffing.problems import BadInput

FILE = "centre.toml"


def read_settings(path: Path, findings: Findings) -> tuple[CentreTable | None, Known]:
    """The tables of ``centre.toml``, or None with the reasons in ``findings``; and what is known in either case."""
    if not path.is_file():
        findings.wrong(
            FILE,
            None,
            None,
            found="no such file",
            expected="centre.toml in the centre's folder",
            fix="Copy one of the sample centres and change it.",
        )
        return None, Known()
    text = decode(path.read_bytes(), FILE, findings)
    if text is None:
        return None, Known()
    try:
        raw = tables(text, FILE)
    except BadInput as refused:
        findings.problems += refused.problems
        return None, Known()
    before, known, settings = len(findings.problems), known_of(raw), None
    try:
        settings = CentreTable.model_validate(raw)
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            _tell(dict(problem), text, findings)
    if settings is not None and not zone_exists(settings.time_zone):
        zone = repr(settings.time_zone)
        fix = "Write Europe/Paris."
        findings.wrong(FILE, None, "time_zone", found=zone, expected="an IANA name", fix=fix)
    _names_meet(known, findings)
    _hours_fit(known, findings)
    return (settings if len(findings.problems) == before else None), known


def _tell(problem: dict[str, Any], text: str, findings: Findings) -> None:
    """One validation error as a problem: dotted key, line when it can be found."""
    loc = [str(part) for part in problem["loc"]]
    key = ".".join(loc)
    name = next((part for part in reversed(loc) if not part.isdigit()), key)
    model = _model(loc[:-1])
    meaning = ""
    if model is not None:
        fields = {field.alias or attribute: field for attribute, field in model.model_fields.items()}
        meaning = (fields[name].description or "") if name in fields else ""
    if problem["type"] == "extra_forbidden" and model is not None:
        close = difflib.get_close_matches(name, fields, 1)
        findings.wrong(
            FILE,
            line_of(text, loc),
            key,
            found=f"a key {name!r}",
            expected=f"one of {', '.join(fields)}",
            fix=f"Did you mean {close[0]}?" if close else "Take it out.",
        )
    elif problem["type"] == "missing":
        findings.wrong(
            FILE, line_of(text, loc), key, found="nothing", expected=f"a key {name}", fix=f"Add it: {meaning or name}."
        )
    else:
        findings.wrong(
            FILE,
            line_of(text, loc),
            key,
            found=repr(problem["input"]),
            expected=wanted(problem["msg"]),
            fix=f"Give: {meaning}." if meaning else "Correct this value.",
        )


def _model(path: list[str]) -> type[BaseModel] | None:
    """The table that holds a path's keys: names of queues, hours... read as NAME."""
    parts = [part for part in path if not part.isdigit()]
    for candidate in (parts, [p if i != 1 else "NAME" for i, p in enumerate(parts)]):
        if ".".join(candidate) in TABLES:
            return TABLES[".".join(candidate)]
    return None


def _names_meet(known: Known, findings: Findings) -> None:
    """Every name used is a name given, and shares of transfer keep within the whole."""

    def meets(key: str, name: str, *kinds: str, but: str = "") -> None:
        if known.missing(name, *kinds) or name == but:
            given = [given for kind in kinds for given in known.names.get(kind, ()) if given != but]
            findings.wrong(
                FILE,
                None,
                key,
                found=repr(name),
                expected=f"a name of {' or '.join(kinds)}: {', '.join(given) or 'none given'}",
                fix=f"Add [{kinds[0]}.{name}] or correct the name.",
            )

    for name, queue in known.queues.items():
        meets(f"queues.{name}.hours", queue.hours, "hours")
    for name, channel in known.channels.items():
        meets(f"channels.{name}.queue", channel.queue, "queues")
        if channel.hours is not None:
            meets(f"channels.{name}.hours", channel.hours, "hours")
        if channel.sister is not None:
            meets(f"channels.{name}.sister", channel.sister, "channels", but=name)
        for transfer in channel.transfers:
            meets(f"channels.{name}.transfers", transfer.to, "queues", "sinks")
        if sum(t.share for t in channel.transfers) > 1:
            findings.wrong(
                FILE,
                None,
                f"channels.{name}.transfers",
                found=f"{sum(t.share for t in channel.transfers):g} in all",
                expected="shares of transfer that sum to at most 1",
                fix="Shares are between 0 and 1, not per cent.",
            )


def _hours_fit(known: Known, findings: Findings) -> None:
    """Hours begin and end on the grid, and open on some day."""
    interval = known.interval_min
    for name, hours in known.hours.items():
        for day, spans in zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), hours.weekdays, strict=True):
            for minute in (m for span in spans for m in span if interval is not None and m % interval):
                findings.wrong(
                    FILE,
                    None,
                    f"hours.{name}.{day}",
                    found=f"{minute // 60:02d}:{minute % 60:02d}",
                    expected=f"hours on the {interval}-minute grid",
                    fix="Move the hour or lower interval_min.",
                )
        if not any(hours.weekdays):
            findings.wrong(
                FILE,
                None,
                f"hours.{name}",
                found="no hours on any day",
                expected="hours on one day at least",
                fix='Write for instance mon = "08:30-18:00".',
            )
