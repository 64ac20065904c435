"""Columns of numbers for items, from entropy statistics of answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

_SIDES = ("a", "b", "both")
_KINDS = ("sum", "mean", "max", "range")
COLUMNS = tuple(f"entropy_{side}_{kind}" for side in _SIDES for kind in _KINDS)


def entropy_columns(statistics_r4: np.ndarray, pairs_n2: np.ndarray) -> np.ndarray:
    """COLUMNS of each item, float64 (N, 12), in bits.

    statistics_r4: sum, max, min, count of each answer row; pairs_n2: answer rows (a, b). "both" takes the positions of
    the two answers together: sums add, the mean is over all of them, range is the largest less the smallest.
    """
    a_n4, b_n4 = statistics_r4[pairs_n2[:, 0]], statistics_r4[pairs_n2[:, 1]]
    return np.concatenate([_describe(side_n4) for side_n4 in (a_n4, b_n4, _together(a_n4, b_n4))], axis=1)


def column_lines(ids: Mapping[str, Sequence[str]], columns: Mapping[str, np.ndarray]) -> bytes:
    """One JSON object a line: id, split and COLUMNS of each item, split after split."""
    lines = (
        json.dumps({"id": item, "split": split, **dict(zip(COLUMNS, row.tolist(), strict=True))}, ensure_ascii=False)
        for split, rows_nc in columns.items()
        for item, row in zip(ids[split], rows_nc, strict=True)
    )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _describe(side_n4: np.ndarray) -> np.ndarray:
    total, largest, smallest, count = side_n4.T
    return np.stack([total, total / count, largest, largest - smallest], axis=1)


def _together(a_n4: np.ndarray, b_n4: np.ndarray) -> np.ndarray:
    return np.stack(
        [
            a_n4[:, 0] + b_n4[:, 0],
            np.maximum(a_n4[:, 1], b_n4[:, 1]),
            np.minimum(a_n4[:, 2], b_n4[:, 2]),
            a_n4[:, 3] + b_n4[:, 3],
        ],
        axis=1,
    )
