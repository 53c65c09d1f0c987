"""The months ahead: hours needed against hours there, when to hire, whether a leave can be granted.

A quarter to a year is planned in agent-hours a week: the need comes from the same forecast and sizing as a week's
roster, the capacity from contracts, leave already given, people who leave, and new people who learn.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.hours import hours_owed, in_post, rtt_days
from staffing.rostering.team import Absence, Agent

Floats = npt.NDArray[np.float64]
COLUMNS = ("week", "need_h", "owed_h", "leave_h", "left_h", "hired_h", "lost_h", "capacity_h", "spare_h")
MONTHS = (0.6, 1.0, 0.7, 1.1, 1.2, 0.8, 1.7, 2.0, 0.6, 0.9, 0.6, 1.2)
"""Leave taken by month over the mean month: school holidays weigh more (guess)."""
YEAR_WEEKS = 52.18
SLIGHT_H = 2.0
"""Hours short in a whole week that nobody would hire for."""


@dataclass(frozen=True)
class Workforce:
    """How people come, learn and go.

    ``turnover_year`` share of the staff that leaves in a year (continuous rate); ``lead_weeks`` from the decision to
    hire to the first day; ``training_weeks`` without any contact (nine at the Metz centre: two months and a week,
    domain.md); then productivity grows in a line from ``start_pace`` to 1 over ``ramp_weeks``. ``lost_share`` of paid
    hours goes to breaks, meetings and training (unplanned absence is in the need); ``hours_week`` a new agent's
    contract; ``cost_eur_h``. ``leave_days_year`` and ``rtt_days_year`` working days each agent will take, spread by
    month, of which only what is not yet in the team's absences takes hours off (25 days of leave: L3141-3, and
    five times the weekly days of service at the State; RTT by contract, ``hours.rtt_days``; 0: absences told are all
    there is).
    """

    turnover_year: float = 0.15
    lead_weeks: int = 6
    training_weeks: int = 9
    ramp_weeks: int = 8
    start_pace: float = 0.6
    lost_share: float = 0.0
    hours_week: float = 35.0
    cost_eur_h: float = 25.5
    leave_days_year: float = 0.0
    rtt_days_year: float = 0.0

    def leave_h(self, hours_week: float, week: Week) -> float:
        """Hours of leave and RTT that agents owing ``hours_week`` together take in a week of that month.

        >>> round(Workforce(leave_days_year=25).leave_h(35.0, Week.parse("2026-W33")), 2)
        6.49
        """
        weight = MONTHS[week.days[3].month - 1] / float(np.mean(MONTHS))
        return hours_week / 5 * (self.leave_days_year + self.rtt_days_year) / YEAR_WEEKS * weight

    def pace(self, weeks_since_start: Floats) -> Floats:
        """Share of a full agent's work, by weeks since the first day; 0 before it and in training.

        >>> Workforce(training_weeks=2, ramp_weeks=2, start_pace=0.5).pace(np.array([-1.0, 1, 2, 3, 4, 9])).tolist()
        [0.0, 0.0, 0.5, 0.75, 1.0, 1.0]
        """
        since = weeks_since_start - self.training_weeks
        learnt = since / self.ramp_weeks if self.ramp_weeks else np.ones_like(since)
        grown = self.start_pace + (1 - self.start_pace) * learnt
        return np.asarray(np.where(since < 0, 0.0, np.minimum(grown, 1.0)))

    def stays(self, weeks: Floats) -> Floats:
        """Share of people still there after so many weeks."""
        return np.asarray((1.0 - self.turnover_year) ** (np.maximum(weeks, 0.0) / YEAR_WEEKS))


@dataclass(frozen=True)
class Hire:
    """``count`` people whose first day is the Monday of ``week``."""

    week: Week
    count: int


@dataclass(frozen=True)
class Horizon:
    """Capacity against need.

    ``frame`` one row a week, hours: ``need_h`` agent-hours needed, ``owed_h`` owed by today's team less leave
    already told, ``leave_h`` still to be taken by the leave plan, ``left_h`` of these lost with those who leave,
    ``hired_h`` brought by new people at their pace, ``lost_h`` off queues, ``capacity_h`` what remains, ``spare_h`` =
    capacity - need (negative: short).
    """

    frame: pd.DataFrame
    workforce: Workforce
    hires: tuple[Hire, ...] = ()

    @property
    def short_weeks(self) -> tuple[str, ...]:
        """Weeks short by more than a slight ``SLIGHT_H``."""
        return tuple(self.frame["week"][self.frame["spare_h"] < -SLIGHT_H])

    @property
    def fte_short(self) -> float:
        """The deepest shortage in full-time agents of ``hours_week``."""
        return float(max(0.0, -self.frame["spare_h"].min()) / self.workforce.hours_week)


def weeks_from(first: Week, count: int) -> tuple[Week, ...]:
    """``count`` weeks in a row."""
    return tuple(first.plus(i) for i in range(count))


def horizon(
    centre: Centre, weeks: tuple[Week, ...], need_h: Floats, *, workforce: Workforce, hires: tuple[Hire, ...] = ()
) -> Horizon:
    """Capacity against ``need_h`` [weeks]; ValueError when the two do not go together."""
    if len(need_h) != len(weeks) or not np.isfinite(need_h).all():
        raise ValueError(f"need_h must hold {len(weeks)} finite hours, one a week, got {len(need_h)}")
    owed, whole = (np.array([_owed_h(asked, week) for week in weeks]) for asked in (centre, _with_absences(centre, ())))
    planned = np.array([workforce.leave_h(h, week) for h, week in zip(whole, weeks, strict=True)])
    leave = np.clip(planned - (whole - owed), 0.0, owed)
    past = np.arange(len(weeks), dtype=float)
    left = (owed - leave) * (1 - workforce.stays(past))
    hired = sum((_hired_h(hire, weeks, workforce) for hire in hires), np.zeros(len(weeks)))
    lost = (owed - leave - left + hired) * workforce.lost_share
    capacity = owed - leave - left + hired - lost
    columns = ([str(w) for w in weeks], need_h, owed, leave, left, hired, lost, capacity, capacity - need_h)
    return Horizon(pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))), workforce, hires)


def _owed_h(centre: Centre, week: Week) -> float:
    """Hours owed in the week by those who have begun and have not left."""
    here = in_post(centre, week)
    return float(sum(hours_owed(agent, here, week) for agent in here.team.agents))


def _hired_h(hire: Hire, weeks: tuple[Week, ...], workforce: Workforce) -> Floats:
    since = np.array([(w.monday - hire.week.monday).days / 7 for w in weeks])
    there = 1 - np.array([workforce.leave_h(1.0, w) for w in weeks])
    return np.asarray(hire.count * workforce.hours_week * workforce.pace(since) * workforce.stays(since) * there)


def least_hires(
    centre: Centre, weeks: tuple[Week, ...], need_h: Floats, *, workforce: Workforce
) -> tuple[tuple[Hire, ...], Horizon]:
    """The cheapest hires that leave the fewest hours short, and the horizon with them.

    Integer program (HiGHS): people n_s starting in week s >= ``lead_weeks`` and hours short u_w >= 0,
    min sum_s n_s * wages until the end + 1000 EUR * sum_w u_w, subject to
    sum_s n_s * hours_s(w) * (1 - lost) + u_w >= -spare(w). What no hire can reach in time stays short.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    bare = horizon(centre, weeks, need_h, workforce=workforce)
    starts = range(workforce.lead_weeks, len(weeks))
    brought = [_hired_h(Hire(weeks[s], 1), weeks, workforce) * (1 - workforce.lost_share) for s in starts]
    wages = [workforce.cost_eur_h * workforce.hours_week * (len(weeks) - s) for s in starts]
    size, count = len(weeks), len(brought)
    matrix = np.hstack([np.array(brought).T.reshape(size, count), np.eye(size)])
    lack = -bare.frame["spare_h"].to_numpy(dtype=float)
    answer = milp(
        np.concatenate([wages, np.full(size, 1000.0)]),
        integrality=np.concatenate([np.ones(count), np.zeros(size)]),
        bounds=Bounds(0.0, np.inf),
        constraints=LinearConstraint(matrix, lb=np.maximum(lack, 0.0)),
    )
    if answer.x is None:
        raise ValueError(f"no hiring plan found: {answer.message}")
    people = np.round(answer.x[:count]).astype(int)
    hires = tuple(Hire(weeks[s], int(n)) for s, n in zip(starts, people, strict=True) if n)
    return hires, horizon(centre, weeks, need_h, workforce=workforce, hires=hires)


