"""The wait of one tagged contact that finds all hands full: those ahead are served or give up, and so may the tagged
one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from staffing.sizing.gamma import Floats


def tagged(rate: float, give_up: float, within_s: float, states: int, *, leaves: bool = True) -> tuple[Floats, Floats]:
    """(answered, gave up) within ``within_s`` with j = 0, 1... others ahead, by uniformisation."""
    own = give_up if leaves else 0.0
    reach = int(rate * within_s + 8 * np.sqrt(rate * within_s + 1) + 30)
    answered, gave = _near(rate, give_up, within_s, min(states, reach), leaves)
    far, lost = np.zeros(states), np.full(states, 1 - np.exp(-own * within_s))
    far[: len(answered)], lost[: len(gave)] = answered, gave
    return far, lost


@lru_cache(maxsize=2048)
def _near(rate: float, give_up: float, within_s: float, size: int, leaves: bool) -> tuple[Floats, Floats]:
    """The same for the first ``size`` places in line: days alike ask for the same ones."""
    ahead, own = rate + np.arange(size) * give_up, give_up if leaves else 0.0
    fast = float(ahead[-1] + own)
    good, short, answered, gave = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    if fast == 0.0:  # nobody serves and nobody gives up: nothing ever happens
        return answered, gave
    mean = fast * within_s
    log_weight, last = -mean, int(mean + 9 * np.sqrt(mean + 1) + 20)
    move, quit_ = ahead / fast, own / fast
    stay = 1 - move - quit_
    for step in range(last + 1):
        weight = np.exp(log_weight)
        answered += weight * good
        gave += weight * short
        good = stay * good + move * np.concatenate([[1.0], good[:-1]])
        short = stay * short + move * np.concatenate([[0.0], short[:-1]]) + quit_
        log_weight += np.log(mean / (step + 1)) if mean > 0 else -np.inf
    return answered, gave


def waits(rate: float, give_up: float, states: int) -> tuple[Floats, Floats]:
    """[states] with j others ahead: chance of being answered at all, and that chance times the mean wait until then."""
    ahead = rate + np.arange(states) * give_up
    with np.errstate(divide="ignore", invalid="ignore"):
        stays = np.cumprod(np.nan_to_num(ahead / (ahead + give_up)))
        mean_s = np.cumsum(1 / (ahead + give_up))
        return stays, np.where(stays > 0, stays * mean_s, 0.0)
