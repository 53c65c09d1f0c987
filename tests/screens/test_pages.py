"""Every page draws, in both languages, without an exception, on a planned week."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from staffing.gate.read import read_centre
from staffing.plan import Plan
from staffing.problems import BadInput
from staffing.rostering.ledger import accounts_h
from staffing.rostering.team import Absence
from staffing.screens import desk
from staffing.screens.ahead import alerts
from staffing.screens.data import cells_of, keep_table
from staffing.screens.tiles import week_grid, week_tiles
from staffing.screens.what_if import Ask, need_if, needed, prices_of_confidence
from staffing.store.database import open_database
from staffing.store.jobs import Jobs
from staffing.store.plans import save_plan
from staffing.store.publication import Terms, publish
from staffing.store.rights import Role, User
from staffing.targets import AbandonRate, AnswerRate, AverageWait, ServiceLevel
from staffing.words import say
from staffing.words.speech import balance, day_long, percent
from tests.screens.planned import planned

DOOR = Path(__file__).parent.parent.parent / "staffing" / "screens" / "navigation.py"


def opened(language: str) -> AppTest:
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_app_opens_on_the_solved_week_with_its_figures(at_home: Plan, language: str) -> None:
    app = opened(language)
    assert "49" in app.title[0].value
    shown = [m.value for m in app.metric]
    assert shown[0] == percent(at_home.verification.demand_met, language, 1)
    assert shown[3] == str(len(at_home.verification.breaches)) == "0"


def test_a_roster_that_is_about_to_be_replaced_is_not_offered_for_publication(
    planned: tuple[Path, Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home and Publish say one thing: read on, publish once the run is over."""
    home = tmp_path / "home"
    shutil.copytree(planned[0], home)
    monkeypatch.setenv("AFFLUENCE_HOME", str(home))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    before = dt.datetime.fromisoformat("2026-11-27T10:00:00+01:00")
    monkeypatch.setattr(desk.database(), "clock", lambda: before)
    inviting, button = say("home.next_publish", "fr"), say("publishing.publish", "fr")
    assert inviting in [text.value for text in opened("fr").success]
    draft = page_of("publish", "fr")
    assert button in [one.label for one in draft.button]
    assert say("publishing.compare", "fr") not in [box.label for box in draft.expander], "nothing to compare yet"
    folder = home / "centres" / "sample-medium"
    Jobs(open_database(str(home / "affluence.sqlite"))).submit({"folder": str(folder), "week": "2026-W49"})
    assert inviting not in [text.value for text in opened("fr").success]
    publish = page_of("publish", "fr")
    assert button not in [one.label for one in publish.button]
    assert say("publishing.later", "fr") in [text.value for text in publish.info]


@pytest.mark.parametrize(("day", "key"), [("11-29", ""), ("11-30", "week_running"), ("12-07", "week_past")])
@pytest.mark.parametrize("name", ["home", "publish"])
def test_a_week_that_has_begun_says_so_before_it_is_published(
    at_home: Plan, monkeypatch: pytest.MonkeyPatch, name: str, day: str, key: str
) -> None:
    """By the centre's clock, in which the day begins an hour before UTC's."""
    before = dt.datetime.fromisoformat(f"2026-{day}T00:30:00+01:00")
    monkeypatch.setattr(desk.database(), "clock", lambda: before)
    page = page_of(name)
    told = {say(f"publishing.{week}", "en") for week in ("week_running", "week_past")}
    assert [w.value for w in page.warning if w.value in told] == ([say(f"publishing.{key}", "en")] if key else [])
    assert not key or say("home.next_publish", "en") not in [s.value for s in page.success]


def test_home_says_that_the_week_to_plan_next_knows_nothing_of_a_draft(at_home: Plan) -> None:
    """The week on the desk is a draft; past.csv tells the week before it."""
    for language, words in (("en", "is not published: the rests"), ("fr", "n'est pas publié : les repos")):
        page = page_of("home", language)
        assert any(words in caption.value for caption in page.caption)
        assert not any(words in info.value for info in page.info)


def test_the_service_of_a_week_stands_beside_its_target_and_says_whether_it_keeps_it(at_home: Plan) -> None:
    """Whatever is promised is said, and a week whose callers are not answered as promised bears no tick."""
    queue = at_home.centre.queues[0]
    for target, told in (
        (ServiceLevel(0.5, 20.0), "target: 50% within 20 s"), (AnswerRate(0.85), "target: 85% answered"),
        (AbandonRate(0.05), "target: at most 5% abandoned"), (AverageWait(30.0), "target: 30 s of wait on average"),
    ):  # fmt: skip
        queues = (replace(queue, target=target), *at_home.centre.queues[1:])
        tile = week_tiles(replace(at_home, centre=replace(at_home.centre, queues=queues)), "en")[2]
        assert (tile.note, tile.good) == (told, True)
    strict = replace(queue, target=ServiceLevel(0.999, 20.0))
    centre = replace(at_home.centre, queues=(strict, *at_home.centre.queues[1:]))
    assert not week_tiles(replace(at_home, centre=centre), "en")[2].good


