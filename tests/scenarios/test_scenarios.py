"""Scenarios: what each change does to the question, that they combine, and that they survive their file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.gate.read import read_centre
from staffing.problems import BadInput
from staffing.scenarios.changes import (
    KINDS,
    AbsenceWave,
    Added,
    CalledBack,
    Change,
    ChatPace,
    HandleTime,
    LaterHours,
    LevelClosed,
    NewTarget,
    Outage,
    TransferRate,
    Volume,
)
from staffing.scenarios.scenario import (
    Scenario,
    combined,
    delete,
    load,
    rename,
    save,
    saved,
    scenario_of,
    text_of,
)
from staffing.scenarios.templates import (
    ON_THE_LINE,
    TEMPLATES,
    election_deadline,
    event,
    longer_hours,
    polling_day,
    reform_launch,
)
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from staffing.sizing.size import size
from staffing.targets import Counting, Deadline, ServiceLevel
from staffing.words.heard import heard
from tests import tiny
from tests.simulation import weeks

MONDAY = tiny.WEEK.monday


def contacts(scenario: Scenario) -> np.ndarray:
    """Expected contacts by day, Monday to Friday."""
    _, forecast = scenario.applied(weeks.centre(), weeks.forecast())
    return forecast.frame.groupby(forecast.frame["start"].dt.date)["contacts"].sum().to_numpy()


def test_volume_changes_its_span_alone() -> None:
    wednesday = MONDAY + dt.timedelta(days=2)
    found = contacts(Scenario("x", (Volume(("phone",), wednesday, wednesday, 600, 720, factor=3.0),)))
    assert found.tolist() == [480, 480, 480 + 2 * 4 * 30, 480, 480]


@given(st.floats(0.1, 4), st.floats(0.1, 4))
def test_scenarios_combine_as_their_factors_do(a: float, b: float) -> None:
    one, two = Scenario("a", (Volume(factor=a),)), Scenario("b", (Volume(factor=b),))
    assert contacts(combined(one, two)) == pytest.approx(contacts(Scenario("c", (Volume(factor=a * b),))))


def test_a_reform_s_first_days_fall_as_published() -> None:
    """Callers fall by 47 and by 79 %; of those the reform adds two thirds reach an agent: never fewer than usual."""
    found = contacts(reform_launch(MONDAY))
    came = [1 + (reached - 1) * 1.5 for reached in reform_launch(MONDAY).changes[0].factors]  # type: ignore[attr-defined]
    assert came[2] / came[0] == pytest.approx(1 - 0.47, abs=0.005)
    assert came[12] / came[0] == pytest.approx(1 - 0.79, abs=0.01)
    assert found[0] / 480 == pytest.approx(1 + 5 * 2 / 3, rel=1e-4) and min(came) >= 1


def test_what_happens_on_the_line_leaves_mail_alone_unless_named() -> None:
    centre = read_centre(Path(__file__).parents[2] / "data_samples" / "reference")
    phones = {c.name for c in centre.channels if c.kind == "phone"}
    for name in ON_THE_LINE:
        assert set(event(name, MONDAY, (), centre).changes[0].channels) == phones  # type: ignore[attr-defined]
        assert event(name, MONDAY, ("courriel",), centre).changes[0].channels == ("courriel",)  # type: ignore[attr-defined]
    assert event("crisis_hour", MONDAY, (), centre) == TEMPLATES["crisis_hour"](MONDAY, ())


def test_the_last_three_days_before_a_deadline_rise_as_registrations_did() -> None:
    factors = election_deadline(MONDAY).changes[0].factors  # type: ignore[attr-defined]
    published = np.array([37_136, 45_124, 49_576]) / 49_576
    assert np.array(factors[-3:]) / factors[-1] == pytest.approx(published, abs=0.005)


def test_a_polling_day_gathers_its_contacts_around_noon_and_is_refused_where_nobody_writes() -> None:
    centre, plain = weeks.centre(), weeks.forecast()
    frame = polling_day(MONDAY).applied(centre, plain)[1].frame
    day = frame[frame["start"].dt.date == MONDAY]
    clock = day["start"].dt.hour * 60 + day["start"].dt.minute
    assert day["contacts"].sum() == pytest.approx(6 * 480)
    assert day["contacts"][(clock >= 720) & (clock < 930)].sum() == pytest.approx(0.625 * 6 * 480)
    assert frame["contacts"].sum() == pytest.approx(plain.frame["contacts"].sum() + 5 * 480)
    with pytest.raises(ValueError, match="gathered"):
        polling_day(MONDAY + dt.timedelta(days=6)).applied(centre, plain)


def test_longer_hours_bring_the_calls_that_were_seen() -> None:
    """Half-hours from 9 to 17: 144 minutes more is +30 % hours, and +20.6 % calls."""
    centre, forecast = longer_hours(MONDAY, queue="front", minutes=150).applied(weeks.centre(), weeks.forecast())
    more = forecast.frame["contacts"].sum() / weeks.forecast().frame["contacts"].sum() - 1
    assert more == pytest.approx(0.206 / 0.30 * 150 / 480, rel=0.01)
    assert centre.queue("front").opening.weekdays[0] == ((540, 1170),)
    assert len(size(forecast, centre, tiny.WEEK).of("front")) == 5 * 21


def test_added_contacts_are_as_many_as_said() -> None:
    assert contacts(Scenario("x", (Added(contacts_week=600.0),))).sum() == pytest.approx(2400 + 600)


def test_a_week_that_begins_on_thursday_gets_the_contacts_of_its_own_days() -> None:
    """600 a week are 120 a day, whatever day they begin."""
    added = Added(first=MONDAY + dt.timedelta(days=3), contacts_week=600.0)
    assert contacts(Scenario("x", (added,))).tolist() == pytest.approx([480, 480, 480, 600, 600])
    until = dataclasses.replace(added, first=None, last=MONDAY)
    assert contacts(Scenario("x", (until,))).tolist() == pytest.approx([600, 480, 480, 480, 480])
    with pytest.raises(ValueError, match="cannot be added"):
        dataclasses.replace(added, first=MONDAY + dt.timedelta(days=7)).applied(weeks.centre(), weeks.forecast())


@pytest.mark.parametrize("after_min", [30, 45, 60, 100])
def test_calls_back_come_at_the_promised_time_between_the_half_hours_too(after_min: int) -> None:
    """One half-hour's calls: as many come back as were moved, later by the promise on average."""
    plain, change = weeks.forecast(), CalledBack((), MONDAY, MONDAY, 600, 630, share=0.5, after_min=after_min)
    _, asked = change.applied(weeks.centre(), plain)
    moved = asked.frame["contacts"] - plain.frame["contacts"]
    later_min = (asked.frame["start"] - tiny.GRID.at(MONDAY, 600)) / pd.Timedelta(minutes=1)
    assert moved[later_min == 0].tolist() == pytest.approx([-15.0]) and moved.sum() == pytest.approx(0.0)
    assert asked.frame["called_back"].sum() == pytest.approx(15.0)
    assert (moved * later_min).sum() / 15.0 == pytest.approx(after_min)


