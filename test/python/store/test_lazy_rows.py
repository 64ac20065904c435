"""Rows without a copy of the whole."""

import numpy as np
import pytest
import torch

from python_worker.store.feature_store import FeatureStore
from python_worker.store.lazy_rows import LazyRows

MATRIX = np.random.default_rng(1).standard_normal((9, 5)).astype(np.float32)
ROWS = np.array([4, 0, 8, 2])


def store(dtype=torch.float32):
    return FeatureStore("id", "path", torch.from_numpy(MATRIX).to(dtype), torch.ones(1, 1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_lazy_rows_are_indexed_like_the_array_they_stand_for(dtype):
    matrix = torch.from_numpy(MATRIX).to(dtype)
    lazy, array = LazyRows(matrix, ROWS), matrix.float().numpy()[ROWS]
    assert (len(lazy), lazy.shape) == (4, (4, 5))
    for key in (2, np.int64(1), slice(1, 3), np.array([3, 0])):
        assert np.array_equal(lazy[key], array[key]) and lazy[key].dtype == np.float32
    assert np.array_equal(lazy[:, 1:3][np.array([2, 2])], array[:, 1:3][[2, 2]])


def test_a_store_gives_its_own_matrix_for_all_rows_in_order():
    made = store()
    for rows in (made.lazy_prompt_rows(np.arange(9, dtype=np.int32)), made.prompt_rows(np.arange(9, dtype=np.int32))):
        assert np.shares_memory(rows, made.prompts_pd.numpy())


@pytest.mark.parametrize("rows", [ROWS, np.arange(8), np.arange(9)[::-1]])
def test_a_store_gives_other_rows_lazily_or_as_a_copy(rows):
    assert isinstance(store().lazy_prompt_rows(rows.astype(np.int32)), LazyRows)
    assert np.array_equal(store(torch.float16).prompt_rows(rows), MATRIX.astype(np.float16).astype(np.float32)[rows])
