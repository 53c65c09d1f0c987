"""What a planner types becomes a shift, and what it would do is told before it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from staffing.files.roster_text import AgentDay, Piece, agent_days, frame_of
from staffing.gate.read import read_centre
from staffing.plan import Plan
from staffing.rostering.changes import Reading
from staffing.rostering.closed import closed_work
from staffing.rostering.replan import replan
from staffing.rostering.roster import MEAL
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from staffing.screens import desk
from staffing.screens.effects import effect_of
from staffing.screens.shift_codes import codes, form_text, span_text, typed
from staffing.store.database import open_database, system_clock
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.plans import load_plan
from staffing.store.publication import log_of, versions
from staffing.words import say
from tests.screens.planned import planned_home


def days_of(plan: Plan) -> dict[tuple[str, dt.date], AgentDay]:
    return {(d.agent, d.day): d for d in agent_days(plan.roster.frame)}


def test_the_code_of_a_shift_gives_its_hours_on_any_day(at_home: Plan) -> None:
    known = codes(days_of(at_home).values())
    agent, day = at_home.centre.team.agents[0], at_home.week.days[2]
    for code in known.values():
        made = typed(code.code.lower(), agent, day, at_home.centre, like=None, known=known)
        assert form_text(made) == code.text
        assert {p.start.date() for p in made} == {day}
        assert {p.activity for p in made} <= {"accueil", "meal", "break"}


def test_hours_typed_keep_the_meal_and_nothing_typed_is_a_day_off(at_home: Plan) -> None:
    shift = next(d for d in days_of(at_home).values() if any(p.activity == MEAL for p in d.pieces))
    agent, centre = at_home.centre.team.agent(shift.agent), at_home.centre
    first, last = span_text(shift.pieces).split("–")
    earlier = f"{first}-{int(last[:2]) - 1:02d}{last[2:]}"
    made = typed(earlier, agent, shift.day, centre, like=shift, known={})
    assert [p for p in made if p.activity == MEAL] == [p for p in shift.pieces if p.activity == MEAL]
    assert span_text(made) == earlier.replace("-", "–")
    for off in (" ", "repos", "off"):
        assert typed(off, agent, shift.day, centre, like=shift, known={}) == ()
    with pytest.raises(ValueError, match="written like"):
        typed("early", agent, shift.day, centre, like=shift, known={})


def test_a_meal_that_moves_with_the_hours_typed_lies_where_it_is_lawful(at_home: Plan) -> None:
    """It moved with the start of the shift: from 11:00 to 18:00 it lay at 14:30, eight to half past four at 10:30."""
    reading = Reading(at_home.roster, at_home.requirement, at_home.centre)
    for (id, day), shift in list(days_of(at_home).items())[:30]:
        agent, first, last = at_home.centre.team.agent(id), shift.pieces[0].start, shift.pieces[-1].end
        for hour in (8, 9, 10, 11):
            end = first.normalize() + pd.Timedelta(hours=hour) + (last - first)
            if end.hour > 19:
                continue
            made = typed(f"{hour:02d}:00-{end:%H:%M}", agent, day, at_home.centre, like=shift, known={})
            found = effect_of(reading, {(id, day): made}).breaches
            assert not {"meal_time", "meal_apart", "screen_work"} & {breach.rule for breach in found}, (id, hour)
            assert (made[0].start.hour, made[-1].end) == (hour, end)
    alone = typed("09:00-17:30", agent, day, at_home.centre, like=None, known={})
    assert MEAL in {piece.activity for piece in alone}, "a shift that is like no other has its meal too"


def test_the_effect_told_is_what_the_verification_finds_afterwards(at_home: Plan) -> None:
    days = days_of(at_home)
    off, long = list(days.values())[:2]
    end = typed("07:00-21:00", at_home.centre.team.agent(long.agent), long.day, at_home.centre, like=long, known={})
    asked = {(off.agent, off.day): (), (long.agent, long.day): end}
    told = effect_of(Reading(at_home.roster, at_home.requirement, at_home.centre), asked)
    left = [AgentDay(a, d, asked.get((a, d), day.pieces)) for (a, d), day in days.items()]
    frame = frame_of([day for day in left if day.pieces], at_home.roster.grid)
    found = verify(replace(at_home.roster, frame=frame, proof=None), at_home.requirement, at_home.centre)
    assert set(told.breaches) == set(found.breaches) - set(at_home.verification.breaches)
    assert told.breaches, "fourteen hours are too many"
    stood = set(closed_work(at_home.roster.frame, at_home.centre))
    assert set(told.closed) == set(closed_work(frame, at_home.centre)) - stood != set()
    assert told.less_h == pytest.approx(at_home.verification.shortage_hours - found.shortage_hours)


def draw_absence() -> None:
    from staffing.screens import desk
    from staffing.screens.changing import show_absence

    plan = desk.plan()
    assert plan is not None
    show_absence(plan)


def pressed(app: AppTest, key: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == say(key, "en")]
    button.click().run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def own_week(home: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """The small sample's week, planned in a home of its own that the screens look into."""
    monkeypatch.setenv("AFFLUENCE_HOME", str(home))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    return planned_home(home, "small")


