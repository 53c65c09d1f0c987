"""The week played contact by contact before it is published: what callers would meet, with its range."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.shown import show_table
from staffing.screens.tiles import queue_label
from staffing.simulation.play import Play
from staffing.simulation.played import Played
from staffing.simulation.simulate import simulate
from staffing.words.speech import number, percent


def show_played(plan: Plan) -> None:
    """Played when asked; kept until the plan changes."""
    st.text(desk.words("played.says"))
    if desk.plan_id() is None:
        return
    if not st.button(desk.words("played.play"), key="play") and desk.known(plan, ("played",)) is None:
        return
    with st.spinner(desk.words("played.playing")):
        found = desk.kept(
            plan, ("played",), lambda: simulate(plan.roster, plan.forecast, plan.centre, options=Play(at_most=60))
        )
    st.text(desk.words("played.found", weeks=number(found.replications, desk.language())))
    formulas = {desk.words(f"played.{name}"): f"played_{name}" for name in ("service", "low", "high")}
    show_table(played_table(plan, found), alt=desk.words("played.title"), formulas=formulas)


def played_table(plan: Plan, found: Played) -> pd.DataFrame:
    """One row a queue: service level over the weeks played, from its worst tenth to its best."""
    speak = desk.language()
    rows = []
    for queue in plan.centre.queues:
        share = pd.Series(found.service(queue.name)).dropna()
        if len(share):
            low, high = (percent(float(share.quantile(q)), speak) for q in (0.1, 0.9))
            rows.append((queue_label(plan, queue.name), percent(float(share.mean()), speak), low, high))
    heads = ("queue", "service", "low", "high")
    return pd.DataFrame(rows, columns=[desk.words(f"played.{h}") for h in heads])
