"""What has no answer is refused by the name of the argument at fault, and labels are kept."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from staffing.centre import Shrinkage
from staffing.sizing.erlang import measures, service_level, wait_quantile
from staffing.sizing.heads import agents_for, agents_for_blocking, load_for, load_for_blocking
from staffing.sizing.options import Sizing
from staffing.sizing.patience import PatienceCurve
from staffing.sizing.reverse import contacts_carried
from staffing.sizing.size import size
from staffing.targets import AbandonRate, AverageWait, ServiceLevel
from tests import tiny
from tests.sizing.test_size import forecast

USUAL = ServiceLevel(0.8, 20)
REFUSED: dict[str, tuple[str, Callable[[], object]]] = {
    "endless within": ("within_s", lambda: agents_for(ServiceLevel(0.8, math.inf), 10, 180)),
    "negative within": ("within_s", lambda: agents_for(ServiceLevel(0.8, -20), 10, 180)),
    "wait of NaN": ("mean wait", lambda: agents_for(AverageWait(math.nan), 10, 180)),
    "parts of a minimum": ("min_agents", lambda: agents_for(USUAL, 10, 180, min_agents=2.7)),  # type: ignore[arg-type]
    "negative blocking": ("share must be above 0", lambda: agents_for_blocking(5, -0.1)),
    "no blocking": ("share must be above 0", lambda: agents_for_blocking(5, 0.0)),
    "blocking of NaN": ("share must be", lambda: agents_for_blocking(5, math.nan)),
    "all blocked": ("share must be at least 0 and below 1", lambda: load_for_blocking(5, 1.0)),
    "quantile past one": ("share must be", lambda: wait_quantile(10, 14, 180, 1.5)),
    "negative interval": ("interval_s", lambda: contacts_carried(USUAL, 14, 180, -1800)),
    "curve of NaN": ("finite times", lambda: PatienceCurve((0, 10, math.nan), (1, 0.5, 0))),
    "nobody waited": ("above 0 s", lambda: PatienceCurve.kaplan_meier([0, 0, 0], [True, True, True])),
    "no target": ("a target is one of", lambda: agents_for("80/20", 10, 180)),  # type: ignore[arg-type]
    "minimum of NaN": ("min_agents", lambda: agents_for(USUAL, 10, 180, min_agents=math.nan)),  # type: ignore[arg-type]
    "words for load": ("load_erl must be numbers", lambda: agents_for(USUAL, "ten", 180)),
    "words for patience": ("patience_s must be numbers", lambda: agents_for(USUAL, 10, 180, patience="long")),
    "no promise": ("no load is too much", lambda: load_for(ServiceLevel(0, 20), 3, 180)),
    "all may go": ("no load is too much", lambda: load_for(AbandonRate(1.0), 3, 180, patience=10.0)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_answer_is_refused_by_name(case: str) -> None:
    named, ask = REFUSED[case]
    with pytest.raises(ValueError, match=named):
        ask()


@pytest.mark.parametrize("patience", [None, 100.0, PatienceCurve((0.0, 10.0), (1.0, 0.0))])
def test_nobody_there_answers_nobody(patience: float | PatienceCurve | None) -> None:
    found = measures(5, 0, 180, 20, patience=patience)
    assert math.isinf(found.asa_s) and math.isnan(found.occupancy)
    assert found.answer_rate == 0.0 and found.service_level == 0.0


def test_a_shrinkage_of_all_hours_is_refused() -> None:
    nobody = dataclasses.replace(tiny.centre(), shrinkage=(Shrinkage("all", 1.0, from_min=600, to_min=660),))
    with pytest.raises(ValueError, match="shrinkage of 100 % leaves nobody on queue expert"):
        size(forecast(12.0), nobody, tiny.WEEK, options=Sizing(method="stationary"))


def test_a_curve_asked_for_in_transient_is_told() -> None:
    need = size(forecast(12.0), tiny.centre(), tiny.WEEK, options=Sizing(method="transient", model="general"))
    assert any("has no transient queue" in note for note in need.notes) and set(need.frame["model"]) == {"general"}


def test_labels_are_kept_and_never_matched_by_position() -> None:
    load = pd.Series([5.0, 10.0], index=["monday", "tuesday"])
    agents = agents_for(USUAL, load, 180)
    assert isinstance(agents, pd.Series) and agents.to_dict() == {"monday": 8, "tuesday": 14}
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=[8, 9])
    told = agents_for(USUAL, frame, 180)
    assert told.loc[9, "b"] == int(agents_for(USUAL, 4.0, 180)) and list(told.columns) == ["a", "b"]  # type: ignore[call-overload, attr-defined]
    assert measures(load, agents, 180).service_level["monday"] == service_level(5.0, 8, 180, 20)  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="same labels"):
        agents_for(USUAL, load, pd.Series([180.0, 180.0], index=["tuesday", "monday"]))
    assert isinstance(agents_for(USUAL, np.array([5.0]), 180), np.ndarray)