def drawn(script: Callable[[], None]) -> AppTest:
    """What ``script`` draws of that week."""
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "sample-small"
    return app.run()


def test_an_absence_made_up_for_is_noted_and_nobody_absent_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    monday = plan.week.monday
    there = [d.agent for d in days_of(plan).values() if d.day == monday]
    first = there[0]
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(first).run()
    shown = pressed(app, "week.absence_ask").dataframe[0].value
    name = plan.centre.team.agent(first).name
    assert list(shown[shown["Agent"] == name][say("publishing.after", "en")]) == [say("week.absent", "en")]
    pressed(app, "week.absence_keep")
    noted = pd.read_csv(tmp_path / "centres" / "sample-small" / "absences.csv", dtype=str).iloc[-1]
    assert (noted["agent"], noted["first"], noted["last"]) == (first, str(monday), str(monday))
    kept = load_plan(open_database(tmp_path / "affluence.sqlite"), 1)
    assert (first, monday) not in days_of(kept)

    def asked(absent: str) -> tuple[str, ...]:
        gone = (Absence(absent, monday, monday),)
        return replan(kept.roster, kept.requirement, kept.centre, absences=gone).touched

    app.selectbox(key="absent_agent").set_value(next((a for a in there[1:] if first in asked(a)), there[1])).run()
    again = pressed(app, "week.absence_ask").dataframe[0].value
    assert name not in set(again["Agent"])


