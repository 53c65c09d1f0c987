"""The same week asked otherwise: more contacts, longer calls, another target. Nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from forecasts.distribution import Forecast
from staffing.centre import Centre, Shrinkage
from staffing.kpis import kpis
from staffing.plan import Plan
from staffing.rostering.verify import Verification, coverage_of
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size
from staffing.targets import ServiceLevel


@dataclass(frozen=True)
class Ask:
    """Ratios of contacts and handle time on ``weekdays`` (0 = Monday), ``lost`` the share of scheduled time lost beside
    the losses known, and the share and delay of every service-level target (None: as it is)."""

    contacts: float = 1.0
    aht: float = 1.0
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    lost: float = 0.0
    share: float | None = None
    within_s: float | None = None


def asked_forecast(forecast: Forecast, ask: Ask) -> Forecast:
    """The forecast with its contacts and handle times changed on those weekdays."""
    frame = forecast.frame.copy()
    here = frame["start"].dt.day_of_week.isin(ask.weekdays)
    volumes = [c for c in ("contacts", "p025", "p10", "p90", "p975") if c in frame]
    frame.loc[here, volumes] *= ask.contacts
    frame.loc[here, "aht_s"] *= ask.aht
    return replace(forecast, frame=frame)


def asked_centre(centre: Centre, ask: Ask) -> Centre:
    """The centre with every service level promised anew and more of its agents' time lost."""

    def aim(target: ServiceLevel) -> ServiceLevel:
        return replace(
            target, share=target.share if ask.share is None else ask.share,
            within_s=target.within_s if ask.within_s is None else ask.within_s,
        )  # fmt: skip

    queues = tuple(replace(q, target=aim(q.target)) if isinstance(q.target, ServiceLevel) else q for q in centre.queues)
    more = (Shrinkage("what if", ask.lost),) if ask.lost else ()
    return replace(centre, queues=queues, shrinkage=(*centre.shrinkage, *more))


def need_if(plan: Plan, ask: Ask) -> Requirement:
    """Agents needed in the plan's week under ``ask``."""
    return size(asked_forecast(plan.forecast, ask), asked_centre(plan.centre, ask), plan.week)


def met_if(plan: Plan, requirement: Requirement) -> Verification:
    """How the plan's roster stands before another need (its breaches are what they were)."""
    coverage, hours = coverage_of(plan.roster, requirement, plan.centre), requirement.grid.interval_h
    over = (coverage["scheduled"] - coverage["required"]).clip(lower=0)
    return replace(
        plan.verification, coverage=coverage, required_hours=float(coverage["required"].sum()) * hours,
        shortage_hours=float(coverage["shortage"].sum()) * hours, surplus_hours=float(over.sum()) * hours,
    )  # fmt: skip


def service_of(requirement: Requirement, found: Verification) -> float:
    """Service level of the live queues over the week, weighted by contacts."""
    table = kpis(requirement, found)
    live = table[table["service_level"].notna() & (table["contacts"] > 0)]
    return float((live["service_level"] * live["contacts"]).sum() / max(float(live["contacts"].sum()), 1e-9))


def needed(requirement: Requirement, queue: str = "") -> pd.DataFrame:
    """start and agents, of one queue or all together."""
    rows = requirement.frame if not queue else requirement.frame[requirement.frame["queue"] == queue]
    return rows.groupby("start", sort=True)["agents"].sum().reset_index()


@dataclass(frozen=True)
class Priced:
    """The need at one confidence (None: the expected contacts): agents at the busiest interval, agent-hours of the
    week, EUR at the team's mean cost of an hour."""

    confidence: float | None
    most: float
    hours: float
    eur: float


def prices_of_confidence(plan: Plan) -> tuple[Priced, ...]:
    """The week's need for being ever surer that each interval keeps its promise."""
    team = plan.centre.team
    eur_h = sum(team.contract(a.contract).cost_eur_h for a in team.agents) / max(len(team.agents), 1)
    found = []
    for confidence in (None, 0.7, 0.8, 0.9, 0.95):
        need = size(plan.forecast, plan.centre, plan.week, options=Sizing(confidence=confidence))
        agents = needed(need)["agents"]
        hours = float(agents.sum()) * need.grid.interval_h
        found.append(Priced(confidence, float(agents.max()), hours, hours * eur_h))
    return tuple(found)
