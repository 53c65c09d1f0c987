"""From a centre, a week and a requirement to the engine's ``Instance``; who cannot be planned is named, not planned."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasts.grid import DAY_MIN, Week, clock_min
from staffing.centre import Centre
from staffing.rostering.away import without
from staffing.rostering.clock import Clock
from staffing.rostering.closings import LESS_EUR_H, Desk, Workable
from staffing.rostering.instance import Bools, ContractClass, Demand, Floats, Group, Instance, Ints, Kept, People
from staffing.rostering.keeping import kept_row, shifts_of, unknown
from staffing.rostering.last_night import with_last_night
from staffing.rostering.minimum import seen_by_the_engine, with_promise
from staffing.rostering.nights import hours_eur
from staffing.rostering.off_queue import set_aside
from staffing.rostering.roster import COLUMNS, MEAL, Reason, Roster
from staffing.rostering.rules.free_rule import of_shifts
from staffing.rostering.rules.rule import Rule, Shape
from staffing.rostering.rules.saturday_turns import SATURDAY
from staffing.rostering.shifts import Candidates, list_candidates
from staffing.rostering.team import Agent, Commitment, Contract
from staffing.rostering.terms import Terms, impossible, people, terms_of, without_day
from staffing.rostering.timeline import Timeline, span_of, timeline
from staffing.rostering.turns import out_of_turn
from staffing.rostering.unlawful import no_lawful_shift
from staffing.rostering.worked import rows_beside
from staffing.sizing.requirement import Requirement

NEVER_SERVE_EUR = -1e4
"""Worth of an agent on a queue that is closed."""


@dataclass(frozen=True)
class Question:
    """The instance, who was left out and what was dropped (with reasons), and what writing the roster needs; ``desks``
    by agent, of those who may work off the queues while they are closed."""

    instance: Instance
    timeline: Timeline
    terms: tuple[Terms, ...]
    commitments: tuple[Commitment, ...]
    floating: tuple[Commitment, ...]
    locked: pd.DataFrame
    reasons: tuple[Reason, ...]
    clock: Clock
    desks: dict[str, Desk] = field(default_factory=dict)


@dataclass(frozen=True)
class _Context:
    requirement: Requirement
    centre: Centre
    week: Week
    timeline: Timeline
    days: tuple[int, ...]
    clock: Clock
    out_of_turn: frozenset[str]


def demand(line: Timeline, requirement: Requirement, centre: Centre) -> Demand:
    """Shortage beyond a tenth of the need costs ``shortage_deep_eur_h`` more; level 2 times ``expert_factor``; each
    interval what it is worth to its callers (``Requirement.worth``); below the staff promised, more. Past Sunday
    midnight nothing is missing yet: who is there saves as much."""
    goals, hours = centre.goals, requirement.grid.interval_h
    level = np.array([goals.expert_factor if centre.queue(q).level == 2 else 1.0 for q in requirement.queues]) * hours
    worth = requirement.worth(goals.callers_share).unstack("queue").reindex(columns=list(requirement.queues))
    factor = level * np.nan_to_num(worth.sort_index().to_numpy(dtype=float), nan=1.0)
    tolerance = 0.1 * line.need
    short = goals.shortage_eur_h * factor
    deep = (goals.shortage_eur_h + goals.shortage_deep_eur_h) * factor
    surplus = np.where(line.open, -goals.surplus_eur_h * hours, NEVER_SERVE_EUR)
    width = np.stack([line.need - tolerance, tolerance, np.full(line.need.shape, 1e6)], axis=2)
    found = Demand(width, np.stack([deep, short, surplus], axis=2), np.zeros(line.need.shape))
    for least, eur_h in seen_by_the_engine(requirement.queues, centre):
        found = with_promise(found, np.where(line.open & ~line.ahead[:, None], least, 0.0), eur_h * hours)
    if not line.ahead.any():
        return found
    return dataclasses.replace(found, level=found.level - np.where(line.ahead[:, None], found.empty_eur, 0.0))


def ask(
    requirement: Requirement,
    centre: Centre,
    week: Week,
    rules: dict[str, tuple[Rule, ...]],
    keep: pd.DataFrame | None = None,
) -> Question:
    """The question the engine answers. ``rules`` by contract name; ``keep`` the segments of a roster to stay close
    to (columns as ``Roster.frame``)."""
    requirement = with_last_night(requirement, centre)
    line = timeline(requirement)
    open_days = sorted({int(d) for d in line.starts[~line.ahead].day_of_week})
    clock = Clock(requirement.grid, week, int(clock_min(line.starts).min()))
    held = out_of_turn(centre, week, rules) if keep is None else frozenset[str]()
    context = _Context(requirement, centre, week, line, tuple(open_days), clock, held)
    need = demand(line, requirement, centre)
    builder = _Builder(context, rules, need.base.copy(), keep)
    for agent in centre.team.agents:
        builder.add(agent)
    instance = Instance(
        requirement.grid.interval_min,
        np.array(open_days),
        requirement.queues,
        dataclasses.replace(need, base=builder.base),
        np.array(builder.profiles or [[0.0] * len(requirement.queues)]),
        tuple(builder.classes),
        tuple(builder.groups),
        tuple(t.agent.id for t in builder.terms),
        np.array(builder.group_of, dtype=np.int64),
        builder.people(),
        builder.keeping(),
        switch_eur=centre.goals.switch_eur,
        block_min=centre.goals.block_min,
    )
    return Question(
        instance, line, tuple(builder.terms), tuple(builder.fixed), tuple(builder.floating),
        builder.locked, tuple(builder.reasons), clock, builder.desks,
    )  # fmt: skip


class _Builder:
    """Collects classes, groups and agents one by one."""

    def __init__(
        self, context: _Context, rules: dict[str, tuple[Rule, ...]], base: Floats, keep: pd.DataFrame | None
    ) -> None:
        self.context, self.rules, self.base = context, rules, base
        self.keep = None if keep is None else dict(tuple(keep.sort_values(["agent", "start"]).groupby("agent")))
        self.kept: list[Ints] = []
        self.profiles: list[list[float]] = []
        self.classes: list[ContractClass] = []
        self.class_number: dict[tuple[str, tuple[Shape, ...]], int | None] = {}
        self.groups: list[Group] = []
        self.group_number: dict[tuple[int, int, tuple[int, ...], tuple[int, ...]], int] = {}
        self.group_of: list[int] = []
        self.terms: list[Terms] = []
        self.must: list[set[int]] = []
        self.fixed: list[Commitment] = []
        self.floating: list[Commitment] = []
        self.desks: dict[str, Desk] = {}
        self.reasons: list[Reason] = []
        self.locked = self._locked_rows()
        self._cover_beside()

    def _locked_rows(self) -> pd.DataFrame:
        """What is locked this week, without what an absence takes out of it; who is away works no locked hour."""
        context, locked = self.context, self.context.centre.team.locked
        if locked is None:
            return pd.DataFrame(columns=list(COLUMNS))
        monday = context.requirement.grid.at(context.week.monday, 0)
        rows = locked[locked["start"] >= monday].sort_values(["agent", "start"])[list(COLUMNS)]
        stands = without(Roster(context.week, context.requirement.grid, rows), context.centre.team.absences).frame
        kept = set(stands[["agent", "start", "end"]].itertuples(index=False, name=None))
        told = rows.itertuples(index=False, name=None)
        lost = {agent: word for agent, start, end, word in told if (agent, start, end) not in kept}
        self.reasons += [Reason("commitment_dropped", a, f"{word}: away that day") for a, word in lost.items()]
        return stands

    def _cover_beside(self) -> None:
        """Coverage that shifts of the weeks beside bring to this one and to its last night."""
        context = self.context
        agents = {agent.id: agent for agent in context.centre.team.agents}
        reaching = rows_beside(context.centre, context.requirement.grid, context.week)
        for name, start, end, word in reaching[list(COLUMNS)].itertuples(index=False, name=None):
            self._cover(agents.get(name), start, end, word)

    def people(self) -> People:
        context = self.context
        found = people(tuple(self.terms), context.centre, context.days)
        for row, must in enumerate(self.must):
            for day in must:
                found.off_eur[row, context.days.index(day)] = np.inf
        lost = self._lost_min()
        rest = found.rest + (lost if 6 in context.days else 0)
        return dataclasses.replace(found, rest=rest, week_rest=found.week_rest + lost)

    def _lost_min(self) -> int:
        """Minutes the clocks skip this week. The search counts rests by the clock, so in that week it asks for so
        much more: careful, and never short."""
        at, monday = self.context.requirement.grid.at, self.context.week.monday
        spent = at(monday + dt.timedelta(days=7), 0) - at(monday, 0)
        return max(0, 7 * 1440 - int(spent.total_seconds() // 60))

    def keeping(self) -> Kept | None:
        """What is to be kept, if anything."""
        if self.keep is None or not self.kept:
            return None
        choice = np.stack(self.kept)
        return Kept(choice, np.full(choice.shape[:2], self.context.centre.goals.change_eur))

    def add(self, agent: Agent) -> None:
        """Plan the agent, or say why not."""
        context, contract = self.context, self.context.centre.team.contract(agent.contract)
        terms = terms_of(agent, context.centre, context.week, self.rules[contract.name])
        terms = without_day(terms, SATURDAY) if agent.id in context.out_of_turn else terms
        reason = impossible(terms, len([d for d in context.days if d not in terms.limits.closed]))
        pace = [next((s.proficiency for s in agent.skills if s.queue == q), 0.0) for q in context.requirement.queues]
        if not any(pace):
            reason = Reason("no_skill_needed", agent.id, "none of the agent's skills is required this week")
        shapes = self._locked_shapes(agent)
        kind = None if reason else self._class(contract, terms, tuple(shapes.values()))
        before = self._kept_shapes(agent)
        if kind is not None and (drawn := unknown(self.classes[kind].candidates, before)):
            kind = self._class(contract, terms, (*shapes.values(), *(s for s in drawn if self._lawful(terms, s))))
        if kind is None:
            interval = context.requirement.grid.interval_min
            span = span_of(context.timeline, contract, interval)
            self.reasons.append(reason or no_lawful_shift(terms, self.rules[contract.name], span, interval))
            return
        if pace not in self.profiles:
            self.profiles.append(pace)
        profile = self.profiles.index(pace)
        self.must.append(set(shapes))
        self.group_of.append(self._group(kind, profile, terms, shapes))
        self.terms.append(terms)
        if self.keep is not None:
            away = {d for d, date in enumerate(terms.setting.days) if date in terms.setting.absent}
            free = set(range(7)) if agent.id not in self.keep else away | set(shapes)
            self.kept.append(kept_row(self.classes[kind].candidates, before, context.days, free))

    def _kept_shapes(self, agent: Agent) -> dict[int, Shape]:
        """The shifts to keep by weekday, as shapes."""
        if self.keep is None or agent.id not in self.keep:
            return {}
        shifts = ((int(s["start"].iloc[0].weekday()), s) for s in shifts_of(self.keep[agent.id]))
        return {day: shape_of(shift, self.context.clock, day) for day, shift in shifts}

    def _lawful(self, terms: Terms, shape: Shape) -> bool:
        rules = self.rules[terms.agent.contract]
        shortest, longest = terms.setting.contract.shift_paid_min
        inside = shortest <= shape.paid_min <= min(longest, terms.limits.paid_day_max_min)
        return inside and all(rule.permits(shape, terms.setting) for rule in rules)

    def _locked_shapes(self, agent: Agent) -> dict[int, Shape]:
        """Locked shifts by weekday, as shapes; their coverage goes to the base."""
        rows = self.locked[self.locked["agent"] == agent.id]
        found: dict[int, Shape] = {}
        for shift in shifts_of(rows):
            day = int(shift["start"].iloc[0].weekday())
            found[day] = shape_of(shift, self.context.clock, day)
            for start, end, word in zip(shift["start"], shift["end"], shift["activity"], strict=True):
                self._cover(agent, start, end, word)
        return found

    def _cover(self, agent: Agent | None, start: pd.Timestamp, end: pd.Timestamp, activity: str) -> None:
        queues = self.context.requirement.queues
        if activity not in queues:
            return
        q = queues.index(activity)
        skills = () if agent is None else agent.skills
        pace = next((s.proficiency for s in skills if s.queue == activity), 1.0)
        self.base[:, q] += pace * self._overlap(start, end)

    def _overlap(self, start: pd.Timestamp, end: pd.Timestamp) -> Floats:
        """[T] share of each slot inside [start, end)."""
        length = self.context.requirement.grid.interval_min
        monday = self.context.requirement.grid.at(self.context.week.monday, 0)
        a, b = ((t - monday).total_seconds() / 60 for t in (start, end))
        slots = self.context.timeline.elapsed
        return np.asarray(np.clip(np.minimum(slots + length, b) - np.maximum(slots, a), 0, length) / length)

    def _class(self, contract: Contract, terms: Terms, extra: tuple[Shape, ...]) -> int | None:
        key = (contract.name, extra)
        if key not in self.class_number:
            rules, setting = of_shifts(self.rules[contract.name]), terms.setting
            longest = terms.limits.paid_day_max_min

            def permits(shape: Shape) -> bool:
                return shape.paid_min <= longest and all(rule.permits(shape, setting) for rule in rules)

            interval = self.context.requirement.grid.interval_min
            span = span_of(self.context.timeline, contract, interval)
            candidates = list_candidates(contract, permits, span=span, interval_min=interval, extra=extra)
            lawful = len(candidates.shift) > 0  # a kind without any shift is none to the engine
            self.class_number[key] = len(self.classes) if lawful else None
            self.classes += [self._laid_out(contract, candidates, span)] if lawful else []
        return self.class_number[key]

    def _laid_out(self, contract: Contract, c: Candidates, span: tuple[int, int]) -> ContractClass:
        interval = self.context.requirement.grid.interval_min
        low = min([span[0], *c.shift[:, 0]]) // interval * interval
        high = max([span[1], *c.shift[:, 1]])
        slot_at = {int(m): i for i, m in enumerate(self.context.timeline.elapsed)}
        none = len(slot_at)
        window = []
        for day in self.context.days:
            first = self.context.clock.elapsed(day, low)
            window.append([slot_at.get(first + k * interval, none) for k in range(-(-(high - low) // interval))])
        unit = int(np.gcd(c.unit_min, interval))
        fitted = Candidates(c.shift, c.block, c.option, unit)
        holidays = {day for day, _ in self.context.centre.calendar.holidays}
        price = hours_eur(contract, c, self.context.clock, self.context.days, holidays)
        return ContractClass(contract.name, fitted, low, np.array(window), interval // unit, price)

    def _group(self, kind: int, profile: int, terms: Terms, locked: dict[int, Shape]) -> int:
        """The group of an agent; one of their own when anything limits them beyond contract and skills."""
        agent = terms.agent
        fixed = [c for c in self.context.centre.team.commitments if c.agent == agent.id]
        week = set(self.context.week.days)
        self.floating += [c for c in fixed if c.start is None and (not c.days or week & set(c.days))]
        aside = set_aside(agent, self.context.centre, self.context.week)
        self.floating += aside
        line, queues = self.context.timeline, self.context.requirement.queues
        work = Workable.of(agent, terms.setting.contract, line, queues, self.context.clock)
        if work.desk.any():
            self.desks[agent.id] = Desk(work.closed, aside, self.context.centre.goals.surplus_eur_h + LESS_EUR_H)
        fixed = [c for c in fixed if c.start is not None and Week.of(c.start.date()) == self.context.week]
        early = terms.limits.first_start_min > self.context.clock.elapsed(
            self.context.days[0], self.classes[kind].low_min
        )
        own = bool(agent.availability or fixed or locked or early or terms.out)
        shift, days = self.classes[kind].candidates.shift, list(self.context.days)
        longest, last = (
            np.minimum(limit, shift[:, column].max())  # beyond the longest and the latest shift all limits are one
            for limit, column in ((terms.limits.paid_on_max_min, 2), (terms.limits.last_end_min, 1))
        )
        key = (kind, profile, tuple(longest[days]), tuple(last[days]))
        if not own and key in self.group_number:
            return self.group_number[key]
        midnights = np.array([self.context.clock.elapsed(day, 0) for day in days])
        barred = work.barred(self.classes[kind].candidates, midnights)
        firsts = [self.context.clock.first_min(day) for day in self.context.days]
        changed = np.array([first if first > self.context.clock.low_min else 0 for first in firsts])
        barred |= (shift[:, 0] < changed[:, None]) | (shift[:, 2] > longest[days, None])
        barred |= shift[:, 1] > last[days, None]
        duty = np.ones(len(line.elapsed))
        duty[work.desk[line.elapsed]] = 0.0
        options = None
        if own:
            barred = barred | self._barred_for(self.classes[kind], terms)
            options = np.zeros((len(self.context.days), len(self.classes[kind].candidates.option)), dtype=bool)
            for day, shape in locked.items():
                self._lock(self.classes[kind], barred, duty, day, shape)
            for commitment in fixed:
                if self._there(terms, commitment):
                    self._commit(self.classes[kind], barred, options, duty, commitment)
        else:
            self.group_number[key] = len(self.groups)
        self.groups.append(Group(kind, profile, barred, options, duty))
        return len(self.groups) - 1

    def _barred_for(self, kind: ContractClass, terms: Terms) -> Bools:
        """[D, C] outside the agent's availability, into hours of absence, or before the rest after last week's last
        shift."""
        shift = kind.candidates.shift
        barred = np.zeros((len(self.context.days), len(shift)), dtype=bool)
        for d, day in enumerate(self.context.days):
            if terms.agent.availability:
                spans = [a for a in terms.agent.presences if a.weekday == day]
                inside = [(shift[:, 0] >= a.from_min) & (shift[:, 1] <= a.to_min) for a in spans]
                barred[d] = ~np.any(inside, axis=0) if inside else True
            for off, low, high in terms.out:
                after = DAY_MIN * (off - day)  # a night reaches into the day after
                barred[d] |= (shift[:, 0] < after + high) & (after + low < shift[:, 1])
            starts = self.context.clock.elapsed(day, 0) + shift[:, 0]
            barred[d] |= starts < terms.limits.first_start_min
        return barred

    def _lock(self, kind: ContractClass, barred: Bools, duty: Floats, day: int, shape: Shape) -> None:
        d, found = self.context.days.index(day), kind.candidates.row(shape)
        barred[d] = True
        if found is not None:
            barred[d, found[0]] = False
        start = self.context.clock.elapsed(day, 0)
        slots = self.context.timeline.elapsed
        duty[(slots >= start + shape.start_min) & (slots < start + shape.end_min)] = 0.0

    def _there(self, terms: Terms, commitment: Commitment) -> bool:
        """Whether the agent may work that day at all; else the commitment is dropped, the agent's week stands."""
        assert commitment.start is not None
        day, why = int(commitment.start.weekday()), ""
        if day in terms.away:
            why = "away that day"
        elif day not in self.context.days or day in terms.limits.closed:
            why = "closed day"
        if why:
            self.reasons.append(Reason("commitment_dropped", commitment.agent, f"{commitment.activity}: {why}"))
        return not why

    def _commit(self, kind: ContractClass, barred: Bools, options: Bools, duty: Floats, commitment: Commitment) -> None:
        """Only shifts that hold the commitment in working time; its slots serve no queue."""
        assert commitment.start is not None
        day = int(commitment.start.weekday())
        d = self.context.days.index(day)
        low = self.context.clock.minute(day, commitment.start)
        high = low + commitment.minutes
        c = kind.candidates
        taken = options[d].copy()
        for j in range(1, c.option.shape[1], 2):
            taken |= (c.option[:, j] < high) & (c.option[:, j + 1] > low)
        rests = np.zeros(len(c.block), dtype=bool)  # blocks with room for their breaks beside the commitment
        rests[c.option[~taken, 0]] = True
        holds = (c.block[:, 0] <= low) & (c.block[:, 1] >= high)
        one, two = c.shift[:, 3], c.shift[:, 4]
        fits = (holds[one] | (holds[two] & (two >= 0))) & rests[one] & (rests[two] | (two < 0))
        if not (fits & ~barred[d]).any():
            barred[d] |= (c.shift[:, 0] < high) & (c.shift[:, 1] > low)
            detail = f"{commitment.activity} fits in no shift the agent may work that day"
            self.reasons.append(Reason("commitment_dropped", commitment.agent, detail))
            return
        barred[d] |= ~fits
        options[d] = taken
        duty *= 1.0 - self._overlap(commitment.start, commitment.start + pd.Timedelta(minutes=commitment.minutes))
        self.must[-1].add(day)
        self.fixed.append(commitment)


def shape_of(shift: pd.DataFrame, clock: Clock, day: int) -> Shape:
    """The shape of a shift's segments."""
    rows = zip(shift["start"], shift["end"], shift["activity"], strict=True)
    spans = [(clock.minute(day, a), clock.minute(day, b), w) for a, b, w in rows]
    meal = next(((a, b) for a, b, w in spans if w == MEAL), None)
    breaks = tuple((a, b) for a, b, w in spans if w == "break")
    return Shape(spans[0][0], spans[-1][1], meal, breaks)
