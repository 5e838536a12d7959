"""What becomes of a duty in the hands of a department: nothing, or acts on it, some days after it arose.

Who does what is drawn from the duty's own id, so that it does not hang on the order in which duties arise.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from policy.time.moment import NANO
from tests.year.stories import HOUR


class Deed(StrEnum):
    """What is done with a duty; ``BARE``: it is reported without what has to be handed over."""

    ACCEPT = "accept"
    FULFIL = "fulfil"
    BARE = "bare"
    CONFIRM = "confirm"
    REJECT = "reject"
    OBJECT = "object"
    ANSWER = "answer"
    RETURN = "return"
    WITHDRAW = "withdraw"


class Act(NamedTuple):
    """One deed, so long after the duty arose (nanoseconds); ``about`` is an earlier deed's number."""

    number: int
    deed: Deed
    after: int
    about: int = 0


_FATES: tuple[tuple[float, tuple[Deed, ...]], ...] = (
    (0.16, (Deed.FULFIL,)),
    (0.12, (Deed.ACCEPT, Deed.FULFIL)),
    (0.10, (Deed.ACCEPT, Deed.FULFIL, Deed.CONFIRM)),
    (0.06, (Deed.FULFIL, Deed.REJECT, Deed.FULFIL, Deed.CONFIRM)),
    (0.05, (Deed.OBJECT, Deed.ANSWER, Deed.FULFIL)),
    (0.03, (Deed.OBJECT,)),
    (0.06, (Deed.RETURN, Deed.WITHDRAW)),
    (0.03, (Deed.RETURN,)),
    (0.04, (Deed.BARE, Deed.FULFIL)),
)
"""What happens to how large a share of the duties; to the others nothing that their bearers would tell."""


def acts_on(duty: str, seed: int) -> Iterator[Act]:
    """The acts on the duty of this id."""
    dice = random.Random(f"{seed} {duty}")  # noqa: S311 - a made-up year, the same at every run
    fate, after = dice.random(), 0.0
    for share, deeds in _FATES:
        if fate < share:
            for number, deed in enumerate(deeds):
                after += dice.expovariate(1 / 60)
                yield Act(number, deed, int(after * 3600) * NANO + HOUR, max(0, number - 1))
            return
        fate -= share
