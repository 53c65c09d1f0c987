"""What the gate lets through means what the file says: encodings, clock changes, finer intervals, holes, digests."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from staffing.commands.options import tell_remarks
from staffing.gate import read
from staffing.gate.findings import Findings, sentence_of
from staffing.gate.read import read_centre
from staffing.gate.schema import FILES, attributes
from staffing.gate.settings import toml_attributes
from staffing.problems import BadInput
from staffing.targets import ServiceLevel
from staffing.words.heard import heard
from tests.centre.folder import good, history, written


def test_a_good_folder_becomes_a_centre(tmp_path: Path) -> None:
    centre = read_centre(written(tmp_path, good()))
    assert centre.queue("front").target == ServiceLevel(0.8, 20.0)
    assert centre.channel("phone").transfers[0].to == "expert"
    assert [a.name for a in centre.team.agents] == ["Ana", "Béa", "Cem"]
    assert centre.team.agents[1].skills[0].proficiency == 0.9
    assert centre.history.offered("phone").sum() == 12 * 24
    assert centre.team.past is not None and len(centre.team.past) == 3
    assert centre.history.events[0].effect == 1.5
    assert centre.remarks == ()


def test_a_windows_file_with_semicolons_and_decimal_commas_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "utf8").mkdir()
    (tmp_path / "windows").mkdir()
    plain = good()
    windows = dict(plain)
    windows["agents.csv"] = str(plain["agents.csv"]).replace(",", ";").encode("cp1252")
    windows["history.csv"] = str(plain["history.csv"]).replace(",", ";").replace(";300;", ";300,0;")
    first = read_centre(written(tmp_path / "utf8", plain))
    second = read_centre(written(tmp_path / "windows", windows))
    assert first.team.agents == second.team.agents
    pd.testing.assert_frame_equal(first.history.frame, second.history.frame)
    told = " ".join(map(str, second.remarks))
    assert "cp1252" in told and "decimal commas" in told and "';'" in told


def test_contacts_outside_opening_hours_are_told_with_their_days_public_holidays_apart(tmp_path: Path) -> None:
    """Tuesday 11 November 2025 is a public holiday; four Wednesdays are closed, three of them are named."""
    files = good()
    days = ("2025-11-11", "2026-02-04", "2026-02-11", "2026-02-18", "2026-02-25")
    files["history.csv"] = str(files["history.csv"]) + "".join(f"{day} 09:00,phone,7,7,0,300,15\n" for day in days)
    told = [remark for remark in read_centre(written(tmp_path, files)).remarks if "contacts of phone" in remark.found]
    assert [(remark.found, remark.fix) for remark in told] == [
        ("7 contacts of phone on 1 public holidays (2025-11-11)", "closed_on_holidays = false opens them."),
        ("28 contacts of phone on 4 days outside its hours (2026-02-04, 2026-02-11, 2026-02-18, ...)",
         "Check time_zone and [hours] in centre.toml."),
    ]  # fmt: skip
    assert "7 contacts de phone sur 1 jour férié (2025-11-11)" in heard(str(told[0]), "fr")
    assert "sur 4 jours (2026-02-04, 2026-02-11, 2026-02-18, ...)" in heard(str(told[1]), "fr")


def test_a_centre_whose_hours_became_shorter_is_read_with_the_hours_it_has_now(tmp_path: Path) -> None:
    """Afternoons given up in December were half of the contacts; of late none comes outside the hours."""
    files = good()
    old, now = ("2025-12-08", "2025-12-09", "2025-12-15", "2025-12-16"), ("2026-02-16", "2026-02-17", "2026-02-23")

    def afternoons(days: tuple[str, ...]) -> str:
        rows = history(days).replace(" 09:", " 14:").replace(" 10:", " 15:").replace(" 11:", " 16:")
        return rows.partition("\n")[2]

    files["history.csv"] = history((*old, *now)) + afternoons(old)
    (told,) = (r.found for r in read_centre(written(tmp_path, files)).remarks if "outside its hours" in r.found)
    assert told.startswith("288 contacts of phone on 4 days")
    files["history.csv"] = history((*old, *now)) + afternoons(now)
    with pytest.raises(BadInput, match="50% of the contacts of phone outside its hours"):
        read_centre(written(tmp_path, files))


def test_a_note_of_an_import_is_told_as_it_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, note = good(), "Whether contacts are counted where they arrive is not known."
    files["centre.toml"] = str(files["centre.toml"]) + f'\n[history]\nnotes = ["{note}"]\n'
    tell_remarks(read_centre(written(tmp_path, files)).remarks, "en")
    assert capsys.readouterr().err == f"Note: {note}\n"


@pytest.mark.parametrize(
    ("rules", "asked", "remarks"),
    [
        ("fr_private_idcc2098", "", 1), ("fr_private_idcc2098", "asked_short = true", 0), ("neutral", "", 0),
        ("fr_private_idcc2098", "part_time_least_h = 23", 0), ("fr_private_idcc2098", "part_time_least_h = 24", 1),
    ],
)  # fmt: skip
def test_a_private_contract_of_fewer_hours_than_the_law_says_is_remarked_on_until_asked_for(
    tmp_path: Path, rules: str, asked: str, remarks: int
) -> None:
    files = good()
    short = f'rules = "{rules}"\n{asked}'
    files["centre.toml"] = str(files["centre.toml"]).replace('rules = "neutral"', short).replace("= 35", "= 23.5")
    told = [remark.found for remark in read_centre(written(tmp_path, files)).remarks]
    assert told == ["3 agents below 24 h a week under full"] * remarks


@pytest.mark.parametrize(("rules", "told"), [("fr_private_idcc2098", 1), ("neutral", 0)])
def test_a_line_open_on_sundays_with_nobody_to_work_them_is_remarked_on(tmp_path: Path, rules: str, told: int) -> None:
    files = good()
    toml = str(files["centre.toml"]).replace("[hours.day]", '[hours.day]\nsun = "09:00-12:00"')
    for works, count in (("", told), ("\nsundays = true", 0)):
        files["centre.toml"] = toml.replace('rules = "neutral"', f'rules = "{rules}"{works}')
        remarks = [r for r in read_centre(written(tmp_path, files)).remarks if "Sundays" in r.found]
        assert [r.found for r in remarks] == ["front, expert open on Sundays and no contract that works them"] * count
        assert all("dimanche" in heard(sentence_of(r), "fr") for r in remarks)


def test_the_doubled_hour_is_two_hours_when_it_has_offsets(tmp_path: Path) -> None:
    files = good()
    files["centre.toml"] = str(files["centre.toml"]).replace('mon = "09', 'sun = "00:00-24:00"\nmon = "09')
    extra = [
        f"2026-10-25T02:{m}+0{h}:00,phone,{n},,,,"
        for h, m, n in ((2, "00", 1), (2, "30", 2), (1, "00", 3), (1, "30", 4))
    ]
    files["history.csv"] = history() + "\n".join(extra) + "\n"
    frame = read_centre(written(tmp_path, files)).history.of("phone")
    night = frame[frame.index >= pd.Timestamp("2026-10-25", tz="Europe/Paris")]
    assert list(night["offered"]) == [1, 2, 3, 4]
    assert (night.index[1:] - night.index[:-1] == pd.Timedelta("30min")).all()


def test_finer_intervals_are_added_up_and_an_incomplete_one_is_missing(tmp_path: Path) -> None:
    files = good()
    rows = [f"2026-02-16 {h:02d}:{m:02d},phone,{m + 1},{100 + m}" for h in (9, 10, 11) for m in range(0, 60, 10)]
    rows.remove("2026-02-16 10:40,phone,41,140")
    files["history.csv"] = "start,channel,offered,aht_s\n" + "\n".join(rows) + "\n"
    offered = read_centre(written(tmp_path, files)).history.offered("phone")
    assert offered.iloc[0] == 1 + 11 + 21
    assert offered.isna().tolist() == [False, False, False, True, False, False]
    aht = read_centre(tmp_path).history.of("phone")["aht_s"].iloc[0]
    assert aht == pytest.approx((1 * 100 + 11 * 110 + 21 * 120) / 33)


def test_a_silent_day_is_missing_or_closed_as_its_owner_says(tmp_path: Path) -> None:
    files = good()
    files["history.csv"] = history(("2026-02-16", "2026-02-23", "2026-02-24"))
    missing = read_centre(written(tmp_path, files)).history.offered("phone")
    assert missing.isna().sum() == 6
    files["centre.toml"] = str(files["centre.toml"]).replace(
        "[hours.day]", '[history]\nmissing_days = "closed"\n\n[hours.day]'
    )
    closed = read_centre(written(tmp_path, files)).history.offered("phone")
    assert closed.isna().sum() == 0 and len(closed) == 18


def test_left_out_intervals_are_zero_only_when_the_owner_says_so(tmp_path: Path) -> None:
    files = good()
    files["history.csv"] = history().replace("2026-02-17 10:00,phone,12,11,1,300,15\n", "")
    assert read_centre(written(tmp_path, files)).history.offered("phone").isna().sum() == 1
    files["centre.toml"] = str(files["centre.toml"]).replace(
        "[hours.day]", '[history]\nmissing_intervals = "zero"\n\n[hours.day]'
    )
    offered = read_centre(written(tmp_path, files)).history.offered("phone")
    assert offered.isna().sum() == 0 and (offered == 0).sum() == 1


def test_a_queue_column_is_read_when_one_channel_enters_that_queue(tmp_path: Path) -> None:
    files = good()
    files["history.csv"] = history().replace("start,channel", "start,queue").replace(",phone,", ",front,")
    assert read_centre(written(tmp_path, files)).history.channels == ("phone",)


def test_public_holidays_close_the_queues_that_keep_them(tmp_path: Path) -> None:
    files = good()
    files["centre.toml"] = str(files["centre.toml"]).replace(
        "[hours.day]", '[calendar]\nsubdivision = "57"\n\n[hours.day]'
    )
    centre = read_centre(written(tmp_path, files))
    good_friday, easter_monday = pd.Timestamp("2026-04-03").date(), pd.Timestamp("2026-04-06").date()
    assert {good_friday, easter_monday} <= centre.queue("front").opening.closed
    assert good_friday in dict(centre.history.holidays)
    assert good_friday in dict(centre.calendar.holidays)  # what rules, hours owed and pay read


def test_the_digest_changes_with_any_byte_and_with_nothing_else(tmp_path: Path) -> None:
    first = read_centre(written(tmp_path, good())).digest
    assert read_centre(tmp_path).digest == first
    files = good()
    files["absences.csv"] = str(files["absences.csv"]).replace("2026-03-10\n", "2026-03-11\n")
    assert read_centre(written(tmp_path, files)).digest != first


def test_a_history_that_stays_is_not_read_again_and_what_is_told_of_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An absence noted on a Monday morning waited for two years of contacts to be read again."""
    folder, asked = written(tmp_path, good()), []
    before = read_centre(folder)
    monkeypatch.setattr(read, "read_record", lambda *told: asked.append(told))
    (folder / "absences.csv").write_text("agent,first,last\na1,2026-03-05,2026-03-05\n")
    after = read_centre(folder)
    assert not asked and after.digest != before.digest
    pd.testing.assert_frame_equal(after.history.frame, before.history.frame)
    assert after.remarks == before.remarks
    (folder / "history.csv").write_text((folder / "history.csv").read_text() + "\n")
    with pytest.raises(BadInput):
        read_centre(folder)
    assert len(asked) == 1


