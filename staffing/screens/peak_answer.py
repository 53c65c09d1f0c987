"""What a comparison found: answers side by side, through the peak, what levers cost and give, who is affected."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from staffing.peak import AS_IS, HELPED, KEPT, PeakAnswer, Side, answer_back
from staffing.plan import Plan
from staffing.scenarios.scenario_words import scenario_name
from staffing.screens import desk
from staffing.screens.guarded import telling
from staffing.screens.plots.frontier import frontier_figure
from staffing.screens.plots.peak import capacity_figure
from staffing.screens.shown import rounded, show_chart
from staffing.screens.tiles import queue_label
from staffing.store.jobs import FAILED, LOST
from staffing.words.speech import day_short, euros, hours, number, percent

NAMED = 60
PHASES = ("as_is", "kept", "anew", "helped")
FIGURES = (
    "people", "hours", "eur", "levers_eur", "need", "short", "service", "promise", "breaches", "affected",
)  # fmt: skip


@st.fragment(run_every=1.0)
@telling
def _waiting(id: int) -> None:
    """Which step the process is at; the page is drawn anew at its end."""
    job = desk.jobs().read(id)
    if job.over:
        st.rerun()
    phase = (job.phase or "").partition(" ")[2]
    step = PHASES.index(phase) if phase in PHASES else 0
    with st.container(border=True):
        st.text(
            desk.words(
                f"peaks.step_{PHASES[step]}", step=step + 1, total=len(PHASES),
                seconds=number(job.seconds, desk.language()),
            )
        )  # fmt: skip
        if st.button(desk.words("peaks.stop"), key=f"stop_{id}", disabled=job.cancel):
            desk.jobs().stop(id)


def show_answer(plan: Plan, id: int, *, called: str = "") -> None:
    """The run's state, or its answer; the peak by what it is called now, where that is told."""
    job = desk.jobs().read(id)
    if not job.over:
        _waiting(id)
        return
    if job.status not in (FAILED, LOST) and not job.told:
        st.info(desk.words("peaks.stopped_early"))
        return
    if job.status in (FAILED, LOST):
        st.error(desk.words("runs.lost" if job.status == LOST else "runs.failed"))
        st.text(job.told)
        return
    found = answer_back(json.loads(job.told))
    st.text(desk.words("peaks.answers", name=scenario_name(called or found.scenario, desk.language())))
    st.dataframe(side_table(found), hide_index=True, alt=desk.words("peaks.answers_title"))
    st.dataframe(service_table(plan, found), hide_index=True, alt=desk.words("peaks.service_says"))
    st.caption(desk.words("peaks.service_says"))
    show_through(plan, found)
    show_frontier(found)
    show_affected(plan, found)


def side_table(found: PeakAnswer) -> pd.DataFrame:
    """One line a figure, one column an answer."""
    speak = desk.language()
    table = {desk.words("peaks.figure"): [desk.words(f"peaks.row_{name}") for name in FIGURES]}
    for side in found.sides:
        told = (
            number(side.agents, speak), hours(side.hours_paid, speak, 0), euros(side.eur, speak),
            euros(side.levers_eur, speak), hours(side.required_hours, speak, 0), hours(side.shortage_hours, speak, 0),
            percent(side.service, speak, 1), percent(side.p_target, speak), number(side.breaches, speak),
            number(len(side.affected), speak),
        )  # fmt: skip
        table[_title(side)] = list(told)
    table[desk.words("formulas.head")] = [desk.words(f"formulas.{name}") for name in FIGURES]
    return pd.DataFrame(table)


def service_table(plan: Plan, found: PeakAnswer) -> pd.DataFrame:
    """Service of each queue with its interval, one column an answer."""
    speak = desk.language()
    queues = plan.requirement.queues
    table = {desk.words("peaks.row_queue"): [queue_label(plan, q) for q in queues]}
    for side in found.sides:
        known = {q: tuple(percent(share, speak) for share in shares[:3]) for q, *shares in side.queues}
        told = {q: f"{expected} ({low} – {high})" for q, (expected, low, high) in known.items()}
        table[_title(side)] = [told.get(q, "–") for q in queues]
    return pd.DataFrame(table)


