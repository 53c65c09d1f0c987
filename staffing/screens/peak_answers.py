"""Saved scenarios side by side: asked here, answered in a process of their own."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.problems import BadInput
from staffing.scenarios.scenario import Scenario, alike, load, saved, scenario_of, text_of
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.plots.frontier import services_figure
from staffing.screens.shown import show_chart, show_table
from staffing.screens.tiles import queue_label
from staffing.store.jobs import FAILED, LOST
from staffing.words.speech import euros, hours, number, percent

AS_PLANNED = "baseline"


def show_scenarios(plan: Plan) -> None:
    """The question, with its newest answer."""
    names = saved(desk.folder())
    st.header(desk.words("peaks.side_by_side"))
    if not names:
        st.info(desk.words("peaks.none_saved"))
        return
    _ask_scenarios(plan, names)
    _show_newest("scenarios", plan)


def _ask_scenarios(plan: Plan, names: list[str]) -> None:
    chosen = st.multiselect(desk.words("peaks.which"), names, default=names[:4])
    anew = st.toggle(desk.words("peaks.anew"), help=desk.words("peaks.anew_help"))
    if st.button(
        desk.words("peaks.compare_now"), type="primary", disabled=not chosen or _busy("scenarios") or _busy("")
    ):
        asked = {"kind": "scenarios", "plan": desk.plan_id(), "stand": desk.stand()[2]}
        texts = [text_of(load(desk.folder(), name)) for name in chosen]
        desk.ask({**asked, "scenarios": texts, "anew": anew, "seconds": 15})
        st.rerun()


def _busy(kind: str) -> bool:
    return any(not job.over for job in desk.runs(kind))


def _show_newest(kind: str, plan: Plan) -> None:
    """The run under way, then the newest answer about this plan."""
    told = desk.runs(kind)
    if told and not told[0].over:
        show_progress(told[0].id, kind)
    elif told and told[0].status in (FAILED, LOST):
        st.error(desk.words("runs.failed" if told[0].status == FAILED else "runs.lost"))
        st.text(told[0].told)
    done = next((j for j in told if j.told and j.over and j.status not in (FAILED, LOST)), None)
    if done is None or done.question.get("plan") != desk.plan_id():
        return
    tell_older(done.question)
    _show_scenarios(json.loads(done.told), plan, _called_now(done.question))


def tell_older(question: Mapping[str, object]) -> None:
    """That an answer is for the roster as it stood before somebody changed it."""
    stand = desk.stand()[2]
    if desk.running() is None and question.get("stand", stand) != stand:
        st.warning(desk.words("peaks.other_roster"))


@st.fragment(run_every=1.0)
@telling
def show_progress(id: int, kind: str) -> None:
    """How far the run is, a button to stop it, and the page anew at its end."""
    job = desk.jobs().read(id)
    with st.container(border=True):
        st.text(
            desk.words(
                "peaks.running",
                step=job.phase or desk.words("runs.queued"),
                seconds=number(job.seconds, desk.language()),
            )
        )
        if st.button(desk.words("runs.stop"), key=f"stop_{kind}_{id}", disabled=job.cancel):
            desk.jobs().stop(id)
    if job.over:
        st.rerun()


def _called_now(question: Mapping[str, object]) -> dict[str, str]:
    """What the scenarios of a question are called since, by their names then: one may have been renamed, and another
    may bear its name."""
    texts = question.get("scenarios")
    asked = [scenario_of(str(text)) for text in texts] if isinstance(texts, list) else []
    here = _readable(desk.folder()) if asked else []
    return {scenario.name: _called(scenario, here) for scenario in asked}


def _readable(folder: Path) -> list[Scenario]:
    """The saved scenarios, those apart that somebody spoilt by hand: they are told where they are chosen."""
    found = []
    for name in saved(folder):
        with contextlib.suppress(BadInput):
            found.append(load(folder, name))
    return found


def _called(scenario: Scenario, here: Sequence[Scenario]) -> str:
    same = [other.name for other in here if alike(scenario, other)]
    if scenario.name in same or (not same and scenario.name not in {other.name for other in here}):
        return scenario.name
    return same[0] if same else desk.words("peaks.as_asked", name=scenario.name)


def _show_scenarios(answer: dict[str, Any], plan: Plan, called: Mapping[str, str]) -> None:
    """Agents, hours, EUR and service of each scenario beside the plan as it stands."""
    speak = desk.language()
    rows = pd.DataFrame(answer["rows"])
    rows["scenario"] = [called.get(str(name), str(name)) for name in rows["scenario"]]
    live = rows[rows["target"].notna() & rows["expected"].notna()]
    live = _served(live)
    live = live.assign(label=[queue_label(plan, q) for q in live["queue"]], name=_named(live["scenario"]))
    worst = live.sort_values("expected").iloc[0]
    says = desk.words("peaks.compared_say", scenario=worst["name"], queue=worst["label"],
                      service=percent(float(worst["expected"]), speak))  # fmt: skip
    show_chart(services_figure(live, speak), key="services", sentence=says,
               table=live[["scenario", "label", "expected", "low", "high", "target"]].round(3))  # fmt: skip
    heads = ("scenario", "agents", "need", "short", "eur", "changed", "breaches")
    table = [
        (name, number(r["agents"], speak), hours(r["required_hours"], speak, 0), hours(r["shortage_hours"], speak, 0),
         euros(r["eur"], speak), number(r["agents_changed"], speak), number(r["breaches"], speak))
        for name, r in ((_named([n])[0], g.iloc[0]) for n, g in rows.groupby("scenario", sort=False))
    ]  # fmt: skip
    frame = pd.DataFrame(table, columns=[desk.words(f"peaks.head_{h}") for h in heads])
    formulas = dict(zip(frame.columns[1:], ("people", "need", "short", "eur", "affected", "breaches"), strict=True))
    show_table(frame, alt=desk.words("peaks.side_by_side"), formulas=formulas)
    if answer["missing"]:
        st.text(desk.words("peaks.left_out", names=", ".join(called.get(str(n), str(n)) for n in answer["missing"])))


def _served(live: pd.DataFrame) -> pd.DataFrame:
    """Service as a share whatever is promised, beside no target that measures something else."""
    if "served" not in live:  # an answer of before that was told
        return live
    target = live["target"].where(live["served"] == live["expected"])
    return live.assign(expected=live["served"], low=live["served_low"], high=live["served_high"], target=target)


def _named(names: Any) -> list[str]:
    return [desk.words("peaks.as_expected") if n == AS_PLANNED else str(n) for n in names]
