"""What the last layer of a reward head sees."""

from __future__ import annotations

from collections.abc import Callable

import torch

from .activations import ACTIVATIONS
from .reward_heads import RewardHeads

_BLOCK_BYTES = 64 << 20


def last_hidden(
    heads: RewardHeads,
    member: int,
    features_rd: torch.Tensor,
    rows_n: torch.Tensor,
    check: Callable[[], None] = lambda: None,
) -> torch.Tensor:
    """The last hidden layer of one head at N rows of features, float32 N × H; the features where it has none.

    Calls `check` before every block of rows.
    """
    hidden = torch.empty((len(rows_n), heads.sizes[-2]), device=features_rd.device)
    size = max(1, _BLOCK_BYTES // (4 * max(heads.sizes)))
    for start in range(0, len(rows_n), size):
        check()
        block = slice(start, start + size)
        hidden[block] = _through_layers(heads, member, features_rd.index_select(0, rows_n[block]).float())
    return hidden


def _through_layers(heads: RewardHeads, member: int, values_nd: torch.Tensor) -> torch.Tensor:
    for weight, bias in zip(heads.weights[:-1], heads.biases[:-1], strict=True):
        values_nd = ACTIVATIONS[heads.activation].apply_(torch.addmm(bias[member], values_nd, weight[member].T))
    return values_nd
