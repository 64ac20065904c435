"""knn.shifted-counts: acquired items near each prompt after the reference's shift of the pool."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import invalid_argument
from ..context.context import Context, Reply
from ..neighbours.prompt_rows import prompt_rows
from ..neighbours.shifted_counts import shifted_counts
from ..protocol.messages import KnnShiftedCountsData, KnnShiftedCountsParams

_TYPES = {"remaining": np.int32, "acquired": np.int32, "radius": np.float64}


def run(params: KnnShiftedCountsParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Counts of every row, 0 where no item remains."""
    features = prompt_rows(params.store, tensors, context)
    remaining, acquired, radius = (_one_a_row(tensors, name, len(features)) for name in _TYPES)
    counts = shifted_counts(features, remaining, acquired, radius, context)
    return Reply(KnnShiftedCountsData(prompts=len(features)), {"counts": counts})


def _one_a_row(tensors: Mapping[str, np.ndarray], name: str, count: int) -> np.ndarray:
    values, dtype = tensors.get(name), np.dtype(_TYPES[name])
    if values is None or values.dtype != dtype or values.shape != (count,):
        found = "missing" if values is None else f"{values.dtype} {' × '.join(map(str, values.shape))}"
        raise invalid_argument(f"Cannot use tensor '{name}': it is {found}, {dtype} {count} is needed")
    if (values < 0).any() or np.isnan(values).any():
        raise invalid_argument(f"Cannot use tensor '{name}': it holds {values.min()}, 0 or more is needed")
    return values
