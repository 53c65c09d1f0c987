"""Peaks: build a scenario from an event and sliders, see at once what it does, compare answers side by side."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from staffing.centre import Centre
from staffing.levers.planner import LEVERS
from staffing.plan import Plan
from staffing.problems import BadInput
from staffing.rostering.verify import Verification, summed
from staffing.scenarios.changes import AbsenceWave, Change, HandleTime, Volume
from staffing.scenarios.scenario import (
    NAME,
    Scenario,
    alike,
    combined,
    delete,
    load,
    rename,
    save,
    saved,
    scenario_of,
    standing,
    text_of,
)
from staffing.scenarios.scenario_words import FREE, change_lines
from staffing.scenarios.templates import TEMPLATES, event
from staffing.screens import desk
from staffing.screens.audits import show_audits
from staffing.screens.guarded import telling
from staffing.screens.peak_answer import show_answer
from staffing.screens.peak_answers import show_scenarios, tell_older
from staffing.screens.plots.peak import needs_figure
from staffing.screens.problems import show_problems
from staffing.screens.runs import show_run
from staffing.screens.shown import rounded, show_chart
from staffing.screens.what_if import met_if, service_of
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size
from staffing.words.heard import heard
from staffing.words.speech import covered, day_long, hours, percent, week_text

SECONDS = (5, 10, 20, 60, 120)
PLAYS = 30
NONE = "-"
"""Stands in the address where nothing is chosen."""


@dataclass(frozen=True)
class Sliders:
    """Percentages on top of the event."""

    contacts: int = 100
    aht: int = 100
    contained: int = 0
    absent: int = 0


def peaks_page() -> None:
    """Build, see, compare."""
    plan = show_run("peaks")
    if plan is None:
        return
    st.title(f"{desk.words('peaks.title')} · {week_text(plan.week, desk.language())}")
    show_peak(plan)
    show_scenarios(plan)
    show_audits()


@st.fragment
@telling
def show_peak(plan: Plan) -> None:
    """The scenario, its first effects, then the comparison in a process of its own."""
    scenario = built(plan)
    box = st.expander(desk.words("peaks.changes"), key="peak_changes", on_change="rerun")
    if box.open:
        for told in change_lines(scenario, plan.centre, desk.language()):
            box.text(told)
    try:
        need = desk.kept(plan, ("peak", text_of(scenario)), lambda: _need(plan, scenario))
    except ValueError as error:
        st.error(desk.unmarked(heard(str(error), desk.language())))
        return
    show_effect(plan, need)
    show_compare(plan, scenario)


def _need(plan: Plan, scenario: Scenario) -> Requirement:
    there, expected = scenario.applied(plan.centre, plan.forecast)
    return size(expected, there, plan.week)


def built(plan: Plan) -> Scenario:
    """A saved scenario, or an event and sliders."""
    st.header(desk.words("peaks.build"))
    kept_here = saved(desk.folder())
    left, middle, right = st.columns([2, 1, 1])
    known = [*kept_here, FREE, *TEMPLATES]
    kept = st.session_state.pop("peak_saved", None)
    if kept in kept_here:
        st.session_state["peak_kind"] = kept
    elif st.session_state.get("peak_kind") not in (None, *known):  # its file is gone
        del st.session_state["peak_kind"]
    name = left.selectbox(
        desk.words("peaks.kind"), known, key=desk.recalled("peak_kind", "back_to_school", desk.one_of(known)),
        format_func=lambda n: n if n in kept_here else desk.words(f"peaks.event_{n}"),
    )  # fmt: skip
    desk.recall("peak_kind", name, "back_to_school")
    speak, days = desk.language(), plan.week.days
    if name in kept_here:
        scenario = load(desk.folder(), name)
        with middle:
            show_put_away(scenario)
        for told in scenario.figures:
            st.caption(desk.unmarked(heard(told, speak)))
        return scenario
    if st.session_state.get("peak_day") not in (None, *days):  # another week is on the desk
        st.session_state["peak_day"] = days[0]
    day = middle.selectbox(
        desk.words("peaks.day"), days, format_func=lambda d: day_long(d, speak),
        key=desk.recalled("peak_day", days[0], desk.one_of(days)),
    )  # fmt: skip
    desk.recall("peak_day", day.isoformat(), days[0].isoformat())
    labels = {c.name: c.label or c.name for c in plan.centre.channels}
    channels = _several(
        "peak_channels", tuple(labels), (),
        lambda key: right.multiselect(
            desk.words("peaks.channels"), list(labels), format_func=lambda c: labels[c],
            placeholder=desk.words("peaks.all_channels"), key=key,
        ),
    )  # fmt: skip
    st.caption(desk.unmarked(desk.words(f"peaks.source_{name}")))
    return _saved(_with_sliders((name, day, channels), plan.centre, sliders()))


def sliders() -> Sliders:
    """On top of the event: more contacts, longer calls, some settled without an agent, some agents away."""
    one, two, three, four = st.columns(4)
    form = desk.words("frame.percent")
    return Sliders(
        _slid(one, "contacts", range(50, 401, 5), 100, form), _slid(two, "aht", range(50, 201, 5), 100, form),
        _slid(three, "contained", range(81), 0, form), _slid(four, "absent", range(41), 0, form),
    )  # fmt: skip


def _slid(place: DeltaGenerator, name: str, over: range, usual: int, form: str | None = None) -> int:
    """A slider whose answer stays through another page and a reload."""
    key = desk.recalled(f"peak_{name}", usual, desk.one_of(over))
    answer = place.slider(
        desk.words(f"peaks.{name}"), over.start, over[-1], step=over.step, format=form, key=key,
        help=desk.words(f"peaks.{name}_help"),
    )  # fmt: skip
    desk.recall(key, str(answer), str(usual))
    return int(answer)


def _several(
    key: str, known: tuple[str, ...], usual: tuple[str, ...], ask: Callable[[str], list[str]]
) -> tuple[str, ...]:
    """Several of some names whose choice stays through another page and a reload: ``ask`` draws it under a key."""
    reader = desk.one_of(known)
    key = desk.recalled(key, list(usual), lambda text: [reader(name) for name in text.split(",") if name != NONE])
    chosen = ask(key)
    desk.recall(key, ",".join(chosen) or NONE, ",".join(usual) or NONE)
    return tuple(chosen)


def _with_sliders(asked: tuple[str, dt.date, tuple[str, ...]], centre: Centre, moved: Sliders) -> Scenario:
    """The event (name, day, channels) with what the sliders add, from that day to the end."""
    name, day, channels = asked
    changes: list[Change] = []
    factor = moved.contacts / 100 * (1 - moved.contained / 100)
    if factor != 1.0:
        changes.append(Volume(channels, day, factor=round(factor, 4)))
    if moved.aht != 100:
        changes.append(HandleTime(channels, day, factor=moved.aht / 100))
    if moved.absent:
        changes.append(AbsenceWave(moved.absent / 100))
    own = Scenario(FREE, tuple(changes))
    return own if name == FREE else combined(event(name, day, channels, centre), own)


def show_put_away(scenario: Scenario) -> None:
    """A saved scenario under another name, or gone with its earlier versions."""
    with st.popover(desk.words("peaks.put_away"), key="put_away"):
        new = st.text_input(desk.words("peaks.name"), scenario.name, max_chars=60, key=f"rename_{scenario.name}")
        if st.button(desk.words("peaks.rename"), disabled=new.strip() in ("", scenario.name), key="rename_peak"):
            _put_away(lambda: rename(desk.folder(), scenario.name, new.strip()).name)
        st.caption(desk.words("peaks.delete_says", version=scenario.version))
        if st.button(desk.words("peaks.delete", name=desk.unmarked(scenario.name)), key="delete_peak"):
            _put_away(lambda: str(delete(desk.folder(), scenario.name) and ""))


def _put_away(act: Callable[[], str]) -> None:
    """Do it and go on with the name that stands then, or say why not."""
    try:
        st.session_state["peak_saved"] = act()
    except BadInput as error:
        show_problems(error.problems)
    else:
        st.rerun(scope="app")


def _saved(scenario: Scenario) -> Scenario:
    """Kept under a name in the centre's folder when asked; a name that another bears says so before."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    name = left.text_input(
        desk.words("peaks.name"), placeholder=desk.words("peaks.name_help"), max_chars=60, key="peak_name"
    ).strip()
    try:
        named = Scenario(name, scenario.changes, scenario.figures) if NAME.fullmatch(name) else None
        old = standing(named, desk.folder()) if named else None
    except BadInput as error:
        show_problems(error.problems)
        return scenario
    over = old.version if old else 0
    if over:
        st.warning(desk.unmarked(desk.words("peaks.taken", name=name, version=over)))
    label = desk.words("peaks.save_over", version=over + 1) if over else desk.words("peaks.save")
    if right.button(label, width="stretch", disabled=not name, key=f"save_peak_{over}"):
        if named is None:
            st.error(desk.unmarked(desk.words("peaks.name_refused", name=name, like=name_like(name))))
            return scenario
        kept = save(named, desk.folder(), over=over)
        st.toast(desk.words("peaks.saved", name=desk.unmarked(kept.name), version=kept.version))
        st.session_state["peak_saved"] = kept.name  # stays chosen, and is offered for comparison below
        st.rerun(scope="app")
    return scenario


