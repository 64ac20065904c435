"""The error of a training that left the finite numbers."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import WorkerError, invalid_argument


@dataclass(frozen=True)
class Progress:
    """Where a training stood: whose fit (with seed and round), member, step (the first is 1)."""

    name: str
    member: int
    step: int


def diverged(what: str, at: Progress, rate: float) -> WorkerError:
    """INVALID_ARGUMENT naming member, step and learning rate; `what` is what is not finite."""
    return invalid_argument(
        f"Cannot fit {at.name}: the {what} of member {at.member} is not finite at step {at.step} "
        f"(learning rate {rate:.3g}), a smaller learning rate or other features are needed",
        member=str(at.member),
        step=str(at.step),
        learningRate=repr(rate),
    )
