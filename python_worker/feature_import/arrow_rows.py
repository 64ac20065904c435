"""Rows of arrow tables as ids and numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .table_file import bad_cell, bad_id, unreadable


def check_types(path: Path, schema: pa.Schema) -> None:
    """Raises INVALID_DATA for a first column that is no id and for another one that holds no numbers."""
    types = pa.types
    for index, field in enumerate(schema):
        kind = field.type.value_type if types.is_dictionary(field.type) else field.type
        text = types.is_string(kind) or types.is_large_string(kind)
        number = types.is_integer(kind) or (index > 0 and (types.is_floating(kind) or types.is_decimal(kind)))
        if not text and not number:
            needed = "numbers are" if index > 0 else "an id (text or a whole number) is"
            raise unreadable(path, f"column '{field.name}' holds {kind}", needed)


def read_ids(path: Path, column: pa.ChunkedArray, name: str, first_row: int) -> list[str]:
    """Ids as text. Raises INVALID_DATA naming the row of one that is missing or empty."""
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
    try:
        return column.cast(pa.float64(), safe=False).to_numpy()
    except pa.ArrowException:
        for row, text in enumerate(column.to_pylist(), start=first_row):
            if not _is_number(text):
                raise bad_cell(path, row, name, f"is '{str(text)[:40]}'") from None
        raise


def _is_number(text: str) -> bool:
    try:
        pa.array([text]).cast(pa.float64())
    except pa.ArrowInvalid:
        return False
    return True
