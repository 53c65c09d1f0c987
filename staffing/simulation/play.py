"""How to play a roster: the choices beside what the centre and the forecast say."""

from __future__ import annotations

from dataclasses import dataclass

from staffing.sizing.patience import PatienceCurve

ROUTINGS = ("skills", "label")


@dataclass(frozen=True)
class Play:
    """Choices for ``simulate``.

    Replications are added in batches until the service of the whole week on every live queue is known within
    ``precision`` (half-width of its 95 % interval, share 0..1), at least ``at_least`` and at most ``at_most``.
    ``routing``: "skills" lets an agent take, after his own queue's contacts, those of other queues he knows, and
    deferrable work while ``reserve`` colleagues stay idle; "label" keeps everybody to the queue the roster names.
    ``absences``: unplanned shrinkage strikes whole
    agent-days, a loss of some hours those hours. ``uncertain``: volumes vary as the forecast says
    (False: Poisson noise alone). ``retrials``: those who give up call again as the centre says.
    ``carried``: contacts left over from last week by deferrable queue. ``patience``: a curve by queue in place of the
    centre's mean.
    """

    seed: int = 1
    precision: float = 0.01
    at_least: int = 20
    at_most: int = 200
    routing: str = "skills"
    reserve: int = 1
    absences: bool = True
    uncertain: bool = True
    retrials: bool = True
    carried: tuple[tuple[str, int], ...] = ()
    patience: tuple[tuple[str, PatienceCurve], ...] = ()

    def __post_init__(self) -> None:
        if self.routing not in ROUTINGS:
            raise ValueError(f"routing is one of {', '.join(ROUTINGS)}, got {self.routing!r}")
        if not 2 <= self.at_least <= self.at_most:
            raise ValueError(f"replications need 2 <= at_least <= at_most, got {self.at_least} and {self.at_most}")
        if self.precision <= 0 or self.reserve < 0:
            raise ValueError("precision must be above 0 and reserve at least 0")