def show_through(plan: Plan, found: PeakAnswer) -> None:
    """Demand against each capacity through the peak."""
    starts = pd.to_datetime(pd.Series(found.starts), utc=True).dt.tz_convert(plan.roster.grid.tz)
    table = pd.DataFrame({"start": starts, "expected": found.expected, "required": found.required})
    if found.eased:
        table["eased"] = found.eased
    for side in found.sides:
        if side.name != AS_IS:
            table[side.name] = side.scheduled
    days = sorted(set(table["start"].dt.date))
    kept = next((side.short for side in found.sides if side.name == KEPT and side.short), (0.0,) * len(table))
    short = pd.Series(kept).groupby(table["start"].dt.date).sum()
    day = st.segmented_control(
        desk.words("week.day"), days, default=short.idxmax(), key="peak_day", required=True,
        format_func=lambda d: day_short(d, desk.language()),
    )  # fmt: skip
    table = table[table["start"].dt.date == day].reset_index(drop=True)
    figures = rounded(table, 2)
    show_chart(
        capacity_figure(table, desk.language()), key="through", sentence=desk.words("peaks.through_says"), table=figures
    )


def show_frontier(found: PeakAnswer) -> None:
    """What each euro of levers buys, and the mix shown."""
    if not found.frontier:
        return
    speak = desk.language()
    st.subheader(desk.words("peaks.frontier"))
    shown = next((s for s in found.sides if s.name == HELPED), None)
    at = 0.0 if shown is None else shown.levers_eur
    says = desk.words(
        "peaks.frontier_says" if found.reached else "peaks.frontier_short", eur=euros(at, speak),
        chance=percent(0.0 if shown is None else shown.p_target, speak),
    )  # fmt: skip
    table = pd.DataFrame(found.frontier, columns=["eur", "service", "p_target", "offers"])
    show_chart(frontier_figure(table, speak), key="frontier", sentence=says, table=table.round(3))
    if found.needless:
        names = sorted({desk.words(f"peaks.lever_{lever}") for lever, _, _ in found.needless})
        spared = euros(sum(eur for _, _, eur in found.needless), speak)
        st.text(desk.words("peaks.needless", used=", ".join(names), eur=spared))


def called(plan: Plan) -> dict[str, str]:
    """Agents, queues and channels by the names people say."""
    told = {c.name: c.label or c.name for c in plan.centre.channels}
    told |= {q.name: q.label or q.name for q in plan.centre.queues}
    return told | {a.id: a.name for a in plan.centre.team.agents}


def hired(id: str, names: Mapping[str, str]) -> str:
    """Somebody of the team, a queue or a channel by name; temporary staff by their queue and number."""
    kind, _, rest = id.partition("-")
    queue, _, number = rest.rpartition("-")
    if id not in names and kind == "temporary" and queue in names:
        return f"{desk.words('peaks.lever_temporary_staff')} {number} ({names[queue]})"
    return names.get(id, id)


def show_affected(plan: Plan, found: PeakAnswer) -> None:
    """Who would have another week, and what each lever asks of whom."""
    st.subheader(desk.words("peaks.affected"))
    names = called(plan)
    for side in found.sides:
        if side.affected:
            told = ", ".join(hired(a, names) for a in side.affected[:NAMED])
            told += "…" if len(side.affected) > NAMED else ""
            st.text(f"{_title(side)} ({len(side.affected)}) · {told}")
    asked: dict[tuple[str, str], list[float]] = {}
    for lever, subject, eur in found.offers:
        asked.setdefault((lever, subject), []).append(eur)
    rows = [
        (desk.words(f"peaks.lever_{lever}"), hired(subject, names), str(len(each)), euros(sum(each), desk.language()))
        for (lever, subject), each in sorted(asked.items())
    ]
    if rows:
        heads = [desk.words(f"peaks.offer_{h}") for h in ("lever", "subject", "times", "eur")]
        st.dataframe(pd.DataFrame(rows, columns=heads), hide_index=True, alt=desk.words("peaks.affected"))


def _title(side: Side) -> str:
    return desk.words(f"peaks.side_{side.name}")
