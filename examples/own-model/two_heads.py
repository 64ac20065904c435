"""A reward model as a team might have it, and the few lines that let balpm train it and ask it.

`TwoHeads` is plain PyTorch. `Trained` and `Averaged` are two ways to use it as a posterior (docs/explanation/custom-model.md).
"""

import torch
from torch import nn
from torch.nn.functional import logsigmoid


class TwoHeads(nn.Module):
    """One trunk, two reward heads."""

    def __init__(self, features: int, width: int = 16) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(features, width), nn.Tanh())
        self.heads = nn.ModuleList(nn.Linear(width, 1) for _ in range(2))

    def forward(self, inputs_nd: torch.Tensor) -> torch.Tensor:
        """Rewards 2 × N."""
        hidden = self.trunk(inputs_nd)
        return torch.stack([head(hidden).squeeze(-1) for head in self.heads])


class Trained:
    """Both heads are samples: where they disagree, a label teaches something."""

    def __init__(self, context, options):
        self.epochs = options.get("epochs", 10)
        self.model = None

    def fit(self, labelled, validation, context):
        self.model = TwoHeads(labelled.first.shape[1]).to(context.device)
        optimiser = torch.optim.Adam(self.model.parameters(), lr=0.01)
        # Each head learns from its own random half of the pairs.
        halves = (torch.rand(2, len(labelled)) < 0.5).float().to(context.device)
        for epoch in range(self.epochs):
            context.check()
            margins = self.model(labelled.first) - self.model(labelled.second)
            loss = -(halves * logsigmoid(margins)).sum() / halves.sum().clamp(min=1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            context.progress(epoch + 1, self.epochs, {"loss": loss.item()})

    @torch.no_grad()
    def sample(self, pairs, context):
        return self.model(pairs.first) - self.model(pairs.second)

    def save(self):
        return self.model.state_dict()

    def load(self, tensors):
        weight = tensors["trunk.0.weight"]
        self.model = TwoHeads(weight.shape[1], weight.shape[0]).to(weight.device)
        self.model.load_state_dict(tensors)


class Averaged(Trained):
    """The heads' mean as a single sample: it has an opinion, but does not say how sure it is."""

    def sample(self, pairs, context):
        return super().sample(pairs, context).mean(dim=0, keepdim=True)
