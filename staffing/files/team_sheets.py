"""Who shares a sheet on the wall: a site while it fits on one, else each team of it, else even parts of a team."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.team import Agent

APART = " · "


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

    A team is who serves the same queue first, at one site; it is told apart only where its site is too large.
    """
    labels = {queue.name: queue.label or queue.name for queue in centre.queues}
    sheets: list[TeamSheet] = []
    here = [agent for agent in centre.team.agents if any(map(agent.in_post, week.days))]
    for site, there in _grouped(here, lambda agent: agent.site):
        if len(there) <= most:
            sheets.append(TeamSheet(site, there))
            continue
        for queue, team in _grouped(there, lambda agent: agent.skills[0].queue if agent.skills else ""):
            name = APART.join(part for part in (site, labels.get(queue, queue)) if part)
            sheets += _parts(name, team, -(-len(team) // most))
    return tuple(sheets)


def _grouped(agents: Iterable[Agent], by: Callable[[Agent], str]) -> Iterator[tuple[str, tuple[Agent, ...]]]:
    """Agents by a word, both in the order in which they come."""
    found: dict[str, list[Agent]] = {}
    for agent in agents:
        found.setdefault(by(agent), []).append(agent)
    return ((word, tuple(group)) for word, group in found.items())


def _parts(name: str, team: tuple[Agent, ...], of: int) -> Iterator[TeamSheet]:
    """A team in that many sheets, none more than one agent longer than another."""
    ends = [len(team) * part // of for part in range(of + 1)]
    for number, (start, end) in enumerate(pairwise(ends), 1):
        yield TeamSheet(name, team[start:end], number, of)
