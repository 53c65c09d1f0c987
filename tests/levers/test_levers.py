"""Each lever's own limits: what it may take, from whom, and what an hour of it costs."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from forecasts.distribution import Spread
from staffing.centre import Channel, Queue
from staffing.cli import main
from staffing.levers.email_deferral import EmailDeferral
from staffing.levers.leave_freeze import LeaveFreeze
from staffing.levers.lever import Peak
from staffing.levers.modulation import Modulation
from staffing.levers.other_queue import OtherQueue
from staffing.levers.part_time_hours import PartTimeHours
from staffing.levers.planner import EVERY, cheapest, lawful
from staffing.levers.temporary_staff import TemporaryStaff
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence, Contract, Ledger, Skill
from staffing.sizing.size import size
from staffing.targets import Deadline
from tests import tiny
from tests.levers.test_planner import TODAY, peak


def with_contract(given: Peak, **terms: object) -> Peak:
    """The same week under other terms of everybody's contract."""
    contracts: tuple[Contract, ...] = tuple(
        dataclasses.replace(c, **terms)  # type: ignore[arg-type]
        for c in given.centre.team.contracts
    )
    team = dataclasses.replace(given.centre.team, contracts=contracts)
    return dataclasses.replace(given, centre=dataclasses.replace(given.centre, team=team))


def with_mail(spare_agents: int) -> Peak:
    """The late peak, and agents on e-mail all day who also know the phone."""
    given, day = peak(), tiny.NINE_TO_FIVE
    skills = (Skill("mail"), Skill("front", 0.9))
    writers = tuple(
        dataclasses.replace(given.centre.team.agents[0], id=f"m{i}", name=f"m{i}", skills=skills)
        for i in range(spare_agents)
    )
    centre = dataclasses.replace(
        given.centre,
        queues=(*given.centre.queues, Queue("mail", 1, "email", day, Deadline(1))),
        channels=(*given.centre.channels, Channel("letters", "email", "mail", day, 600.0)),
        team=dataclasses.replace(given.centre.team, agents=(*given.centre.team.agents, *writers)),
    )
    letters = given.forecast.frame.assign(channel="letters", contacts=2.0, aht_s=600.0)
    whole = pd.concat([given.forecast.frame, letters], ignore_index=True)
    spreads = (*given.forecast.spreads, Spread("letters", 0.0))
    forecast = dataclasses.replace(given.forecast, frame=whole, spreads=spreads)
    rows = [
        (agent.id, tiny.GRID.at(date, 540), tiny.GRID.at(date, 1020), "mail")
        for agent in writers for date in tiny.WEEK.days[:5]
    ]  # fmt: skip
    more = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    frame = pd.concat([given.roster.frame, more], ignore_index=True) if rows else given.roster.frame
    return Peak(centre, forecast, size(forecast, centre, tiny.WEEK), Roster(tiny.WEEK, tiny.GRID, frame), TODAY)


def test_deferred_e_mail_gives_only_the_hours_beyond_its_need() -> None:
    """Two agents are there for 80 h; 16 letters of ten minutes an hour need 26.7 h of them: 53 h may go."""
    given = with_mail(2)
    spare_h = 2 * 40 - given.requirement.of("mail")["agents"].sum() * 0.5
    offers = list(EmailDeferral().offers(given))
    assert 0 < spare_h < 80 and offers
    assert all(o.budget == ("email_deferral mail", pytest.approx(spare_h)) for o in offers)
    dear = [dataclasses.replace(o, eur=0.0) for o in offers]
    assert sum(o.hours for o in cheapest(given, dear, weight=100)) <= spare_h
    assert {queue for o in offers for queue, _, _ in o.relief} == {"front"}
    assert not list(OtherQueue().offers(given)), "who writes is no cross-trained agent with a call to spare"


def test_nothing_is_deferred_where_e_mail_is_short_itself() -> None:
    given = with_mail(0)
    assert not list(EmailDeferral().offers(given))


def test_part_timers_first_tenth_is_cheaper_and_a_third_needs_the_branch() -> None:
    """Thirty hours owed: three hours at 10 %, then up to 34.5 h at 25 % where the branch agreed a third."""
    given = peak()
    agents = tuple(dataclasses.replace(a, hours_week=30.0) for a in given.centre.team.agents)
    part = dataclasses.replace(given, centre=dataclasses.replace(
        given.centre, team=dataclasses.replace(given.centre.team, agents=agents)))  # fmt: skip
    worked = part.week_h["a0"]
    for rules, most in (("fr_private_idcc2098", 34.5), ("neutral", 33.0)):
        offers = [
            o for o in PartTimeHours(hours_each=0.5).offers(with_contract(part, rules=rules)) if o.subject == "a0"
        ]
        budgets = {(round(o.eur / o.hours, 6), o.budget) for o in offers}
        left = {eur: budget[1] for eur, budget in budgets if budget is not None}
        tenth = min(most, 33.0) - worked
        assert 0.5 <= tenth == pytest.approx(left[27.5])
        assert left.get(31.25, 0.0) == (pytest.approx(most - 33.0) if most > 34 else 0.0)


