"""Columns of whole numbers among the first rows of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from .text_bytes import is_text, value_type

_WHOLE = re.compile(r"\s*[+-]?\d+\s*")

Kind = Literal["text", "whole", "number", "other", "unknown"]


def kind_of_texts(cells: Sequence[str]) -> tuple[Kind, np.ndarray | None]:
    """What cells of text hold, and their numbers (n,) where all are whole."""
    if not cells:
        return "unknown", None
    if all(_WHOLE.fullmatch(cell) for cell in cells):
        return "whole", np.array([int(cell) for cell in cells], dtype=object)
    try:
        values_n = np.array([float(cell) for cell in cells])
    except ValueError:
        return "text", None
    return "number", _whole_values(values_n)


def kind_of_column(column: pa.ChunkedArray) -> tuple[Kind, np.ndarray | None]:
    """The same of a column of arrow; text is judged by its spelling."""
    kind = value_type(column.type)
    if len(column) == 0:
        return "unknown", None
    if is_text(kind):
        cells = column.to_pylist()
        return ("text", None) if None in cells else kind_of_texts(cells)
    if pa.types.is_integer(kind):
        cells = column.to_pylist()
        return "whole", None if None in cells else np.array(cells, dtype=object)
    if not (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        return "other", None
    return "number", _whole_values(np.array([np.nan if cell is None else float(cell) for cell in column.to_pylist()]))


def _whole_values(values_n: np.ndarray) -> np.ndarray | None:
    return values_n if np.isfinite(values_n).all() and (values_n == np.floor(values_n)).all() else None
