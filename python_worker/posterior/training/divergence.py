"""The error of a training that left the finite numbers."""

from __future__ import annotations

from dataclasses import dataclass

from ...base.errors import WorkerError, invalid_argument

OTHER_FEATURES = "use other features (balpm features quality shows what these are like)"


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
        f"(learning rate {rate:.3g}); {finite_advice(_has_moved(at.step, rate))}",
        member=str(at.member),
        step=str(at.step),
        learningRate=repr(rate),
    )


def finite_advice(has_moved: bool, other: str = OTHER_FEATURES) -> str:
    """What to do about numbers that are not finite: lowering the rate is no advice where no update has moved a weight."""
    return f"lower posterior.training.lr, or {other}" if has_moved else other


def _has_moved(step: int, rate: float) -> bool:
    """The first update of a warm-up has rate 0, and the loss of a step is that before its update."""
    return step > 2 or (step > 1 and rate > 0)
