"""A link with ties: Davidson, "On extending the Bradley–Terry model to accommodate ties in paired comparison
experiments", JASA 65 (1970)."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import torch


@dataclass(frozen=True)
class Davidson:
    """P(first), P(tie), P(second) are as e^{z/2} : ν : e^{−z/2}, ν > 0; a target of exactly ½ is a tie.

    Any other target is a share of decided labels; P(first) among those is σ(z), as without ties.
    """

    ties: float

    def losses(self, logits: torch.Tensor, targets: torch.Tensor | None, threshold: float) -> torch.Tensor:
        """ln(e^{z/2} + e^{−z/2} + ν) − (t − ½)·z − [t = ½]·ln ν."""
        del threshold
        size = logits.abs()
        total = size / 2 + torch.log1p((-size).exp() + self.ties * (-size / 2).exp())
        if targets is None:
            return total - logits / 2
        return total - (targets - 0.5) * logits - (targets == 0.5).to(total.dtype) * log(self.ties)

    def slopes(self, logits: torch.Tensor, targets: torch.Tensor | None) -> torch.Tensor:
        """½·(e^{z/2} − e^{−z/2}) / (e^{z/2} + e^{−z/2} + ν) − (t − ½)."""
        size = logits.abs()
        rest = (-size).exp()
        slopes = logits.sign() / 2 * (1 - rest) / (1 + rest + self.ties * (-size / 2).exp())
        return slopes - (0.5 if targets is None else targets - 0.5)

    def curvatures(self, logits: torch.Tensor) -> torch.Tensor:
        """(4 + ν·(e^{z/2} + e^{−z/2})) / (4·(e^{z/2} + e^{−z/2} + ν)²)."""
        size = logits.abs()
        half = (-size / 2).exp()
        rest = (-size).exp()
        return (rest + self.ties / 4 * half * (1 + rest)) / (1 + rest + self.ties * half) ** 2

    def told(self, logits: torch.Tensor) -> torch.Tensor:
        """The logits: who wins where there is no tie."""
        return logits
