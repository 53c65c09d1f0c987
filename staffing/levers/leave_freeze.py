"""Leave not yet begun is moved by agreement: what may still be granted otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from forecasts.distribution import Forecast
from staffing.centre import Centre
from staffing.levers.lever import Offer, Peak, day_of_work


@dataclass(frozen=True)
class LeaveMoved:
    """A change of the question: an agent's leave no longer holds on a ``day``."""

    agent: str
    day: dt.date
    kind: ClassVar[str] = "leave_moved"

    def applied(self, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
        one, left = dt.timedelta(days=1), []
        for absence in centre.team.absences:
            if absence.agent != self.agent or not absence.covers(self.day):
                left.append(absence)
                continue
            parts = (replace(absence, last=self.day - one), replace(absence, first=self.day + one))
            left += [part for part in parts if part.first <= part.last]
        return replace(centre, team=replace(centre.team, absences=tuple(left))), forecast


@dataclass(frozen=True)
class LeaveFreeze:
    """The order of leave may not be changed within a month of it but for exceptional reasons (L3141-16): so only leave
    that begins ``notice_days`` or more ahead is asked back, a whole day at a time, for ``eur_day`` of goodwill."""

    name: str = "leave_freeze"
    notice_days: int = 31
    article: str = "Code du travail L3141-16"
    eur_day: float = 80.0
    TAGS: ClassVar[dict[str, str]] = {"eur_day": "guess"}

    def offers(self, peak: Peak) -> Iterator[Offer]:
        for absence in peak.centre.team.absences:
            agent = peak.centre.team.agent(absence.agent)
            if not agent.skills or (absence.first - peak.today).days < self.notice_days:
                continue
            queue = peak.centre.queue(agent.skills[0].queue)
            for day in (d for d in peak.roster.week.days[:5] if absence.covers(d) and agent.in_post(d)):
                spans = queue.opening.on(day)
                if not spans:
                    continue
                start, end = spans[0][0], min(spans[-1][1], spans[0][0] + 465)
                segments = day_of_work(peak, agent.id, queue.name, day, (start, end))
                relief = tuple(
                    part for segment in segments if segment[3] == queue.name for part in peak.relief_of(segment)
                )
                if relief:
                    hours = (end - start - 45) / 60
                    yield Offer(self.name, agent.id, self.eur_day, relief, segments, LeaveMoved(agent.id, day),
                                f"{agent.id} {day}", hours=hours)  # fmt: skip
