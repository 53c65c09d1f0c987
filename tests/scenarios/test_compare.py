"""Scenarios compared: same random numbers, same answers wherever they run, cancelled runs keep what is finished."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import numpy as np
import pytest

from staffing.scenarios.changes import AbsenceWave, Volume
from staffing.scenarios.compare import Comparing, Comparison, answer, compare
from staffing.scenarios.executors import Executor, local_processes, on_cluster
from staffing.scenarios.scenario import Scenario
from staffing.simulation.play import Play
from tests import tiny
from tests.centre.folder import good, written
from tests.simulation import weeks

OPTIONS = Comparing(seconds=0.3, play=Play(at_least=10, at_most=10), keep=True)
BUSY = (Scenario("busy", (Volume(factor=1.3),)), Scenario("flu", (AbsenceWave(0.2),)))


def compared(executor: Executor | None = None) -> Comparison:
    return compare(weeks.centre(6, 3), weeks.forecast(18.0), tiny.WEEK, BUSY, options=OPTIONS, executor=executor)


@pytest.fixture(scope="module")
def here() -> Comparison:
    return compared()


def test_scenarios_stand_beside_the_baseline_with_what_they_cost_and_whom_they_touch(here: Comparison) -> None:
    table = here.frame.set_index(["scenario", "queue"])
    assert table.loc[("busy", "front"), "contacts"] == pytest.approx(
        1.3 * table.loc[("baseline", "front"), "contacts"], rel=0.05
    )
    gain, half = table.loc[("busy", "front"), ["gain", "gain_half"]]
    assert gain + half < 0
    assert table.loc[("baseline", "front"), "gain"] == 0
    assert (table["agents_changed"] == 0).all() and (table["eur"] > 0).all()
    replanned = compare(
        weeks.centre(6, 3), weeks.forecast(18.0), tiny.WEEK, BUSY[:1], options=dataclasses.replace(OPTIONS, keep=False)
    )
    assert replanned.outcomes[1].required_hours > replanned.outcomes[0].required_hours


def test_a_loaded_machine_gives_the_same_answer_to_the_last_bit() -> None:
    """A thread that never rests takes half of the time; the seconds asked are gone before the work is."""
    given = (weeks.centre(3, 1), weeks.forecast(6.0), tiny.WEEK, BUSY[0], dataclasses.replace(OPTIONS, seconds=0.1))
    alone, rest = answer(*given, None), threading.Event()
    thread = threading.Thread(target=lambda: all(sum(range(1000)) for _ in iter(rest.is_set, True)), daemon=True)
    thread.start()
    loaded = answer(*given, None)
    rest.set()
    assert loaded.roster.frame.equals(alone.roster.frame)
    assert np.array_equal(loaded.played.counts, alone.played.counts)


def test_a_cancelled_comparison_keeps_what_is_finished() -> None:
    seen = []

    def stop(done: int, total: int, name: str) -> bool:
        seen.append((done, total, name))
        return done < 2

    found = compare(weeks.centre(6, 3), weeks.forecast(18.0), tiny.WEEK, BUSY, options=OPTIONS, watch=stop)
    assert [o.scenario.name for o in found.outcomes] == ["baseline", "busy"]
    assert found.missing == ("flu",) and seen == [(1, 3, "baseline"), (2, 3, "busy")]
    assert len(found.frame)


@pytest.mark.slow
def test_local_processes_answer_bit_for_bit_as_this_one(here: Comparison) -> None:
    with local_processes(2) as executor:
        there = compared(executor)
    for a, b in zip(here.outcomes, there.outcomes, strict=True):
        assert np.array_equal(a.played.counts, b.played.counts)


@pytest.mark.slow
def test_a_cluster_answers_bit_for_bit_as_this_process(here: Comparison) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        on_cluster(cluster.scheduler_address) as executor,
    ):
        there = compared(executor)
    for a, b in zip(here.outcomes, there.outcomes, strict=True):
        assert np.array_equal(a.played.counts, b.played.counts)


def test_the_commands_save_an_event_and_refuse_what_they_do_not_know(tmp_path: Path) -> None:
    from staffing.commands.scenario import scenario as command
    from staffing.problems import BadInput
    from staffing.scenarios.scenario import load

    folder = written(tmp_path, good())
    command(folder, "flu_wave", day="2026-03-02", language="en")
    assert load(folder, "flu_wave").version == 1
    with pytest.raises(BadInput) as refused:
        command(folder, "flood", day="soon", channels="nothing", language="en")
    assert len(refused.value.problems) == 3
