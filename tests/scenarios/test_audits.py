"""The audits' questions: they move as they must; none asserts a figure it was fitted to."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from staffing.scenarios.announced import AnnouncedWait
from staffing.scenarios.audits import QUESTIONS, CrossTraining, InHouse, LongerHours, Merger, apart
from tests.test_cli import left_with


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_input_says_whether_it_is_published_derived_or_a_guess(name: str) -> None:
    kind = QUESTIONS[name]
    fields = {f.name for f in dataclasses.fields(kind)}  # type: ignore[arg-type]
    untold = fields - set(kind.TAGS)
    assert not untold


def figures(question: object) -> dict[str, float]:
    return dict(question.answer()[["figure", "value"]].itertuples(index=False, name=None))  # type: ignore[attr-defined]


def test_nine_centres_need_more_than_one_and_the_less_so_the_busier_they_are() -> None:
    small, large = (figures(Merger(calls))["nine centres over one"] for calls in (250_000.0, 600_000.0))
    assert small > large > 1.2


def test_a_few_cross_trained_agents_do_most_of_what_training_everybody_does() -> None:
    told = figures(CrossTraining(hours=60.0))
    none, one = told["answered in time, silos with fewer agents"], told["one agent a domain knows the next"]
    everybody = told["everybody knows everything"]
    assert none < one < everybody
    assert told["agents in one pool"] < told["agents in silos"]
    best = max(v for k, v in told.items() if k.endswith("(best)"))
    assert best >= told["one pair trained, worst place"]
    assert told["what that pair gains"] == pytest.approx(100 * (best - none)) and told["give or take, 95 % sure"] > 0
    assert told["posts in silos, the year round"] > 1.15 * told["posts in one pool, the year round"]


def test_a_difference_on_the_same_callers_is_told_with_its_noise() -> None:
    calls = np.full(8, 100.0)
    gain, noise = apart((np.array([60.0, 62] * 4), calls), (np.array([50.0, 52] * 4), calls))
    assert gain == pytest.approx(0.1) and noise == pytest.approx(0.0, abs=1e-12)
    gain, noise = apart((np.array([60.0, 50] * 4), calls), (np.full(8, 55.0), calls))
    assert gain == pytest.approx(0.0) and noise == pytest.approx(1.96 * 0.05 * np.sqrt(8 / 7) / np.sqrt(8))


def test_at_the_break_even_price_both_ways_cost_the_same() -> None:
    price = figures(InHouse())["provider's price at which both cost the same"]
    there = figures(dataclasses.replace(InHouse(), eur_provider_h=price))
    assert there["cost at the provider"] == pytest.approx(there["cost in-house, full basis"])


def test_the_branch_s_breaks_and_pacing_cost_the_provider_posts() -> None:
    """Under the same rules both need the same posts."""
    told = figures(InHouse())
    assert 1.05 < told["posts at the provider"] / told["posts in-house"] < 1.12
    same = figures(InHouse(pacing_s=1e-9, breaks_provider=0.05, breaks_own=0.05))
    assert same["posts at the provider"] == pytest.approx(same["posts in-house"])


def test_hours_that_nobody_follows_cost_more_a_call() -> None:
    quiet, busy = (figures(LongerHours(elasticity=e))["posts after"] for e in (0.1, 0.9))
    assert quiet < busy
    assert figures(LongerHours())["posts after"] > figures(LongerHours())["posts before"]


def test_the_command_lists_answers_and_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["audits", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in QUESTIONS)
    assert left_with(["audits", "merger", "--set", "calls_year=300000", "--language", "en"]) == 0
    assert "calls_year = 300000 " in capsys.readouterr().out
    assert left_with(["audits", "merger", "--set", "calls_year=many", "--set", "x=1", "--language", "en"]) == 2
    assert capsys.readouterr().err.count("\n- ") == 2


@pytest.mark.parametrize(
    ("asked", "inputs"),
    [
        ("interconnection", ("level2_share=0",)),
        ("interconnection", ("prefectures=0", "share_transferred=0", "calls_each=-1")),
        ("interconnection", ("hours_year=0", "shrinkage=1")),
        ("merger", ("calls_year=0",)),
        ("cross_training", ("shares=0,0.5", "hours=0")),
        ("in_house", ("calls_year=0", "shrinkage=1")),
        ("longer_hours", ("more_hours=0", "elasticity=0")),
        ("announced_wait", ("calls_h=0", "agents=0", "mornings=0")),
    ],
)
def test_every_input_without_which_there_is_no_answer_is_named(
    asked: str, inputs: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    told = [word for text in inputs for word in ("--set", text)]
    for language, end in (("en", "Choose other inputs."), ("fr", "Choisir d'autres entrées.")):
        assert left_with(["audits", asked, *told, "--language", language]) == 2
        lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("- ")]
        assert len(lines) == len(inputs) and all(line.endswith(end) for line in lines)
        assert all(any(text.partition("=")[0] in line for line in lines) for text in inputs)


def test_an_announced_wait_spares_waiting_in_vain_and_a_call_back_reaches_more() -> None:
    told = figures(AnnouncedWait(mornings=12))
    ways = ("nothing said", "wait announced", "wait announced and call-back offered")
    vain, reached, back = ([told[f"{name}, {way}"] for way in ways] for name in (
        "waited in vain", "callers reached in the end", "called back"))  # fmt: skip
    assert vain[0] > 1.5 * vain[1] and vain[1] > vain[2]
    assert reached[2] > reached[0] and reached[2] > reached[1]
    assert back[0] == back[1] == 0 and back[2] > 0


def test_an_announcement_nobody_heeds_changes_nothing() -> None:
    deaf = figures(AnnouncedWait(mornings=6, heeds=0.0, reassured=0.0, accepts=0.0))
    for figure in ("answered in time", "gave up after waiting", "waited in vain", "callers reached in the end"):
        assert deaf[f"{figure}, nothing said"] == deaf[f"{figure}, wait announced"]
        assert deaf[f"{figure}, nothing said"] == deaf[f"{figure}, wait announced and call-back offered"]
