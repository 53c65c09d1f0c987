"""The six files of a plan, a stable contract: columns are added, never renamed. Written whole or not at all.

``forecast.csv`` start, channel, contacts, p10, p90, aht_s, p025, p975, model_contacts (before hand edits);
``requirement.csv`` start, queue, agents, load_erl, model, service_level, arrivals, aht_s, occupancy, last_agent (what
the last one brings of the service level); ``roster.csv`` agent, start, end, activity, one row a segment;
``coverage.csv`` start, queue, required, scheduled, shortage; ``plan.json``; ``need.json``, forecast
and need in full, for commands to read back (``staffing.gate.need``). Instants are ISO 8601 with offset; text
never starts like a formula. ``export --form roster`` writes ``roster.csv`` of a saved plan.
"""

from __future__ import annotations

import importlib.metadata
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd

from staffing import __version__
from staffing.files.atomic import half_made
from staffing.gate.findings import sentence_of
from staffing.gate.need import need_text
from staffing.kpis import kpis
from staffing.plan import Plan
from staffing.problems import BadInput, Problem
from staffing.rostering.rules.rule import Breach
from staffing.simulation.played import Played
from staffing.sizing.requirement import Requirement

FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORECAST = ("start", "channel", "contacts", "p10", "p90", "aht_s", "p025", "p975", "model_contacts")
ACCURACY = (
    "channel", "model", "origins", "wape", "bias", "coverage80", "coverage95", "weight", "agents_mean", "agents_error",
    "agents_bias",
)  # fmt: skip
BACKTEST = ("origin", "start", "channel", "actual", "expected", "last week", "four-week mean")
REQUIREMENT = (
    "start", "queue", "agents", "load_erl", "model", "service_level", "arrivals", "aht_s", "occupancy", "last_agent",
)  # fmt: skip
ROSTER = ("agent", "start", "end", "activity")
COVERAGE = ("start", "queue", "required", "scheduled", "shortage")
FILES = ("forecast.csv", "requirement.csv", "roster.csv", "coverage.csv", "plan.json", "need.json")
LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "ortools", "holidays", "tzdata")


def csv_text(frame: pd.DataFrame, columns: tuple[str, ...]) -> str:
    """The columns as CSV: instants ISO 8601 with offset, numbers to 6 significant places, text safe in a sheet.

    >>> csv_text(pd.DataFrame({"queue": ["=1+1"], "agents": [2.5]}), ("queue", "agents"))
    "queue,agents\\n'=1+1,2.5\\n"
    """
    out = frame[list(columns)].copy()
    for column in out.columns:
        if isinstance(out[column].dtype, pd.DatetimeTZDtype):
            out[column] = [moment.isoformat(timespec="minutes") for moment in out[column]]
        elif not pd.api.types.is_numeric_dtype(out[column]):
            out[column] = [f"'{text}" if str(text).startswith(FORMULA) else text for text in out[column]]
    return str(out.to_csv(index=False, lineterminator="\n", float_format="%.6g"))


def requirement_text(requirement: Requirement) -> str:
    """``requirement.csv`` of a requirement, its ``last_agent`` beside the frame's columns."""
    return csv_text(requirement.frame.assign(last_agent=requirement.last_agent), REQUIREMENT)


def plan_facts(plan: Plan) -> dict[str, Any]:
    """What ``plan.json`` holds; money in EUR, hours in agent-hours, shares 0..1."""
    proof, found = plan.roster.proof, plan.verification
    table = kpis(plan.requirement, found)
    return {
        "centre": plan.centre.name,
        "week": str(plan.week),
        "scenario": plan.scenario,
        "status": proof.status if proof else "unknown",
        "cost_eur": _figure(proof.cost_eur if proof else None),
        "bound_eur": _figure(proof.bound_eur if proof else None),
        "gap": _figure(proof.gap if proof else None, 4),
        "gap_hours": _figure(proof.gap_hours if proof else None),
        "seconds": _figure(proof.seconds if proof else None),
        "seed": proof.seed if proof else None,
        "breaches": [_breach(breach) for breach in found.breaches],
        "required_hours": _figure(found.required_hours),
        "shortage_hours": _figure(found.shortage_hours),
        "surplus_hours": _figure(found.surplus_hours),
        "demand_met": _figure(found.demand_met, 4),
        "kpis": [{k: _plain(v) for k, v in row.items()} for row in table.to_dict("records")],
        "reasons": [{"kind": r.kind, "subject": r.subject, "detail": r.detail} for r in plan.roster.reasons],
        "notes": [*plan.forecast.notes, *plan.requirement.notes],
        "remarks": [sentence_of(remark) for remark in plan.centre.remarks],
        "digest": plan.centre.digest,
        "versions": {"affluence": __version__} | {name: importlib.metadata.version(name) for name in LIBRARIES},
    }


