"""The learning rate of every step."""

from __future__ import annotations

from ...protocol.messages import TrainingSettings


def learning_rate(training: TrainingSettings, step: int, total_steps: int) -> float:
    """Rate of the update after `step` updates: linear from 0 over the warm-up, then linear to 0 at `total_steps`."""
    if step < training.warmup_steps:
        return training.lr * step / training.warmup_steps
    return training.lr * (total_steps - step) / max(1, total_steps - training.warmup_steps)
