"""Rows of features, some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import torch


def row_blocks(
    features_rd: torch.Tensor, rows_n: torch.Tensor | None, size: int
) -> Iterator[tuple[slice, torch.Tensor]]:
    """Places 0 … N − 1 of at most `size` rows (None: all rows) and their features, float32."""
    count = len(features_rd) if rows_n is None else len(rows_n)
    for start in range(0, count, size):
        block = slice(start, start + size)
        yield block, (features_rd[block] if rows_n is None else features_rd.index_select(0, rows_n[block])).float()
