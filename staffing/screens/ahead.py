"""The weeks ahead: how each planned one stands, which are not planned yet, and what to keep an eye on in this one."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from forecasts.grid import DAY_MIN, Week
from staffing.plan import Plan
from staffing.rostering.team import Absence
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.shown import show_table
from staffing.store.plans import Saved
from staffing.words.speech import clock, covered, day_long, hours, number, percent, week_text

WEEKS = 4
GOOD = 0.95
RUN_SECONDS = 30.0
NAMED = 12
"""As many people away as are named."""


def alerts(plan: Plan, absences: tuple[Absence, ...], language: str, today: dt.date | None = None) -> tuple[str, ...]:
    """What deserves a look this week: the weakest day, people away ``today`` and this week, people who get fewer hours
    than owed.

    ``absences`` are those of today: who fell ill since the plan was made owes fewer hours than it says.
    """
    told = []
    days = plan.verification.coverage.assign(day=plan.verification.coverage["start"].dt.date)
    sums = days.groupby("day")[["required", "shortage"]].sum()
    share = 1 - sums["shortage"] / sums["required"].where(sums["required"] > 0)
    if share.notna().any() and share.min() < GOOD:
        worst = list(sums.index)[int(share.argmin())]
        least = percent(float(share.min()), language)
        told.append(desk.words("home.alert_day", day=day_long(worst, language), share=least))
    if today in plan.week.days:
        told += _away_on(plan, absences, language, today)
    away = {a.agent for a in absences if a.first <= plan.week.days[-1] and a.last >= plan.week.monday}
    if away:
        names = [agent.name or agent.id for agent in plan.centre.team.agents if agent.id in away]
        told.append(desk.words("home.alert_away", count=len(away), names=_listed(names)))
    noted = {a.agent for a in set(absences) - set(plan.centre.team.absences)}
    table = plan.verification.hours[~plan.verification.hours["agent"].isin(noted)]
    owed = (table["hours_owed"] - table["hours_paid"]).clip(lower=0)
    few = owed[owed > 2.0]
    if len(few):
        told.append(desk.words("home.alert_owed", count=len(few), hours=hours(float(few.sum()), language, 0)))
    return tuple(told)


def _away_on(plan: Plan, absences: tuple[Absence, ...], language: str, day: dt.date) -> list[str]:
    """Who is away that day, with the hours where it is not all of it; nothing when everybody is there."""
    spans = {a.agent: a.span_min(day) for a in absences if a.covers(day)}
    names = []
    for agent in plan.centre.team.agents:
        if agent.id in spans:
            low, high = (clock(minute) for minute in spans[agent.id])
            kind = {(True, False): "from", (False, True): "until", (True, True): "between"}.get(
                (spans[agent.id][0] > 0, spans[agent.id][1] < DAY_MIN), "all_day"
            )
            name = agent.name or agent.id
            names.append(desk.words(f"home.away_{kind}", name=name, low=low, high=high))
    told = desk.words("home.alert_today", count=len(names), day=day_long(day, language), names=_listed(names))
    return [told] if names else []


def _listed(names: list[str]) -> str:
    return ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


@st.fragment
@telling
def show_weeks(plan: Plan) -> None:
    """One line a week from the one on the desk on, and a run for the first that has no plan."""
    speak = desk.language()
    st.header(desk.words("home.weeks"))
    weeks = [plan.week.plus(i) for i in range(WEEKS)]
    kept = {week: [p for p in desk.saved_plans() if p.week == str(week)] for week in weeks}
    table = pd.DataFrame([_health(week, kept[week], plan) for week in weeks])
    table.columns = [desk.words(f"home.health_{name}") for name in table.columns]
    formulas = {desk.words(f"home.health_{name}"): name for name in ("met", "short", "breaches")}
    show_table(table, alt=desk.words("home.weeks"), formulas=formulas)
    bare = [week for week in weeks if not kept[week]]
    if not bare or desk.running() is not None or desk.beside() is not None:
        return
    draft = desk.draft_before(bare[0], desk.centre())
    if draft is not None:
        told = week_text(Week.parse(draft.week), speak)
        st.caption(desk.words("store.draft_before", id=draft.id, week=told))
    if st.button(desk.words("home.plan_next", week=week_text(bare[0], speak))):
        desk.start(bare[0], seconds=RUN_SECONDS)
        st.rerun(scope="app")


def _health(week: Week, kept: list[Saved], shown: Plan) -> dict[str, str]:
    """How a week stands, in words; dashes for one without a plan. Of several plans the one on the desk, else the one
    that people were given, else the newest; another that matters is named beside it."""
    speak = desk.language()
    names = ("week", "state", "met", "short", "breaches")
    here = [p for p in kept if p.id == desk.plan_id()]
    given = [p for p in kept if p.state == "published"]
    saved = next(iter([*here, *given, *kept]), None)
    plan = shown if week == shown.week else None if saved is None else desk.plan(saved.id)
    if plan is None:
        return dict(zip(names, (week_text(week, speak), desk.words("home.unplanned"), "–", "–", "–"), strict=True))
    found = plan.verification
    state = desk.words(f"week.state_{saved.state}") if saved else desk.words("home.running")
    newer = [p for p in kept if saved is not None and p.id > saved.id and p.state != "archived"]
    for other in [p for p in [*given, *newer] if p is not saved][:1]:
        beside = desk.words(f"week.state_{other.state}")
        state = desk.words("home.health_beside", state=state, other=beside, id=other.id)
    figures = (
        covered(found.demand_met, speak),
        hours(found.shortage_hours, speak),
        number(len(found.breaches), speak),
    )
    return dict(zip(names, (week_text(week, speak), state, *figures), strict=True))
