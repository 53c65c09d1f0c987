"""The sample centres are generated, read by the gate, and large enough to plan."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

from data_samples.centres import SAMPLES
from data_samples.generate import HERE, write
from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.words.heard import heard


@lru_cache(maxsize=3)
def sample(name: str) -> Centre:
    return read_centre(HERE / name)


@pytest.mark.parametrize(("name", "agents", "channels"), [("small", 4, 1), ("medium", 20, 3), ("reference", 119, 10)])
def test_a_sample_centre_passes_the_gate(name: str, agents: int, channels: int) -> None:
    centre = sample(name)
    assert len(centre.team.agents) == agents
    assert len(centre.channels) == channels
    for channel in centre.channels:
        assert 0.95 < centre.history.offered(channel.name).notna().mean() < 1


@pytest.mark.parametrize("name", ["small", "medium"])
def test_the_generator_writes_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    write(SAMPLES[name], tmp_path, seed=1)
    for path in sorted(tmp_path.rglob("*.*")):
        assert path.read_bytes() == (HERE / path.relative_to(tmp_path)).read_bytes(), path.name


def test_the_truth_reaches_past_the_history_so_that_a_forecast_can_be_scored() -> None:
    truth = pd.read_csv(HERE / "truth" / "medium.csv.gz")
    last = sample("medium").history.frame["start"].max()
    assert pd.to_datetime(truth["start"], utc=True).max() > last + pd.Timedelta(weeks=4)


def test_the_reference_centre_has_its_published_size() -> None:
    centre = sample("reference")
    levels = [agent.level for agent in centre.team.agents]
    assert (levels.count(1), levels.count(2)) == (63, 56)
    offered = sum(centre.history.offered(c.name).sum() for c in centre.channels if c.kind == "phone")
    assert offered / 2 == pytest.approx(1_300_000, rel=0.05)


def test_the_remark_on_holes_of_many_channels_is_told_in_french() -> None:
    holes = next(remark for remark in sample("reference").remarks if "without a row" in remark.found)
    assert heard(holes.found, "fr").startswith("3268 créneaux ouverts sans ligne (") and "..." in holes.found
