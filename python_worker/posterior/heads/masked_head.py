"""One head under several dropout masks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from .activations import ACTIVATIONS
from .initial_weights import Layer
from .input_dropout import InputDropout
from .reward_heads import RewardHeads
from .row_blocks import row_blocks

_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class MaskedHead:
    """S variants of a head that share its first layer.

    A mask on a layer's inputs is a factor on the columns of its weight: `rest` are the layers after the first, S times.
    """

    first: Layer
    rest: RewardHeads

    @classmethod
    def draw(cls, heads: RewardHeads, dropouts: Sequence[InputDropout]) -> MaskedHead:
        """The only head of a stack under one mask from each dropout, drawn layer after layer."""
        layers = [(weight[0], bias[0]) for weight, bias in zip(heads.weights, heads.biases, strict=True)]
        samples = [[(weight * dropout.mask(weight[0]), bias) for weight, bias in layers[1:]] for dropout in dropouts]
        return cls(layers[0], RewardHeads.stack(samples, heads.activation, heads.flat.device))

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        """Rewards S × N of N rows of features (None: all). Calls `check` before every block."""
        weight, bias = self.first
        count = len(features_rd) if rows_n is None else len(rows_n)
        rewards = torch.empty((self.rest.members, count), device=features_rd.device)
        size = max(1, _BLOCK_BYTES // (4 * max(weight.shape)))
        for block, features in row_blocks(features_rd, rows_n, size):
            check()
            hidden = ACTIVATIONS[self.rest.activation].apply_(torch.addmm(bias, features, weight.T))
            rewards[:, block] = self.rest.rewards(hidden)
        return rewards