def monday_at(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screens' clock on the Monday of the samples' week."""
    at = dt.datetime.fromisoformat(f"2026-11-30T{clock}+01:00") - system_clock()
    monkeypatch.setattr(desk, "open_database", partial(open_database, clock=lambda: system_clock() + at))


def test_who_did_not_come_on_monday_morning_worked_no_minute_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At two past eight the roster said of who was ill that they worked from eight to two past."""
    plan = own_week(tmp_path, monkeypatch)
    monday_at("11:02", monkeypatch)
    first = next(d for d in days_of(plan).values() if d.day == plan.week.monday)
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(first.agent).run()
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    noted = pd.read_csv(tmp_path / "centres" / "sample-small" / "absences.csv", dtype=str).iloc[-1]
    paid = sum((p.end - p.start).total_seconds() / 3600 for p in first.pieces if p.activity != MEAL)
    assert float(noted["credit_h"]) == pytest.approx(paid) and "from_time" not in noted
    kept = load_plan(open_database(tmp_path / "affluence.sqlite"), 1)
    assert (first.agent, plan.week.monday) not in days_of(kept)


def test_who_comes_at_noon_is_away_until_then_and_may_be_away_longer_after_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    monday_at("08:02", monkeypatch)
    monday, database = plan.week.monday, open_database(tmp_path / "affluence.sqlite")
    first = next(d for d in days_of(plan).values() if d.day == monday and d.pieces[0].start.hour < 11)
    folder = tmp_path / "centres" / "sample-small"
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(first.agent).run()
    app.segmented_control(key="absent_hours").set_value("until").run()
    assert app.time_input(key="absent_until").value == dt.time(12)
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    (away,) = read_centre(folder).team.absences
    assert (away.agent, away.first, away.last, away.span_min(monday)) == (first.agent, monday, monday, (0, 720))
    left = days_of(load_plan(database, 1, away=(away,)))[first.agent, monday].pieces
    assert left[0].start >= plan.roster.grid.at(monday, 720) and left[-1].end == first.pieces[-1].end
    app.segmented_control(key="absent_hours").set_value("all_day").run()
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    (whole,) = read_centre(folder).team.absences
    assert whole.whole(monday)
    paid = sum((p.end - p.start).total_seconds() / 3600 for p in first.pieces if p.activity != MEAL)
    assert whole.credit_h == pytest.approx(paid)
    assert (first.agent, monday) not in days_of(load_plan(database, 1))


def draw_tools() -> None:
    import streamlit as st

    from staffing.screens import desk
    from staffing.screens.changing import show_absence
    from staffing.screens.undoing import show_undo, tell_undone

    plan = desk.plan()
    assert plan is not None
    show_undo(plan, st.container())
    tell_undone(plan)
    show_absence(plan)


def test_a_repair_kept_is_undone_by_one_button_with_its_absence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There was no way back from a change once it was kept."""
    plan = own_week(tmp_path, monkeypatch)
    monday, database = plan.week.monday, open_database(tmp_path / "affluence.sqlite")
    first = next(d.agent for d in days_of(plan).values() if d.day == monday)
    away = tmp_path / "centres" / "sample-small" / "absences.csv"
    assert not away.exists()
    app = drawn(draw_tools)
    assert say("week.undo", "en") not in [button.label for button in app.button], "nothing was kept yet"
    app.selectbox(key="absent_agent").set_value(first).run()
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    assert first in set(pd.read_csv(away, dtype=str)["agent"])
    name = plan.centre.team.agent(first).name
    assert desk.unmarked(name) in str(next(b for b in app.button if b.key == "undo").help)
    app = pressed(app, "week.undo")
    assert days_of(load_plan(database, 1)) == days_of(plan)
    assert not away.exists(), "nobody is noted away any more"
    assert any(text.value.startswith(f"The absence of {name}") for text in app.text)
    table = next(f.value for f in app.dataframe if say("publishing.after", "en") in f.value)
    assert name in set(table["Agent"]) and app.success
    assert say("week.undo", "en") not in [button.label for button in app.button]


def test_undo_tells_who_kept_another_change_meanwhile_and_leaves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    database = open_database(tmp_path / "affluence.sqlite")
    held = working_copy(database, 1)
    one, two = sorted(key for key in held if held[key].pieces)[:2]
    edit_days(database, 1, [DayEdit(*one, (), held[one].revision)])
    app = drawn(draw_tools)
    edit_days(database, 1, [DayEdit(*two, (), held[two].revision)])
    monkeypatch.setattr(desk, "last_kept", lambda seen=desk.last_kept: replace(seen(), mark=0))
    app = pressed(app, "week.undo")
    assert any("kept by this desk" in warning.value for warning in app.warning)
    assert not {one, two} & days_of(load_plan(database, 1)).keys()
    assert plan.roster.proof is not None


def test_a_day_locked_stays_locked_at_the_hours_that_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = own_week(tmp_path, monkeypatch)
    database = open_database(tmp_path / "affluence.sqlite")
    held = working_copy(database, 1)
    key = min(key for key in held if len(held[key].pieces) > 1)
    shorter = held[key].pieces[:-1]
    edit_days(database, 1, [DayEdit(*key, shorter, held[key].revision)])
    rows = [f"{key[0]},{p.start.isoformat()},{p.end.isoformat()},{p.activity}" for p in shorter]
    lock = tmp_path / "centres" / "sample-small" / "locked.csv"
    lock.write_text("\n".join(["agent,start,end,activity", *rows, ""]))
    pressed(drawn(draw_tools), "week.undo")
    assert pd.read_csv(lock)["end"].max() == plan_end(plan, key)


def plan_end(plan: Plan, key: tuple[str, dt.date]) -> str:
    return str(days_of(plan)[key].pieces[-1].end.isoformat())


def test_who_is_noted_away_on_the_data_page_is_made_up_for_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    monday = plan.week.monday
    one, two = [d.agent for d in days_of(plan).values() if d.day == monday][:2]
    away = tmp_path / "centres" / "sample-small" / "absences.csv"
    stood = away.read_text() if away.exists() else "agent,first,last\n"
    away.write_text(stood + f"{one},{monday},{monday}" + "," * (stood.splitlines()[0].count(",") - 2) + "\n")
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(two).run()
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    kept = load_plan(open_database(tmp_path / "affluence.sqlite"), 1, away=read_centre(away.parent).team.absences)
    assert not {(one, monday), (two, monday)} & days_of(kept).keys()
    assert not set(kept.verification.breaches) - set(plan.verification.breaches)
    lost = {d.agent for d in days_of(plan).values() if d.day == monday} & {one, two}
    before, after = (p.verification.hours.set_index("agent").loc[sorted(lost)] for p in (plan, kept))
    fell = before["hours_owed"] - after["hours_owed"]
    pd.testing.assert_series_equal(fell, before["hours_paid"] - after["hours_paid"], check_names=False)


def test_a_repair_shown_undoes_nothing_that_somebody_keeps_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody frees a day at the end of the week while the repair of Monday is read."""
    plan = own_week(tmp_path, monkeypatch)
    monday = plan.week.monday
    there = [d.agent for d in days_of(plan).values() if d.day == monday]
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(there[0]).run()
    pressed(app, "week.absence_ask")
    database = open_database(tmp_path / "affluence.sqlite")
    held = working_copy(database, 1)
    other = max((key for key in held if key[0] != there[0]), key=lambda key: key[1])
    edit_days(database, 1, [DayEdit(*other, (), held[other].revision)])
    pressed(app, "week.absence_keep")
    now = working_copy(database, 1)
    assert not now[other].pieces, "what somebody else freed came back"
    assert not now[there[0], monday].pieces, "the repair was not kept though it touches none of it"


def test_a_repair_shown_does_not_override_somebody_elses_change_of_the_same_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    monday = plan.week.monday
    agent = next(d.agent for d in days_of(plan).values() if d.day == monday)
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(agent).run()
    pressed(app, "week.absence_ask")
    database = open_database(tmp_path / "affluence.sqlite")
    held = working_copy(database, 1)
    edit_days(database, 1, [DayEdit(agent, monday, held[agent, monday].pieces[:1], held[agent, monday].revision)])
    app = pressed(app, "week.absence_keep")
    name = desk.unmarked(plan.centre.team.agent(agent).name)
    assert any(warning.value.startswith(name) and "Theirs" in warning.value for warning in app.warning)
    assert working_copy(database, 1)[agent, monday].pieces == held[agent, monday].pieces[:1]
    noted = tmp_path / "centres" / "sample-small" / "absences.csv"
    assert not noted.exists() or str(monday) not in noted.read_text()


def test_who_falls_ill_on_a_day_off_is_said_to_cost_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was a table with the one word "empty", in English, under the button."""
    plan = own_week(tmp_path, monkeypatch)
    worked = days_of(plan)
    agent, day = next((a.id, d) for a in plan.centre.team.agents for d in plan.week.days if (a.id, d) not in worked)
    app = drawn(draw_absence)
    app.selectbox(key="absent_agent").set_value(agent)
    app.selectbox(key="absent_day").set_value(day).run()
    app = pressed(app, "week.absence_ask")
    assert not app.dataframe
    assert say("why.repair_nothing", "en") in {text.value for text in app.text}
    pressed(app, "week.absence_keep")
    away = read_centre(tmp_path / "centres" / "sample-small").team.absences
    assert (agent, day) in {(a.agent, a.first) for a in away}


def draw_a_day_off() -> None:
    import streamlit as st

    from staffing.screens import desk
    from staffing.screens.agent_day import edit_day

    plan = desk.plan()
    assert plan is not None
    worked = set(desk.held(1))
    agent, day = next((a.id, d) for a in plan.centre.team.agents for d in plan.week.days if (a.id, d) not in worked)
    st.dialog("day")(edit_day)(plan, agent, day)


def test_a_day_off_offers_no_lock_that_would_do_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_week(tmp_path, monkeypatch)
    app = drawn(draw_a_day_off)
    assert not app.exception
    assert app.checkbox[0].disabled
    assert say("week.lock_off", "en") in {caption.value for caption in app.caption}


def draw_absence_at_ten() -> None:
    import datetime as dt

    from staffing.screens import desk
    from staffing.screens.changing import show_absence

    plan = desk.plan()
    assert plan is not None
    ten = plan.roster.grid.at(plan.week.days[1], 600)
    desk.database().clock = lambda: ten.tz_convert("UTC").to_pydatetime().replace(tzinfo=dt.UTC)
    show_absence(plan)


def test_who_leaves_during_the_day_keeps_the_hours_worked_and_breaks_no_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the running week nothing past is asked for or changed; the plan read again knows the absence."""
    plan = own_week(tmp_path, monkeypatch)
    today, now = plan.week.days[1], plan.roster.grid.at(plan.week.days[1], 600)
    agent = next(a for (a, d), day in days_of(plan).items() if d == today and day.pieces[0].start < now)
    app = drawn(draw_absence_at_ten)
    assert len(app.selectbox(key="absent_day").options) == 6
    app.selectbox(key="absent_agent").set_value(agent).run()
    app.segmented_control(key="absent_hours").set_value("from").run()
    assert app.time_input(key="absent_from").value == dt.time(10)
    pressed(app, "week.absence_ask")
    pressed(app, "week.absence_keep")
    place, folder = tmp_path / "affluence.sqlite", tmp_path / "centres" / "sample-small"
    away = read_centre(folder).team.absences
    kept = load_plan(open_database(place), 1, away=away)
    past = [frame[frame["start"] < now].assign(end=frame["end"].where(frame["end"] < now, now))
            for frame in (plan.roster.frame, kept.roster.frame)]  # fmt: skip
    pd.testing.assert_frame_equal(*(frame.reset_index(drop=True) for frame in past), check_dtype=False)
    assert days_of(kept)[agent, today].pieces[-1].end == now
    assert not set(kept.verification.breaches) - set(plan.verification.breaches)
    before, after = (p.verification.hours.set_index("agent").loc[agent] for p in (plan, kept))
    lost = before["hours_paid"] - after["hours_paid"]
    assert lost > 0 and before["hours_owed"] - after["hours_owed"] == pytest.approx(lost)


def draw_agents_changed_meanwhile() -> None:
    import streamlit as st

    from staffing.screens import desk
    from staffing.screens.data import Draft, cells_of, edit_table

    read = cells_of(desk.folder(), "agents.csv")
    mine = read.assign(name=["Nova Typed", *read["name"][1:]])
    path = desk.folder() / "agents.csv"
    if "drafts" not in st.session_state:
        st.session_state["drafts"] = {path: Draft("table_agents.csv_1", read, read, mine, "en")}
    edit_table(desk.folder(), "agents.csv")


def test_rows_typed_into_a_table_that_somebody_else_saved_are_told_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_week(tmp_path, monkeypatch)
    app = drawn(draw_agents_changed_meanwhile)
    assert [warning.value for warning in app.warning] == [say("data.meanwhile", "en")]
    told, shown = (frame.value for frame in app.dataframe)
    assert list(told["name"]) == ["Nova Typed"]
    assert "Nova Typed" not in set(shown["name"])
    assert not pressed(app, "runs.put_away").warning


def draw_publish() -> None:
    from staffing.screens.publish import publish_page

    publish_page()


def long_day(home: Path, plan: Plan, *, till: int) -> None:
    """Somebody makes the first agent's Monday last from 8:00 to ``till`` o'clock."""
    database, grid, monday = open_database(home / "affluence.sqlite"), plan.roster.grid, plan.week.monday
    agent = plan.centre.team.agents[0]
    piece = Piece(grid.at(monday, 480), grid.at(monday, 60 * till), agent.skills[0].queue)
    held = working_copy(database, 1).get((agent.id, monday))
    edit_days(database, 1, [DayEdit(agent.id, monday, (piece,), held.revision if held else 0)])


def test_a_broken_rule_is_published_on_purpose_alone_named_and_on_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plain button published it, beside a warning that did not say which rule."""
    plan = own_week(tmp_path, monkeypatch)
    long_day(tmp_path, plan, till=21)
    app = drawn(draw_publish)
    names = app.dataframe[0].value.iloc[:, 0]
    assert plan.centre.team.agents[0].name in set(names)
    app.checkbox(key="short_notice").check()
    app = pressed(app, "publishing.publish")
    assert say("publishing.broken", "en") in {warning.value for warning in app.warning}
    database = open_database(tmp_path / "affluence.sqlite")
    assert versions(database, 1) == ()
    knowingly = next(box for box in app.checkbox if box.label == say("publishing.knowingly", "en"))
    knowingly.check()
    app = pressed(app, "publishing.publish")
    (made,) = versions(database, 1)
    assert made.broken == len(names)
    assert [entry.act for entry in log_of(database, "plan 1 version 1")].count("broken") == len(names)
    assert any(say("publishing.broken_then", "en", count=len(names)) in text.value for text in app.text)


def test_what_somebody_changes_while_publish_is_read_is_not_published_unseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = own_week(tmp_path, monkeypatch)
    app = drawn(draw_publish)
    app.checkbox(key="short_notice").check()
    held = days_of(plan)[plan.centre.team.agents[0].id, plan.week.monday]
    long_day(tmp_path, plan, till=held.pieces[-1].end.hour)
    app = pressed(app, "publishing.publish")
    assert versions(open_database(tmp_path / "affluence.sqlite"), 1) == ()
    assert app.warning