def name_like(text: str) -> str:
    """The name of a scenario nearest to what was typed.

    >>> name_like(" Réforme d'été 2027 ! ")
    'reforme-d-ete-2027'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:60] or "peak-1"


def show_effect(plan: Plan, need: Requirement) -> None:
    """Demand against capacity through the peak, with the roster as it stands: read at every change."""
    speak, found = desk.language(), met_if(plan, need)
    st.header(desk.words("peaks.effect"))
    missing = found.shortage_hours - plan.verification.shortage_hours
    says = desk.words(
        "peaks.says", share=covered(found.demand_met, speak), short=hours(found.shortage_hours, speak, 0),
        more=("+" if missing >= 0 else "−") + hours(abs(missing), speak, 0),
    )  # fmt: skip
    table = through(plan.verification.coverage, found.coverage)
    figures = rounded(table, 2)
    show_chart(needs_figure(table, speak), key="peak", sentence=says, table=figures)
    rows = compared((plan.requirement, plan.verification), (need, found), speak)
    st.dataframe(rows, hide_index=True, alt=desk.words("peaks.compare"))


def through(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """start, expected and required agents needed without and with the peak, scheduled agents and those missing."""
    old = before.groupby("start")["required"].sum().rename("expected")
    new = summed(after).set_index("start")
    return pd.concat([old, new], axis=1).sort_index().fillna(0.0).rename_axis("start").reset_index()


def compared(
    before: tuple[Requirement, Verification], after: tuple[Requirement, Verification], speak: str
) -> pd.DataFrame:
    """Four figures of the same roster, as expected and under the peak."""
    told = [
        (
            hours(found.required_hours, speak, 0), covered(found.demand_met, speak),
            hours(found.shortage_hours, speak, 0), percent(service_of(need, found), speak),
        )
        for need, found in (before, after)
    ]  # fmt: skip
    names = [desk.words(f"peaks.row_{name}") for name in ("need", "met", "short", "service")]
    formulas = [desk.words(f"formulas.{name}") for name in ("need", "met", "short", "service")]
    rows = list(zip(names, *told, formulas, strict=True))
    heads = [desk.words(f"peaks.{h}") for h in ("figure", "as_expected", "under_peak")]
    return pd.DataFrame(rows, columns=[*heads, desk.words("formulas.head")])


def show_compare(plan: Plan, scenario: Scenario) -> None:
    """Levers and wish, then what the process found, side by side."""
    st.header(desk.words("peaks.answers_title"))
    names = [lever.name for lever in LEVERS]
    levers = _several(
        "peak_levers", tuple(names), tuple(names),
        lambda key: st.pills(
            desk.words("peaks.levers"), names, selection_mode="multi", key=key,
            format_func=lambda n: desk.words(f"peaks.lever_{n}"), help=desk.words("peaks.levers_help"),
        ),
    )  # fmt: skip
    one, two, three, four = st.columns(4, vertical_alignment="bottom")
    wish = _slid(one, "wish", range(50, 100, 5), 90, desk.words("frame.percent"))
    notice = _slid(two, "notice", range(61), 30)
    key = desk.recalled("peak_seconds", 10, desk.one_of(SECONDS))
    seconds = three.select_slider(desk.words("week.solve_seconds"), SECONDS, key=key)
    desk.recall(key, str(seconds), "10")
    job = next((run for run in desk.runs("peak") if run.question.get("plan") == desk.plan_id()), None)
    settled = desk.running() is None  # an answer belongs to one plan, and a run under way replaces its own
    idle = (job is None or job.over) and settled
    if four.button(desk.words("peaks.go"), type="primary", width="stretch", disabled=not idle):
        today = plan.week.monday - dt.timedelta(days=notice)
        told: dict[str, object] = {"levers": list(levers)}
        told |= {"probability": wish / 100, "today": today.isoformat(), "seconds": seconds}
        told |= {"stand": desk.stand()[2], "replications": PLAYS}
        desk.ask({"kind": "peak", "plan": desk.plan_id(), "scenario": text_of(scenario), **told})
        st.rerun(scope="fragment")
    if job is None:
        st.text(desk.words("peaks.none_yet" if settled else "peaks.after_run"))
    else:
        ours = alike(scenario_of(str(job.question["scenario"])), scenario)
        if not ours:
            st.warning(desk.words("peaks.other_peak"))
        tell_older(job.question)
        show_answer(plan, job.id, called=scenario.name if ours else "")
