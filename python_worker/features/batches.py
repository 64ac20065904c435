"""Which texts go through the model together."""

from __future__ import annotations

import numpy as np

from ..texts.tokens import TokenRows


def plan_batches(lengths: np.ndarray, token_budget: int) -> list[np.ndarray]:
    """Rows of each batch, longest texts first, rows in order where lengths tie.

    lengths: int (texts,). A batch holds as many texts as fit into `token_budget` when all are as long as its
    longest; at least one. The plan depends on the lengths and the budget alone, so a run repeats anywhere.
    """
    order = np.argsort(-lengths, kind="stable")
    batches = []
    start = 0
    while start < len(order):
        size = max(1, token_budget // int(lengths[order[start]]))
        batches.append(order[start : start + size])
        start += size
    return batches


def padding_share(lengths: np.ndarray, batches: list[np.ndarray]) -> float:
    """Share of all positions that hold no real token."""
    positions = sum(len(rows) * int(lengths[rows[0]]) for rows in batches)
    return 1 - int(lengths.sum()) / positions if positions > 0 else 0.0


def pad_batch(tokens: TokenRows, rows: np.ndarray, pad_id: int) -> tuple[np.ndarray, np.ndarray]:
    """Token ids and attention mask, both int64 (B, T), padded on the right.

    Right padding needs no position ids, and a causal model's real tokens never see it.
    """
    width = int(tokens.lengths[rows].max())
    ids_bt = np.full((len(rows), width), pad_id, dtype=np.int64)
    mask_bt = np.zeros((len(rows), width), dtype=np.int64)
    for index, row in enumerate(rows):
        ids = tokens.row(row)
        ids_bt[index, : len(ids)] = ids
        mask_bt[index, : len(ids)] = 1
    return ids_bt, mask_bt
