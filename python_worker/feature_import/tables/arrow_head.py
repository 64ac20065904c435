"""What the first rows of Arrow and Parquet files say of their columns."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from .table_file import HeadColumn, refused
from .whole_numbers import kind_of_column


def pandas_index(path: Path, schema: pa.Schema) -> set[str]:
    """Names of the columns that pandas' metadata call its index. Raises INVALID_DATA for metadata that cannot be read."""
    written = (schema.metadata or {}).get(b"pandas")
    if written is None:
        return set()
    try:
        columns = json.loads(written)["index_columns"]
        # A range of row numbers is described, not stored: it is no name but an object.
        return {name for name in columns if isinstance(name, str)}
    except (ValueError, KeyError, TypeError):
        found = "its pandas metadata do not say which column is the index"
        raise refused(path, found, "write it without them (`to_parquet(index=False)`)") from None


def head_column(field: pa.Field, is_index: bool, column: pa.ChunkedArray | None) -> HeadColumn:
    """A column by its first rows; without any (None) by its type."""
    if column is None:
        return HeadColumn(field.name, "number" if is_float(field.type) else "unknown", str(field.type), is_index)
    try:
        kind, whole_n = kind_of_column(column)
    except UnicodeDecodeError:  # told by row where the column is read
        kind, whole_n = "text", None
    return HeadColumn(field.name, kind, str(field.type), is_index, whole_n)


def is_float(kind: pa.DataType) -> bool:
    """Whether numbers of the type need not be whole."""
    return pa.types.is_floating(kind) or pa.types.is_decimal(kind)
