"""Write the sample centres: ``python -m data_samples.generate [--seed 1] [--into FOLDER]``.

The same seed gives the same bytes. Each centre is a folder the gate reads; what was true when it was drawn lies beside
it in ``truth/``, so that forecasts and requirements can be scored.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from data_samples import people
from data_samples.centres import (
    FIRST_DAY,
    INTERVAL_MIN,
    LAST_DAY,
    PLANNED,
    ROUND_THE_CLOCK,
    SAMPLES,
    TIME_ZONE,
    Group,
    Sample,
    events,
    opening,
)
from data_samples.demand import Stream, counts, day_factors, rates
from forecasts.calendars import special_days
from forecasts.grid import Grid, Week

HERE = Path(__file__).parent
TRUTH_WEEKS_AHEAD = 5
MISSING_SHARE = 0.02


def streams(sample: Sample) -> list[Stream]:
    """The channels of one sample, with the hours in which contacts arrive."""
    last = LAST_DAY + dt.timedelta(weeks=TRUTH_WEEKS_AHEAD)
    holidays = tuple(day for day, _ in special_days("", "", FIRST_DAY, last).holidays)
    phone, always = opening(sample.hours, holidays), opening(ROUND_THE_CLOCK, ())
    calls = [Stream(d.name, sample.calls_year * d.share, sample.aht_s, phone) for d in sample.domains]
    return calls + [Stream(name, year, aht_s, always, email=True) for name, year, aht_s in sample.emails]


def contacts(sample: Sample, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """History until the last recorded day, and the truth some weeks beyond it."""
    grid = Grid(TIME_ZONE, INTERVAL_MIN)
    last = LAST_DAY + dt.timedelta(weeks=TRUTH_WEEKS_AHEAD)
    days = [FIRST_DAY + dt.timedelta(days=i) for i in range((last - FIRST_DAY).days + 1)]
    shared = day_factors(days, rng)
    known = tuple(e for e in events() if not e.channels or set(e.channels) & {d.name for d in sample.domains})
    history, truth = [], []
    for stream in streams(sample):
        true = rates(stream, grid, FIRST_DAY, last, known)
        own = day_factors(days, rng, 0.04)
        true["day_factor"] = [shared[s.date()] * own[s.date()] for s in true["start"]]
        drawn = counts(stream, true, rng)
        true.insert(1, "channel", stream.channel)
        truth.append(true.assign(offered=drawn["offered"]))
        kept = rng.random(len(drawn)) > MISSING_SHARE
        history.append(drawn[kept & (drawn["start"] < grid.at(LAST_DAY + dt.timedelta(days=1), 0)).to_numpy()])
    return pd.concat(history, ignore_index=True), pd.concat(truth, ignore_index=True)


def crew(sample: Sample, rng: np.random.Generator) -> pd.DataFrame:
    """The agents of one sample, one row each."""
    called = iter(people.names(sum(g.count for g in sample.groups), rng))
    rows = []
    for group in sample.groups:
        for i, contract in enumerate(_contracts(group), 1):
            skills = [f"{s}:1" for s in group.skills]
            if group.seconds and rng.random() < group.second_share:
                second = str(rng.choice([s for s in group.seconds if s not in group.skills]))
                skills.append(f"{second}:0.9")
            rows.append(
                {
                    "id": f"{group.prefix}-{i:02d}",
                    "name": next(called),
                    "level": str(group.level),
                    "skills": "|".join(skills),
                    "contract": contract,
                    "site": group.site,
                    **people.wishes(rng),
                }
            )
    return pd.DataFrame(rows)


def _contracts(group: Group) -> list[str]:
    """One contract for each agent of a group, in the group's shares."""
    chosen: list[str] = []
    for name, share in group.contracts:
        chosen += [name] * round(group.count * share)
    return (chosen + [group.contracts[0][0]] * group.count)[: group.count]


