"""What a link tells."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch


class Link(Protocol):
    """The loss of labels at logits z = s·(r_first − r_second); `targets` are P(first preferred), None standing for 1."""

    def losses(self, logits: torch.Tensor, targets: torch.Tensor | None, threshold: float) -> torch.Tensor:
        """Minus the log-likelihood, nats; above `threshold` a softplus may be taken to be the identity."""

    def slopes(self, logits: torch.Tensor, targets: torch.Tensor | None) -> torch.Tensor:
        """Derivatives of the losses by the logits."""

    def told(self, logits: torch.Tensor) -> torch.Tensor:
        """ln p/(1 − p), p the probability that the first is preferred where one of the two is."""


@runtime_checkable
class ConvexLink(Link, Protocol):
    """A link whose losses are convex in the logits: a posterior over linear rewards has one mode."""

    def curvatures(self, logits: torch.Tensor) -> torch.Tensor:
        """Second derivatives of the losses, above 0 and the same for every target."""
