import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from python_worker.base.errors import WorkerError
from python_worker.feature_export.feature_rows import FeatureRows


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_feature_rows_gives_rows_in_any_order_and_as_often_as_asked(tmp_path, dtype):
    matrix = torch.randn(20, 3, generator=torch.Generator().manual_seed(1)).to(getattr(torch, dtype))
    save_file({"other": torch.zeros(7, dtype=torch.int32), "rows": matrix}, tmp_path / "file")
    rows = FeatureRows(tmp_path / "file", "rows", dtype)
    wanted = np.array([19, 0, 4, 5, 6, 4, 19])
    assert (rows.count, rows.dimension) == (20, 3)
    assert np.array_equal(rows.read(wanted), matrix.double().numpy()[wanted])
    assert rows.read(wanted).dtype == rows.dtype == (np.float16 if dtype == "float16" else np.float32)
    assert rows.read(np.array([], np.int64)).shape == (0, 3)


def test_feature_rows_says_that_a_file_became_shorter(tmp_path):
    save_file({"rows": torch.zeros(100, 10)}, tmp_path / "file")
    rows = FeatureRows(tmp_path / "file", "rows", "float32")
    (tmp_path / "file").write_bytes((tmp_path / "file").read_bytes()[:-400])
    assert np.array_equal(rows.read(np.array([89])), np.zeros((1, 10)))
    with pytest.raises(WorkerError, match="it ended while it was read, the whole file is needed"):
        rows.read(np.array([95]))
