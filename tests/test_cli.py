"""The command: its languages, its exit codes, and files written whole or not at all."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from staffing.cli import COMMANDS, main
from staffing.commands.options import spoken
from staffing.outputs import FILES, csv_text, write_files
from staffing.problems import BadInput
from staffing.words import LANGUAGES, say
from tests.centre.folder import good, written

ROOT = Path(__file__).parent.parent


def left_with(arguments: list[str]) -> int:
    """The exit code of the command, run in this process."""
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_both_languages(
    command: str, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}_FR.UTF-8")
    assert left_with([command, "--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    option = "option_app_language" if command == "app" else "option_language"
    assert say(f"cli.{option}", language) in told
    assert say(f"cli.{command}", language)[:40] in told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["pla"], "commande inconnue : 'pla'. Vouliez-vous dire 'plan'"),
        (["plan"], "il manque l'argument 'centre'."),
        (["plan", "x"], "il manque l'option '--week'."),
        (["plan", "x", "--week"], "l'option '--week' demande une valeur."),
        (["plan", "x", "--wek", "a"], "option inconnue : --wek"),
        (["plan", "x", "--week", "a", "--out", "b", "--weeks", "9"], "attendu : au plus 4"),
        (["plan", "x", "--week", "a", "--out", "b", "--seed", "1.5"], "attendu : un nombre entier"),
        (["publish", "abc"], "attendu : un nombre entier"),
        (["plans", "x"], "en trop : x"),
    ],
)
def test_a_slip_on_the_command_line_is_told_in_french(
    typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(["--language", "fr", *typed]) == 2
    said = capsys.readouterr().err
    assert told in said.partition("Erreur : ")[2]
    assert said.startswith(("Emploi : affluence", "Erreur : ")) and "Error" not in said and "Try" not in said


@pytest.mark.parametrize("command", ["plan", "levers", "import"])
def test_help_has_no_english_frame_in_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with([command, "--help", "--language", "fr"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Emploi : ") and "\nOptions :\n" in told and "Montrer cette aide." in told
    assert not re.search(r"Usage:|default|required|<(int|str|list|float|path)|Show this", told)
    assert left_with(["--language", "fr", "--help"]) == 0
    assert "\nCommandes :\n" in capsys.readouterr().out


def test_an_option_of_a_command_has_help_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for command, told in (("role", "Whose own weeks"), ("explain", "Explain the week of this agent")):
        assert left_with([command, "--help"]) == 0
        assert told in " ".join(capsys.readouterr().out.split())


def test_the_language_is_the_one_asked_for_then_the_machine_s() -> None:
    assert spoken(["plan", "--language=fr"], {"LANG": "en_GB"}) == "fr"
    assert spoken([], {"LC_ALL": "C.UTF-8", "LANG": "fr_FR"}) == "en"
    assert spoken([], {"LANG": "fr_CA.UTF-8"}) == "fr"


def test_bad_input_ends_with_2_and_every_problem_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = good()
    files["agents.csv"] = str(files["agents.csv"]).replace("front,full", "front,half", 1)
    files["history.csv"] = str(files["history.csv"]).replace(",12,11", ",-12,11", 1)
    folder = written(tmp_path, files)
    assert left_with(["forecast", str(folder), "--week", "2026-W10", "--language", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Input refused, 2 problems" in told.err
    assert "agents.csv, row 2, column contract" in told.err and "history.csv, row 2, column offered" in told.err


@pytest.mark.parametrize("week", ["2026-W54", "next", "2031-W10"])
def test_a_week_that_cannot_be_planned_is_bad_input(week: str, tmp_path: Path) -> None:
    assert left_with(["forecast", str(written(tmp_path, good())), "--week", week]) == 2


def test_a_traceback_never_reaches_the_user(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "staffing", "forecast", str(tmp_path / "nowhere"), "--week", "2026-W10"],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "Traceback" not in run.stderr and "nowhere" in run.stderr
    assert len(run.stderr.splitlines()) == 2, "one mistake is told once"


def test_forecast_writes_its_columns_to_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["forecast", str(written(tmp_path, good())), "--week", "2026-W10"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "start,channel,contacts,p10,p90,aht_s,p025,p975,model_contacts"
    assert lines[1].startswith("2026-03-02T09:00+01:00,phone,") and len(lines) == 13


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("command", "target", "found"),
    [
        ("size", "folder", ("a folder", "un dossier")),
        ("compare", "nowhere/needs.csv", ("no such folder", "aucun dossier de ce nom")),
        ("simulate", "file", ("a file of that name", "un fichier de ce nom")),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_before_any_work(
    command: str, target: str, found: tuple[str, str], language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    asked = [str(written(tmp_path, good())), "--week", "2026-W10", "--out", str(tmp_path / target)]
    more = {"compare": ["base"], "simulate": [str(tmp_path / "file")]}.get(command, [])
    assert left_with([command, asked[0], *more, *asked[1:], "--language", language]) == 2
    told = capsys.readouterr().err
    assert found[language == "fr"] in told and len(told.splitlines()) == 2


def test_columns_prints_the_table_the_gate_reads_by(capsys: pytest.CaptureFixture[str]) -> None:
    assert left_with(["columns", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert "| aht_s | number | s | empty |" in told
    assert "| queues.NAME.patience_s | number | s | empty |" in told
    assert left_with(["columns", "--language", "fr"]) == 0
    french = capsys.readouterr().out
    assert "| aht_s | nombre | s | vide | " in french and "| goals | table |  | voir ses clés |" in french
    assert not re.search(r"\b(optional|required|empty|whole number|the|when)\b", french)
    private = told.partition("## fr_private_idcc2098")[2]
    assert "| saturday_turns.most = 1, saturday_turns.weeks = 1 | at most 1 Saturday worked in 1 week" in private


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_files(dict.fromkeys(FILES, "first"), out)
    write = Path.write_text

    def full(path: Path, text: str, *rest: str) -> int:
        if path.name == "roster.csv":
            raise OSError(errno.ENOSPC, "no space left")
        return write(path, text, *rest)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space"):
        write_files(dict.fromkeys(FILES, "second"), out)
    assert {path.read_text() for path in out.iterdir()} == {"first"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_earlier_answer_is_replaced_and_a_strangers_folder_is_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_files({"plan.json": "first", "roster.csv": "first"}, out)
    write_files({"plan.json": "second"}, out)
    assert [path.name for path in out.iterdir()] == ["plan.json"]
    (out / "thesis.doc").write_text("mine")
    with pytest.raises(BadInput, match=r"thesis\.doc"):
        write_files({"plan.json": "third"}, out)
    assert (out / "plan.json").read_text() == "second"


def test_an_earlier_answer_goes_back_where_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, rename = tmp_path / "out", Path.rename
    write_files({"plan.json": "first"}, out)

    def failing(path: Path, to: Path) -> Path:
        if to == out and (path / "plan.json").read_text() == "second":
            raise OSError(errno.EIO, "input/output error")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="input/output"):
        write_files({"plan.json": "second"}, out)
    assert (out / "plan.json").read_text() == "first" and [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_answer_that_outgrows_the_disk_leaves_the_earlier_one(tmp_path: Path) -> None:
    folder, out = written(tmp_path, good()), tmp_path / "need.csv"
    out.write_text("earlier")
    before = set(tmp_path.iterdir())
    code = (
        "import resource, signal, sys\nfrom staffing.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "main(sys.argv[1:])\n"
    )
    asked = ["size", str(folder), "--week", "2026-W10", "--out", str(out), "--language", "en"]
    run = subprocess.run([sys.executable, "-c", code, *asked], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 2 and "half-written" in run.stderr and "need.csv" in run.stderr
    assert out.read_text() == "earlier" and set(tmp_path.iterdir()) == before


def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path, good())
    for out in (folder, folder / "agents.csv"):
        assert left_with(["plan", str(folder), "--week", "2026-W10", "--out", str(out), "--language", "fr"]) == 2
        told = capsys.readouterr().err
        assert "Planification" not in told and "attendu un nouveau dossier" in told


@pytest.mark.parametrize("week", ["49", "2026-W60"])
def test_an_option_that_is_wrong_is_told_in_french(
    week: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left_with(["forecast", str(written(tmp_path, good())), "--week", week, "--language", "fr"]) == 2
    told = capsys.readouterr().err
    assert f"--week : trouvé '{week}' ; attendu une semaine ISO, comme 2026-W49. Corriger l'option." in told


def test_remarks_and_days_that_do_not_exist_are_told_in_french(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = good() | {"agents.csv": good()["agents.csv"].replace(",", ";")}
    assert left_with(["forecast", str(written(tmp_path, files)), "--week", "2026-W10", "--language", "fr"]) == 0
    told = capsys.readouterr().err
    assert "agents.csv : trouvé des colonnes séparées par ';' ; attendu une virgule ; lu quand même." in told
    files |= {
        "absences.csv": "agent,first,last\na1,2026-02-28,2026-02-30\n",
        "commitments.csv": "agent,activity,minutes,start\na1,talk,60,2026-03-02T26:00\n",
    }
    assert left_with(["forecast", str(written(tmp_path, files)), "--week", "2026-W10", "--language", "fr"]) == 2
    told = capsys.readouterr().err
    assert "attendu un jour qui existe" in told and "attendu un jour et une heure qui existent" in told


def test_what_could_not_be_kept_is_told_with_the_marks_of_the_language() -> None:
    from staffing.commands.summary import reason_lines
    from staffing.rostering.roster import Reason

    reasons = (Reason("too_few_qualified", "front", "9.5 agents needed at 2026-09-01 10:00, 4 qualified"),)
    assert "9.5 agents needed" in reason_lines(reasons, "en")[0]
    assert "9,5 agents" in reason_lines(reasons, "fr")[0] and "2026-09-01 10:00" in reason_lines(reasons, "fr")[0]


def test_no_cell_of_ours_is_taken_for_a_formula() -> None:
    frame = pd.DataFrame({"queue": ["=1+1", "+33", "-x", "@sum", "plain"], "agents": [-1.0, 2.0, 3.0, 4.0, 5.0]})
    text = csv_text(frame, ("queue", "agents"))
    assert [line[0] for line in text.splitlines()[1:]] == ["'", "'", "'", "'", "p"]
    assert "-1" in text


def test_an_import_becomes_a_centre_that_the_gate_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "export.csv"
    at = pd.date_range("2026-01-05 09:00", periods=3 * 12, freq="5min")
    days = [at + pd.Timedelta(days=d) for d in range(21) if d % 7 < 5 and d != 8]
    rows = [f"{moment:%Y-%m-%d %H:%M:%S},{7}" for day in days for moment in day]
    export.write_text("when,appels\n" + "\n".join(rows) + "\n")
    into = tmp_path / "centre"
    options = ["--column", "start=when", "--column", "offered=appels", "--agents", "12", "--missing-days", "closed"]
    assert left_with(["import", str(export), "--into", str(into), *options, "--language", "en"]) == 0
    assert "84 intervals of history, 12 generated agents" in capsys.readouterr().out
    from staffing.gate.read import read_centre

    centre = read_centre(into)
    assert centre.queues[0].opening.weekdays[:6] == ((((540, 720),),) * 5 + ((),))
    offered = centre.history.offered("phone")
    assert set(offered) == {42.0} and len(offered) == 14 * 6
    assert left_with(["import", str(export), "--into", str(into)]) == 2


def test_a_running_engine_tells_its_phase_in_words_before_it_has_a_cost() -> None:
    from staffing.commands.options import Watcher
    from staffing.rostering.roster import Progress

    phases = ("forecast", "first roster", "prices", "search", "selection")
    for language in ("fr", "en"):
        told = [Watcher(language).line(Progress(phase, 2.0)) for phase in phases]
        assert len(set(told)) == len(phases) and not any("EUR" in line or "?" in line for line in told)
        assert "1,234" in Watcher(language).line(Progress("search", 2.0, 1234.0, 1000.0)).replace("\u202f", ",")
    assert Watcher("fr").line(Progress("forecast", 0.0)) != Watcher("en").line(Progress("forecast", 0.0))