def staff_files(sample: Sample, team: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Absences, commitments, past shifts and ledgers of the weeks after the history."""
    weeks = [PLANNED.plus(i) for i in range(-1, 4)]
    ids = list(team["id"])
    files: dict[str, pd.DataFrame] = {}
    away = people.absences(ids, weeks, rng, share=sample.absent_share) if sample.absent_share else []
    if away:
        files["absences.csv"] = pd.DataFrame(away)
    experts = list(team.loc[team["level"] == "2", "id"])
    if sample.drafting_min:
        drafting = people.commitments(experts, "redaction", sample.drafting_min, weeks, away)
        meeting = people.commitments([i for i in ids if i not in experts], "reunion", 30, weeks, away)
        files["commitments.csv"] = pd.DataFrame(drafting + meeting)
    files["past.csv"] = pd.DataFrame(_past(team, away, PLANNED.plus(-1), open_saturday=bool(sample.hours[5])))
    files["ledgers.csv"] = pd.DataFrame(
        {
            "agent": ids,
            "weeks": "12",
            "late_shifts": rng.integers(4, 20, len(ids)),
            "saturdays": np.where(team["level"] == "1", rng.integers(0, 6, len(ids)), 0) * bool(sample.hours[5]),
            "wishes_asked": "12",
            "wishes_granted": rng.integers(5, 12, len(ids)),
        }
    )
    return files


def _past(team: pd.DataFrame, away: list[dict[str, str]], week: Week, *, open_saturday: bool) -> list[dict[str, str]]:
    """The week before the planned one: five plain days, or four and a Saturday for every fourth level-1 agent."""
    rows: list[dict[str, str]] = []
    offset = "+01:00"
    for i, agent in enumerate(team.itertuples()):
        queue = str(agent.skills).split(":")[0]
        saturday = open_saturday and agent.level == "1" and i % 4 == 0
        length = {"prive_28h": 4, "prive_24h": 3}.get(str(agent.contract), 5) - saturday
        for day in [*week.days[5 - length : 5], *([week.days[5]] if saturday else [])]:
            gone = any(a["agent"] == agent.id and a["first"] <= day.isoformat() <= a["last"] for a in away)
            if not gone:
                short = day.weekday() == 5
                rows += people.day_shift(str(agent.id), day, queue, saturday=short, offset=offset)
    return rows


def events_file(sample: Sample) -> pd.DataFrame:
    """The events of one sample, without their true effects: those are for the forecast to find."""
    mine = {d.name for d in sample.domains}
    return pd.DataFrame(
        [
            {
                "name": e.name,
                "first": e.first,
                "last": e.last,
                "channels": "|".join(e.channels),
                "effect": "",
                "leave_out": "yes" if e.leave_out else "no",
            }
            for e in events()
            if not e.channels or set(e.channels) & mine
        ]
    )


def write(sample: Sample, into: Path, seed: int) -> None:
    """One centre's folder and its truth."""
    rng = np.random.default_rng([seed, zlib.crc32(sample.name.encode())])
    folder = into / sample.name
    folder.mkdir(parents=True, exist_ok=True)
    template = (HERE / "templates" / sample.toml).read_text("utf-8")
    (folder / "centre.toml").write_text(template, "utf-8")
    history, truth = contracted(contacts(sample, rng))
    _zip(folder / "history.csv.gz", history)
    (into / "truth").mkdir(exist_ok=True)
    _zip(into / "truth" / f"{sample.name}.csv.gz", truth)
    team = crew(sample, rng)
    files = {"agents.csv": team, "events.csv": events_file(sample), **staff_files(sample, team, rng)}
    for name, frame in files.items():
        (folder / name).write_text(frame.to_csv(index=False, lineterminator="\n"), "utf-8")


def contracted(frames: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Instants as text, figures no longer than needed."""
    history, truth = (f.assign(start=[s.isoformat(timespec="minutes") for s in f["start"]]) for f in frames)
    for column in ("aht_s", "wait_s"):
        history[column] = history[column].astype("Int64")
    return history, truth.round({"rate": 3, "day_factor": 4})


def _zip(path: Path, frame: pd.DataFrame) -> None:
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\n")
    with path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.getvalue().encode())


def main(arguments: list[str] | None = None) -> None:
    """Write all three centres."""
    parser: Any = argparse.ArgumentParser(description="Write the generated sample centres.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--into", type=Path, default=HERE)
    asked = parser.parse_args(arguments)
    for sample in SAMPLES.values():
        write(sample, asked.into, asked.seed)


if __name__ == "__main__":
    main()
