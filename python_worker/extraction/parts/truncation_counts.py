"""How many texts of each split were cut."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .prepare_part import CUT, LOST, TRUNCATED


def truncation_counts(
    prompt_bits: np.ndarray, response_bits: np.ndarray, splits: Mapping[str, np.ndarray]
) -> dict[str, int]:
    """Counts over all texts, `truncatedPrompts` and so on, and over the distinct texts of each split's items,
    `truncatedPrompts.SPLIT`.

    prompt_bits: uint8 (P,); response_bits: uint8 (R,); splits: int32 (n, 3) rows (prompt, a, b).
    """
    counts = _count(prompt_bits, response_bits)
    for name, rows in splits.items():
        prompts, responses = np.unique(rows[:, 0]), np.unique(rows[:, 1:])
        own = _count(prompt_bits[prompts], response_bits[responses])
        counts |= {f"{what}.{name}": count for what, count in own.items()}
    return counts


def _count(prompt_bits: np.ndarray, response_bits: np.ndarray) -> dict[str, int]:
    return {
        "truncatedPrompts": int(((prompt_bits & TRUNCATED) != 0).sum()),
        "truncatedResponses": int(((response_bits & TRUNCATED) != 0).sum()),
        "lostResponses": int(((response_bits & LOST) != 0).sum()),
        "cutPrompts": int(((prompt_bits & CUT) != 0).sum()),
    }
