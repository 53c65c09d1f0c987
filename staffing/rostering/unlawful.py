"""Why a contract has no lawful shift: the rules that forbid every one of its length within opening hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from staffing.rostering.roster import Reason
from staffing.rostering.rules.rule import Rule, Shape, WeekLimits
from staffing.rostering.shifts import break_counts, break_options, frames
from staffing.rostering.team import Contract
from staffing.rostering.terms import Terms


def no_lawful_shift(terms: Terms, rules: Sequence[Rule], span: tuple[int, int], interval_min: int) -> Reason:
    """That the agent has no shift to work, with the fewest rules that forbid one; without a rule where none of the
    contract's lengths fits into the clock ``span``."""
    contract = terms.setting.contract
    longest = [(rule, rule.limit(WeekLimits(), terms.setting).paid_day_max_min) for rule in rules]
    fewest: tuple[Rule, ...] = ()
    for shape in _shapes(contract, span, min(interval_min, 30)):
        against = tuple(
            rule for rule, most in longest if shape.paid_min > most or not rule.permits(shape, terms.setting)
        )
        if not fewest or len(against) < len(fewest):
            fewest = against
        if len(fewest) == 1:
            break
    told = " + ".join(rule.sentence("en") for rule in fewest)
    detail = f"contract {contract.name}, no shift of it keeps: {told}" if told else f"contract {contract.name}"
    return Reason("no_lawful_shift", terms.agent.id, detail)


def _shapes(contract: Contract, span: tuple[int, int], step_min: int) -> Iterator[Shape]:
    """Every shift of the contract that the engine would look at, its breaks in the middle of their blocks."""
    for frame in frames(contract, span, step_min):
        for count in break_counts(contract):
            every = [break_options(b, contract.break_min or 15, count, min(15, step_min)) for b in frame.blocks]
            if all(every):
                yield frame.shape(sum((options[0] for options in every), ()))
