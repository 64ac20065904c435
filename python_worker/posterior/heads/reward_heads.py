"""A stack of reward heads, the members of an ensemble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import torch

from .activations import ACTIVATIONS
from .initial_weights import Layer
from .row_blocks import row_blocks

_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class RewardHeads:
    """M heads of one shape, each an MLP D → … → O. The first of its O outputs is the reward.

    All numbers lie in one vector `flat`; `weights` (M × out × in) and `biases` (M × out), one a layer, view it.
    """

    flat: torch.Tensor
    weights: tuple[torch.Tensor, ...]
    biases: tuple[torch.Tensor, ...]
    activation: str

    @classmethod
    def over(cls, flat: torch.Tensor, members: int, sizes: Sequence[int], activation: str) -> RewardHeads:
        """A vector seen as heads of layer sizes D, …, O."""
        shapes = [shape for n, m in pairwise(sizes) for shape in ((members, m, n), (members, m))]
        parts = flat.split([prod(shape) for shape in shapes])
        views = [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]
        return cls(flat, tuple(views[0::2]), tuple(views[1::2]), activation)

    @classmethod
    def empty(cls, members: int, sizes: Sequence[int], activation: str, device: torch.device | str) -> RewardHeads:
        """Heads of layer sizes D, …, O whose numbers are not set."""
        count = members * sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
        return cls.over(torch.empty(count, device=device), members, sizes, activation)

    @classmethod
    def stack(cls, members: Sequence[Sequence[Layer]], activation: str, device: torch.device | str) -> RewardHeads:
        """Heads of the given layers (weight, bias) per member."""
        sizes = [members[0][0][0].shape[1], *(weight.shape[0] for weight, _ in members[0])]
        heads = cls.empty(len(members), sizes, activation, device)
        for member, layers in enumerate(members):
            for layer, (weight, bias) in enumerate(layers):
                heads.weights[layer][member].copy_(weight)
                heads.biases[layer][member].copy_(bias)
        return heads

    @property
    def members(self) -> int:
        """Number of heads."""
        return self.weights[0].shape[0]

    @property
    def sizes(self) -> list[int]:
        """Layer sizes D, …, O."""
        return [self.weights[0].shape[2], *(weight.shape[1] for weight in self.weights)]

    @property
    def nbytes(self) -> int:
        """Bytes of all weights and biases."""
        return self.flat.nbytes

    def laid_over(self, flat: torch.Tensor) -> RewardHeads:
        """A vector of the same length seen as heads of the same shape."""
        return self.over(flat, self.members, self.sizes, self.activation)

    def select(self, members: Sequence[int]) -> RewardHeads:
        """A copy of some of the heads, in that order."""
        chosen = self.empty(len(members), self.sizes, self.activation, self.flat.device)
        for target, source in zip((*chosen.weights, *chosen.biases), (*self.weights, *self.biases), strict=True):
            for position, member in enumerate(members):
                target[position].copy_(source[member])
        return chosen

    def copy_member(self, member: int, source: RewardHeads, source_member: int) -> None:
        """Overwrites one head by a head of another stack of the same shape."""
        for target, values in zip((*self.weights, *self.biases), (*source.weights, *source.biases), strict=True):
            target[member].copy_(values[source_member])

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        """Rewards M × N of N rows of features (None: all), in blocks of rows with one wide product for all members.

        Calls `check` before every block.
        """
        return self.outputs(features_rd, rows_n, check)[:, :, 0]

    def outputs(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        """All outputs M × N × O, as `rewards`."""
        count = len(features_rd) if rows_n is None else len(rows_n)
        outputs = torch.empty((self.members, count, self.sizes[-1]), device=features_rd.device)
        for block, features in row_blocks(features_rd, rows_n, self._block_rows):
            check()
            outputs[:, block] = self._outputs_of_block(features)
        return outputs

    @property
    def _block_rows(self) -> int:
        widest = self.members * max(self.sizes[1:])
        return max(1, _BLOCK_BYTES // (4 * max(widest, self.sizes[0])))

    def finite_members(self) -> list[bool]:
        """Whether all numbers of each head are finite."""
        finite = torch.stack([part.flatten(1).isfinite().all(dim=1) for part in (*self.weights, *self.biases)])
        return finite.all(dim=0).tolist()

    def _outputs_of_block(self, features_nd: torch.Tensor) -> torch.Tensor:
        weight, bias = self.weights[0], self.biases[0]
        wide = torch.addmm(bias.flatten(), features_nd, weight.flatten(0, 1).T)
        hidden = wide.unflatten(1, (self.members, -1)).transpose(0, 1)
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            hidden = ACTIVATIONS[self.activation].apply_(hidden)
            hidden = torch.baddbmm(bias.unsqueeze(1), hidden, weight.transpose(1, 2))
        return hidden
