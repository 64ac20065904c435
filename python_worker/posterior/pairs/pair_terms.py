"""What a pair brings to the loss beside its responses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ...base.errors import invalid_argument
from ..links.link import ConvexLink, Link
from ..links.logistic import LOGISTIC


@dataclass(frozen=True)
class PairTerms:
    """Columns of N pairs, each float64 on the host or the worker's device, None standing for 1 everywhere.

    `targets_n` is the probability in [0, 1] that the first response is preferred, `weights_n` what the pair's loss is
    multiplied by, `scales_n` what its reward difference is multiplied by to give the logit (the noise model's s > 0);
    `link` says how probable a label is at a logit.
    """

    targets_n: torch.Tensor | None = None
    weights_n: torch.Tensor | None = None
    scales_n: torch.Tensor | None = None
    link: Link = LOGISTIC

    def at(self, indices: torch.Tensor) -> PairTerms:
        """The terms of some pairs, in the shape of `indices`."""
        return self._each(lambda part: part[indices])

    def to(self, device: torch.device | str, dtype: torch.dtype) -> PairTerms:
        """The same on a device and in a precision."""
        return self._each(lambda part: part.to(device, dtype))

    def unsqueeze(self, dim: int) -> PairTerms:
        """The same with a dimension of 1 at `dim`."""
        return self._each(lambda part: part.unsqueeze(dim))

    @property
    def is_plain(self) -> bool:
        """Whether every pair is a hard label of weight 1 under constant noise: the plain Bradley–Terry model."""
        return self.link is LOGISTIC and self.targets_n is None and self.weights_n is None and self.scales_n is None

    def logits(self, differences: torch.Tensor) -> torch.Tensor:
        """Reward differences (… × N) as logits."""
        return differences if self.scales_n is None else differences * self.scales_n

    def losses(self, logits: torch.Tensor, threshold: float = 20) -> torch.Tensor:
        """Minus the log-likelihood of the labels at logits z (… × N) times w, nats: w·[softplus(−z) + (1 − t)·z] of the
        logistic link.

        Above `threshold` softplus is taken to be the identity.
        """
        losses = self.link.losses(logits, self.targets_n, threshold)
        return losses if self.weights_n is None else losses * self.weights_n

    def slopes(self, logits: torch.Tensor) -> torch.Tensor:
        """Derivatives of the losses by the reward differences."""
        slopes = self.link.slopes(logits, self.targets_n)
        if self.weights_n is not None:
            slopes = slopes * self.weights_n
        return slopes if self.scales_n is None else slopes * self.scales_n

    def curvatures(self, logits: torch.Tensor) -> torch.Tensor:
        """Second derivatives of the losses by the logits. Raises INVALID_ARGUMENT for a link that is not convex."""
        if not isinstance(self.link, ConvexLink):
            raise invalid_argument(
                f"Cannot approximate a posterior by a normal distribution: the loss of posterior.noise.type "
                f"{type(self.link).__name__.lower()} is not convex, another noise model is needed"
            )
        curvatures = self.link.curvatures(logits)
        return curvatures if self.weights_n is None else curvatures * self.weights_n

    def told(self, logits: torch.Tensor) -> torch.Tensor:
        """Logits as they are predicted: ln p/(1 − p) of the probability p that the first is preferred."""
        return self.link.told(logits)

    def _each(self, change: Callable[[torch.Tensor], torch.Tensor]) -> PairTerms:
        columns = (self.targets_n, self.weights_n, self.scales_n)
        return PairTerms(*(None if column is None else change(column) for column in columns), link=self.link)


PLAIN = PairTerms()
