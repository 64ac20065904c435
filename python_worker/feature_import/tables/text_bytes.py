"""Text that is no UTF-8, found before it is shown or changed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from ...base.errors import WorkerError
from .table_file import refused

_ADVICE = "text in UTF-8 is needed"


def is_text(kind: pa.DataType) -> bool:
    """Whether a type of arrow holds text, of whatever layout."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def value_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values of a column that may be dictionary-encoded."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def check_text(path: Path, column: pa.ChunkedArray, name: str, first_row: int) -> None:
    """Raises INVALID_DATA naming the row of text that is no UTF-8, which arrow does not look for by itself."""
    if not is_text(value_type(column.type)):
        return
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        row = _first_bad(column)
        if row is None:
            return  # a dictionary may hold bad text that no row uses
        raise bad_text(path, f"row {first_row + row + 1}, column '{name}'") from None


def bad_text(path: Path, where: str, advice: str = _ADVICE) -> WorkerError:
    """The error of text that is no UTF-8."""
    return refused(path, f"{where} is not UTF-8", advice)


def column_names(path: Path, schema: pa.Schema) -> list[str]:
    """Names of the columns. Raises INVALID_DATA naming one that is no UTF-8 by its place."""
    names = []
    for place in range(len(schema)):
        try:
            names.append(schema.field(place).name)
        except UnicodeDecodeError:
            raise bad_text(path, f"the name of column {place + 1}") from None
    return names


def _first_bad(column: pa.ChunkedArray) -> int | None:
    row = 0
    for chunk in column.chunks:
        plain = chunk.dictionary_decode() if pa.types.is_dictionary(chunk.type) else chunk
        for place in range(len(plain)):
            try:
                plain[place].as_py()
            except UnicodeDecodeError:
                return row + place
        row += len(plain)
    return None
