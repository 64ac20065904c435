from pathlib import Path

import numpy as np
import pyarrow as pa

from python_worker.feature_import.tables.arrow_rows import read_values


def test_read_values_takes_columns_of_several_float_types():
    halves = pa.array(np.float16([0.5, 1.5]))
    table = pa.table({"a": halves, "b": pa.array([0.25, 2.0], pa.float32()), "c": pa.array([1.0, 3.0])})
    assert read_values(Path("x.arrow"), table, 0).tolist() == [[0.5, 0.25, 1.0], [1.5, 2.0, 3.0]]
