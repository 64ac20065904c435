"""Row numbers as they come across the wire."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import invalid_argument


def row_tensor(tensors: Mapping[str, np.ndarray], name: str, bound: int, columns: int | None = None) -> np.ndarray:
    """The int32 tensor `name`: N row numbers, or N × `columns`, each in [0, bound). Raises INVALID_ARGUMENT."""
    wanted = "int32 N" if columns is None else f"int32 N × {columns}"
    rows = tensors.get(name)
    shape = ("N",) if columns is None else ("N", columns)
    if rows is None or rows.dtype != np.int32 or ("N", *rows.shape[1:]) != shape or rows.ndim != len(shape):
        found = "missing" if rows is None else f"{rows.dtype} {' × '.join(map(str, rows.shape))}"
        raise invalid_argument(f"Cannot use tensor '{name}': it is {found}, {wanted} is needed")
    outside = (rows < 0) | (rows >= bound)
    if outside.any():
        raise invalid_argument(
            f"Cannot use tensor '{name}': it names row {int(rows[outside][0])}, rows 0 to {bound - 1} are there"
        )
    return rows
