"""The four figures a manager reads first, each with its formula; and the week as a grid of texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from staffing.files.roster_text import agent_days, in_week
from staffing.kpis import kpis
from staffing.plan import Plan
from staffing.rostering.ledger import accounts_h
from staffing.rostering.team import Absence
from staffing.rostering.verify import summed
from staffing.screens.shift_codes import span_text
from staffing.targets import AbandonRate, AnswerRate, AverageWait, ServiceLevel
from staffing.words import say
from staffing.words.speech import balance, covered, day_short, euros, hours, number, percent

GOOD = 0.95
"""Share of the need from which on a week counts as covered."""


@dataclass(frozen=True)
class Tile:
    """One figure: ``label``, ``value`` in words, ``note`` below it, and ``formula`` on hover. ``good`` colours nothing,
    it picks the mark before the note."""

    label: str
    value: str
    note: str
    formula: str
    good: bool


def week_tiles(plan: Plan, language: str) -> tuple[Tile, ...]:
    """Need covered, shortage, service expected, rules broken."""
    found = plan.verification
    table = kpis(plan.requirement, found)
    live = table[table["service_level"].notna() & (table["contacts"] > 0)]
    service = float((live["service_level"] * live["contacts"]).sum() / live["contacts"].sum()) if len(live) else None
    worst = _worst(plan, language)
    lawful = not found.breaches
    return (
        Tile(
            say("week.met", language), covered(found.demand_met, language),
            say("week.met_note", language, required=hours(found.required_hours, language, 0)),
            say("week.met_formula", language), found.demand_met >= GOOD,
        ),
        Tile(
            say("week.short", language), hours(found.shortage_hours, language),
            worst or say("week.none_short", language),
            say("week.short_formula", language), found.shortage_hours < 0.05 * found.required_hours,
        ),
        Tile(
            say("week.service", language), "–" if service is None else percent(service, language),
            _promise(plan, language), say("week.service_formula", language), _kept(plan, table),
        ),
        Tile(
            say("week.breaches", language), number(len(found.breaches), language),
            say("week.lawful" if lawful else "week.unlawful", language), say("week.breaches_formula", language), lawful,
        ),
    )  # fmt: skip


def _worst(plan: Plan, language: str) -> str:
    """The interval that lacks most agents over all queues, as chart and map show it, and the queue that lacks most
    there; nothing where no shortage shows."""
    every = summed(plan.verification.coverage)
    worst = every.iloc[int(every["shortage"].to_numpy().argmax())]
    if worst["shortage"] <= 0.05:
        return ""
    there = plan.verification.coverage[plan.verification.coverage["start"] == worst["start"]]
    most = there.iloc[int(there["shortage"].to_numpy().argmax())]
    agents, part = (number(row["shortage"], language, 1) for row in (worst, most))
    return say(
        "week.worst" if part == agents else "week.worst_part", language, day=day_short(worst["start"].date(), language),
        clock=f"{worst['start']:%H:%M}", agents=agents, queue=queue_label(plan, str(most["queue"])), part=part,
    )  # fmt: skip


def _promise(plan: Plan, language: str) -> str:
    """The target of the first live queue, in words."""
    for target in (queue.target for queue in plan.centre.queues):
        if isinstance(target, ServiceLevel):
            share, seconds = percent(target.share, language), number(target.within_s, language)
            return say("week.target", language, share=share, seconds=seconds)
        if isinstance(target, AnswerRate):
            return say("week.target_answered", language, share=percent(target.share, language))
        if isinstance(target, AbandonRate):
            return say("week.target_abandoned", language, share=percent(target.share, language))
        if isinstance(target, AverageWait):
            return say("week.target_wait", language, seconds=number(target.seconds, language))
    return say("week.target_none", language)


def _kept(plan: Plan, table: pd.DataFrame) -> bool:
    """Whether the week keeps the service level of every queue that has one, by the ``table`` of kpis; of other targets
    the need tells."""
    for queue in plan.centre.queues:
        rows = table[(table["queue"] == queue.name) & table["service_level"].notna() & (table["contacts"] > 0)]
        if isinstance(queue.target, ServiceLevel) and len(rows):
            reached = (rows["service_level"] * rows["contacts"]).sum() / rows["contacts"].sum()
            if reached < queue.target.share - 0.005:  # what reads as the target is the target
                return False
    return plan.verification.demand_met >= GOOD


def queue_label(plan: Plan, queue: str) -> str:
    """A queue's name as people say it."""
    names = {q.name: q.label or q.name for q in plan.centre.queues}
    return names.get(queue, queue)


def relabelled(plan: Plan, remark: str) -> str:
    """A remark about a queue or a channel, begun with its name as people say it."""
    labels = {c.name: c.label for c in plan.centre.channels} | {q.name: q.label for q in plan.centre.queues}
    name, colon, rest = remark.partition(": ")
    return f"{labels.get(name) or name}{colon}{rest}"


def proof_line(plan: Plan, language: str) -> str:
    """What the roster costs and how far from the best it can be."""
    proof = plan.roster.proof
    if proof is None:
        return say("week.edited", language)
    if proof.bound_eur <= 0:  # stopped before the engine had proven anything
        return say(
            "week.unproven", language, cost=euros(proof.cost_eur, language), seconds=number(proof.seconds, language),
            paid=hours(float(plan.verification.hours["hours_paid"].sum()), language, 0),
        )  # fmt: skip
    return say(
        "week.proof", language, cost=euros(proof.cost_eur, language), bound=euros(proof.bound_eur, language),
        gap=percent(proof.gap, language, 1), hours=hours(proof.gap_hours, language, 0),
        seconds=number(proof.seconds, language),
        paid=hours(float(plan.verification.hours["hours_paid"].sum()), language, 0),
    )  # fmt: skip


def week_grid(plan: Plan, language: str, absences: Iterable[Absence]) -> pd.DataFrame:
    """One row an agent: name, level, the span of each day (empty when off, a word when absent), hours paid and owed,
    and the hours account after the week where any contract keeps one.

    The index is the agent's id.
    """
    off, out = say("week.absent", language), say("week.out_of_post", language)
    shifts = {(d.agent, d.day): d.pieces for d in in_week(agent_days(plan.roster.frame), plan.week)}
    away = {(a.agent, d) for a in absences for d in plan.week.days if a.covers(d)}
    rows = {}
    for agent in plan.centre.team.agents:
        days = {
            day_short(day, language): span_text(shifts.get((agent.id, day), ()))
            or ("" if agent.in_post(day) else out)
            or (off if (agent.id, day) in away else "")
            for day in plan.week.days
        }
        rows[agent.id] = {
            say("week.agent", language): agent.name,
            say("week.level", language): agent.level,
            **days,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    paid = plan.verification.hours.set_index("agent")
    table[say("week.paid", language)] = paid["hours_paid"].reindex(table.index).round(2)
    table[say("week.owed", language)] = paid["hours_owed"].reindex(table.index).round(2)
    accounts = accounts_h(plan.roster, plan.centre)
    if accounts:
        told = {agent: balance(after) for agent, (_, after) in accounts.items()}
        table[say("week.account", language)] = [told.get(str(agent), "") for agent in table.index]
    return table
