"""Peaks: what a peak would do to the roster as it stands; saved as scenarios, compared, and carried by levers."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import streamlit as st

from staffing.plan import Plan
from staffing.rostering.verify import Verification
from staffing.scenarios.scenario import NAME, Scenario, save
from staffing.screens import desk
from staffing.screens.peak_answers import show_answers
from staffing.screens.plots.coverage import coverage_figure, summed
from staffing.screens.runs import show_run
from staffing.screens.shown import show_chart
from staffing.screens.speech import day_short, hours, percent, week_text
from staffing.screens.what_if import Ask, changes_of, met_if, need_if, service_of
from staffing.sizing.requirement import Requirement

PEAKS = {
    "campaign": Ask(1.25, 1.0),
    "deadline": Ask(2.2, 1.1, (3, 4)),
    "reform": Ask(3.0, 1.8, (2, 3, 4), contained=0.33),
    "crisis": Ask(4.0, 1.3, (1,), contained=0.3),
    "wider_hours": Ask(1.206, 1.0),
}
"""Starting points, each with its story and source in words; every figure can be changed."""


def peaks_page() -> None:
    """Choose a peak, change its figures, see what it does."""
    plan = show_run()
    if plan is None:
        return
    st.title(f"{desk.words('peaks.title')} · {week_text(plan.week, desk.language())}")
    show_peak(plan)
    show_answers(plan)


@st.fragment
def show_peak(plan: Plan) -> None:
    """The peak's figures, before and after, and the week under it."""
    speak = desk.language()
    name = st.selectbox(desk.words("peaks.kind"), list(PEAKS), format_func=lambda n: desk.words(f"peaks.{n}"))
    st.caption(desk.words(f"peaks.{name}_story"))
    ask = changed(name, plan)
    need = need_if(plan, ask)
    found = met_if(plan, need)
    before = (plan.requirement, plan.verification)
    table = compared(before, (need, found), speak)
    st.dataframe(table, hide_index=True, alt=desk.words("peaks.compare"))
    rows = summed(found.coverage)
    missing = found.shortage_hours - plan.verification.shortage_hours
    says = desk.words(
        "peaks.says", share=percent(found.demand_met, speak, 1), short=hours(found.shortage_hours, speak, 0),
        fte=hours(missing, speak, 0), days=", ".join(day_short(plan.week.days[d], speak) for d in ask.weekdays),
    )  # fmt: skip
    figures = rows.assign(start=rows["start"].dt.strftime("%Y-%m-%d %H:%M")).round(2)
    show_chart(coverage_figure(rows, speak), key="peak", sentence=says, table=figures)
    keep_scenario(name, ask, plan)


def keep_scenario(name: str, ask: Ask, plan: Plan) -> None:
    """Save the peak under a name in the centre's folder, for the comparisons below."""
    one, two = st.columns([3, 1], vertical_alignment="bottom")
    told = one.text_input(desk.words("peaks.name"), value=_slug(desk.words(f"peaks.{name}")), max_chars=60,
                         help=desk.words("peaks.name_help"))  # fmt: skip
    if two.button(desk.words("peaks.save"), key="save_peak"):
        if not NAME.fullmatch(told):
            st.error(desk.words("peaks.name_help"))
            return
        kept = save(Scenario(told, changes_of(ask, plan.week)), desk.folder())
        st.session_state["peak_saved"] = desk.words("peaks.saved", name=kept.name, version=kept.version)
        st.rerun()
    if done := st.session_state.pop("peak_saved", ""):
        st.success(done)


def _slug(text: str) -> str:
    """A scenario's name made of a title: plain letters and hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60]


def changed(name: str, plan: Plan) -> Ask:
    """The starting point, its sliders moved."""
    base, speak = PEAKS[name], desk.language()
    one, two, three = st.columns(3)
    contacts = one.slider(
        desk.words("peaks.contacts"), 50, 600, round(base.contacts * 100), 5, "%d%%", key=f"peak_contacts_{name}"
    )
    aht = two.slider(desk.words("peaks.aht"), 50, 250, round(base.aht * 100), 5, "%d%%", key=f"peak_aht_{name}")
    contained = three.slider(
        desk.words("peaks.contained"), 0, 80, round(base.contained * 100), 1, "%d%%", key=f"peak_contained_{name}",
        help=desk.words("peaks.contained_help"),
    )  # fmt: skip
    days = st.pills(
        desk.words("peaks.days"), list(range(7)), selection_mode="multi", default=list(base.weekdays),
        format_func=lambda d: day_short(plan.week.days[d], speak), key=f"peak_days_{name}",
    )  # fmt: skip
    return Ask(contacts / 100, aht / 100, tuple(sorted(days)), contained=contained / 100)


def compared(
    before: tuple[Requirement, Verification], after: tuple[Requirement, Verification], speak: str
) -> pd.DataFrame:
    """Four figures of the same roster, as expected and under the peak."""
    told = [
        (
            hours(found.required_hours, speak, 0), percent(found.demand_met, speak, 1),
            hours(found.shortage_hours, speak, 0), percent(service_of(need, found), speak),
        )
        for need, found in (before, after)
    ]  # fmt: skip
    names = [desk.words(f"peaks.row_{name}") for name in ("need", "met", "short", "service")]
    rows = list(zip(names, *told, strict=True))
    return pd.DataFrame(rows, columns=[desk.words(f"peaks.{h}") for h in ("figure", "as_expected", "under_peak")])