def test_of_the_last_calls_those_are_called_back_for_whom_there_is_time() -> None:
    """45 minutes after 16:00 to 16:30 half of them fall after closing: those stay."""
    plain, change = weeks.forecast(), CalledBack((), MONDAY, MONDAY, 960, 990, share=0.5, after_min=45)
    moved = change.applied(weeks.centre(), plain)[1].frame["contacts"] - plain.frame["contacts"]
    assert moved[:16].tolist() == pytest.approx([0.0] * 14 + [-7.5, 7.5])


def test_nobody_is_called_back_in_hours_that_are_newly_opened() -> None:
    back = CalledBack(from_min=930, to_min=960, share=0.5, after_min=60)
    _, asked = Scenario("x", (back, LaterHours(minutes=60))).applied(weeks.centre(), weeks.forecast())
    late = asked.frame[asked.frame["start"].dt.hour == 17]
    assert len(late) == 10 and (late["contacts"] > 0).all() and (late["called_back"] == 0).all()
    assert asked.frame["called_back"].sum() == pytest.approx(5 * 15)


def test_a_scenario_that_closes_all_there_is_is_refused() -> None:
    changes = (LevelClosed(1, tiny.WEEK.days), LevelClosed(2, tiny.WEEK.days))
    with pytest.raises(ValueError, match="closes every queue"):
        Scenario("x", changes).applied(weeks.centre(), weeks.forecast())


