"""Who shares a sheet on the wall: a site while it fits on one, else teams of it that do, else even parts of a team."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.team import Agent

APART = " · "
Team = tuple[str, tuple[Agent, ...]]
"""Who serves a queue first."""


@dataclass(frozen=True)
class TeamSheet:
    """``agents`` in the centre's order; ``team`` the site and the queue they share, as people say it; ``number`` of
    ``of`` sheets of that team."""

    team: str
    agents: tuple[Agent, ...]
    number: int = 1
    of: int = 1


def team_sheets(centre: Centre, week: Week, most: int) -> tuple[TeamSheet, ...]:
    """Every agent in post on any day of the week on one sheet, at most that many on each, never two sites on the same.

    A team is who serves the same queue first, at one site; teams are told apart only where their site is too large, and
    small ones share a sheet.
    """
    labels = {queue.name: queue.label or queue.name for queue in centre.queues}
    sheets: list[TeamSheet] = []
    here = [agent for agent in centre.team.agents if any(map(agent.in_post, week.days))]
    for site, there in _grouped(here, lambda agent: agent.site):
        if len(there) <= most:
            sheets.append(TeamSheet(site, there))
            continue
        teams = _grouped(there, lambda agent: agent.skills[0].queue if agent.skills else "")
        for queues, team in _together(teams, most):
            told = ", ".join(labels.get(queue, queue) for queue in queues)
            name = APART.join(part for part in (site, told) if part)
            sheets += _parts(name, team, -(-len(team) // most))
    return tuple(sheets)


def _grouped(agents: Iterable[Agent], by: Callable[[Agent], str]) -> Iterator[tuple[str, tuple[Agent, ...]]]:
    """Agents by a word, both in the order in which they come."""
    found: dict[str, list[Agent]] = {}
    for agent in agents:
        found.setdefault(by(agent), []).append(agent)
    return ((word, tuple(group)) for word, group in found.items())


def _together(teams: Iterable[Team], most: int) -> list[tuple[tuple[str, ...], tuple[Agent, ...]]]:
    """Teams by their queues, those that follow each other joined while they fit on a sheet."""
    found: list[tuple[tuple[str, ...], tuple[Agent, ...]]] = []
    for queue, team in teams:
        queues, there = found[-1] if found else ((), ())
        if found and len(there) + len(team) <= most:
            found[-1] = ((*queues, queue), (*there, *team))
        else:
            found.append(((queue,), team))
    return found


def _parts(name: str, team: tuple[Agent, ...], of: int) -> Iterator[TeamSheet]:
    """A team in that many sheets, none more than one agent longer than another."""
    ends = [len(team) * part // of for part in range(of + 1)]
    for number, (start, end) in enumerate(pairwise(ends), 1):
        yield TeamSheet(name, team[start:end], number, of)
