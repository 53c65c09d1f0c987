"""Agents needed: by queue and interval, with the model used, and what another target or a longer call would ask."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.plots.need import need_figure
from staffing.screens.runs import show_run
from staffing.screens.shown import rounded, show_chart, show_table
from staffing.screens.tiles import queue_label, relabelled
from staffing.screens.what_if import Ask, Priced, need_if, needed, prices_of_confidence
from staffing.words import catalogue
from staffing.words.heard import heard
from staffing.words.speech import euros, hours, moved, number, percent, pointed, week_text


def needs_page() -> None:
    """The need as planned, beside the need as asked."""
    plan = show_run("needs")
    if plan is None:
        return
    st.title(f"{desk.words('needs.title')} · {week_text(plan.week, desk.language())}")
    show_need(plan)


@st.fragment
@telling
def show_need(plan: Plan) -> None:
    """Sliders, two curves, two sums."""
    speak = desk.language()
    queue = st.selectbox(
        desk.words("week.queue"), ["", *plan.requirement.queues],
        format_func=lambda q: queue_label(plan, q) if q else desk.words("week.all_queues"),
    )  # fmt: skip
    ask = asked()
    now = needed(plan.requirement, queue)
    other = None if ask == Ask() else needed(need_if(plan, ask), queue)
    step_h = plan.requirement.grid.interval_h
    said = desk.words("needs.says", hours=hours(float(now["agents"].sum()) * step_h, speak, 0))
    if other is not None:
        more = float(other["agents"].sum() - now["agents"].sum()) * step_h
        said += " " + desk.words(
            "needs.what_if_says", more=moved(more, lambda h: hours(h, speak)),
            share=percent(more / max(float(now["agents"].sum()) * step_h, 1e-9), speak, 1),
        )  # fmt: skip
    frame = plan.requirement.frame if not queue else plan.requirement.frame[plan.requirement.frame["queue"] == queue]
    table = frame.assign(
        queue=[queue_label(plan, q) for q in frame["queue"]],
        model=[model_name(m) for m in frame["model"]],
    )  # fmt: skip
    show_chart(need_figure(now, other, speak), key="need", sentence=said, table=rounded(table, 2))
    st.header(desk.words("needs.models"))
    st.text(desk.words("needs.models_say"))
    models = frame.groupby(["queue", "model"])["agents"].agg(["count", "max"]).reset_index()
    models["queue"] = [queue_label(plan, q) for q in models["queue"]]
    models["model"] = [model_name(m) for m in models["model"]]
    models["count"] = [number(count, speak) for count in models["count"]]
    models["max"] = [number(most, speak, 1) for most in models["max"]]
    models.columns = [desk.words(f"needs.{n}") for n in ("queue", "model", "intervals", "most")]
    show_table(models, alt=desk.words("needs.models_say"), formulas={desk.words("needs.most"): "most"})
    for note in plan.requirement.notes:
        st.text(pointed(heard(relabelled(plan, note), speak), speak))
    show_confidence(plan)


def show_confidence(plan: Plan) -> None:
    """What it costs to be surer of the promise than on the expected day."""
    st.header(desk.words("needs.confidence"))
    st.text(desk.words("needs.confidence_say"))
    if st.button(desk.words("needs.confidence_go"), key="confidence") or st.session_state.get("confidence_open"):
        st.session_state["confidence_open"] = True
        table = confidence_table(desk.kept(plan, ("confidence",), lambda: prices_of_confidence(plan)), desk.language())
        formulas = {desk.words(f"needs.price_{name}"): f"price_{name}" for name in ("hours", "eur", "more")}
        show_table(
            table, alt=desk.words("needs.confidence"), formulas=formulas | {desk.words("needs.price_most"): "most"}
        )


def confidence_table(prices: tuple[Priced, ...], speak: str) -> pd.DataFrame:
    """One row a confidence: agents at the busiest interval, hours, EUR, and how much more than the first."""
    first = prices[0]
    rows = [
        (
            desk.words("needs.expected_day") if p.confidence is None else percent(p.confidence, speak),
            number(p.most, speak, 1), hours(p.hours, speak, 0), euros(p.eur, speak),
            "–" if p is first else "+" + euros(p.eur - first.eur, speak),
        )
        for p in prices
    ]  # fmt: skip
    heads = ("sure", "most", "hours", "eur", "more")
    return pd.DataFrame(rows, columns=[desk.words(f"needs.price_{h}") for h in heads])


def model_name(model: str) -> str:
    """A sizing model as people call it; its own word where nobody wrote one."""
    known = catalogue(desk.language())
    return known.get(f"needs.model_{model}", model)


def asked() -> Ask:
    """What if: contacts, handle time, losses, target."""
    st.subheader(desk.words("needs.what_if"))
    left, middle, third, right, last = st.columns(5)
    form = desk.words("frame.percent")
    contacts = left.slider(desk.words("needs.contacts"), 50, 200, 100, 5, format=form)
    aht = middle.slider(desk.words("needs.aht"), 70, 150, 100, 5, format=form)
    lost = third.slider(desk.words("needs.lost"), 0, 40, 0, 1, format=form, help=desk.words("needs.lost_help"))
    share = right.selectbox(
        desk.words("needs.share"), [None, 0.7, 0.8, 0.85, 0.9, 0.95],
        format_func=lambda s: desk.words("needs.as_is") if s is None else percent(s, desk.language()),
    )  # fmt: skip
    within = last.selectbox(
        desk.words("needs.within"), [None, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0],
        format_func=lambda s: desk.words("needs.as_is") if s is None else f"{s:.0f} s",
    )  # fmt: skip
    return Ask(contacts / 100, aht / 100, lost=lost / 100, share=share, within_s=within)
