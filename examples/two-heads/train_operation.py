"""team.train: the model behind an operation of the worker; it lives in the process, and a restart makes it anew."""

import sys
from pathlib import Path

import torch

from python_worker import Reply, invalid_argument

sys.path.insert(0, str(Path(__file__).parent))
from two_heads import Trainer, TwoHeads  # noqa: E402

trainer = Trainer(TwoHeads())


def run(params, tensors, context):
    """`chosen`, `rejected` float32 (N × 8) → `rewards` float32 (2 × N), of each head for the chosen after training."""
    if params.head not in trainer.model.heads:
        known = ", ".join(trainer.model.heads)
        raise invalid_argument(f"Cannot train head '{params.head}': the model has {known}, one of them is needed")
    with torch.no_grad():
        trainer.model.heads[params.head].bias.fill_(params.bias)
    trainer.set_learning_rate(params.head, params.learning_rate)
    chosen, rejected = (torch.tensor(tensors[name]) for name in ("chosen", "rejected"))
    losses = []
    for step in range(params.steps):
        context.check()  # raises when the call was cancelled
        losses.append(trainer.step(chosen, rejected))
        context.progress(step + 1, params.steps, {"loss": losses[-1]})
    with torch.no_grad():
        rewards = torch.stack(list(trainer.model(chosen).values()))
    return Reply({"firstLoss": losses[0], "lastLoss": losses[-1]}, {"rewards": rewards})
