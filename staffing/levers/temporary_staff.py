"""Temporary staff: new people for the week, who learn while they answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from forecasts.distribution import Forecast
from staffing.centre import Centre, Queue
from staffing.levers.lever import Offer, Peak, Segment, day_of_work
from staffing.rostering.team import Agent, Skill


@dataclass(frozen=True)
class Hired:
    """A change of the question: one more agent in the team."""

    agent: Agent
    kind: ClassVar[str] = "hired"

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        return replace(centre, team=replace(centre.team, agents=(*centre.team.agents, self.agent))), forecast


@dataclass(frozen=True)
class TemporaryStaff:
    """Up to ``people`` at level 1, Monday to Friday, seven paid hours around the day's middle with 45 minutes of meal.

    After ``training_h`` hours they answer at ``start_pace`` of the normal speed, which grows in a line to 1 over
    ``ramp_weeks``: each may also begin some ``weeks_before`` the peak, which costs those weeks' wages and gives a
    quicker week. They cost ``eur_h`` an hour. Level 2 takes months to learn and is not offered.
    """

    name: str = "temporary_staff"
    notice_days: int = 14
    article: str = "Code du travail L1251-6 (temporary rise in activity)"
    people: int = 10
    start_pace: float = 0.6
    ramp_weeks: float = 8.0
    weeks_before: tuple[int, ...] = (0, 2, 4)
    eur_h: float = 27.0
    training_h: float = 14.0
    TAGS: ClassVar[dict[str, str]] = {
        "people": "guess",
        "start_pace": "guess",
        "ramp_weeks": "guess",
        "weeks_before": "guess",
        "eur_h": "published: an outsourced hour in France, 24 to 27 EUR in 2010",
        "training_h": "guess",
    }

    def pace(self, weeks_before: int) -> float:
        """Mean share of normal speed in the peak's week of somebody who began so many weeks before.

        >>> [round(TemporaryStaff().pace(weeks), 3) for weeks in (0, 2, 20)]
        [0.625, 0.725, 1.0]
        """
        learnt = (weeks_before + 0.5) / self.ramp_weeks if self.ramp_weeks else 1.0
        return min(1.0, self.start_pace + (1 - self.start_pace) * learnt)

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for queue in (q for q in peak.centre.level_queues(1) if q.kind == "phone"):
            contract = next((a.contract for a in peak.centre.team.agents if a.serves(queue.name)), None)
            if contract is None:
                continue
            for number in range(self.people):
                who = f"temporary-{queue.name}-{number + 1}"
                segments, hours = _week(peak, queue, who, late=number % 2 == 1)
                served = [(a, b) for _, a, b, word in segments if word == queue.name]
                helps = any(peak.relief(queue.name, a, b) for a, b in served)
                for weeks in self.weeks_before if helps else ():
                    if self.notice_days + 7 * weeks > peak.notice_days():
                        continue
                    pace = self.pace(weeks)
                    agent = Agent(who, who, 1, (Skill(queue.name, pace),), contract)
                    yield Offer(
                        self.name, who, (hours * (1 + weeks) + self.training_h) * self.eur_h,
                        tuple(part for a, b in served for part in peak.relief(queue.name, a, b, pace)), segments,
                        Hired(agent), only_one=who, hours=hours,
                    )  # fmt: skip


def _week(peak: Peak, queue: Queue, who: str, *, late: bool) -> tuple[tuple[Segment, ...], float]:
    """Segments of five days from the queue's opening, or up to its closing when ``late``, and their paid hours."""
    segments, hours = list[Segment](), 0.0
    for day in peak.roster.week.days[:5]:
        spans = queue.opening.on(day)
        if spans:
            opens, closes = spans[0][0], spans[-1][1]
            start = max(opens, closes - 465) if late else opens
            end = min(start + 465, closes)
            segments += day_of_work(peak, who, queue.name, day, (start, end))
            hours += (end - start - 45) / 60
    return tuple(segments), hours
