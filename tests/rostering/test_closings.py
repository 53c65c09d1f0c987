"""Queues that close at midday for longer than any meal: who has files to do works on, others are told why."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Grid, Opening
from staffing.centre import Centre
from staffing.cli import main
from staffing.files.shaping import shaped
from staffing.rostering.assign import Solve, answerable, assign
from staffing.rostering.clock import Clock
from staffing.rostering.closed import closed_work
from staffing.rostering.closings import Workable
from staffing.rostering.conflicts import conflict_of
from staffing.rostering.roster import MEAL, Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Agent, Availability, Commitment, Contract
from staffing.rostering.timeline import timeline
from staffing.rostering.too_few import too_few
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from staffing.words.heard import heard
from tests import tiny
from tests.rostering import small

SAMPLE = Path(__file__).parents[2] / "data_samples" / "small"
MIDDAY = Opening(weekdays=(((540, 720), (810, 1020)),) * 5 + ((), ()))
SHORT = Opening(weekdays=(((540, 720), (810, 960)),) * 5 + ((), ()))
FILES = dataclasses.replace(
    small.DAY_SHIFT, name="state", rules="fr_state_2000_815", off_queue_h=5.0, off_queue_activity="files"
)
SOON = Solve(0.3, repeatable=True)


def shop(contract: Contract, *, opening: Opening = MIDDAY, agents: int = 3, grid: Grid = tiny.GRID) -> Centre:
    """Experts under ``contract`` on a queue that opens so, beside three people at level 1, open from nine to five."""
    made = small.centre(3, experts=0)
    queues = tuple(
        dataclasses.replace(q, opening=opening if q.name == "expert" else tiny.NINE_TO_FIVE) for q in made.queues
    )
    skill = small.centre(1).team.agents[0].skills[1:]
    experts = tuple(Agent(f"e{i}", f"Expert {i}", 2, skill, contract.name) for i in range(agents))
    team = dataclasses.replace(
        made.team, agents=(*made.team.agents, *experts), contracts=(*made.team.contracts, contract)
    )
    return dataclasses.replace(made, queues=queues, team=team, grid=grid)


def need(opening: Opening = MIDDAY, grid: Grid = tiny.GRID, agents: float = 1.5) -> Requirement:
    """Two agents at level 1, and ``agents`` experts while they are open."""
    front = small.requirement({"front": 2.0}, grid=grid)
    expert = small.requirement({"expert": agents}, grid=grid, opening=opening)
    frame = pd.concat([front.frame, expert.frame]).sort_values(["start", "queue"], ignore_index=True)
    return Requirement(front.week, grid, frame, np.full((len(frame), 2), np.nan, dtype=np.float32))


def hours(roster: Roster, word: str) -> dict[str, float]:
    """Hours of an activity by agent."""
    rows = roster.frame[roster.frame["activity"] == word]
    spent = (rows["end"] - rows["start"]).dt.total_seconds() / 3600
    return {str(agent): float(h) for agent, h in spent.groupby(rows["agent"]).sum().items()}


def kept(roster: Roster, asked: Requirement, centre: Centre) -> Roster:
    """The roster, found lawful by clock times, with nobody on a closed queue and everybody's hours paid."""
    found = verify(roster, asked, centre)
    assert (found.breaches, roster.reasons, closed_work(roster.frame, centre)) == ((), (), ())
    assert set(found.hours["hours_paid"]) == {35.0}
    return roster


def test_experts_with_files_work_through_a_closing_that_no_meal_spans() -> None:
    centre = shop(FILES)
    roster = kept(assign(need(), centre, tiny.WEEK, options=SOON), need(), centre)
    assert hours(roster, "files") == {"e0": 5.0, "e1": 5.0, "e2": 5.0}
    assert roster.proof is not None and roster.proof.bound_eur <= roster.proof.cost_eur
    assert verify(roster, need(), centre).coverage.query("queue == 'expert'")["shortage"].max() < 1.0


def test_meals_come_first_into_the_closing_and_leave_the_files_in_one_piece() -> None:
    grid = dataclasses.replace(tiny.GRID, interval_min=15)
    centre, asked = shop(FILES, grid=grid), need(grid=grid)
    rows = kept(assign(asked, centre, tiny.WEEK, options=SOON), asked, centre).frame
    experts = rows[rows["agent"].str.startswith("e")]
    noon = experts[(experts["start"].dt.hour >= 12) & (experts["end"].dt.hour * 60 + experts["end"].dt.minute <= 810)]
    assert (noon["activity"] == MEAL).sum() >= 12  # of fifteen shifts
    for _, day in noon.groupby(["agent", noon["start"].dt.date]):
        assert (day["activity"] == "files").sum() <= 1


