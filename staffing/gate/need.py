"""Forecast and need as a plan leaves them in ``need.json`` beside its roster, so that nobody has to make them again.

``requirement.csv`` shows the need to people; this keeps all of it: service at every head count, what the forecast
spreads and rests on, the roster's proof, and marks of the inputs. Where an input has changed, what depends on it is not
read.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing import __version__
from staffing.centre import Centre
from staffing.contents import (
    forecast_back,
    forecast_content,
    packed,
    proof_back,
    proof_content,
    requirement_back,
    requirement_content,
    unpacked,
)
from staffing.files.roster_text import roster_digest
from staffing.plan import AS_EXPECTED, Plan, forecast_mark
from staffing.rostering.roster import Roster
from staffing.sizing.requirement import Requirement

FILE = "need.json"
FORM = 1
"""Of the file: another one is not read."""


@dataclass(frozen=True)
class Beside:
    """What ``need.json`` tells of a question: the ``forecast`` where all that it was made from is unchanged, the
    ``requirement`` where all else of the centre is too."""

    forecast: Forecast | None = None
    requirement: Requirement | None = None


def need_text(plan: Plan) -> str:
    """``need.json`` of a plan."""
    content = {"forecast": forecast_content(plan.forecast), "requirement": requirement_content(plan.requirement)}
    content |= proof_content(plan.roster)
    told = _question(plan.centre, plan.week, plan.scenario, quick=plan.quick)
    told |= {"forecast": forecast_mark(plan.centre), "centre": plan.centre.digest}
    told |= {"roster": _roster_mark(plan.roster, plan.centre)}
    return json.dumps(told | {"content": base64.b64encode(packed(content)).decode()}, indent=1) + "\n"


def need_beside(roster: Path, centre: Centre, week: Week) -> Beside | None:
    """What the plan whose folder holds ``roster`` knows of the week as expected; None where it left no ``need.json``.

    A damaged one, or that of another week, scenario or version, of a plan in haste, tells nothing.
    """
    told = _told(roster)
    try:
        return None if told is None else _beside(told, centre, week)
    except (ValueError, KeyError, TypeError):
        return Beside()


def proven(path: Path, roster: Roster, centre: Centre) -> Roster:
    """``roster``, read from ``path``, with the proof and reasons of the plan beside it where it is that plan's, to the
    minute, and answers the same question still; ``centre`` as ``plan.before`` leaves it."""
    told = _told(path)
    try:
        if told is None or told["roster"] != _roster_mark(roster, centre):
            return roster
        if _beside(told, centre, roster.week).requirement is None:
            return roster
        proof, reasons = proof_back(_content(told))
    except (ValueError, KeyError, TypeError):
        return roster
    return replace(roster, proof=proof, reasons=reasons)


def _told(roster: Path) -> Mapping[str, Any] | None:
    """What ``need.json`` beside a roster says; nothing where it is damaged, None where there is none."""
    folder = roster if roster.is_dir() else roster.parent
    try:
        told = json.loads((folder / FILE).read_text("utf-8"))
    except OSError:
        return None
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _content(told: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(unpacked(base64.b64decode(told["content"], validate=True)))
    return content


def _roster_mark(roster: Roster, centre: Centre) -> str:
    """Identifies a roster and the weeks around it that it was made beside."""
    beside = [frame for frame in (centre.team.past, centre.team.later) if frame is not None]
    told = [roster_digest(frame) for frame in (roster.frame, *beside)]
    return hashlib.sha256(repr((told, centre.team.ledgers)).encode()).hexdigest()


def _beside(told: Mapping[str, Any], centre: Centre, week: Week) -> Beside:
    asked = _question(centre, week, AS_EXPECTED.name, quick=False)
    if {name: told[name] for name in asked} != asked or told["forecast"] != forecast_mark(centre):
        return Beside()
    content = _content(told)
    forecast = forecast_back(content["forecast"], centre.grid)
    if told["centre"] != centre.digest:
        return Beside(forecast)
    return Beside(forecast, requirement_back(content["requirement"], week, centre.grid))


def _question(centre: Centre, week: Week, scenario: str, *, quick: bool) -> dict[str, object]:
    """What a need answers, by which version."""
    return {
        "form": FORM, "affluence": __version__, "name": centre.name, "week": str(week), "scenario": scenario,
        "quick": quick,
    }  # fmt: skip
