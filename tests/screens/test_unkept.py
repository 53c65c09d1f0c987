"""What a roster could not keep is said where its figures are, in either language."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from staffing.plan import Plan
from staffing.rostering.roster import Reason
from staffing.screens.unkept import unkept, unkept_table
from staffing.words import LANGUAGES, catalogue, say
from tests.screens.planned import planned_home
from tests.screens.test_pages import page_of


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_roster_could_not_keep_is_told_on_the_week_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The small sample is open for fewer hours than its four agents are owed."""
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    plan = planned_home(tmp_path, "small")
    shown = unkept_shown("sample-small", language)
    assert shown is not None
    names = {agent.id: agent.name for agent in plan.centre.team.agents}
    told = [(names[r.subject], say(f"week.unkept_{r.kind}", language)) for r in plan.roster.reasons]
    assert told
    assert list(shown.iloc[:, :2].itertuples(index=False, name=None)) == told


def test_a_roster_that_keeps_all_says_nothing_of_it(at_home: Plan) -> None:
    assert not unkept(at_home)
    assert unkept_shown("sample-medium", "fr") is None


def unkept_shown(centre: str, language: str) -> pd.DataFrame | None:
    head = say("week.unkept_kind", language)
    tables = (shown.value for shown in page_of("week", language, centre).dataframe)
    return next((table for table in tables if head in table.columns), None)


def test_a_reason_names_people_queues_and_days_as_people_do(at_home: Plan) -> None:
    queue = at_home.centre.queues[0]
    reasons = (
        Reason("min_staff", queue.name, "2026-11-30 10:00-11:30: 1.5 of 2 agents promised"),
        Reason("no_lawful_week", at_home.centre.team.agents[0].id, "no week keeps all of the agent's limits"),
    )
    table = unkept_table(reasons, at_home, "fr")
    assert list(table.iloc[:, 0]) == [queue.label, at_home.centre.team.agents[0].name]
    assert list(table.iloc[:, 2]) == [
        "lun. 30 10:00-11:30 : 1,5 sur 2 agents promis", "aucune semaine ne respecte toutes les limites de l'agent"
    ]  # fmt: skip


def test_every_kind_of_reason_has_its_words() -> None:
    kinds = {key.removeprefix("notes.kind_") for key in catalogue("en") if key.startswith("notes.kind_")}
    assert kinds == {
        key.removeprefix("week.unkept_") for key in catalogue("fr") if key.startswith("week.unkept_")
    } - {"subject", "kind", "why", "next"}  # fmt: skip
