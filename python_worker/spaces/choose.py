"""One choice among positions by their values."""

from __future__ import annotations

import torch

TAKEN = -1.0
_TIE = 1e-9


def first_largest(values_n: torch.Tensor) -> int:
    """The largest of values ≥ 0, the first of those within a billionth of it; `TAKEN` marks what cannot be chosen."""
    most = values_n.max()
    enough = most if most.isinf() else most * (1 - _TIE)
    return int((values_n >= enough).to(torch.uint8).argmax())


def draw_by_weight(weights_n: torch.Tensor, draw: float) -> int:
    """The position a draw of [0, 1) falls on when each weighs `weights_n`; all alike where no weight is above 0."""
    open_n = (weights_n >= 0).nonzero()[:, 0]
    passed = weights_n.clamp(min=0.0).cumsum(dim=0)
    total = float(passed[-1])
    if not 0 < total < torch.inf:
        return int(open_n[int(draw * len(open_n))])
    position = int(torch.searchsorted(passed, draw * total, right=True))
    return min(position, int((weights_n > 0).nonzero()[-1, 0]))
