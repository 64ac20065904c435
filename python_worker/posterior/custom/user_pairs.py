"""Responses and pairs of responses as user code sees them: copies of features, read when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import torch


class Responses:
    """R responses: `rows` int64 R of the feature store, `features` float32 R × D on the worker's device."""

    def __init__(self, responses_rd: torch.Tensor, rows_r: torch.Tensor) -> None:
        self.rows = rows_r
        self._all = responses_rd

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def features(self) -> torch.Tensor:
        """Float32 R × D, read at the first use and kept as long as this object is."""
        return self._all.index_select(0, self.rows).float()

    def batches(self, size: int) -> Iterator[Responses]:
        """The responses in order, at most `size` ≥ 1 at a time."""
        return (Responses(self._all, rows) for rows in self.rows.split(_checked(size)))


class Pairs:
    """N pairs of responses: `rows` int64 N × 2 of the feature store, on the worker's device.

    Of labelled pairs the first is the chosen one, the second the rejected one.
    """

    def __init__(self, responses_rd: torch.Tensor, rows_n2: torch.Tensor) -> None:
        self.rows = rows_n2
        self._all = responses_rd

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def first(self) -> torch.Tensor:
        """Features of the first responses, float32 N × D, read at the first use and kept as long as this object is."""
        return self._all.index_select(0, self.rows[:, 0]).float()

    @cached_property
    def second(self) -> torch.Tensor:
        """Features of the second responses, likewise."""
        return self._all.index_select(0, self.rows[:, 1]).float()

    def batches(self, size: int) -> Iterator[Pairs]:
        """The pairs in order, at most `size` ≥ 1 at a time."""
        return (Pairs(self._all, rows) for rows in self.rows.split(_checked(size)))


def _checked(size: int) -> int:
    if size < 1:
        raise ValueError(f"Cannot make batches of {size}, at least 1 is needed")
    return size
