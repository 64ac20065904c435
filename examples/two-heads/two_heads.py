"""A reward model as a team might have it: plain PyTorch, nothing of balpm in it. Both examples steer this file."""

import torch
from torch import nn
from torch.nn.functional import logsigmoid


class TwoHeads(nn.Module):
    """One trunk, two heads; the reward of a response is their mean. Weights from a seed, none downloaded."""

    def __init__(self, features: int = 8, width: int = 16, seed: int = 7) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(features, width), nn.Tanh())
        self.heads = nn.ModuleDict({name: nn.Linear(width, 1) for name in ("helpful", "harmless")})
        generator = torch.Generator().manual_seed(seed)
        for weight in self.parameters():
            nn.init.normal_(weight, std=0.3, generator=generator)

    def forward(self, inputs_nd: torch.Tensor) -> dict[str, torch.Tensor]:
        """N rewards of each head."""
        hidden = self.trunk(inputs_nd)
        return {name: head(hidden).squeeze(-1) for name, head in self.heads.items()}

    def reward(self, inputs_nd: torch.Tensor) -> torch.Tensor:
        """N rewards."""
        return torch.stack(list(self(inputs_nd).values())).mean(0)


class Trainer:
    """A model and an optimiser with a learning rate a head."""

    def __init__(self, model: TwoHeads, learning_rate: float = 0.01) -> None:
        self.model = model
        parts = {"trunk": model.trunk, **model.heads}
        self.optimiser = torch.optim.AdamW(
            [{"name": name, "params": part.parameters(), "lr": learning_rate} for name, part in parts.items()]
        )

    def set_learning_rate(self, part: str, rate: float) -> None:
        """Of 'trunk' or a head."""
        (group,) = (group for group in self.optimiser.param_groups if group["name"] == part)
        group["lr"] = rate

    def step(self, chosen_nd: torch.Tensor, rejected_nd: torch.Tensor) -> float:
        """One step on N pairs; gives the Bradley-Terry loss before it, in nats a pair."""
        self.optimiser.zero_grad()
        loss = -logsigmoid(self.model.reward(chosen_nd) - self.model.reward(rejected_nd)).mean()
        loss.backward()
        self.optimiser.step()
        return loss.item()
