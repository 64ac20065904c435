"""What JavaScript may do with the model interactively: JSON in, JSON out; the model lives between the calls."""

import torch
from two_heads import Trainer, TwoHeads

trainer = Trainer(TwoHeads())


def rewards(inputs):
    """Rewards of each head for a list of feature rows."""
    with torch.no_grad():
        return {head: values.tolist() for head, values in trainer.model(torch.tensor(inputs)).items()}


def set_head(head, bias, learningRate):
    """Moves a head's bias and sets how fast it learns; gives the bias it had."""
    weight = trainer.model.heads[head].bias
    before = weight.item()
    with torch.no_grad():
        weight.fill_(bias)
    trainer.set_learning_rate(head, learningRate)
    return before


def train(chosen, rejected, steps):
    """Losses of so many steps, in nats a pair."""
    pairs = torch.tensor(chosen), torch.tensor(rejected)
    return [trainer.step(*pairs) for _ in range(steps)]