@dataclass(frozen=True)
class LeaveAnswer:
    """Whether a leave can be granted: the hours it takes and what is spare, by week; ``granted`` when no week ends up
    short because of it."""

    granted: bool
    frame: pd.DataFrame

    @property
    def weeks_short(self) -> tuple[str, ...]:
        return tuple(self.frame["week"][self.frame["after_h"] < -1e-6])


def may_leave(ahead: Horizon, centre: Centre, agent: Agent, first: dt.date, last: dt.date) -> LeaveAnswer:
    """Can ``agent`` be away from ``first`` to ``last``? What the week's leave plan still holds takes nothing more.

    Weeks outside the horizon are refused with ValueError.
    """
    known, rows = ahead.frame.set_index("week")[["spare_h", "leave_h"]], []
    team = centre.team.absences
    away = _with_absences(centre, (*team, Absence(agent.id, first, last)))
    week = Week.of(first)
    while week.monday <= last:
        if str(week) not in known.index:
            raise ValueError(f"{week} lies outside the horizon {ahead.frame['week'].iloc[0]} and after")
        takes = hours_owed(agent, in_post(centre, week), week) - hours_owed(agent, in_post(away, week), week)
        spare, plan = float(known["spare_h"][str(week)]), float(known["leave_h"][str(week)])
        takes = max(0.0, takes - plan) * (1 - ahead.workforce.lost_share)
        rows.append({"week": str(week), "takes_h": takes, "spare_h": spare, "after_h": spare - takes})
        week = week.plus(1)
    frame = pd.DataFrame(rows)
    harmed = (frame["after_h"] < -1e-6) & (frame["takes_h"] > 0)
    return LeaveAnswer(not bool(harmed.any()), frame)


def at_level(centre: Centre, level: int, usual: Workforce) -> tuple[Centre, Workforce]:
    """The centre with the team of one level alone, and the workforce at that team's mean hourly cost, with the RTT days
    of its contracts where leave is still to be taken at all."""
    team = centre.team
    mine = tuple(agent for agent in team.agents if agent.level == level)
    terms = [team.contract(agent.contract) for agent in mine]
    wage, rtt = (float(np.mean(values)) for values in ([c.cost_eur_h for c in terms], [rtt_days(c) for c in terms]))
    there = replace(usual, cost_eur_h=wage, rtt_days_year=rtt if usual.leave_days_year else 0.0)
    return replace(centre, team=replace(team, agents=mine)), there


def _with_absences(centre: Centre, absences: tuple[Absence, ...]) -> Centre:
    return replace(centre, team=replace(centre.team, absences=absences))