def test_the_week_grid_tells_the_hours_account_where_a_contract_keeps_one(at_home: Plan) -> None:
    assert "Account" not in week_grid(at_home, "en", ())
    team = at_home.centre.team
    contracts = tuple(replace(contract, account_h=40.0) for contract in team.contracts)
    plan = replace(at_home, centre=replace(at_home.centre, team=replace(team, contracts=contracts)))
    after = accounts_h(plan.roster, plan.centre)
    told = week_grid(plan, "en", ())["Account"]
    assert told.to_dict() == {agent.id: balance(after[agent.id][1]) for agent in team.agents}
    assert told.nunique() > 1


def test_who_falls_ill_after_the_plan_is_made_counts_as_away_not_as_paid_too_little(at_home: Plan) -> None:
    """Home says of people away what its table below says."""
    agent = at_home.centre.team.agents[1].id
    hours = at_home.verification.hours
    less = hours.assign(hours_paid=hours["hours_paid"].mask(hours["agent"] == agent, hours["hours_owed"] - 7.0))
    plan = replace(at_home, verification=replace(at_home.verification, hours=less))
    before = at_home.centre.team.absences
    owed = say("home.alert_owed", "en", count=1, hours="7 h")[:30]
    assert any(told.startswith(owed) for told in alerts(plan, before, "en"))
    after = alerts(plan, (*before, Absence(agent, at_home.week.monday, at_home.week.monday)), "en")
    assert not any(told.startswith(owed) for told in after)
    here = {a.agent for a in before if a.first <= at_home.week.days[-1] and a.last >= at_home.week.monday} | {agent}
    names = ", ".join(a.name for a in at_home.centre.team.agents if a.id in here)
    assert say("home.alert_away", "en", count=len(here), names=names) in after