def test_they_come_before_the_opening_and_stay_after_the_closing_where_the_contract_says_so() -> None:
    contract = dataclasses.replace(FILES, off_queue_hours=((480, 1080),))
    centre = shop(contract, opening=SHORT)
    plain = assign(need(SHORT), shop(FILES, opening=SHORT), tiny.WEEK, options=SOON)
    assert {r.subject for r in plain.reasons if r.kind == "hours_out_of_reach"} == {"e0", "e1", "e2"}
    roster = kept(assign(need(SHORT), centre, tiny.WEEK, options=SOON), need(SHORT), centre)
    rows = roster.frame[roster.frame["agent"].str.startswith("e")]
    outside = rows[(rows["start"].dt.hour < 9) | (rows["start"].dt.hour >= 16)]
    assert len(outside) and set(outside["activity"]) <= {"files", "break"}
    assert rows["start"].dt.hour.min() >= 8 and (rows["end"].dt.hour * 60 + rows["end"].dt.minute).max() <= 1080


def test_presences_hold_outside_the_opening_hours_too() -> None:
    centre = shop(dataclasses.replace(FILES, off_queue_hours=((480, 1080),)), opening=SHORT)
    free = tuple(Availability(day, 480, 1080) for day in range(5))
    late = tuple(Availability(day, 540, 1080) for day in range(5))
    agents = tuple(
        dataclasses.replace(a, availability=late if a.id == "e0" else free if a.id == "e1" else a.availability)
        for a in centre.team.agents
    )
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=agents))
    rows = kept(assign(need(SHORT), centre, tiny.WEEK, options=SOON), need(SHORT), centre).frame
    assert rows[rows["agent"] == "e0"]["start"].dt.hour.min() >= 9


def test_a_meeting_without_an_hour_and_a_kept_roster_hold_through_the_closing() -> None:
    centre = shop(FILES)
    meeting = Commitment("e0", "meeting", 60, None, (tiny.WEEK.monday,))
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, commitments=(meeting,)))
    roster = kept(assign(need(), centre, tiny.WEEK, options=SOON), need(), centre)
    assert hours(roster, "meeting") == {"e0": 1.0} and hours(roster, "files")["e0"] == 4.0
    again = kept(assign(need(), centre, tiny.WEEK, options=SOON, keep=roster), need(), centre)
    shifts = [r.frame.groupby(["agent", r.frame["start"].dt.date])["start"].min() for r in (roster, again)]
    assert shifts[0].equals(shifts[1])


def test_who_has_no_files_is_told_of_the_closing_and_what_would_mend_it() -> None:
    contract = dataclasses.replace(FILES, off_queue_h=0.0)
    centre = shop(contract)
    roster = assign(need(), centre, tiny.WEEK, options=SOON)
    assert {r.subject for r in roster.reasons if r.kind == "hours_out_of_reach"} == {"e0", "e1", "e2"}
    (reason,) = (r for r in too_few(need(), centre, tiny.WEEK) if r.kind == "closing_too_long")
    assert reason.subject == "state"
    assert reason.detail.startswith("closed 12:00-13:30, the longest meal is 60 min: no shift spans that")
    assert heard(reason.detail, "fr").startswith(
        "fermé 12:00-13:30, le plus long repas est de 60 min : aucune vacation"
    )
    conflict = conflict_of("e0", need(), centre, tiny.WEEK, rules_for(contract))
    assert conflict is not None
    assert "closed 12:00-13:30, for longer than the longest meal (60 min)" in conflict.sentence("en")
    assert "offer a meal of 90 min (meal_min)" in conflict.sentence("en")
    assert "fermées 12:00-13:30, plus longtemps que la plus longue pause repas (60 min)" in conflict.sentence("fr")


@pytest.mark.parametrize("changes", [{"meal_min": (60, 90)}, {"off_queue_h": 4.0}])
def test_what_the_message_says_does_mend_it(changes: dict[str, object]) -> None:
    contract = dataclasses.replace(FILES, off_queue_h=0.0, hours_week=32.5, flex_h=2.5)
    centre = shop(dataclasses.replace(contract, **changes))  # type: ignore[arg-type]
    assert [r.kind for r in too_few(need(), shop(contract), tiny.WEEK)].count("closing_too_long") == 1
    assert [r.kind for r in too_few(need(), centre, tiny.WEEK)].count("closing_too_long") == 0
    roster = assign(need(), centre, tiny.WEEK, options=SOON)
    assert roster.reasons == () and closed_work(roster.frame, centre) == ()
    assert verify(roster, need(), centre).breaches == ()


def test_part_time_in_half_days_is_not_told_of_a_closing_it_never_meets() -> None:
    half = dataclasses.replace(FILES, off_queue_h=0.0, hours_week=15.0, shift_min_h=3.0)
    assert too_few(need(agents=0.5), shop(half), tiny.WEEK) == ()


