"""The features neighbours are looked for among."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import invalid_argument, invalid_data
from ..context.context import Context
from ..protocol.messages import StoreRef
from ..store.lazy_rows import LazyRows
from ..store.open_store import open_store
from ..tensors.row_tensor import row_tensor

_ROWS_PER_CHECK = 4096


def prompt_rows(store: StoreRef | None, tensors: Mapping[str, np.ndarray], context: Context) -> np.ndarray | LazyRows:
    """The float32 features U × D that the tensor `rows` (U) names, for passes in blocks.

    They are rows of the store's prompts, or without a store of the tensor `prompts` (P × D). Raises INVALID_ARGUMENT
    for tensors of another kind, INVALID_DATA naming the first row of `prompts` that is not finite.
    """
    if store is not None:
        opened = open_store(store, context)
        return opened.lazy_prompt_rows(row_tensor(tensors, "rows", len(opened.prompts_pd)))
    prompts_pd = _matrix(tensors)
    rows = row_tensor(tensors, "rows", len(prompts_pd))
    _check_finite(prompts_pd, context)
    return prompts_pd if np.array_equal(rows, np.arange(len(prompts_pd))) else prompts_pd[rows]


def _matrix(tensors: Mapping[str, np.ndarray]) -> np.ndarray:
    matrix = tensors.get("prompts")
    if matrix is None or matrix.dtype != np.float32 or matrix.ndim != 2 or matrix.shape[1] == 0:
        found = "missing" if matrix is None else f"{matrix.dtype} {' × '.join(map(str, matrix.shape))}"
        raise invalid_argument(f"Cannot use tensor 'prompts': it is {found}, float32 P × D is needed without a store")
    return matrix


def _check_finite(prompts_pd: np.ndarray, context: Context) -> None:
    for start in range(0, len(prompts_pd), _ROWS_PER_CHECK):
        context.check()
        finite = np.isfinite(prompts_pd[start : start + _ROWS_PER_CHECK]).all(axis=1)
        if not finite.all():
            row = start + int(np.flatnonzero(~finite)[0])
            raise invalid_data(f"Cannot use tensor 'prompts': row {row} is not finite, numbers are needed")