def test_every_column_and_key_is_documented() -> None:
    lines = [*toml_attributes(), *(line for name, row in FILES.items() for line in attributes(name, row))]
    assert len(lines) > 100
    assert all(line.meaning and line.kind for line in lines)


def test_hours_people_can_work_may_pass_midnight_and_name_days_in_french(tmp_path: Path) -> None:
    rows = good()["agents.csv"]
    assert isinstance(rows, str)
    header, first, *others = rows.splitlines()
    spans = ("dim 21:00-07:00|mer 08:00-12:00", "mon 18:00-08:00", "tue 12:00-08:00")

    def agents(told: str) -> str:
        return "\n".join([f"{header},availability", f"{first},{told}", *(f"{row}," for row in others), ""])

    found = []
    for told in spans[:2]:
        read = read_centre(written(tmp_path, good() | {"agents.csv": agents(told)}))
        found.append([(a.weekday, a.from_min, a.to_min) for a in read.team.agents[0].availability])
    assert found == [[(6, 1260, 1860), (2, 480, 720)], [(0, 1080, 1920)]]
    with pytest.raises(BadInput, match="a presence is written like mon 08:00-12:00"):
        read_centre(written(tmp_path, good() | {"agents.csv": agents(spans[2])}))


def test_a_remark_with_a_list_too_long_for_a_line_is_heard_in_french() -> None:
    """Channels of long names with holes in their history: the sentence was cut in its brackets, and told in English."""
    findings, names = Findings(), ", ".join(f"une file au nom vraiment très long {n} {n}" for n in range(3))
    findings.remark("history.csv", "start", found=f"21 open intervals without a row ({names})", expected="one row each")
    (holes,) = findings.remarks
    assert len(holes.found) == 120 and holes.found.endswith("...)")
    assert heard(holes.found, "fr").startswith("21 créneaux ouverts sans ligne (une file")