def test_an_outage_silences_its_hours_and_some_call_back() -> None:
    found = contacts(Scenario("x", (Outage((), MONDAY, MONDAY, 600, 720, return_share=0.5, return_min=60),)))
    assert found[0] == pytest.approx(480 - 120 + 60)


def test_a_line_down_until_midnight_is_down_and_nobody_calls_again_that_day() -> None:
    """A whole day, as a file without hours says it: it was refused for ending where the return would begin."""
    found = contacts(Scenario("x", (Outage((), MONDAY, MONDAY),)))
    assert found[0] == 0 and (found[1:] == contacts(Scenario("y"))[1:]).all()


def test_people_promises_and_flows_change_too() -> None:
    centre, forecast = Scenario(
        "x", (AbsenceWave(0.2, 1), TransferRate((), "expert", 2.0), NewTarget("front", 0.9, 10.0),
              LevelClosed(2, (MONDAY,)), HandleTime(factor=1.5)),
    ).applied(weeks.centre(), weeks.forecast())  # fmt: skip
    assert centre.shrinkage[-1].share == 0.2 and centre.channel("phone").transfers[0].share == 0.4
    assert centre.queue("front").target.share == 0.9  # type: ignore[union-attr]
    assert centre.queue("expert").opening.on(MONDAY) == () and centre.queue("front").opening.on(MONDAY)
    assert forecast.frame["aht_s"].unique().tolist() == [450.0]
    assert weeks.forecast().frame["aht_s"].unique().tolist() == [300.0]


def test_slower_chats_need_more_agents_and_are_played_slower() -> None:
    """The same pace reaches the sizing and the play; one chat at a time takes no further one at all."""
    plain = weeks.centre(4, 3)
    front = dataclasses.replace(plain.queue("front"), kind="chat", concurrency=3)
    channel = dataclasses.replace(plain.channel("phone"), kind="chat")
    chats = dataclasses.replace(plain, queues=(front, plain.queue("expert")), channels=(channel,))
    forecast, need, served = weeks.forecast(24.0), [], []
    for change in (ChatPace(slowdown=0.0), ChatPace(slowdown=0.8), ChatPace("front", concurrency=1)):
        centre, _ = change.applied(chats, forecast)
        need.append(size(forecast, centre, tiny.WEEK).of("front")["agents"].sum())
        played = simulate(weeks.roster(centre), forecast, centre, options=Play(at_least=4, at_most=4))
        served.append(float(played.service("front").mean()))
    assert need[0] < need[1] < need[2] and served[0] > served[1] + 0.1 and served[0] > served[2] + 0.1
    with pytest.raises(ValueError, match="no chat queue"):
        ChatPace().applied(plain, forecast)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_survives_its_file_and_tags_its_figures(name: str) -> None:
    made = TEMPLATES[name](MONDAY, ("phone",))
    assert scenario_of(text_of(made)) == made
    assert made.figures and all(any(t in f for t in ("published", "derived", "guess")) for f in made.figures)
    made.applied(weeks.centre(), weeks.forecast())


def test_each_kind_can_be_named_in_a_file() -> None:
    assert set(KINDS) >= {"volume", "daily", "handle_time", "absence", "outage", "transfer_rate", "target"}
    assert scenario_of('name = "x"\n[[change]]\nkind = "later_hours"\nqueue = "front"').changes == (
        LaterHours("front"),
    )


def test_a_changed_scenario_gets_the_next_version_and_the_old_text_stays(tmp_path: Path) -> None:
    first = save(Scenario("peak", (Volume(factor=2.0),)), tmp_path)
    assert save(first, tmp_path).version == 1
    second = save(Scenario("peak", (Volume(factor=3.0),)), tmp_path, over=1)
    assert second.version == 2 and load(tmp_path, "peak") == second
    assert load(tmp_path, "peak.v1") == first