def _breach(breach: Breach) -> dict[str, str | None]:
    start = breach.start.isoformat() if breach.start else None
    return {
        "rule": breach.rule, "agent": breach.agent, "start": start, "found": breach.found, "limit": breach.limit,
        "article": breach.article,
    }  # fmt: skip


def _figure(value: float | None, places: int = 2) -> float | None:
    """A number JSON can hold: rounded, None when it is not known."""
    return None if value is None or not math.isfinite(value) else round(value, places)


def _plain(value: Any) -> Any:
    return _figure(float(value), 4) if isinstance(value, float) else str(value)


def played_facts(played: Played) -> dict[str, Any]:
    """What ``plan.json`` tells of the week played: ``p_target`` chance that every live queue meets its target, and by
    queue and day service ``expected`` with its interval, ``p_met``."""
    return {
        "replications": played.replications,
        "precision": _figure(played.half_width, 4),
        "p_target": _figure(played.p_target(), 4),
        "days": [{k: _plain(v) for k, v in row.items()} for row in played.days.to_dict("records")],
    }


def plan_files(plan: Plan, played: Played | None = None) -> dict[str, str]:
    """The six files by name; ``plan.json`` also tells of the week ``played``."""
    facts = plan_facts(plan) | ({} if played is None else {"played": played_facts(played)})
    return {
        "forecast.csv": csv_text(plan.forecast.frame, FORECAST),
        "requirement.csv": requirement_text(plan.requirement),
        "roster.csv": csv_text(plan.roster.frame, ROSTER),
        "coverage.csv": csv_text(plan.verification.coverage, COVERAGE),
        "plan.json": json.dumps(facts, ensure_ascii=False, indent=1) + "\n",
        "need.json": need_text(plan),
    }


def ours_to_write(out: Path, several: bool = False) -> None:
    """BadInput where ``out`` is a file, or a folder that holds anything but an earlier answer of ours (``several``: one
    folder a week): asked before the work, and again when it is done."""
    if several and out.is_dir():
        return
    foreign = [p.name for p in out.iterdir() if p.name not in FILES] if out.is_dir() else []
    if foreign or (out.exists() and not out.is_dir()):
        found = f"a folder that holds {', '.join(sorted(foreign)[:3])}" if foreign else "a file of that name"
        raise BadInput(
            [Problem(str(out), None, None, found, "a new folder or an earlier answer", "Name another folder.")]
        )


def write_files(files: dict[str, str], out: Path) -> None:
    """Write the files into the folder ``out``, all or none: they are made beside it and put in its place by rename;
    where that fails the earlier answer goes back.

    A folder that holds anything but an earlier answer of ours is left alone: BadInput.
    """
    out = out.resolve()
    ours_to_write(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    with half_made(out, folder=True) as made:
        for name, text in files.items():
            (made / name).write_text(text, "utf-8")
        if not out.exists():
            made.rename(out)
            return
        with half_made(out, folder=True) as aside:
            earlier = out.rename(aside / out.name)
            try:
                made.rename(out)
            except OSError:
                earlier.rename(out)
                raise


def write_plan(plan: Plan, out: Path, played: Played | None = None) -> None:
    """Write a plan's six files; see ``write_files``."""
    write_files(plan_files(plan, played), out)
