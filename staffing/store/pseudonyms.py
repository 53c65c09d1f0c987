"""A week for people who study it: the same figures, nobody's name or number."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

from staffing.outputs import COVERAGE, FORECAST, ROSTER, csv_text, requirement_text, write_files
from staffing.store.database import Database
from staffing.store.log import write_log
from staffing.store.plans import load_plan
from staffing.store.rights import LOCAL, Act, User, require


def pseudonym(agent: str, key: bytes) -> str:
    """A word that stands for an agent, the same wherever the same secret key is used (HMAC-SHA256, RFC 2104).

    >>> pseudonym("a1", b"k" * 16) == pseudonym("a1", b"k" * 16) != pseudonym("a2", b"k" * 16)
    True
    """
    if len(key) < 16:
        raise ValueError("a key has at least 16 bytes: a short one can be guessed and every agent with it")
    return "p" + hmac.new(key, agent.encode(), hashlib.sha256).hexdigest()[:16]


def export_pseudonymised(
    database: Database, id: int, out: Path, *, key: bytes, number: int | None = None, by: User = LOCAL
) -> tuple[str, ...]:
    """Write roster, requirement, coverage and forecast of a plan into the folder ``out``; returns the files' names.

    Agents are pseudonyms under ``key``: keep it and the same agent is the same word next time, destroy it and nobody
    can be found again. No name, contract, absence, remark or reason leaves.
    """
    require(by, Act.KEEP)
    plan = load_plan(database, id, number=number, by=by)
    roster = plan.roster.frame.assign(agent=[pseudonym(str(agent), key) for agent in plan.roster.frame["agent"]])
    files = {
        "roster.csv": csv_text(roster.sort_values(["agent", "start"]), ROSTER),
        "requirement.csv": requirement_text(plan.requirement),
        "coverage.csv": csv_text(plan.verification.coverage, COVERAGE),
        "forecast.csv": csv_text(plan.forecast.frame, FORECAST),
    }
    write_files(files, out)
    with database.transaction() as connection:
        write_log(connection, database.now(connection), by.login, "export", f"plan {id}", "", "pseudonymised")
    return tuple(files)
