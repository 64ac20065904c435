"""When one member stops, and which of its states counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ...protocol.messages import MemberReport


@dataclass
class EarlyStopping:
    """Validation history of one member: best by strict improvement, stopped after `patience` evaluations without."""

    patience: int
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    best_step: int = 0
    best_loss: float = math.inf
    failures: int = 0

    def record(self, step: int, loss: float) -> bool:
        """Notes a validation loss; True when it is the best so far."""
        self.steps.append(step)
        self.losses.append(loss)
        improved = loss < self.best_loss
        if improved:
            self.best_step, self.best_loss = step, loss
        self.failures = 0 if improved else self.failures + 1
        return improved

    @property
    def stopped(self) -> bool:
        """Whether patience has run out."""
        return self.failures >= self.patience

    def report(self, last_step: int, total_steps: int) -> MemberReport:
        """How the learning went, of `total_steps` to `last_step` at most. Without validation the last state is the best."""
        evaluated = bool(self.steps)
        return MemberReport(
            steps=list(self.steps),
            losses=list(self.losses),
            best_step=self.best_step if evaluated else last_step,
            best_loss=self.best_loss if evaluated else None,
            stop_step=self.steps[-1] if self.stopped else last_step,
            stopped_early=self.stopped or last_step < total_steps,
        )
