"""A planned week of a real folder, without the engine: what the store's tests save, edit and publish."""

from __future__ import annotations

from pathlib import Path

from forecasts.grid import Week
from staffing.files.roster_text import AgentDay, Piece, agent_days, frame_of
from staffing.gate.read import read_centre
from staffing.plan import Plan
from staffing.rostering.roster import Proof, Roster
from staffing.rostering.verify import verify
from tests.centre.folder import good, written
from tests.files import plans

WEEK = Week.parse("2026-W49")


def folder(place: Path, agents: int = 6) -> Path:
    """A good folder with that many agents, named."""
    rows = [f"a{i},Zoé N° {i},{1 + (i % 3 == 0)},front|expert,full,zoe{i}@example.org" for i in range(1, agents + 1)]
    files = {**good(), "agents.csv": "\n".join(["id,name,level,skills,contract,email", *rows, ""])}
    place.mkdir(parents=True, exist_ok=True)
    return written(place, files)


def planned(place: Path, week: Week = WEEK, seed: int = 1) -> Plan:
    """A plan of that folder with a seeded roster, truly verified."""
    centre = read_centre(place)
    made = plans.roster(tuple(a.id for a in centre.team.agents), week, centre.grid, seed)
    roster = Roster(week, centre.grid, made.frame, Proof("feasible", 12_345.6, 11_000.1, 2.5, seed, 25.0))
    need = plans.requirement(week, centre.grid)
    return Plan(centre, week, "as expected", plans.forecast(centre.grid), need, roster, verify(roster, need, centre))


def moved(pieces: tuple[Piece, ...], minutes: int) -> tuple[Piece, ...]:
    """The same shift that much later."""
    from pandas import Timedelta

    late = Timedelta(minutes=minutes)
    return tuple(Piece(p.start + late, p.end + late, p.activity) for p in pieces)


def with_day(roster: Roster, agent: str, shift: AgentDay) -> Roster:
    """The roster with one agent-day in place of what stood there."""
    others = [d for d in agent_days(roster.frame) if (d.agent, d.day) != (agent, shift.day)]
    return Roster(roster.week, roster.grid, frame_of([*others, shift], roster.grid))
