"""What a planner asks of a peak or of the months ahead, answered as plain tables (JSON) that any screen can read.

``scenarios``: the plan's roster under each saved scenario, on the same random numbers. ``peak``: one scenario with the
roster as it stands, planned anew and helped by levers. ``horizon``: agent-hours needed, week by week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from forecasts.grid import Week
from staffing.gate.read import read_centre
from staffing.horizon import weeks_from
from staffing.need_ahead import need_ahead
from staffing.peak import Asking, answer_peak
from staffing.problems import BadInput, Problem
from staffing.scenarios.compare import BASELINE, Comparing, Comparison, answer
from staffing.scenarios.scenario import scenario_of
from staffing.simulation.play import Play
from staffing.store.database import Database
from staffing.store.plans import load_plan

Question = Mapping[str, object]
Watch = Callable[[int, int, str], bool]
"""Told (done, in all, name); False stops after what is done."""
Keep = Callable[[Mapping[str, Any]], None]
"""Given the answer so far, which stands when a stop will not wait for the step under way."""
PLAYED = Play(at_least=30, at_most=30)


def scenarios(database: Database, question: Question, watch: Watch, keep: Keep) -> dict[str, Any]:
    """Rows of ``Comparison.frame`` for the plan as it stands and under each scenario, planned anew if asked.

    ``question``: plan (id), folder, scenarios (TOML each), anew (bool), seconds.
    """
    plan = load_plan(database, int(str(question["plan"])))
    texts = question["scenarios"]
    asked = (BASELINE, *(scenario_of(str(text)) for text in texts)) if isinstance(texts, list) else (BASELINE,)
    outcomes = []
    for done, scenario in enumerate(asked, start=1):
        options = Comparing(seconds=float(str(question["seconds"])), play=PLAYED)
        anew = bool(question["anew"]) and scenario is not BASELINE
        outcomes.append(answer(plan.centre, plan.forecast, plan.week, scenario, options, None if anew else plan.roster))
        found = Comparison(tuple(outcomes), tuple(s.name for s in asked[done:]))
        told: dict[str, Any] = {"rows": found.frame.to_dict("records"), "missing": list(found.missing)}
        keep(told)
        if not watch(done, len(asked), scenario.name):
            break
    return told


def peak(database: Database, question: Question, watch: Watch, keep: Keep) -> dict[str, Any]:
    """One scenario answered whole, see ``staffing.peak``. ``question``: plan (id), scenario (TOML), levers (names),
    probability, today (ISO day), seconds, replications."""
    names = question["levers"]
    asking = Asking(
        tuple(str(n) for n in names) if isinstance(names, list) else (), dt.date.fromisoformat(str(question["today"])),
        float(str(question["probability"])), float(str(question["seconds"])), int(str(question["replications"])),
    )  # fmt: skip
    scenario = scenario_of(str(question["scenario"]))
    plan = load_plan(database, int(str(question["plan"])))
    return answer_peak(plan, scenario, asking, watch, keep=lambda found: keep(found.content())).content()


def horizon(database: Database, question: Question, watch: Watch, keep: Keep) -> dict[str, Any]:
    """Rows of ``need_ahead`` for ``weeks`` weeks from ``first`` on, of the centre in ``folder``.

    BadInput when its history is too short for so many.
    """
    centre = read_centre(Path(str(question["folder"])))
    weeks = weeks_from(Week.parse(str(question["first"])), int(str(question["weeks"])))
    try:
        return {"need": need_ahead(centre, weeks, watch=watch).to_dict("records")}
    except ValueError as error:
        fix = "Ask fewer weeks (13 after the history can be forecast), or add a year of history."
        raise BadInput([Problem("history.csv", None, "start", str(error), "a longer history", fix)]) from error


ANSWERS: dict[str, Callable[[Database, Question, Watch, Keep], dict[str, Any]]] = {
    "scenarios": scenarios,
    "peak": peak,
    "horizon": horizon,
}
"""A question's ``kind`` to what answers it."""