def test_a_name_that_another_scenario_bears_is_not_taken_unawares(tmp_path: Path) -> None:
    """It became version 2 of somebody else's without a word."""
    theirs = save(Scenario("peak", (Volume(factor=2.0),)), tmp_path)
    for over in (0, 2):
        with pytest.raises(BadInput, match="another scenario of that name, version 1"):
            save(Scenario("peak", (Volume(factor=3.0),)), tmp_path, over=over)
    assert load(tmp_path, "peak") == theirs and saved(tmp_path) == ["peak"]


def test_a_scenario_is_renamed_or_deleted_with_its_versions(tmp_path: Path) -> None:
    for over, factor in enumerate((2.0, 3.0, 4.0)):
        save(Scenario("peak", (Volume(factor=factor),)), tmp_path, over=over)
    save(Scenario("peak-two", (Volume(factor=9.0),)), tmp_path)
    made = rename(tmp_path, "peak", "spring")
    assert (made.name, made.version, load(tmp_path, "spring")) == ("spring", 3, made)
    assert [load(tmp_path, f"spring.v{n}").name for n in (1, 2)] == ["spring", "spring"]
    assert saved(tmp_path) == ["peak-two", "spring"]
    for new, found in (
        ("peak-two", "another scenario of that name"),
        ("Été", "lower-case letters"),
        ("", "lower-case"),
    ):
        with pytest.raises(BadInput, match=found):
            rename(tmp_path, "spring", new)
    assert delete(tmp_path, "spring") == 3
    assert [p.name for p in (tmp_path / "scenarios").iterdir()] == ["peak-two.toml"]
    for gone in ("spring", "../centre", "peak-two.v1"):
        with pytest.raises(BadInput, match="no such file"):
            delete(tmp_path, gone)


def test_mistakes_in_a_file_are_told_all_at_once(tmp_path: Path) -> None:
    rows = ('kind = "volum"', 'kind = "volume"\nfactor = "2"', 'kind = "volume"\nfactr = 2')
    text = 'name = "x"\n' + "".join(f"[[change]]\n{row}\n" for row in rows)
    with pytest.raises(BadInput) as refused:
        scenario_of(text)
    assert len(refused.value.problems) == 3
    with pytest.raises(BadInput):
        load(tmp_path, "nowhere")
    with pytest.raises(ValueError, match="channel mail"):
        Scenario("x", (Volume(("mail",), factor=2.0),)).applied(weeks.centre(), weeks.forecast())


