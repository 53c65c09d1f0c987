"""What a planner asks of a peak, answered as plain tables (JSON) that any screen can read from the store.

``scenarios``: the plan's roster under each saved scenario, on the same random numbers. ``levers``: the frontier of
lever mixes against one scenario, what each lever of the chosen mix gives, and whom it asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from staffing.levers.planner import Mix, Wish, levers_for
from staffing.plan import Plan
from staffing.scenarios.compare import BASELINE, Comparing, Comparison, answer
from staffing.scenarios.scenario import Scenario, load
from staffing.simulation.play import Play
from staffing.store.database import Database
from staffing.store.plans import load_plan

Question = Mapping[str, object]
Watch = Callable[[int, int, str], bool]
"""Told (done, in all, name); False stops after what is done."""
PLAYED = Play(at_least=30, at_most=30)


def scenarios(database: Database, question: Question, watch: Watch) -> dict[str, Any]:
    """Rows of ``Comparison.frame`` for the plan as it stands and under each scenario, planned anew if asked.

    ``question``: plan (id), folder, names (of saved scenarios), anew (bool), seconds.
    """
    plan = load_plan(database, int(str(question["plan"])))
    asked = (BASELINE, *_saved(question))
    outcomes = []
    for done, scenario in enumerate(asked, start=1):
        options = Comparing(seconds=float(str(question["seconds"])), play=PLAYED)
        anew = bool(question["anew"]) and scenario is not BASELINE
        outcomes.append(answer(plan.centre, plan.forecast, plan.week, scenario, options, None if anew else plan.roster))
        if not watch(done, len(asked), scenario.name):
            break
    found = Comparison(tuple(outcomes), tuple(s.name for s in asked[len(outcomes) :]))
    return {"rows": found.frame.to_dict("records"), "missing": list(found.missing)}


def levers(database: Database, question: Question, watch: Watch) -> dict[str, Any]:
    """The frontier and the chosen mix. ``question``: plan (id), folder, names (one scenario or none), probability,
    today (ISO day)."""
    plan = load_plan(database, int(str(question["plan"])))
    centre, forecast = plan.centre, plan.forecast
    for scenario in _saved(question):
        centre, forecast = scenario.applied(centre, forecast)
    wish = Wish(dt.date.fromisoformat(str(question["today"])), float(str(question["probability"])), play=PLAYED)
    found = levers_for(plan.roster, forecast, centre, wish, watch=watch)
    shown = found.chosen or max(found.frontier, key=lambda mix: (mix.p_target, mix.service))
    points = [
        {"eur": m.eur, "service": m.service, "p_target": m.p_target, "used": m.by_lever, "shown": m is shown}
        for m in found.frontier
    ]
    return {"wished": found.wished, "met": found.chosen is not None, "points": points, "asked": _asked(plan, shown)}


def _asked(plan: Plan, mix: Mix) -> list[dict[str, Any]]:
    """What the mix asks, one row per lever and subject: how often, EUR, hours."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    names = {a.id: a.name or a.id for a in plan.centre.team.agents}
    for offer in mix.offers:
        subject = names.get(offer.subject, offer.subject)
        row = rows.setdefault(
            (offer.lever, subject), {"lever": offer.lever, "subject": subject, "times": 0, "eur": 0.0, "hours": 0.0}
        )
        row["times"] += 1
        row["eur"] += offer.eur
        row["hours"] += offer.hours
    return sorted(rows.values(), key=lambda row: -row["eur"])


def _saved(question: Question) -> tuple[Scenario, ...]:
    names = question["names"]
    return tuple(load(Path(str(question["folder"])), str(n)) for n in names) if isinstance(names, list) else ()


ANSWERS: dict[str, Callable[[Database, Question, Watch], dict[str, Any]]] = {
    "scenarios": scenarios,
    "levers": levers,
}
"""A question's ``kind`` to what answers it."""
