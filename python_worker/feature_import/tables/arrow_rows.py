"""Rows of arrow tables as ids and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .arrow_head import is_float
from .table_file import bad_cell, bad_id, refused, unreadable
from .text_bytes import check_text, is_text, value_type


def check_types(path: Path, fields: Sequence[pa.Field]) -> None:
    """Raises INVALID_DATA for a first column that is no id and for another one that holds no numbers."""
    for index, field in enumerate(fields):
        kind = value_type(field.type)
        if is_text(kind) or pa.types.is_integer(kind) or (index > 0 and is_float(kind)):
            continue
        found = f"column '{field.name}' holds {_words(kind)}"
        if index == 0:
            # What a date or a UUID looks like as text differs from program to program.
            raise refused(path, found, "an id (text or a whole number) is needed: write ids as text, or name another --id-column")
        raise unreadable(path, found, "numbers are")


def read_ids(path: Path, column: pa.ChunkedArray, name: str, first_row: int) -> list[str]:
    """Ids as text. Raises INVALID_DATA naming the row of one that is missing, empty or no UTF-8."""
    check_text(path, column, name, first_row)
    ids = column.to_pylist()
    for index, value in enumerate(ids):
        if value is None or (isinstance(value, str) and not value.strip()):
            raise bad_id(path, first_row + index, name, "is empty")
    return [value if isinstance(value, str) else str(value) for value in ids]


def read_values(path: Path, table: pa.Table, first_row: int) -> np.ndarray:
    """float64 (rows, columns), rows contiguous. Raises INVALID_DATA naming row and column of what is no number."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if column.null_count:
            row = first_row + pyarrow.compute.index(column.is_null(), True).as_py()
            raise bad_cell(path, row, name, "is empty")
    # Columns of one type are transposed at once.
    if pa.types.is_floating(table.schema.field(0).type) and len({field.type for field in table.schema}) == 1:
        return to_matrix(table)
    values_nc = np.empty((table.num_rows, table.num_columns))
    for index, name in enumerate(table.column_names):
        values_nc[:, index] = _numbers(path, table.column(index), name, first_row)
    return values_nc


def to_matrix(table: pa.Table) -> np.ndarray:
    """float64 (rows, columns) of a table without nulls, rows contiguous; arrow transposes faster than numpy."""
    batch = table.combine_chunks().to_batches()[0]
    return batch.to_tensor(row_major=True).to_numpy().astype(np.float64, copy=False)


def _numbers(path: Path, column: pa.ChunkedArray, name: str, first_row: int) -> np.ndarray:
    check_text(path, column, name, first_row)
    try:
        # Safe: a whole number beyond 2^53 would become another one.
        return column.cast(pa.float64(), safe=pa.types.is_integer(value_type(column.type))).to_numpy()
    except pa.ArrowException:
        for row, cell in enumerate(column.to_pylist(), start=first_row):
            if isinstance(cell, int) and int(float(cell)) != cell:
                raise bad_cell(path, row, name, f"is {cell}, which no float64 holds") from None
            if not _is_number(cell):
                raise bad_cell(path, row, name, f"is '{str(cell)[:40]}'") from None
        return np.array([float(cell) for cell in column.to_pylist()])


def _words(kind: pa.DataType) -> str:
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return f"dates ({kind})"
    return f"UUIDs ({kind})" if "uuid" in str(kind) else str(kind)


def _is_number(cell: object) -> bool:
    try:
        pa.array([cell]).cast(pa.float64(), safe=False)
    except pa.ArrowException:
        return False
    return True