@pytest.mark.parametrize(
    ("text", "column", "expected", "french"),
    [
        ('name = "a"\n[[change]]\nkind = "volum"', "change 1", "a [[change]] whose kind is one of", "dont kind"),
        ('name = "a"\nchange = 3', "change 1", "a [[change]] whose kind is one of", "dont kind"),
        ('name = "a"\n[[change]]\nkind = "volume"\nfactor = "x"', "change 1", "for factor a number", "un nombre"),
        ('name = "a"\n[[change]]\nkind = "volume"\nchannels = "x"', "change 1", "a list in [ ]", "une liste"),
        ('name = "a"\n[[change]]\nkind = "volume"\nfirst = 3', "change 1", "for first a day", "un jour comme"),
        ('name = "a"\n[[change]]\nkind = "volume"\nfacto = 3', "change 1", "it has no facto", "n'a pas de facto"),
        (
            'name = "a"\n[[change]]\nkind = "volume"\nfactor = -1',
            "change 1",
            "factor must lie",
            "un factor de 0 à 1000",
        ),
        ('name = "A b"', "name", "lower-case letters", "minuscules"),
        ('name = "a"\nversion = "two"', "version", "a number", "un nombre"),
        ("figures = []", "name", "lower-case letters", "minuscules"),
    ],
)
def test_a_scenario_file_that_is_wrong_is_told_in_words(text: str, column: str, expected: str, french: str) -> None:
    with pytest.raises(BadInput) as refused:
        scenario_of(text, "a.toml")
    (problem,) = refused.value.problems
    assert problem.column == column and expected in problem.expected and "class" not in str(problem)
    told = heard(str(problem), "fr")
    assert told.startswith(f"a.toml, colonne {column} : trouvé") and french in told


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('kind = "added"\ncontacts_week = -900.0', "contacts_week must lie from 0"),
        ('kind = "handle_time"\nfactor = 0.0', "factor must lie from 0.01"),
        ('kind = "daily"\nfactors = [1.0, -1.0]', "factors must lie from 0"),
        ('kind = "gathered"\nshare = 1.7', "share must lie from 0 to 1"),
        ('kind = "called_back"\nshare = 1.5', "share must lie from 0 to 1"),
        ('kind = "called_back"\nafter_min = -60', "after_min must lie from 0"),
        ('kind = "outage"\nreturn_share = 3.0', "return_share must lie from 0 to 1"),
        ('kind = "absence"\nshare = -0.5', "share must lie from 0 to 1"),
        ('kind = "absence"\nweekdays = [9]', "weekdays must lie from 0 to 6"),
        ('kind = "transfer_rate"\nfactor = -1.0', "factor must lie from 0"),
        ('kind = "target"\nqueue = "front"\nshare = 80.0', "share must lie from 0.01 to 0.99"),
        ('kind = "volume"\nfactor = nan', "factor must lie from 0"),
        ('kind = "volume"\nfrom_min = 900\nto_min = 600', "not after it begins at 900"),
        ('kind = "volume"\nfirst = 2026-12-05\nlast = 2026-12-01', "before it begins on 2026-12-05"),
        ('kind = "later_hours"\nminutes = -60', "minutes must lie from 0"),
        ('kind = "level_closed"\nlevel = 5', "level must lie from 1 to 2"),
        ('kind = "chat_pace"\nslowdown = 2.0', "slowdown must lie from 0 to 1"),
    ],
)
def test_figures_no_change_can_mean_are_refused_and_answer_nothing(body: str, expected: str) -> None:
    """They were taken: 900 calls fewer than none, calls back that came from nowhere, 80 for 0.80."""
    with pytest.raises(BadInput) as refused:
        scenario_of(f'name = "a"\n[[change]]\n{body}\n', "a.toml")
    (problem,) = refused.value.problems
    assert expected in problem.expected and heard(str(problem), "fr") != str(problem)
    assert not re.search(r"must lie|begins|ends", heard(problem.expected, "fr"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (TransferRate(to="nowhere"), "transfers to 'nowhere'"),
        (TransferRate(channels=("mail",)), "channel mail"),
        (LevelClosed(2, ()), "needs its days"),
    ],
)
def test_changes_that_would_change_nothing_say_so(change: Change, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        change.applied(weeks.centre(), weeks.forecast())
    assert heard(str(refused.value), "fr") != str(refused.value)


def test_another_target_is_counted_as_the_queue_counts_and_asked_of_callers_alone() -> None:
    centre, forecast = weeks.centre(), weeks.forecast()
    counted = ServiceLevel(0.8, 20.0, Counting.OFFERED_LESS_SHORT)
    front, expert = (dataclasses.replace(q, target=counted) for q in centre.queues)
    made, _ = NewTarget("front", 0.7, 30.0).applied(dataclasses.replace(centre, queues=(front, expert)), forecast)
    assert made.queue("front").target == ServiceLevel(0.7, 30.0, Counting.OFFERED_LESS_SHORT)
    mail = dataclasses.replace(centre.queues[0], kind="email", target=Deadline(1))
    with pytest.raises(ValueError, match="may wait"):
        NewTarget("front").applied(dataclasses.replace(centre, queues=(mail, expert)), forecast)


def test_a_channel_that_a_change_of_transfers_leaves_alone_may_hand_on_much() -> None:
    centre, forecast = weeks.centre(), weeks.forecast()
    phone = centre.channels[0]
    much = dataclasses.replace(phone, name="much", transfers=(dataclasses.replace(phone.transfers[0], share=0.6),))
    both = dataclasses.replace(centre, channels=(phone, much))
    made, _ = TransferRate(channels=("phone",), factor=3.0).applied(both, forecast)
    assert [c.transfers[0].share for c in made.channels] == pytest.approx([0.6, 0.6])
