"""A channel without a past is planned with a sister's, as centre.toml says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Week
from staffing.cli import main
from staffing.gate.read import read_centre
from staffing.horizon import weeks_from
from staffing.need_ahead import need_ahead
from staffing.plan import forecast_week
from staffing.problems import BadInput
from staffing.words.heard import heard
from tests.centre.folder import CENTRE, good, history, written

NEW = '\n[channels.new]\nqueue = "front"\naht_s = 200\n'
SISTER = 'sister = "phone"\nsister_share = 0.25\n'


def folder(at: Path, channel: str, since: str = "2026-01-05") -> Path:
    days = [str(d.date()) for d in pd.date_range(since, "2026-02-24") if d.day_of_week < 2]
    return written(at, good() | {"centre.toml": CENTRE + channel, "history.csv": history(tuple(days))})


def test_a_channel_without_a_row_takes_a_share_of_its_sister(tmp_path: Path) -> None:
    made = forecast_week(read_centre(folder(tmp_path, NEW + SISTER)), Week.parse("2026-W11"))
    new, phone = (made.of(name)["contacts"].sum() for name in ("new", "phone"))
    assert new / phone == pytest.approx(0.25, rel=0.02)
    assert made.of("new")["aht_s"].mean() > 0
    assert any(note.startswith("new: 0 days of its own") for note in made.notes)


def test_a_channel_without_a_row_has_its_need_in_the_months_beyond_the_forecast(tmp_path: Path) -> None:
    weeks, need = weeks_from(Week.parse("2026-W20"), 8), []
    for name, channel in (("with", NEW + SISTER.replace("0.25", "2.0")), ("without", "")):
        (tmp_path / name).mkdir()
        need.append(need_ahead(read_centre(folder(tmp_path / name, channel, "2025-01-06")), weeks))
    far = (need[0]["source"] == "last_year") & (need[0]["level"] == 1)
    assert far.sum() >= 6
    assert (need[0]["need_h"][far] > 1.5 * need[1]["need_h"][far]).all()


def test_the_command_says_what_the_forecast_remarks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = folder(tmp_path, NEW + SISTER)
    absurd = (at / "history.csv").read_text().replace("2026-02-17 10:00,phone,12", "2026-02-17 10:00,phone,9000")
    (at / "history.csv").write_text(absurd)
    for language, told in (("en", "set aside as a spike"), ("fr", "écartés comme un pic isolé")):
        with pytest.raises(SystemExit):
            main(["forecast", str(at), "--week", "2026-W11", "--language", language])
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        (NEW, "give it a sister and a sister_share"),
        (NEW + 'sister = "phone"\n', "give it a sister and a sister_share"),
        (NEW + SISTER.replace("phone", "fax"), "a name of channels: phone"),
        (NEW + SISTER.replace("phone", "new"), "a name of channels: phone"),
        (NEW + SISTER.replace("0.25", "0"), "sister_share"),
    ],
)
def test_without_a_sister_and_a_share_it_is_refused_with_the_remedy(channel: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=told):
        read_centre(folder(tmp_path, channel))


def test_the_command_refuses_in_french(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["forecast", str(folder(tmp_path, NEW)), "--week", "2026-W11", "--language", "fr"])
    told = capsys.readouterr().err
    assert "attendu des lignes pour chaque canal" in told and "lui donner sister" in told


def test_what_the_forecast_refuses_is_heard_in_french() -> None:
    for told in (
        "channel new has no history before 2026-03-08: let it borrow a share of a sister's (Borrow, in centre.toml "
        "sister), one of phone",
        "channel new has no history before 2026-03-08: add history",
        "channel phone is on record until 2026-02-24: 2026-07-01 is over 13 weeks later",
        "channel new shares too little past with phone: give a share",
    ):
        assert heard(told, "en") == told and heard(told, "fr") != told