def test_modulation_asks_an_hours_account_and_keeps_within_it() -> None:
    given = peak()
    agents = tuple(dataclasses.replace(a, hours_week=35.0) for a in given.centre.team.agents)
    ledger = Ledger("a0", account_h=14.0)
    team = dataclasses.replace(given.centre.team, agents=agents, ledgers=(ledger,))
    here = dataclasses.replace(given, centre=dataclasses.replace(given.centre, team=team))
    assert not list(Modulation().offers(with_contract(here, rules="fr_private_idcc2098")))
    offers = list(Modulation().offers(with_contract(here, rules="fr_private_idcc2098", account_h=16.0)))
    rooms = {o.subject: o.budget[1] for o in offers if o.budget}
    assert rooms["a1"] == pytest.approx(42.0 - here.week_h["a1"]) and rooms["a0"] < rooms["a1"]


def test_temporary_staff_who_begin_earlier_cost_more_and_are_quicker() -> None:
    given = dataclasses.replace(peak(), today=tiny.WEEK.monday - dt.timedelta(days=42))
    offers = list(TemporaryStaff(people=1).offers(given))
    assert [o.eur for o in offers] == sorted(o.eur for o in offers) and len(offers) == 3
    paces = [max(agents for _, _, agents in o.relief) for o in offers]
    assert paces == sorted(paces) and paces[0] < 0.65 < 0.8 < paces[-1]
    assert len({o.only_one for o in offers}) == 1, "one person begins once"


def test_leave_asked_back_is_worked_without_breaking_a_rule() -> None:
    given = peak()
    away = Absence("a0", tiny.WEEK.monday, tiny.WEEK.monday)
    rest = given.roster.frame
    rest = rest[(rest["agent"] != "a0") | (rest["start"].dt.date != tiny.WEEK.monday)]
    there = dataclasses.replace(
        given, today=tiny.WEEK.monday - dt.timedelta(days=40),
        roster=dataclasses.replace(given.roster, frame=rest),
        centre=dataclasses.replace(given.centre, team=dataclasses.replace(given.centre.team, absences=(away,))),
    )  # fmt: skip
    offers = list(LeaveFreeze().offers(there))
    assert offers and lawful(there, offers) == tuple(offers)
    agents = tuple(
        dataclasses.replace(a, last_day=tiny.WEEK.monday - dt.timedelta(days=1)) if a.id == "a0" else a
        for a in there.centre.team.agents
    )
    gone = dataclasses.replace(there.centre, team=dataclasses.replace(there.centre.team, agents=agents))
    assert not list(LeaveFreeze().offers(dataclasses.replace(there, centre=gone))), "who has left has no leave to move"


@pytest.mark.parametrize("lever", EVERY.values(), ids=list(EVERY))
def test_every_figure_of_a_lever_says_where_it_comes_from(lever: object) -> None:
    fields = {f.name for f in dataclasses.fields(lever)}  # type: ignore[arg-type]
    assert set(lever.TAGS) == fields - {"name", "notice_days", "article"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_without_a_centre_the_command_lists_every_lever(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main(["levers", "--figure", "overflow.eur_contact=3.1", "--language", language])
    assert not done.value.code
    told = capsys.readouterr().out
    assert all(f"\n{name}" in told for name in EVERY) and "eur_contact = 3.1" in told
    for wrong in ("overflow.price=3", "nobody.price=3", "overtime.premium=much"):
        with pytest.raises(SystemExit) as left:
            main(["levers", "--figure", wrong, "--language", language])
        assert left.value.code == 2


@pytest.mark.parametrize(
    ("told", "expected", "french"),
    [
        ("overflow.share=2", "a share from 0 to 1", "une part de 0 à 1"),
        ("call_back.after_min=-30", "a number of at least 0", "un nombre d'au moins 0"),
        ("overtime.premium=nan", "a number", "un nombre"),
    ],
)
def test_a_figure_of_one_s_own_that_can_mean_nothing_is_refused(
    told: str, expected: str, french: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, words in (("en", expected), ("fr", french)):
        with pytest.raises(SystemExit) as left:
            main(["levers", "--lever", told.split(".")[0], "--figure", told, "--language", language])
        assert left.value.code == 2 and words in capsys.readouterr().err


def test_steps_of_moved_shifts_may_go_back(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["levers", "--lever", "move_shifts", "--figure", "move_shifts.steps_min=-30,30", "--language", "en"])
    assert not left.value.code and "steps_min = -30,30" in capsys.readouterr().out
