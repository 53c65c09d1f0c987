"""Changing a week: run the engine, ask why an interval is short, change one agent's day, repair after an absence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from forecasts.grid import DAY_MIN, Week
from staffing.plan import WEEKS_AHEAD, Plan, week_after
from staffing.rostering.changes import Change
from staffing.rostering.explain import Explanation, why_short
from staffing.rostering.replan import Repair, replan
from staffing.rostering.team import WHOLE_DAY, Absence
from staffing.screens import desk
from staffing.screens.agent_day import keep_edits, show_breach_table
from staffing.screens.changed import show_changes
from staffing.screens.data import cells_of, keep_table
from staffing.screens.guarded import telling
from staffing.screens.tiles import queue_label
from staffing.store.edits import Held, Key, edits_towards
from staffing.words.speech import clock, day_short, hours, number, pointed, week_brief

SECONDS = (10, 30, 60, 300, 900)
HOURS_AWAY = ("all_day", "from", "until")


@st.fragment
@telling
def show_solve(week: Week) -> None:
    """Which week, for how long: the run goes on in its own process, made ready while one chooses."""
    panel = st.popover(desk.words("week.solve"), width="stretch", key="solve", on_change="rerun")
    with panel:
        ahead = week_after(desk.centre())
        weeks = {str(w): w for w in (week, *(ahead.plus(i) for i in range(-1, WEEKS_AHEAD)))}
        asked = st.selectbox(
            desk.words("week.solve_week"), sorted(weeks), sorted(weeks).index(str(week)),
            format_func=lambda text: week_brief(weeks[text], desk.language()),
        )  # fmt: skip
        seconds = st.select_slider(desk.words("week.solve_seconds"), SECONDS, value=30)
        seed = st.number_input(desk.words("week.solve_seed"), 0, 10_000, 1, help=desk.words("week.solve_seed_help"))
        if panel.open:
            desk.make_ready(weeks[asked])
        if st.button(desk.words("week.solve_go"), type="primary"):
            desk.start(weeks[asked], seconds=float(seconds), seed=int(seed))
            st.rerun()


def show_why(plan: Plan) -> None:
    """Why an interval is short, in words, the cheapest lawful changes first."""
    speak = desk.language()
    rows = plan.verification.coverage
    worst = rows.sort_values("shortage", ascending=False).head(12)
    worst = worst[worst["shortage"] > 0.05]
    if worst.empty:
        st.text(desk.words("week.none_short"))
        return
    options = list(zip(worst["queue"], worst["start"], worst["shortage"], strict=True))
    at = st.selectbox(
        desk.words("week.why_when"), range(len(options)),
        format_func=lambda i: (
            f"{day_short(options[i][1].date(), speak)} {options[i][1]:%H:%M} · "
            f"{queue_label(plan, options[i][0])} · −{number(options[i][2], speak, 1)}"
        ),
    )  # fmt: skip
    queue, moment, _ = options[at]
    lines = _why(plan, queue, moment)
    for line in lines:
        st.text(line)
    if any("€" in line for line in lines):
        st.caption(desk.words("week.why_amounts"))


def _why(plan: Plan, queue: str, moment: pd.Timestamp) -> list[str]:
    speak = desk.language()

    def told() -> list[str]:
        found = labelled(why_short(desk.reading(plan), queue, moment), plan)
        return [pointed(line, speak).replace("….", "…") for line in found.sentences(speak)]

    return desk.kept(plan, ("why", queue, moment.isoformat(), speak), told)


def labelled_change(change: Change, plan: Plan) -> Change:
    """The change with every queue by the name people say."""
    names = {q.name: q.label or q.name for q in plan.centre.queues}
    return replace(change, queue=names.get(change.queue, change.queue), detail=names.get(change.detail, change.detail))


def labelled(found: Explanation, plan: Plan) -> Explanation:
    """The explanation with every queue by the name people say."""
    names = {q.name: q.label or q.name for q in plan.centre.queues}
    return replace(
        found, queue=names.get(found.queue, found.queue),
        changes=tuple(labelled_change(c, plan) for c in found.changes),
        means=tuple(labelled_change(c, plan) for c in found.means),
        whereabouts=tuple(replace(w, detail=names.get(w.detail, w.detail)) for w in found.whereabouts),
    )  # fmt: skip


def show_breaches(plan: Plan) -> None:
    """Each broken rule, when there are any."""
    if plan.verification.breaches:
        show_breach_table(plan.verification.breaches, plan.centre)


@dataclass(frozen=True)
class Asked:
    """A repair shown and not kept yet: of which plan, for whose absence, on which revisions of its shifts."""

    plan: int
    agent: str
    repair: Repair
    held: Mapping[Key, Held]


def show_absence(plan: Plan) -> None:
    """Somebody is away: the fewest, cheapest lawful changes that make up for it, shown before they are kept."""
    speak, id = desk.language(), desk.plan_id()
    if id is None or desk.running() is not None:
        st.text(desk.words("week.edit_later"))
        return
    st.text(desk.words("week.absence_intro"))
    names = {a.id: a.name for a in plan.centre.team.agents}
    one, two, three = st.columns([2, 1, 1], vertical_alignment="bottom")
    agent = one.selectbox(desk.words("week.agent"), list(names), format_func=lambda a: names[a], key="absent_agent")
    now = _now(plan)
    first = two.selectbox(
        desk.words("week.absence_first"), [d for d in plan.week.days if now is None or d >= now.date()],
        format_func=lambda d: day_short(d, speak), key="absent_day",
    )  # fmt: skip
    last = three.selectbox(
        desk.words("week.absence_last"), [d for d in plan.week.days if d >= first], key="absent_last",
        format_func=lambda d: day_short(d, speak),
    )  # fmt: skip
    hours_away, asked = _asked_hours(now)
    if asked:
        noted = desk.centre().team.absences  # who is noted away and still stands in the roster is made up for as well
        stands = desk.plan(id) or plan  # somebody else may have changed it since this was drawn
        absences = (*_others(noted, agent, first, last), Absence(agent, first, last, None, *hours_away))
        with st.spinner(desk.words("week.absence_looking")):
            repair = replan(stands.roster, stands.requirement, stands.centre, absences=absences, now=now, told=True)
        st.session_state["repair"] = Asked(id, agent, repair, desk.held(id))
    known: Asked | None = st.session_state.get("repair")
    if known is not None and known.plan == id:
        _told_repair(plan, known)


def _asked_hours(now: pd.Timestamp | None) -> tuple[tuple[int, int], bool]:
    """Between which minutes of the first and of the last day, and whether the button was pressed."""
    one, two, three = st.columns([2, 1, 1], vertical_alignment="bottom")
    kind = one.segmented_control(
        desk.words("week.absence_hours"), HOURS_AWAY, default=HOURS_AWAY[0], required=True, key="absent_hours",
        format_func=lambda name: desk.words(f"week.absence_{name}"),
    )  # fmt: skip
    low, high = WHOLE_DAY
    if kind != HOURS_AWAY[0]:
        usual = dt.time(12) if kind == "until" or now is None else now.floor("15min").time()
        at = two.time_input(desk.words("week.absence_at"), usual, step=900, key=f"absent_{kind}")
        low, high = (low, _minute(at)) if kind == "until" else (_minute(at), high)
    asked = three.button(desk.words("week.absence_ask"), type="primary", width="stretch", disabled=low == high)
    return (low, high), asked


def _minute(at: dt.time) -> int:
    return 60 * at.hour + at.minute


def _others(noted: Sequence[Absence], agent: str, first: dt.date, last: dt.date) -> Iterator[Absence]:
    """Those noted, without hours of one day that are asked about anew."""
    return (a for a in noted if not (a.agent == agent and a.first == a.last and first <= a.first <= last))


def _now(plan: Plan) -> pd.Timestamp | None:
    """The minute it is, by the centre's clock, when the plan's week runs: what is past of it stands."""
    now = pd.Timestamp(desk.database().clock()).tz_convert(plan.roster.grid.tz).floor("min")
    return now if now.date() in plan.week.days else None


def _told_repair(plan: Plan, asked: Asked) -> None:
    """What the absence costs, who would change and how, and the button that keeps it, unless somebody changed one of
    these days since."""
    speak, agent, repair = desk.language(), asked.agent, asked.repair
    says = desk.words(
        "week.absence_says", name=plan.centre.team.agent(agent).name, touched=len(repair.touched),
        absent=hours(repair.short_absent, speak), after=hours(repair.short_after, speak),
        before=hours(repair.short_before, speak),
    )  # fmt: skip
    st.text(says if repair.days else desk.words("why.repair_nothing"))
    if repair.days:
        show_changes(repair.days, replace(plan, centre=repair.centre), alt=says)
    offers = tuple(replace(offer, change=labelled_change(offer.change, plan)) for offer in repair.offers)
    for line in replace(repair, offers=offers).more(speak):
        st.text(pointed(line, speak))
    if late := repair.notices(desk.database().clock().date()):
        names = dict.fromkeys(plan.centre.team.agent(notice.agent).name for notice in late)
        st.caption(
            desk.words(
                "week.absence_late", names=desk.unmarked(", ".join(names)), owed=late[0].owed, article=late[0].article
            )
        )
    if st.button(desk.words("week.absence_keep"), key="absence_keep"):
        st.session_state.pop("repair")
        new = _unnoted(repair.absences)
        with st.spinner(desk.words("week.absence_keeping")):
            kept = keep_edits(asked.plan, edits_towards(repair.roster, asked.held), noted=new, rerun=False)
            if kept:
                _note(new)
                desk.plan(asked.plan)  # read under the eyes of who waits
        if kept:
            st.rerun(scope="app")


def _unnoted(absences: Sequence[Absence]) -> list[Absence]:
    """But for what is noted already of these days."""

    def holds(known: Absence, new: Absence) -> bool:
        if known.agent != new.agent or not known.covers(new.first):
            return False
        (low, high), (first, last) = known.span_min(new.first), new.span_min(new.first)
        return known.first != known.last or (low <= first and last <= high)

    known = desk.centre().team.absences
    return [a for a in absences if not any(holds(k, a) for k in known)]


def _note(absences: Sequence[Absence]) -> None:
    """Into the centre's folder; with hours of the same day that are noted there they are one row."""
    days = {(a.agent, a.first): a for a in absences}
    cells = cells_of(desk.folder(), "absences.csv")
    for k in desk.centre().team.absences:
        if k.first == k.last and (a := days.get((k.agent, k.first))) is not None:
            low, high = min(a.from_min, k.from_min), max(a.until_min, k.until_min)
            days[k.agent, k.first] = replace(
                a, credit_h=(a.credit_h or 0.0) + (k.credit_h or 0.0), from_min=low, until_min=high
            )
            mine = (cells["agent"] == k.agent) & (cells["first"] == k.first.isoformat())
            cells = cells[~mine]
    if days:
        table = pd.concat([cells, pd.DataFrame([_row(a) for a in days.values()])], ignore_index=True)
        keep_table(desk.folder(), "absences.csv", table)


def _row(a: Absence) -> dict[str, str]:
    """A row of ``absences.csv``."""
    return {
        "agent": a.agent, "first": a.first.isoformat(), "last": a.last.isoformat(), "credit_h": f"{a.credit_h or 0:g}",
        "from_time": clock(a.from_min) if a.from_min else "",
        "until_time": clock(a.until_min) if a.until_min < DAY_MIN else "",
    }  # fmt: skip
