"""What a plan or an audit says on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from staffing.centre import Centre
from staffing.kpis import kpis
from staffing.plan import Plan
from staffing.rostering.closed import ClosedWork
from staffing.rostering.conflicts import conflicts
from staffing.rostering.ledger import accounts_h
from staffing.rostering.roster import Proof, Reason, Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.rule import Breach
from staffing.rostering.too_few import too_few
from staffing.rostering.verify import Verification
from staffing.sizing.requirement import Requirement
from staffing.words import decimals, figure, say
from staffing.words.heard import heard, rule_named
from staffing.words.speech import balance

SHOWN, EXPLAINED = 20, 5
FIGURES = (("contacts", ",.0f"), ("required_hours", ",.1f"), ("scheduled_hours", ",.1f"), ("demand_met", ".0%"))
CONTRADICTED = (
    "no_lawful_week", "no_lawful_shift", "hours_out_of_reach", "contradictory_hours", "no_possible_day",
    "commitment_dropped",
)  # fmt: skip
"""Reasons that are an agent's own limits against each other."""


def breach_lines(breaches: Sequence[Breach], language: str) -> list[str]:
    """Each broken rule on a line, the first twenty."""
    lines = [
        say(
            "cli.breach", language, agent=b.agent, start=b.start.isoformat(timespec="minutes") if b.start else "",
            rule=rule_named(b.rule, language), found=decimals(heard(b.found, language), language),
            limit=decimals(heard(b.limit, language), language),
            article=b.article,
        )
        for b in breaches[:SHOWN]
    ]  # fmt: skip
    if len(breaches) > SHOWN:
        lines.append(say("cli.more", language, count=len(breaches) - SHOWN))
    return lines


def reason_lines(reasons: Sequence[Reason], language: str) -> list[str]:
    """What could not be kept, a line each, the first twenty."""
    return [
        say(
            "cli.reason", language, kind=say(f"week.unkept_{reason.kind}", language), subject=reason.subject,
            detail=decimals(heard(reason.detail, language), language),
        )
        for reason in reasons[:SHOWN]
    ]  # fmt: skip


def closed_lines(works: Sequence[ClosedWork], language: str) -> list[str]:
    """Live work planned while its queue is closed, a line each, the first twenty."""
    lines = [say("roster.closed_work", language, **work.told) for work in works[:SHOWN]]
    if len(works) > SHOWN:
        lines.append(say("cli.more", language, count=len(works) - SHOWN))
    return lines


def verification_lines(found: Verification, requirement: Requirement, language: str) -> list[str]:
    """Breaches, hours, shortages, and a table by queue and day."""
    return [
        say(
            "cli.verdict", language, breaches=len(found.breaches), met=found.demand_met,
            required=found.required_hours, shortage=found.shortage_hours, surplus=found.surplus_hours,
            paid=float(found.hours["hours_paid"].sum()), owed=float(found.hours["hours_owed"].sum()),
        ),
        "",
        *_table(kpis(requirement, found), language),
    ]  # fmt: skip


def account_lines(roster: Roster, centre: Centre, language: str) -> list[str]:
    """Where the hours accounts stand after the week, from the furthest behind to the furthest ahead; nothing where no
    contract keeps one."""
    after = sorted((after, agent) for agent, (_, after) in accounts_h(roster, centre).items())
    if not after:
        return []
    (low, behind), (high, ahead) = after[0], after[-1]
    if balance(low) == balance(high):
        return [say("cli.accounts_alike", language, high=balance(high), count=len(after))]
    told = {"low": balance(low), "behind": behind, "high": balance(high), "ahead": ahead}
    return [say("cli.accounts", language, **told)]


def _table(table: pd.DataFrame, language: str) -> list[str]:
    width = max(len(queue) for queue in table["queue"])
    head = [
        say(f"cli.head_{name}", language) for name in ("day", "queue", "contacts", "need", "planned", "met", "service")
    ]
    lines = [f"{head[0]:10}  {head[1]:{width}}  " + "  ".join(f"{word:>9}" for word in head[2:])]
    for row in table.to_dict("records"):
        service = "" if pd.isna(row["service_level"]) else figure(row["service_level"], ".0%", language)
        figures = (
            *(figure(row[name], form, language) for name, form in FIGURES), service,
        )  # fmt: skip
        lines.append(f"{row['day']}  {row['queue']:{width}}  " + "  ".join(f"{text:>9}" for text in figures))
    return lines


def plan_lines(plan: Plan, language: str) -> list[str]:
    """The whole plan in a screenful."""
    lines = [say("cli.title", language, centre=plan.centre.name, week=plan.week)]
    if plan.roster.proof is not None:
        lines.append(_proof_line(plan.roster.proof, language))
    lines += breach_lines(plan.verification.breaches, language)
    lines += verification_lines(plan.verification, plan.requirement, language)
    lines += account_lines(plan.roster, plan.centre, language)
    lines += reason_lines(too_few(plan.requirement, plan.centre, plan.week), language)
    return [*lines, *reason_lines(plan.roster.reasons, language), *_conflict_lines(plan, language)]


def _proof_line(proof: Proof, language: str) -> str:
    """What the roster costs and how far from the best it can be, where the engine came to know that."""
    status = say(f"cli.status_{proof.status.replace('-', '_')}", language)
    told = {"status": status, "cost": proof.cost_eur, "seconds": proof.seconds, "seed": proof.seed}
    if proof.bound_eur <= 0:
        return say("cli.unproven", language, **told)
    return say("cli.proof", language, bound=proof.bound_eur, gap=proof.gap, gap_hours=proof.gap_hours, **told)


def _conflict_lines(plan: Plan, language: str) -> list[str]:
    """The limits that contradict each other, by agent whose limits the roster could not keep."""
    named = tuple(r.subject for r in plan.roster.reasons if r.kind in CONTRADICTED)[:EXPLAINED]
    rules = {contract.name: rules_for(contract) for contract in plan.centre.team.contracts}
    found = conflicts(named, plan.requirement, plan.centre, plan.roster.week, rules)
    return [conflict.sentence(language) for conflict in found]


def week_lines(plan: Plan, language: str) -> list[str]:
    """The plan in one line, as one of several weeks, and what it could not keep."""
    proof, found = plan.roster.proof, plan.verification
    known = proof is not None and proof.bound_eur > 0
    gap = figure(proof.gap, ".1%", language) if proof and known else say("cli.gap_unknown", language)
    line = say(
        "cli.week_line", language, week=plan.week, breaches=len(found.breaches), met=found.demand_met,
        short=found.shortage_hours, paid=float(found.hours["hours_paid"].sum()),
        owed=float(found.hours["hours_owed"].sum()), saturdays=int(found.hours["saturdays"].sum()),
        cost=proof.cost_eur if proof else 0.0, gap=gap,
    )  # fmt: skip
    told = [*account_lines(plan.roster, plan.centre, language), *reason_lines(plan.roster.reasons, language)]
    return [line, *(f"  {said}" for said in told)]