def test_home_names_who_is_away_today_and_until_when(at_home: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count said on Monday morning that people are away, not who."""
    one, two, three, four, *_ = at_home.centre.team.agents
    monday, tuesday = at_home.week.days[:2]
    away = (
        Absence(one.id, monday, tuesday), Absence(two.id, monday, monday, 3.5, until_min=720),
        Absence(three.id, monday, monday, 2.0, 900), Absence(four.id, monday, monday, 1.0, 600, 660),
    )  # fmt: skip
    names = f"{one.name}, {two.name} (jusqu'à 12:00), {three.name} (à partir de 15:00), {four.name} (de 10:00 à 11:00)"

    def today(day: dt.date) -> list[str]:
        told = alerts(at_home, away, "fr", day)
        return [line.partition(", ")[2].replace("\xa0", " ") for line in told if line.startswith("Absents aujourd'hui")]

    monkeypatch.setattr(desk, "words", lambda key, **values: say(key, "fr", **values))
    assert today(monday) == [f"{day_long(monday, 'fr')} (4) : {names}."]
    assert today(tuesday) == [f"{day_long(tuesday, 'fr')} (1) : {one.name}."]
    assert today(at_home.week.days[2]) == []


def test_a_chart_without_a_number_for_a_day_shows_a_dash(at_home: Plan) -> None:
    def draw() -> None:
        import pandas as pd

        from staffing.screens.shown import show_figures

        show_figures(pd.DataFrame({"actual": [1.0, None]}), "x", "says", {})

    app = AppTest.from_function(draw)
    app.session_state["x_data"] = True
    app.run()
    assert not app.exception
    assert app.dataframe[0].proto.placeholder == "–"


PAGES = ("data", "forecast", "needs", "week", "peaks", "fairness", "publish")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_draws_in_both_languages(at_home: Plan, name: str, language: str) -> None:
    app = page_of(name, language)
    assert app.title[0].value


def test_fairness_tells_of_how_many_weeks_only_the_sums_are_known(at_home: Plan) -> None:
    app = page_of("fairness", "en")
    assert say("fairness.only_sums", "en", more=11) in [
        text.value for text in app.caption
    ]  # 12, one of them in past.csv


def test_a_centre_that_is_not_here_any_more_is_said_to_be_missing(at_home: Plan) -> None:
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "long-gone"
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    told = [text.value for text in app.warning if "long" in text.value]
    assert told == [say("frame.gone", "en", name="long\\-gone", instead="sample\\-medium")]
    assert not any("long" in text.value for text in opened("en").warning)


def test_the_week_is_played_before_it_is_published(at_home: Plan) -> None:
    def draw() -> None:
        from staffing.screens.publish import publish_page

        publish_page()

    app = AppTest.from_function(draw, default_timeout=120)
    app.query_params["lang"] = "en"
    app.run()
    app.button(key="play").click().run()
    assert not app.exception
    shown = app.dataframe[0].value
    assert list(shown["Queue"]) == [queue.label for queue in at_home.centre.queues]


def test_names_are_in_the_grid_as_written(at_home: Plan) -> None:
    weeks, table = (shown.value for shown in opened("fr").dataframe)
    assert len(weeks) == 4
    assert list(table["Agent"]) == [agent.name for agent in at_home.centre.team.agents]


def test_a_week_ahead_stands_as_it_was_published_with_its_newer_draft_beside(at_home: Plan) -> None:
    database, folder = desk.database(), Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "sample-medium"
    ahead = at_home.week.plus(1)
    span = pd.Timedelta(days=7)
    later = {column: at_home.roster.frame[column] + span for column in ("start", "end")}
    roster = replace(at_home.roster, week=ahead, frame=at_home.roster.frame.assign(**later))
    given = save_plan(database, replace(at_home, week=ahead, roster=roster), folder)
    publish(database, given, Terms(short=True, outright=True))
    draft = save_plan(database, replace(at_home, week=ahead, roster=roster), folder)
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params.update({"lang": "en", "plan": "1"})
    weeks = app.run().dataframe[0].value
    assert list(weeks["State"])[:2] == ["draft", f"published (beside: plan {draft}, draft)"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_lost_their_rights_in_the_middle_of_a_visit_reads_so_where_they_press(
    at_home: Plan, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """A part of a page is drawn by itself after a press: nothing around it can speak for it."""

    def draw() -> None:
        from staffing.screens import desk
        from staffing.screens.ahead import show_weeks
        from staffing.store.plans import load_plan

        show_weeks(load_plan(desk.database(), 1))

    monkeypatch.setattr(desk, "user", lambda: User("claire", Role.AGENT, "n1-01"))
    app = AppTest.from_function(draw, default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception
    assert say("frame.not_allowed", language) in [title.value for title in app.title]
    assert any("claire" in error.value for error in app.error)


def test_a_centre_of_ones_own_is_planned_at_the_press_of_a_button(at_home: Plan) -> None:
    own = Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "mine"
    if not own.exists():
        shutil.copytree(DOOR.parents[2] / "data_samples" / "small", own)
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "mine"
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    (start,) = [button for button in app.button if button.label.startswith("Plan ")]
    start.click().run()
    assert not app.exception, app.exception[0].stack_trace
    assert any("Stop" in button.label for button in app.button)


@pytest.fixture
def stranger(at_home: Plan) -> Iterator[Path]:
    """A centre of one's own without a plan, on whose page one arrives."""
    own = Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "stranger"
    shutil.copytree(DOOR.parents[2] / "data_samples" / "small", own)
    toml = (own / "centre.toml").read_text("utf-8").replace("Petit centre", "Stranger")
    (own / "centre.toml").write_text(re.sub(r"(?m)^name = .*$", 'name = "Stranger"', toml, count=1), "utf-8")
    yield own
    shutil.rmtree(own)


@pytest.mark.parametrize("name", [page for page in PAGES if page != "data"])
def test_a_page_without_a_plan_says_what_it_will_show_and_how_to_get_there(stranger: Path, name: str) -> None:
    app = page_of(name, "fr", stranger.name)
    assert "Stranger" in app.title[0].value
    assert any(text.value == say(f"runs.then_{name}", "fr") for text in app.text)
    assert [button.label[:9] for button in app.button] == ["Planifier"]


def test_an_address_without_a_centre_offers_the_way_back_to_ones_own(stranger: Path) -> None:
    app = page_of("home")
    offered = next(button for button in app.button if button.label == say("home.open", "en", name="Stranger"))
    offered.click().run()
    assert app.title[0].value == "Stranger" and stranger.name in app.query_params["centre"]
    assert not any(button.label == offered.label for button in app.button), "it is open"


def test_a_broken_table_is_mended_where_it_is_listed(stranger: Path) -> None:
    agents = (stranger / "agents.csv").read_text("utf-8")
    (stranger / "agents.csv").write_text(agents.replace(",1,", ",9,"), "utf-8")
    (stranger / "absences.csv").write_text("agent,first,last\nnobody,2026-12-03,2026-12-04\n", "utf-8")
    app = page_of("data", "en", stranger.name)
    assert app.error and set(app.dataframe[0].value["File"]) == {"agents.csv", "absences.csv"}
    good = pd.read_csv(io.StringIO(agents), dtype=str, keep_default_na=False)
    assert keep_table(stranger, "agents.csv", good) == 1, "what is wrong with the absences is still to mend"
    with pytest.raises(BadInput):
        keep_table(stranger, "agents.csv", good.assign(level="9"))
    assert keep_table(stranger, "absences.csv", pd.DataFrame(columns=["agent", "first", "last"])) == 0
    assert not (stranger / "absences.csv").exists(), "a table without a row is no file"
    with pytest.raises(BadInput):
        keep_table(stranger, "agents.csv", good.iloc[:0])
    assert not page_of("data", "en", stranger.name).error


def test_tables_as_a_spreadsheet_saves_them_are_shown_and_kept(stranger: Path) -> None:
    rows = pd.read_csv(stranger / "agents.csv", dtype=str, keep_default_na=False)
    rows.loc[0, ["name", "hours_week"]] = "Élodie", "26,5"
    (stranger / "agents.csv").write_bytes(rows.to_csv(sep=";", index=False).encode("cp1252"))
    (stranger / "absences.csv").write_bytes(f"Agent;first;last\n{rows['id'][1]};2026-12-03;2026-12-04\n".encode())
    assert not page_of("data", "en", stranger.name).error, "no part of the page is missing"
    cells = cells_of(stranger, "absences.csv")
    named = ["agent", "first", "last", "credit_h", "from_time", "until_time"]
    assert list(cells) == named, "also columns the file does not have yet"
    assert keep_table(stranger, "absences.csv", cells.assign(credit_h="7")) == 0
    assert (stranger / "absences.csv").read_text("utf-8").splitlines()[0] == "agent,first,last,credit_h"
    team = cells_of(stranger, "agents.csv")
    assert keep_table(stranger, "agents.csv", team.assign(avoid_late="yes")) == 0
    mine = read_centre(stranger).team.agents[0]
    assert (mine.name, mine.hours_week, mine.wishes.avoid_late) == ("Élodie", 26.5, True)


def test_a_row_with_a_cell_too_many_is_mended_on_screen_and_an_open_quote_hides_nothing(stranger: Path) -> None:
    torn = f"agent,first,last\n{read_centre(stranger).team.agents[0].id},2026-12-03,2026-12-04,6\n"
    (stranger / "absences.csv").write_text(torn, "utf-8")
    assert page_of("data", "en", stranger.name).error
    cells = cells_of(stranger, "absences.csv")
    assert cells.loc[0, "last"] == "2026-12-04,6"
    assert keep_table(stranger, "absences.csv", cells.assign(last="2026-12-04")) == 0
    (stranger / "absences.csv").write_text(torn.replace(",2026-12-03", ',"2026-12-03'), "utf-8")
    page_of("data", "en", stranger.name)
    with pytest.raises(ValueError, match="read whole"):
        cells_of(stranger, "absences.csv")


def test_a_centre_in_the_address_stays_when_another_page_is_chosen(stranger: Path) -> None:
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", stranger.name
    app.run()
    assert app.title[0].value == "Stranger"
    del app.query_params["centre"]
    app.run()
    assert app.title[0].value == "Stranger"
    assert app.query_params["centre"] in (stranger.name, [stranger.name])


def page_of(name: str, language: str = "en", centre: str = "") -> AppTest:
    def draw(name: str) -> None:
        import importlib

        getattr(importlib.import_module(f"staffing.screens.{name}"), f"{name}_page")()

    app = AppTest.from_function(draw, args=(name,), default_timeout=60)
    app.query_params["lang"] = language
    if centre:
        app.query_params["centre"] = centre
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_a_hand_edit_kept_in_the_folder_is_seen_before_planning_again(at_home: Plan) -> None:
    before = page_of("forecast").text[0].value
    edits = Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "sample-medium" / "edits.csv"
    edits.write_text(
        "act,value,first,until,reason,channel\nmultiply,2,2026-11-30T00:00,2026-12-07T00:00,campaign,\n", "utf-8"
    )
    try:
        after = page_of("forecast").text[0].value
    finally:
        edits.unlink()
    told = [int(text.split(" contacts")[0].replace(",", "")) for text in (before, after)]
    assert told[1] == pytest.approx(2 * told[0], abs=2)


def test_being_surer_never_costs_less() -> None:
    _, plan = planned("small")
    prices = prices_of_confidence(plan)
    assert prices[0].hours == pytest.approx(plan.verification.required_hours)
    assert [p.eur for p in prices[1:]] == sorted(p.eur for p in prices[1:])
    assert prices[-1].eur > prices[0].eur


def test_time_lost_asks_for_that_much_more(at_home: Plan) -> None:
    now, more = (needed(need_if(at_home, Ask(lost=lost)))["agents"].sum() for lost in (0.0, 0.2))
    assert more == pytest.approx(now / 0.8)
