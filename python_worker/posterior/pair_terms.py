"""What a pair brings to the loss beside its responses."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class PairTerms:
    """Columns of N pairs, each float64 on the host or the worker's device, None standing for 1 everywhere.

    `targets_n` is the probability in [0, 1] that the first response is preferred, `weights_n` what the pair's loss is
    multiplied by, `scales_n` what its reward difference is multiplied by to give the logit (the noise model's s > 0).
    """

    targets_n: torch.Tensor | None = None
    weights_n: torch.Tensor | None = None
    scales_n: torch.Tensor | None = None

    def at(self, indices: torch.Tensor) -> PairTerms:
        """The terms of some pairs, in the shape of `indices`."""
        parts = (self.targets_n, self.weights_n, self.scales_n)
        return PairTerms(*(None if part is None else part[indices] for part in parts))

    def to(self, device: torch.device | str, dtype: torch.dtype) -> PairTerms:
        """The same on a device and in a precision."""
        parts = (self.targets_n, self.weights_n, self.scales_n)
        return PairTerms(*(None if part is None else part.to(device, dtype) for part in parts))

    def unsqueeze(self, dim: int) -> PairTerms:
        """The same with a dimension of 1 at `dim`."""
        parts = (self.targets_n, self.weights_n, self.scales_n)
        return PairTerms(*(None if part is None else part.unsqueeze(dim) for part in parts))

    @property
    def is_plain(self) -> bool:
        """Whether every pair is a hard label of weight 1 under constant noise: the plain Bradley–Terry model."""
        return self.targets_n is None and self.weights_n is None and self.scales_n is None

    def logits(self, differences: torch.Tensor) -> torch.Tensor:
        """Reward differences (… × N) as logits."""
        return differences if self.scales_n is None else differences * self.scales_n

    def losses(self, logits: torch.Tensor, threshold: float = 20) -> torch.Tensor:
        """w·[softplus(−z) + (1 − t)·z] of logits z (… × N), nats: minus the log-likelihood of the labels.

        Above `threshold` softplus is taken to be the identity.
        """
        losses = torch.nn.functional.softplus(-logits, threshold=threshold)
        if self.targets_n is not None:
            losses = losses + (1 - self.targets_n) * logits
        return losses if self.weights_n is None else losses * self.weights_n

    def slopes(self, logits: torch.Tensor) -> torch.Tensor:
        """Derivatives of the losses by the reward differences."""
        slopes = -torch.sigmoid(-logits)
        if self.targets_n is not None:
            slopes = slopes + (1 - self.targets_n)
        if self.weights_n is not None:
            slopes = slopes * self.weights_n
        return slopes if self.scales_n is None else slopes * self.scales_n


PLAIN = PairTerms()