def test_only_closings_inside_a_day_of_work_are_worked_unless_the_contract_says_more() -> None:
    night = Opening(weekdays=(((0, 60), (480, 720), (780, 1440)),) * 7)
    asked, agent = small.requirement({"expert": 1.0}, opening=night), shop(FILES).team.agents[-1]
    clock = Clock(asked.grid, asked.week, 0)

    def at_work(contract: Contract) -> set[dt.time]:
        work = Workable.of(agent, contract, timeline(asked), asked.queues, clock)
        assert not (work.desk & ~work.closed).any()
        return {(dt.datetime(2026, 3, 3) + dt.timedelta(minutes=int(m))).time() for m in np.flatnonzero(work.desk)}

    assert (min(at_work(FILES)), max(at_work(FILES)), len(at_work(FILES))) == (dt.time(12), dt.time(12, 59), 60)
    own = at_work(dataclasses.replace(FILES, off_queue_hours=((420, 720), (1020, 1080))))
    assert (min(own), max(own), len(own)) == (dt.time(7), dt.time(7, 59), 60)
    assert at_work(dataclasses.replace(FILES, off_queue_h=0.0)) == set()


def test_the_search_counts_nobody_on_a_closed_queue_while_others_are_open() -> None:
    question = answerable(need(), shop(FILES), tiny.WEEK)
    group = question.instance.groups[question.instance.group_of[question.instance.agents.index("e0")]]
    is_open = question.timeline.open[:, question.instance.queues.index("expert")]
    assert (~is_open).sum() == 15  # half-hours of five closings in which level 1 answers
    assert np.array_equal(group.duty, is_open.astype(float))


def test_open_throughout_nobody_has_a_desk_beside_the_queue() -> None:
    asked = small.requirement({"front": 2.0, "expert": 1.0})
    assert answerable(asked, shop(FILES, opening=tiny.NINE_TO_FIVE), tiny.WEEK).desks == {}


def test_hours_typed_for_an_expert_are_files_while_the_queue_is_closed() -> None:
    centre, day = shop(FILES), tiny.WEEK.monday
    hours_told = ((tiny.GRID.at(day, 540), tiny.GRID.at(day, 1020)),)

    def noon(agent: str) -> set[str]:
        made = shaped(hours_told, centre.team.agent(agent), day, centre, None)
        assert (made[0].start, made[-1].end) == hours_told[0]
        assert all(a.end == b.start for a, b in itertools.pairwise(made))
        inside = (p for p in made if p.start < tiny.GRID.at(day, 810) and p.end > tiny.GRID.at(day, 720))
        return {p.activity for p in inside} - {MEAL, "break"}

    assert noon("e0") == {"files"}
    assert noon("a0") == {"front"}  # open then


def ended(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    return int(left.value.code or 0)


def sample(folder: Path, *changes: tuple[str, str]) -> Path:
    """The smallest sample centre, closed 12:30-13:30, with its contract changed."""
    shutil.copytree(SAMPLE, folder)
    text = (folder / "centre.toml").read_text()
    for old, new in changes:
        assert len(re.findall(old, text)) == 1
        text = re.sub(old, new, text)
    (folder / "centre.toml").write_text(text)
    return folder


FORTY_FIVE = (r"meal_min = \[45, 60\]", "meal_min = [45]")
OFFICE = (
    r"max_days = 5",
    'max_days = 5\noff_queue_h = 6\noff_queue_hours = "08:00-18:00"\noff_queue_activity = "files"',
)


def test_a_plan_of_an_office_passes_its_own_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    centre, out = sample(tmp_path / "office", FORTY_FIVE, OFFICE), tmp_path / "out"
    week = ("--week", "2026-W49", "--language", "en")
    assert ended("plan", centre, *week, "--seconds", "1", "--repeatable", "--out", out) == 0
    assert "Not kept" not in capsys.readouterr().out
    rows = pd.read_csv(out / "roster.csv")
    assert rows["activity"].eq("files").sum() >= 20 and rows["start"].str.slice(11, 16).min() == "08:00"
    assert ended("check", centre, out / "roster.csv", *week) == 0
    said = capsys.readouterr().out
    assert "100.0% of" in said and "closed" not in said


def test_a_private_provider_is_told_what_to_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    private = (r"fr_state_2000_815", "fr_private_idcc2098"), (r"hours_week = 37", "hours_week = 30")
    centre, out = sample(tmp_path / "private", FORTY_FIVE, *private), tmp_path / "out"
    week = ("--week", "2026-W49", "--seconds", "1", "--repeatable", "--out", out)
    assert ended("plan", centre, *week, "--language", "fr") == 0
    said = capsys.readouterr().out
    assert said.count("Non tenu : fermeture plus longue que tout repas, etat_37h : fermé 12:30-13:30") == 1
    assert said.count("Proposez un repas de 60 min (meal_min)") == 4
    text = (centre / "centre.toml").read_text()
    (centre / "centre.toml").write_text(text.replace("meal_min = [45]", "meal_min = [45, 60]"))
    assert ended("plan", centre, *week, "--language", "fr") == 0
    assert "moins d'heures que dues" not in capsys.readouterr().out
