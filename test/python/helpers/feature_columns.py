"""Small features datasets in the reference's layout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

FORMATS = ("csv", "parquet", "arrow")


def make_values(rows: int, columns: int, seed: int = 0) -> np.ndarray:
    """Standard normal float64 (rows, columns)."""
    return np.random.default_rng((rows, columns, seed)).standard_normal((rows, columns))


def make_ids(rows: int) -> list[str]:
    """t0, t1, …"""
    return [f"t{row}" for row in range(rows)]


def write_columns(path: Path, ids: Sequence[object], values_nc: np.ndarray, rows_a_group: int = 1000) -> Path:
    """Writes id and numbered columns in the format of the ending; groups or batches of `rows_a_group`."""
    columns = {str(column): values_nc[:, column] for column in range(values_nc.shape[1])}
    return write_table(path, pa.table({"id": pa.array(ids, None if ids else pa.string()), **columns}), rows_a_group)


def write_table(path: Path, table: pa.Table, rows_a_group: int = 1000) -> Path:
    """Writes any table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        pyarrow.csv.write_csv(table, path)
    elif path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path, row_group_size=rows_a_group)
    else:
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=rows_a_group)
    return path
