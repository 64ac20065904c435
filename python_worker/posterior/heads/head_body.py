"""A reward head without its last layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from .activations import ACTIVATIONS
from .reward_heads import RewardHeads
from .row_blocks import row_blocks

_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class HeadBody:
    """The hidden layers of one head of a stack: features of D numbers become activations of the last hidden layer's
    width. A head without hidden layers has an empty body, which gives the features themselves."""

    weights: tuple[torch.Tensor, ...]
    biases: tuple[torch.Tensor, ...]
    activation: str

    @classmethod
    def of(cls, heads: RewardHeads, member: int = 0) -> HeadBody:
        """The body of a member; it views the stack's numbers."""
        weights, biases = ([layer[member] for layer in layers[:-1]] for layers in (heads.weights, heads.biases))
        return cls(tuple(weights), tuple(biases), heads.activation)

    def blocks(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[slice, torch.Tensor]]:
        """Activations (float32) of N rows of features (None: all), block by block with the place of each among the N.

        Calls `check` before every block.
        """
        widest = max(features_rd.shape[1], *(len(bias) for bias in self.biases), 1)
        for block, features in row_blocks(features_rd, rows_n, max(1, _BLOCK_BYTES // (4 * widest))):
            check()
            yield block, self._activations(features)

    def _activations(self, hidden_nd: torch.Tensor) -> torch.Tensor:
        for weight, bias in zip(self.weights, self.biases, strict=True):
            hidden_nd = ACTIVATIONS[self.activation].apply_(torch.addmm(bias, hidden_nd, weight.T))
        return hidden_nd
