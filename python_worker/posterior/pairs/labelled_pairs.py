"""Labelled pairs as posterior.fit gets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ...base.errors import invalid_argument
from ...tensors.number_tensor import number_tensor
from ...tensors.row_tensor import row_tensor


@dataclass(frozen=True)
class LabelledPairs:
    """Rows (first, second) int32 n × 2 of a store's responses, and what is known of each pair: `targets_n` in [0, 1],
    `weights_n` above 0, float64 n; None: the first one is preferred, every weight is 1. Pairs of one group (`groups_n`,
    int32; None: each is its own) are held out together."""

    rows_n2: np.ndarray
    targets_n: torch.Tensor | None = None
    weights_n: torch.Tensor | None = None
    groups_n: np.ndarray | None = None

    @classmethod
    def read(cls, tensors: Mapping[str, np.ndarray], name: str, responses: int, prefix: str = "") -> LabelledPairs:
        """The rows of tensor `name`, with `targets`, `weights` and `groups` (after `prefix`) where they came along.

        Raises INVALID_ARGUMENT for rows that are not there, targets outside [0, 1] and weights that are not above 0.
        """
        rows = row_tensor(tensors, name, responses, 2)
        targets, weights = (_column(tensors, _named(prefix, word), len(rows)) for word in ("targets", "weights"))
        _refuse(_named(prefix, "targets"), targets, lambda numbers: (numbers < 0) | (numbers > 1), "in [0, 1]")
        _refuse(_named(prefix, "weights"), weights, lambda numbers: numbers <= 0, "above 0")
        return cls(rows, targets, weights, _groups(tensors, _named(prefix, "groups"), len(rows)))

    def __len__(self) -> int:
        return len(self.rows_n2)

    def at(self, indices: np.ndarray) -> LabelledPairs:
        """Some of the pairs."""
        columns = (self.targets_n, self.weights_n)
        targets, weights = (None if column is None else column[torch.from_numpy(indices)] for column in columns)
        groups = None if self.groups_n is None else self.groups_n[indices]
        return LabelledPairs(self.rows_n2[indices], targets, weights, groups)

    def joined(self, others: LabelledPairs) -> LabelledPairs:
        """The pairs, and then the others, without their groups."""
        targets, weights = (
            None if a is None and b is None else torch.cat((told_a, told_b))
            for a, b, told_a, told_b in (
                (self.targets_n, others.targets_n, self.targets, others.targets),
                (self.weights_n, others.weights_n, self.weights, others.weights),
            )
        )
        return LabelledPairs(np.concatenate((self.rows_n2, others.rows_n2)), targets, weights)

    @property
    def targets(self) -> torch.Tensor:
        """The targets, float64 n; 1 where none came along."""
        return torch.ones(len(self), dtype=torch.float64) if self.targets_n is None else self.targets_n

    @property
    def weights(self) -> torch.Tensor:
        """The weights, likewise."""
        return torch.ones(len(self), dtype=torch.float64) if self.weights_n is None else self.weights_n


def _named(prefix: str, word: str) -> str:
    return f"{prefix}{word.capitalize()}" if prefix else word


def _column(tensors: Mapping[str, np.ndarray], name: str, count: int) -> torch.Tensor | None:
    return torch.from_numpy(number_tensor(tensors, name, count).copy()) if name in tensors else None


def _groups(tensors: Mapping[str, np.ndarray], name: str, count: int) -> np.ndarray | None:
    groups = tensors.get(name)
    if groups is not None and (groups.dtype != np.int32 or groups.shape != (count,)):
        found = f"{groups.dtype} {' × '.join(map(str, groups.shape))}"
        raise invalid_argument(f"Cannot use tensor '{name}': it is {found}, int32 {count} is needed")
    return groups


def _refuse(name: str, numbers: torch.Tensor | None, is_bad: Callable[[torch.Tensor], torch.Tensor], needed: str) -> None:
    bad = [] if numbers is None else is_bad(numbers).nonzero().flatten().tolist()
    if bad:
        raise invalid_argument(f"Cannot use tensor '{name}': number {bad[0]} is {float(numbers[bad[0]])}, one {needed} is needed")
